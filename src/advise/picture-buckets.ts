import { UserError } from '../model/errors.ts';
import { type Labels, labelsKey } from '../model/labels.ts';
import type { Call, Expr } from '../promql/ast.ts';
import { bucketQuantile } from '../promql/maths/buckets.ts';
import { parseGoFloat } from '../promql/maths/go-math.ts';
import { print } from '../promql/print.ts';
import { type Asking, askRows, firstOf, nameless, type Row, treeOf } from './picture-ask.ts';
import { unitOf } from './unit.ts';

/** Cumulative buckets of one histogram, and how a quantile is read off them. */
export type BucketsPicture = {
  readonly kind: 'buckets';
  /** 0.95 for the 95th percentile. */
  readonly quantile: number;
  /** Labels of the histogram, without `le`; undefined when there are no buckets. */
  readonly labels: Labels | undefined;
  /** How many histograms the query has besides; the one with most observations is pictured. */
  readonly others: number;
  /** What the bounds are measured in, such as "seconds"; what the counts count, such as "per second". */
  readonly unit: string | undefined;
  /** The counts are rates: per second. */
  readonly perSecond: boolean;
  /** By bound; a count holds all observations up to its bound. A count that fell below the one before is lifted. */
  readonly buckets: readonly Bucket[];
  readonly total: number;
  /** So many observations lie below the quantile. */
  readonly rank: number;
  readonly cut: Cut;
};

export type Bucket = { readonly upper: number; readonly count: number };

export type Cut =
  /** Inside a bucket, `share` (0…1) of the way from its lower to its upper bound. */
  | {
      readonly kind: 'inside';
      readonly index: number;
      readonly lower: number;
      readonly upper: number;
      /** Observations up to the lower bound, and up to the upper one. */
      readonly below: number;
      readonly upTo: number;
      readonly share: number;
      readonly value: number;
    }
  /** In the bucket without an upper end: the answer is the highest bound there is. */
  | { readonly kind: 'beyond'; readonly index: number; readonly value: number }
  /** Nothing was observed, +Inf is missing, the quantile is not between 0 and 1, or the bucket it meets holds nothing. */
  | { readonly kind: 'none'; readonly why: 'empty' | 'no-inf' | 'quantile' | 'hollow'; readonly value: number };

export async function bucketsPicture({ query }: { readonly query: string }, asking: Asking): Promise<BucketsPicture> {
  const { quantile, inner } = findQuantile(query);
  const histograms = histogramsIn(await askRows(asking, print(inner)));
  const [most, ...others] = [...histograms].sort((a, b) => totalOf(b.buckets) - totalOf(a.buckets));
  const buckets = most?.buckets ?? [];
  const total = totalOf(buckets);
  return {
    kind: 'buckets',
    quantile,
    labels: most?.labels,
    others: others.length,
    unit: unitOf(query),
    perSecond:
      firstOf(inner, (node) => (node.kind === 'call' && node.name.endsWith('rate') ? node : undefined)) !== undefined,
    buckets,
    total,
    rank: quantile * total,
    cut: cutOf(quantile, buckets),
  };
}

function cutOf(quantile: number, buckets: readonly Bucket[]): Cut {
  const { value } = bucketQuantile(quantile, buckets);
  if (!(quantile >= 0 && quantile <= 1)) return { kind: 'none', why: 'quantile', value };
  const last = buckets.at(-1);
  if (last?.upper !== Number.POSITIVE_INFINITY)
    return { kind: 'none', why: last === undefined ? 'empty' : 'no-inf', value };
  const rank = quantile * last.count;
  if (!(last.count > 0) || buckets.length < 2) return { kind: 'none', why: 'empty', value };
  const index = buckets.findIndex(({ count }) => count >= rank);
  const found = buckets[index];
  if (found === undefined || found.upper === Number.POSITIVE_INFINITY) {
    return { kind: 'beyond', index: buckets.length - 1, value };
  }
  if (Number.isNaN(value)) return { kind: 'none', why: 'hollow', value };
  const before = buckets[index - 1];
  const lower = before?.upper ?? Math.min(0, found.upper);
  const below = before?.count ?? 0;
  const share = found.count === below ? 0 : (rank - below) / (found.count - below);
  return { kind: 'inside', index, lower, upper: found.upper, below, upTo: found.count, share, value };
}

function histogramsIn(
  rows: readonly Row[],
): readonly { readonly labels: Labels; readonly buckets: readonly Bucket[] }[] {
  const groups = new Map<string, { labels: Labels; buckets: Bucket[] }>();
  for (const { labels, value } of rows) {
    const { le = '', ...others } = nameless(labels);
    const upper = parseGoFloat(le);
    if (upper === undefined) continue;
    const group = groups.get(labelsKey(others)) ?? { labels: others, buckets: [] };
    group.buckets.push({ upper, count: value });
    groups.set(labelsKey(others), group);
  }
  return [...groups.values()].map(({ labels, buckets }) => ({ labels, buckets: lifted(buckets) }));
}

/** In the order of their bounds, none below the one before: as histogram_quantile() takes them. */
function lifted(buckets: readonly Bucket[]): readonly Bucket[] {
  let most = Number.NEGATIVE_INFINITY;
  return [...buckets]
    .sort((a, b) => (a.upper < b.upper ? -1 : 1))
    .map(({ upper, count }) => {
      most = Math.max(most, count);
      return { upper, count: most };
    });
}

function totalOf(buckets: readonly Bucket[]): number {
  return buckets.at(-1)?.count ?? 0;
}

function findQuantile(query: string): { readonly quantile: number; readonly inner: Expr } {
  const call = firstOf(treeOf(query), (node): Call | undefined =>
    node.kind === 'call' && node.name === 'histogram_quantile' ? node : undefined,
  );
  const [first, inner] = call?.args ?? [];
  const quantile = first?.kind === 'unary' && first.operator === '-' ? first.expr : first;
  if (inner === undefined || quantile?.kind !== 'number') {
    throw new UserError(
      `cannot picture the buckets of \`${query}\`: it has no histogram_quantile(0.95, …) with a number`,
    );
  }
  return { quantile: first === quantile ? quantile.value : -quantile.value, inner };
}
