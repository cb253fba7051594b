import type { FloatHistogram } from '../../model/float-histogram.ts';

/** A histogram with all its counts and its sum negated; such a thing is no counter any more. */
export function negateHistogram(histogram: FloatHistogram): FloatHistogram {
  return {
    ...histogram,
    count: -histogram.count,
    sum: -histogram.sum,
    zeroCount: -histogram.zeroCount,
    positiveBuckets: histogram.positiveBuckets.map((count) => -count),
    negativeBuckets: histogram.negativeBuckets.map((count) => -count),
    counterResetHint: 'gauge',
  };
}
