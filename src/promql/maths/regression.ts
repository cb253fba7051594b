import { KahanSum } from './kahan.ts';

/** Columns of samples, of which `lo` to `hi` (exclusive) count. Times in milliseconds. */
type Samples = {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly lo: number;
  readonly hi: number;
};

/** The straight line through samples with the least squares: its slope per second and its value at `interceptMs`. */
export function linearRegression(
  { times, values, lo, hi }: Samples,
  interceptMs: number,
): { readonly slope: number; readonly intercept: number } {
  const first = values[lo] ?? 0;
  const n = hi - lo;
  const x = new KahanSum();
  const y = new KahanSum();
  const xy = new KahanSum();
  const xx = new KahanSum();
  let constant = true;
  for (let i = lo; i < hi; i++) {
    const value = values[i] ?? 0;
    if (constant && i > lo && value !== first) constant = false;
    const seconds = ((times[i] ?? 0) - interceptMs) / 1000;
    x.add(seconds);
    y.add(value);
    xy.add(seconds * value);
    xx.add(seconds * seconds);
  }
  if (constant) {
    const infinite = first === Number.POSITIVE_INFINITY || first === Number.NEGATIVE_INFINITY;
    return infinite ? { slope: Number.NaN, intercept: Number.NaN } : { slope: 0, intercept: first };
  }
  const covariance = xy.total - (x.total * y.total) / n;
  const variance = xx.total - (x.total * x.total) / n;
  const slope = covariance / variance;
  return { slope, intercept: y.total / n - (slope * x.total) / n };
}
