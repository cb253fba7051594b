import type { Labels } from './labels.ts';

/** One bucket of a native histogram. `boundaries`: 0 is (lower, upper], 1 [lower, upper), 2 (lower, upper), 3 [lower, upper]. */
export type NativeBucket = {
  readonly boundaries: 0 | 1 | 2 | 3;
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
};

export type NativeHistogram = {
  readonly count: number;
  readonly sum: number;
  readonly buckets: readonly NativeBucket[];
};

/** What one sample holds: a float (NaN and infinities included) or a native histogram. */
export type SampleValue = number | NativeHistogram;

/** A value and its instant, in milliseconds since 1970. */
export type Sample = { readonly ms: number; readonly value: SampleValue };

/** One row of an instant vector. */
export type InstantSample = { readonly labels: Labels; readonly ms: number; readonly value: SampleValue };

/** One series of a matrix, its samples in time order. */
export type Series = { readonly labels: Labels; readonly samples: readonly Sample[] };

/** What a query evaluates to, by Prometheus' `resultType`. */
export type QueryData =
  | { readonly kind: 'vector'; readonly samples: readonly InstantSample[] }
  | { readonly kind: 'matrix'; readonly series: readonly Series[] }
  | { readonly kind: 'scalar'; readonly ms: number; readonly value: number }
  | { readonly kind: 'string'; readonly ms: number; readonly value: string };

/**
 * What a query has cost, under the names of the API: times in seconds, samples counted as Prometheus counts them: what
 * was looked at (anew at every step), and the most in memory at a time.
 */
export type QueryStats = {
  readonly timings: {
    readonly evalTotalTime: number;
    readonly resultSortTime: number;
    readonly queryPreparationTime: number;
    readonly innerEvalTime: number;
    readonly execQueueTime: number;
    readonly execTotalTime: number;
  };
  readonly samples: { readonly totalQueryableSamples: number; readonly peakSamples: number };
};

/** The body of an answer as the API gave it. Large ones are not kept parsed. */
export type AnswerBody = {
  json(): unknown;
  /** The JSON text, in pieces that can be written one after the other. */
  text(): Iterable<string>;
};

/**
 * An answered query. `warnings` and `infos` are Prometheus' own annotations, position suffix "(line:column)" included.
 * `envelope` is the body of the answer as the API gave it, for `-o json`; absent where no API was involved. `stats` is there
 * when it was asked for and the server tells it; other servers than Prometheus count other things.
 */
export type QueryResult = {
  readonly data: QueryData;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly stats?: QueryStats | Readonly<Record<string, unknown>>;
  readonly envelope?: AnswerBody;
};

export function isHistogram(value: SampleValue): value is NativeHistogram {
  return typeof value !== 'number';
}

/** True when the answer is a vector or matrix without any series: a success that shows nothing. */
export function isEmptyResult(data: QueryData): boolean {
  return (data.kind === 'vector' && data.samples.length === 0) || (data.kind === 'matrix' && data.series.length === 0);
}
