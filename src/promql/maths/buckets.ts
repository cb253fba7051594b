/** One bucket of a classic histogram: how many observations are at most `upper`. */
export type ClassicBucket = { readonly upper: number; readonly count: number };

/** Which buckets went down and had to be lifted. */
export type Forced = { readonly lowest: number; readonly highest: number; readonly largestDrop: number };

export type BucketQuantile = { readonly value: number; readonly forced: Forced | undefined };

/** Differences between buckets below this share are rounding errors, not observations. */
const TOLERANCE = 1e-12;

/** The buckets of one histogram at one step as columns, lowest bound first. Made once and filled anew at every step. */
export class BucketColumns {
  readonly uppers: Float64Array;
  readonly counts: Float64Array;
  length = 0;

  constructor(capacity: number) {
    this.uppers = new Float64Array(capacity);
    this.counts = new Float64Array(capacity);
  }

  /** Bounds must not go down. What has the same bound is one bucket. */
  push(upper: number, count: number): void {
    const last = this.length - 1;
    if (last >= 0 && this.uppers[last] === upper) {
      this.counts[last] = (this.counts[last] ?? 0) + count;
      return;
    }
    this.uppers[this.length] = upper;
    this.counts[this.length++] = count;
  }
}

/** For those who have buckets as objects, in any order. */
export function bucketQuantile(q: number, unsorted: readonly ClassicBucket[]): BucketQuantile {
  const columns = new BucketColumns(unsorted.length);
  for (const { upper, count } of sortBuckets(unsorted)) columns.push(upper, count);
  return columnsQuantile(q, columns);
}

/**
 * The quantile of a classic histogram: linear within the bucket it falls into. The lowest bucket starts at 0 unless its
 * bound is negative; in the highest one the answer is its lower bound. Counts that go down are lifted in the columns.
 */
export function columnsQuantile(q: number, columns: BucketColumns): BucketQuantile {
  const { uppers, counts, length } = columns;
  if (Number.isNaN(q)) return NO_QUANTILE;
  if (q < 0) return { value: Number.NEGATIVE_INFINITY, forced: undefined };
  if (q > 1) return { value: Number.POSITIVE_INFINITY, forced: undefined };
  if (length === 0 || uppers[length - 1] !== Number.POSITIVE_INFINITY) return NO_QUANTILE;
  const forced = makeMonotonic(columns);
  const last = length - 1;
  const total = counts[last] ?? 0;
  if (last < 1 || total === 0) return { value: Number.NaN, forced };
  const rank = q * total;
  const found = firstReaching(rank, counts, last);
  if (found === last) return { value: uppers[found - 1] ?? Number.NaN, forced };
  const upper = uppers[found] ?? Number.NaN;
  const count = counts[found] ?? 0;
  if (found === 0) return { value: upper <= 0 ? upper : upper * (rank / count), forced };
  const [lower, below] = [uppers[found - 1] ?? Number.NaN, counts[found - 1] ?? 0];
  return { value: lower + (upper - lower) * ((rank - below) / (count - below)), forced };
}

const NO_QUANTILE: BucketQuantile = { value: Number.NaN, forced: undefined };

/** By halves, as Prometheus does: where a count is NaN the buckets are in no order and the way decides. */
function firstReaching(rank: number, counts: Float64Array, length: number): number {
  let [from, to] = [0, length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((counts[middle] ?? 0) >= rank) to = middle;
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

/** Lowest bound first; whatever else belongs to a bucket stays with it. */
export function sortBuckets<B extends { readonly upper: number }>(buckets: readonly B[]): B[] {
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
function makeMonotonic({ uppers, counts, length }: BucketColumns): Forced | undefined {
  let forced: Forced | undefined;
  let previous = counts[0] ?? 0;
  for (let i = 0; i < length; i++) {
    const count = counts[i] ?? 0;
    if (count === previous) continue;
    if (almostEqual(previous, count)) counts[i] = previous;
    else if (count < previous) {
      const upper = uppers[i] ?? Number.NaN;
      forced = {
        lowest: forced?.lowest ?? upper,
        highest: upper,
        largestDrop: Math.max(forced?.largestDrop ?? 0, previous - count),
      };
      counts[i] = previous;
    } else previous = count;
  }
  return forced;
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
