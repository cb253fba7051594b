import type { FloatHistogram } from './float-histogram.ts';
import type { Labels } from './labels.ts';
import type { CompiledMatcher } from './matcher.ts';

/**
 * The samples of one series as columns, in time order, no time twice. `times` are milliseconds since 1970. All columns
 * have the same length; optional ones are absent when no sample needs them.
 */
export type SeriesColumns = {
  /** The same object every time the same series is asked for, so that what is computed from it can be kept. */
  readonly labels: Labels;
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** 1 where the sample says that the series has ended; its value means nothing. */
  readonly stale?: Uint8Array | undefined;
  /** When the counter started, in milliseconds since 1970; 0 where that is not known. */
  readonly starts?: Float64Array | undefined;
  /** Set where the sample is a native histogram; its value means nothing then. */
  readonly histograms?: readonly (FloatHistogram | undefined)[] | undefined;
};

/** Both ends belong to it; milliseconds since 1970. */
export type TimeRange = { readonly startMs: number; readonly endMs: number };

/** Where the engine gets its samples from. */
export interface Storage {
  /** The series that fulfil all conditions and have a sample in the range, ordered by labels. Columns must not be changed. */
  select(matchers: readonly CompiledMatcher[], range: TimeRange): readonly SeriesColumns[];
}
