/** One bucket of a classic histogram: how many observations are at most `upper`. */
export type ClassicBucket = { readonly upper: number; readonly count: number };

/** Which buckets went down and had to be lifted. */
export type Forced = { readonly lowest: number; readonly highest: number; readonly largestDrop: number };

export type BucketQuantile = { readonly value: number; readonly forced: Forced | undefined };

/** Differences between buckets below this share are rounding errors, not observations. */
const TOLERANCE = 1e-12;

/**
 * The quantile of a classic histogram: linear within the bucket it falls into. The lowest bucket starts at 0 unless its
 * bound is negative; in the highest one the answer is its lower bound.
 */
export function bucketQuantile(q: number, unsorted: readonly ClassicBucket[]): BucketQuantile {
  const none = { value: Number.NaN, forced: undefined };
  if (Number.isNaN(q)) return none;
  if (q < 0) return { value: Number.NEGATIVE_INFINITY, forced: undefined };
  if (q > 1) return { value: Number.POSITIVE_INFINITY, forced: undefined };
  const sorted = sortBuckets(unsorted);
  if (sorted.at(-1)?.upper !== Number.POSITIVE_INFINITY) return none;
  const { buckets, forced } = makeMonotonic(joinEqualBounds(sorted));
  const last = buckets.length - 1;
  const total = buckets[last]?.count ?? 0;
  if (last < 1 || total === 0) return { value: Number.NaN, forced };
  const rank = q * total;
  const found = firstReaching(rank, buckets.slice(0, -1));
  const { upper, count } = buckets[found] ?? { upper: Number.NaN, count: 0 };
  const below = buckets[found - 1];
  if (found === last) return { value: below?.upper ?? Number.NaN, forced };
  if (below === undefined) {
    return { value: upper <= 0 ? upper : upper * (rank / count), forced };
  }
  const share = (rank - below.count) / (count - below.count);
  return { value: below.upper + (upper - below.upper) * share, forced };
}

/** By halves, as Prometheus does: where a count is NaN the buckets are in no order and the way decides. */
function firstReaching(rank: number, buckets: readonly ClassicBucket[]): number {
  let [from, to] = [0, buckets.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((buckets[middle]?.count ?? 0) >= rank) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** The share of observations between two bounds, linear within buckets. */
export function bucketFraction(lower: number, upper: number, unsorted: readonly ClassicBucket[]): number {
  const sorted = sortBuckets(unsorted);
  if (sorted.at(-1)?.upper !== Number.POSITIVE_INFINITY) return Number.NaN;
  const buckets = joinEqualBounds(sorted);
  const total = buckets.at(-1)?.count ?? 0;
  if (total === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN;
  if (lower >= upper) return 0;
  return (rankOf(upper, buckets, total) - rankOf(lower, buckets, total)) / total;
}

/** How many observations are at most a value. */
function rankOf(value: number, buckets: readonly ClassicBucket[], total: number): number {
  let below = 0;
  for (const [index, bucket] of buckets.entries()) {
    const previous = buckets[index - 1];
    const start = previous?.upper ?? (bucket.upper > 0 ? 0 : Number.NEGATIVE_INFINITY);
    if (start >= value) return Math.min(below, total);
    if (bucket.upper > value) {
      const rank = below + ((bucket.count - below) * (value - start)) / (bucket.upper - start);
      return Math.min(rank, total);
    }
    below = bucket.count;
  }
  return total;
}

function sortBuckets(buckets: readonly ClassicBucket[]): readonly ClassicBucket[] {
  return [...buckets].sort((a, b) => (a.upper < b.upper ? -1 : a.upper > b.upper ? 1 : 0));
}

function joinEqualBounds(sorted: readonly ClassicBucket[]): readonly ClassicBucket[] {
  const joined: { upper: number; count: number }[] = [];
  for (const { upper, count } of sorted) {
    const last = joined.at(-1);
    if (last !== undefined && last.upper === upper) last.count += count;
    else joined.push({ upper, count });
  }
  return joined;
}

/** Lifts every bucket to at least the one below; tiny differences either way are ignored without a word. */
function makeMonotonic(buckets: readonly ClassicBucket[]): {
  readonly buckets: readonly ClassicBucket[];
  readonly forced: Forced | undefined;
} {
  let forced: Forced | undefined;
  let previous = buckets[0]?.count ?? 0;
  const fixed = buckets.map(({ upper, count }) => {
    if (count === previous) return { upper, count };
    if (almostEqual(previous, count)) return { upper, count: previous };
    if (count < previous) {
      const drop = previous - count;
      forced = {
        lowest: forced?.lowest ?? upper,
        highest: upper,
        largestDrop: Math.max(forced?.largestDrop ?? 0, drop),
      };
      return { upper, count: previous };
    }
    previous = count;
    return { upper, count };
  });
  return { buckets: fixed, forced };
}

function almostEqual(a: number, b: number): boolean {
  if (Number.isNaN(a) && Number.isNaN(b)) return true;
  if (a === b) return true;
  const sum = Math.abs(a) + Math.abs(b);
  const difference = Math.abs(a - b);
  const smallest = 2 ** -1022;
  if (a === 0 || b === 0 || sum < smallest) return difference < TOLERANCE * smallest;
  return difference / Math.min(sum, Number.MAX_VALUE) < TOLERANCE;
}
