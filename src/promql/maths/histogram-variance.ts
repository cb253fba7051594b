import { CUSTOM_BUCKETS_SCHEMA, type FloatHistogram } from '../../model/float-histogram.ts';
import { toNativeHistogram } from '../engine/native-histogram.ts';
import { KahanSum } from './kahan.ts';

/** The variance of the observations of a native histogram, each taken to lie in the middle of its bucket. */
export function histogramVariance(histogram: FloatHistogram): number {
  const mean = histogram.sum / histogram.count;
  const custom = histogram.schema === CUSTOM_BUCKETS_SCHEMA;
  const squares = new KahanSum();
  for (const { lower, upper, count } of toNativeHistogram(histogram).buckets) {
    const delta = middle(lower, upper, custom) - mean;
    squares.add(count * delta * delta);
  }
  return squares.total / histogram.count;
}

function middle(lower: number, upper: number, custom: boolean): number {
  if (custom) return (upper + lower) / 2;
  if (lower <= 0 && upper >= 0) return 0;
  const geometric = Math.sqrt(upper * lower);
  return upper < 0 ? -geometric : geometric;
}
