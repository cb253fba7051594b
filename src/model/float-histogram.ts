/** Whether a histogram is known to follow a reset of its counter; gauges never reset. */
export type CounterResetHint = 'unknown' | 'reset' | 'not-reset' | 'gauge';

/** A run of buckets: how many are left out before it, how many it has. */
export type BucketSpan = { readonly offset: number; readonly length: number };

/** The schema number of histograms whose buckets have boundaries of their own. */
export const CUSTOM_BUCKETS_SCHEMA = -53;

/**
 * A native histogram as Prometheus stores it, with float counts. Buckets lie on an exponential grid given by the schema,
 * or between `customValues` when the schema is CUSTOM_BUCKETS_SCHEMA. Counts are per bucket, not cumulative.
 */
export type FloatHistogram = {
  readonly schema: number;
  readonly count: number;
  readonly sum: number;
  readonly zeroCount: number;
  readonly zeroThreshold: number;
  readonly positiveSpans: readonly BucketSpan[];
  readonly positiveBuckets: readonly number[];
  readonly negativeSpans: readonly BucketSpan[];
  readonly negativeBuckets: readonly number[];
  readonly customValues: readonly number[];
  readonly counterResetHint: CounterResetHint;
};
