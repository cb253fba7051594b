import { type Labels, labelsKey, METRIC_NAME } from '../model/labels.ts';
import { type Binary, type BinaryOperator, isComparison, type VectorMatching } from '../promql/ast.ts';
import type { Row } from './picture-ask.ts';

/** Rows of both sides that have the matching labels in common, and what comes of them. */
export type MatchGroup = {
  /** The labels that were compared, with their values. */
  readonly key: Labels;
  readonly left: readonly Row[];
  readonly right: readonly Row[];
  readonly fate: Fate;
  /** In the order of the left rows. Empty unless the fate is `paired` or `kept`. */
  readonly results: readonly MatchResult[];
};

/**
 * `paired`: the operator is applied. `no-left`, `no-right`: the other side has no row, so nothing comes of it.
 * `several-left`, `several-right`: more rows than the matching allows; Prometheus refuses the query. `kept`: what `and`,
 * `or` and `unless` let through; `removed`: what they do not.
 */
export type Fate = 'paired' | 'no-left' | 'no-right' | 'several-left' | 'several-right' | 'kept' | 'removed';

/** Positions in the group's rows; `value` undefined: a comparison that does not hold removes the row. */
export type MatchResult = {
  readonly left: number | undefined;
  readonly right: number | undefined;
  readonly labels: Labels;
  readonly value: number | undefined;
};

/** Why rows find no partner, as far as their labels tell. Names of labels. */
export type Mismatch = {
  /** Labels that are compared and that no row of the other side has. */
  readonly onlyLeft: readonly string[];
  readonly onlyRight: readonly string[];
  /** Both sides have them, with no value in common. */
  readonly disjoint: readonly string[];
};

/**
 * Sorts the rows of both sides into match groups, as Prometheus does. `answer`: the rows of the whole operation, which
 * give the values; undefined when it failed. Rows in the order given; groups of which something comes first.
 */
export function matchGroups(
  node: Binary,
  left: readonly Row[],
  right: readonly Row[],
  answer: readonly Row[] | undefined,
): readonly MatchGroup[] {
  const matching = node.matching ?? NO_MATCHING;
  const groups = new Map<string, { key: Labels; left: Row[]; right: Row[] }>();
  const groupOf = ({ labels }: Row) => {
    const key = matchLabels(labels, matching);
    const group = groups.get(labelsKey(key)) ?? { key, left: [], right: [] };
    groups.set(labelsKey(key), group);
    return group;
  };
  for (const row of left) groupOf(row).left.push(row);
  for (const row of right) groupOf(row).right.push(row);
  const values = new Map((answer ?? []).map(({ labels, value }) => [labelsKey(withoutName(labels)), value]));
  return [...groups.values()]
    .map((group) => {
      const fate = fateOf(node.operator, matching, group);
      return { ...group, fate, results: resultsOf(node, matching, group, fate, values) };
    })
    .sort((a, b) => ORDER[a.fate] - ORDER[b.fate]);
}

/** The labels by which a row finds its partner. */
export function matchLabels(labels: Labels, { on, labels: names }: Pick<VectorMatching, 'on' | 'labels'>): Labels {
  return Object.fromEntries(
    Object.entries(labels).filter(([name]) =>
      on ? names.includes(name) : name !== METRIC_NAME && !names.includes(name),
    ),
  );
}

/** What keeps the two sides apart altogether; empty lists where some rows meet. */
export function mismatch(groups: readonly MatchGroup[]): Mismatch {
  const [left, right] = [
    groups.filter((group) => group.left.length > 0),
    groups.filter((group) => group.right.length > 0),
  ];
  const meet = groups.some((group) => group.left.length > 0 && group.right.length > 0);
  if (meet || left.length === 0 || right.length === 0) return { onlyLeft: [], onlyRight: [], disjoint: [] };
  const [leftNames, rightNames] = [namesIn(left), namesIn(right)];
  return {
    onlyLeft: leftNames.filter((name) => !rightNames.includes(name)),
    onlyRight: rightNames.filter((name) => !leftNames.includes(name)),
    disjoint: leftNames.filter(
      (name) => rightNames.includes(name) && disjoint(valuesOf(left, name), valuesOf(right, name)),
    ),
  };
}

const NO_MATCHING: VectorMatching = { cardinality: 'one-to-one', on: false, labels: [], include: [] };

const ORDER: { readonly [K in Fate]: number } = {
  'several-left': 0,
  'several-right': 0,
  paired: 1,
  kept: 1,
  removed: 2,
  'no-right': 3,
  'no-left': 4,
};

type Sides = { readonly left: readonly Row[]; readonly right: readonly Row[] };

function fateOf(operator: BinaryOperator, { cardinality }: VectorMatching, { left, right }: Sides): Fate {
  if (operator === 'or') return 'kept';
  if (operator === 'unless') return left.length === 0 ? 'no-left' : right.length === 0 ? 'kept' : 'removed';
  if (right.length === 0) return 'no-right';
  if (left.length === 0) return 'no-left';
  if (operator === 'and') return 'kept';
  if (right.length > 1 && cardinality !== 'one-to-many') return 'several-right';
  if (left.length > 1 && cardinality !== 'many-to-one') return 'several-left';
  return 'paired';
}

function resultsOf(
  node: Binary,
  matching: VectorMatching,
  { left, right }: Sides,
  fate: Fate,
  values: ReadonlyMap<string, number>,
): readonly MatchResult[] {
  if (fate === 'kept') {
    const kept = left.map(({ labels, value }, index) => ({ left: index, right: undefined, labels, value }));
    if (node.operator !== 'or' || left.length > 0) return kept;
    return right.map(({ labels, value }, index) => ({ left: undefined, right: index, labels, value }));
  }
  if (fate !== 'paired') return [];
  return left.flatMap((leftRow, leftIndex) =>
    right.map((rightRow, rightIndex) => {
      const labels = resultLabels(node, matching, leftRow.labels, rightRow.labels);
      return { left: leftIndex, right: rightIndex, labels, value: values.get(labelsKey(withoutName(labels))) };
    }),
  );
}

/** The labels of the side with more rows, cut down to what was matched where both sides have one. */
function resultLabels(node: Binary, matching: VectorMatching, left: Labels, right: Labels): Labels {
  const [many, one] = matching.cardinality === 'one-to-many' ? [right, left] : [left, right];
  const named = isComparison(node.operator) && !node.bool ? many : withoutName(many);
  if (matching.cardinality === 'one-to-one') {
    return Object.fromEntries(Object.entries(named).filter(([name]) => matching.labels.includes(name) === matching.on));
  }
  const entries = new Map(Object.entries(named));
  for (const name of matching.include) {
    const value = Object.hasOwn(one, name) ? one[name] : undefined;
    if (value === undefined) entries.delete(name);
    else entries.set(name, value);
  }
  return Object.fromEntries(entries);
}

function withoutName(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => name !== METRIC_NAME));
}

function namesIn(groups: readonly MatchGroup[]): readonly string[] {
  return [...new Set(groups.flatMap(({ key }) => Object.keys(key)))].sort();
}

function valuesOf(groups: readonly MatchGroup[], name: string): ReadonlySet<string> {
  return new Set(groups.flatMap(({ key }) => key[name] ?? []));
}

function disjoint(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return [...a].every((value) => !b.has(value));
}
