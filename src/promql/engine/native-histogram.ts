import { type BucketSpan, CUSTOM_BUCKETS_SCHEMA, type FloatHistogram } from '../../model/float-histogram.ts';
import type { NativeBucket, NativeHistogram } from '../../model/query-result.ts';

const ORIGINALS = new WeakMap<NativeHistogram, FloatHistogram>();

/** A histogram as the API shows it: every bucket that is not empty, with its boundaries. */
export function toNativeHistogram(histogram: FloatHistogram): NativeHistogram {
  const { count, sum, zeroCount, zeroThreshold } = histogram;
  const zero: readonly NativeBucket[] =
    zeroCount === 0 ? [] : [{ boundaries: 3, lower: -zeroThreshold, upper: zeroThreshold, count: zeroCount }];
  const shown = { count, sum, buckets: [...negativeBuckets(histogram), ...zero, ...positiveBuckets(histogram)] };
  ORIGINALS.set(shown, histogram);
  return shown;
}

/** What a shown histogram was made from; undefined when it came from elsewhere. */
export function originalOf(shown: NativeHistogram): FloatHistogram | undefined {
  return ORIGINALS.get(shown);
}

function positiveBuckets(histogram: FloatHistogram): readonly NativeBucket[] {
  return indexed(histogram.positiveSpans, histogram.positiveBuckets).map(([index, count]) => {
    const lower = boundary(histogram, index - 1);
    const inclusive = histogram.schema === CUSTOM_BUCKETS_SCHEMA && index === 0;
    return { boundaries: inclusive ? 3 : 0, lower, upper: boundary(histogram, index), count };
  });
}

function negativeBuckets(histogram: FloatHistogram): readonly NativeBucket[] {
  return indexed(histogram.negativeSpans, histogram.negativeBuckets)
    .map(
      ([index, count]): NativeBucket => ({
        boundaries: 1,
        lower: -boundary(histogram, index),
        upper: -boundary(histogram, index - 1),
        count,
      }),
    )
    .reverse();
}

/** Buckets that are not empty with their index on the grid. */
function indexed(spans: readonly BucketSpan[], counts: readonly number[]): readonly (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  let index = 0;
  let next = 0;
  for (const { offset, length } of spans) {
    index += offset;
    for (let i = 0; i < length; i++, index++) {
      const count = counts[next++] ?? 0;
      if (count !== 0) found.push([index, count]);
    }
  }
  return found;
}

/** The upper boundary of a bucket; the lower one of the next. */
function boundary({ schema, customValues }: FloatHistogram, index: number): number {
  if (schema !== CUSTOM_BUCKETS_SCHEMA) return 2 ** (index * 2 ** -schema);
  if (index < 0) return Number.NEGATIVE_INFINITY;
  return customValues[index] ?? Number.POSITIVE_INFINITY;
}
