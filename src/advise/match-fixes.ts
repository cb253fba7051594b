import type { Labels } from '../model/labels.ts';
import type { Binary } from '../promql/ast.ts';
import { print, printLabels } from '../promql/print.ts';
import { bare, spliced } from './ast-tools.ts';
import type { MatchGroup } from './match-groups.ts';
import type { Row } from './picture-ask.ts';
import { nameless } from './rows.ts';
import { listed } from './words.ts';

/** A way to write the whole query so that the rows find each other; `series` says how many rows it gives. */
export type MatchFix = { readonly text: string; readonly query: string; readonly series: number };

type Side = 'left' | 'right';
type Candidate = Omit<MatchFix, 'series'>;

/**
 * For a matching that Prometheus refuses: aggregate the side that has several rows for a partner, compare more labels, or
 * say that there may be several. Written on the query itself; whether the server accepts them has still to be asked.
 */
export function matchFixes(query: string, node: Binary, groups: readonly MatchGroup[]): readonly Candidate[] {
  const crowded = (['left', 'right'] as const).filter((side) => groups.some((group) => group[side].length > 1));
  const whole = (text: string, change: Change): Candidate => ({
    text,
    query: spliced(query, node.span, changed(node, change)),
  });
  const summed = Object.fromEntries(crowded.map((side) => [side, differingLabels(groups.map((group) => group[side]))]));
  const fixes = [
    whole(
      `Add up ${sidesText(crowded)} over ${listed(union(Object.values(summed)))}, so that partners have one row each.`,
      { summed },
    ),
  ];
  if (crowded.length === 1) {
    const many = crowded[0] ?? 'left';
    fixes.push(whole(`Say that several rows on the ${many} share one on the other side.`, { many }));
  } else {
    for (const many of ['left', 'right'] as const) {
      const one = opposite(many);
      const text = `Keep the rows of the ${many} apart, and add up the ${one} over ${listed(summed[one] ?? [])}.`;
      fixes.push(whole(text, { many, summed: { [one]: summed[one] ?? [] } }));
    }
  }
  const shared = union(Object.values(summed)).filter((name) => sides.every((side) => hasLabel(groups, side, name)));
  if (shared.length > 0) fixes.push(whole(`Compare ${listed(shared)}, too.`, { compared: shared }));
  return fixes;
}

const sides: readonly Side[] = ['left', 'right'];

function opposite(side: Side): Side {
  return side === 'left' ? 'right' : 'left';
}

function sidesText(crowded: readonly Side[]): string {
  return crowded.length === 2 ? 'both sides' : `the ${crowded[0]} side`;
}

function union(lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())].sort();
}

function hasLabel(groups: readonly MatchGroup[], side: Side, name: string): boolean {
  return groups.some((group) => group[side].some(({ labels }) => Object.hasOwn(labels, name)));
}

/** What is changed of an operator: sides that lose labels, labels that are compared in addition, the side with more rows. */
type Change = {
  readonly summed?: { readonly [K in Side]?: readonly string[] };
  readonly compared?: readonly string[];
  readonly many?: Side;
};

function changed(node: Binary, { summed = {}, compared = [], many }: Change): string {
  const side = (which: Side) => {
    const labels = summed[which];
    return labels === undefined
      ? print(node[which])
      : `sum without (${printLabels(labels)}) (${print(bare(node[which]))})`;
  };
  const matching = node.matching ?? { on: false, labels: [] };
  const labels = matching.on
    ? union([matching.labels, compared])
    : matching.labels.filter((name) => !compared.includes(name));
  const plain = !matching.on && labels.length === 0 && many === undefined;
  const how = plain ? '' : ` ${matching.on ? 'on' : 'ignoring'} (${printLabels(labels)})`;
  const group = many === undefined ? '' : ` group_${many} ()`;
  return `${side('left')} ${node.operator}${node.bool ? ' bool' : ''}${how}${group} ${side('right')}`;
}

/** The labels in which rows of one group differ, whichever group. */
function differingLabels(groups: readonly (readonly Row[])[]): readonly string[] {
  return [...new Set(groups.flatMap((rows) => labelNames(rows.map(({ labels }) => nameless(labels)))))].sort();
}

function labelNames(sets: readonly Labels[]): readonly string[] {
  const all = [...new Set(sets.flatMap((labels) => Object.keys(labels)))];
  return all.filter((name) => new Set(sets.map((labels) => labels[name] ?? '')).size > 1);
}
