import { QueryError, UserError } from '../model/errors.ts';
import type { Binary } from '../promql/ast.ts';
import { print } from '../promql/print.ts';
import { type Fate, type MatchGroup, type Mismatch, matchGroups, mismatch } from './match-groups.ts';
import { type Asking, askRows, firstOf, type Row, treeOf } from './picture-ask.ts';

/** How the rows of two sides of an operator find each other. */
export type MatchingPicture = {
  readonly kind: 'matching';
  /** The operation alone, as text; so are its two sides. */
  readonly query: string;
  readonly left: string;
  readonly right: string;
  readonly operator: Binary['operator'];
  /** Whether `on (…)` was written; else all labels but `labels` are compared. */
  readonly on: boolean;
  readonly labels: readonly string[];
  readonly cardinality: 'one-to-one' | 'many-to-one' | 'one-to-many' | 'many-to-many';
  /** Labels that group_left(…) or group_right(…) copies from the other side. */
  readonly include: readonly string[];
  readonly leftRows: number;
  readonly rightRows: number;
  readonly groups: readonly MatchGroup[];
  /** How many groups meet each fate. */
  readonly fates: ReadonlyMap<Fate, number>;
  readonly mismatch: Mismatch;
  /** Rows of the answer; undefined when Prometheus refused the query with `error`. */
  readonly rows: number | undefined;
  readonly error: string | undefined;
};

/** Pictures the outermost operator between two vectors. */
export async function matchingPicture({ query }: { readonly query: string }, asking: Asking): Promise<MatchingPicture> {
  const node = findOperation(query);
  const { matching } = node;
  const [left, right] = await Promise.all([askRows(asking, print(node.left)), askRows(asking, print(node.right))]);
  const { rows, error } = await answerOf(asking, print(node));
  const groups = matchGroups(node, left, right, rows);
  const fates = new Map<Fate, number>();
  for (const { fate } of groups) fates.set(fate, (fates.get(fate) ?? 0) + 1);
  return {
    kind: 'matching',
    query: print(node),
    left: print(node.left),
    right: print(node.right),
    operator: node.operator,
    on: matching.on,
    labels: matching.labels,
    cardinality: matching.cardinality,
    include: matching.include,
    leftRows: left.length,
    rightRows: right.length,
    groups,
    fates,
    mismatch: mismatch(groups),
    rows: rows?.length,
    error,
  };
}

async function answerOf(
  asking: Asking,
  query: string,
): Promise<{ readonly rows: readonly Row[] | undefined; readonly error: string | undefined }> {
  try {
    return { rows: await askRows(asking, query), error: undefined };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return { rows: undefined, error: error.message };
  }
}

type Operation = Binary & { readonly matching: NonNullable<Binary['matching']> };

function findOperation(query: string): Operation {
  const node = firstOf(treeOf(query), (each): Operation | undefined =>
    each.kind === 'binary' && each.matching !== undefined ? { ...each, matching: each.matching } : undefined,
  );
  if (node === undefined) {
    throw new UserError(`cannot picture the match groups of \`${query}\`: it has no operator between two vectors`);
  }
  if (node.matching.fillLeft !== undefined || node.matching.fillRight !== undefined) {
    throw new UserError(`cannot picture the match groups of \`${query}\`: fill is not pictured yet`);
  }
  return node;
}
