import type { FloatHistogram } from '../../model/float-histogram.ts';
import type { RangeExtension } from '../ast.ts';
import type { LabelSet } from './label-set.ts';

/**
 * One series over the steps of a grid. Where `present` is 0 there is no sample; where `histograms` is set the sample is
 * a native histogram and the value means nothing.
 */
export type GridSeries = {
  readonly labels: LabelSet;
  /** The metric name no longer describes the values; it goes away at the end of the query, or has already gone. */
  readonly dropName: boolean;
  readonly values: Float64Array;
  readonly present: Uint8Array;
  histograms?: (FloatHistogram | undefined)[] | undefined;
};

export type VectorValue = { readonly kind: 'vector'; readonly series: readonly GridSeries[] };

/** A number at every step. */
export type ScalarValue = { readonly kind: 'scalar'; readonly values: Float64Array };

export type StringValue = { readonly kind: 'string'; readonly value: string };

/** The samples of one series a window slides over, without stale markers; floats and histograms apart. */
export type RangeSeries = {
  readonly labels: LabelSet;
  readonly dropName: boolean;
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** When the counter started at each float sample, 0 where not known; absent when nothing is known. */
  readonly starts: Float64Array | undefined;
  readonly histogramTimes: Float64Array;
  readonly histograms: readonly FloatHistogram[];
};

/** Series, and for every step the window that is looked at: left-open, `rangeMs` long, ending at `ends[step]`. */
export type MatrixValue = {
  readonly kind: 'matrix';
  readonly series: readonly RangeSeries[];
  readonly rangeMs: number;
  readonly ends: Float64Array;
  readonly extension: RangeExtension | undefined;
  /** The samples were made for this query, as those of a subquery; otherwise they are the storage's. */
  readonly copied: boolean;
  /** Of a subquery: how many samples were looked at to make it. */
  readonly innerRead?: number;
};

export type Value = VectorValue | ScalarValue | StringValue | MatrixValue;

export type ValueOf<T extends Value['kind']> = Extract<Value, { readonly kind: T }>;

/** A series without samples, ready to be filled. */
export function emptySeries(labels: LabelSet, steps: number, dropName: boolean): GridSeries {
  return { labels, dropName, values: new Float64Array(steps), present: new Uint8Array(steps) };
}

export function setHistogram(series: GridSeries, step: number, histogram: FloatHistogram): void {
  series.histograms ??= new Array<FloatHistogram | undefined>(series.values.length).fill(undefined);
  series.histograms[step] = histogram;
  series.present[step] = 1;
}

/** Copies one sample, whatever it is. */
export function copySample(from: GridSeries, to: GridSeries, step: number): void {
  const histogram = from.histograms?.[step];
  if (histogram === undefined) {
    to.values[step] = from.values[step] ?? 0;
    to.present[step] = 1;
  } else {
    setHistogram(to, step, histogram);
  }
}

/** At how many steps there is a sample. */
export function countSamples({ present }: GridSeries): number {
  let count = 0;
  for (let step = 0; step < present.length; step++) count += present[step] ?? 0;
  return count;
}

export function hasSamples(series: GridSeries): boolean {
  return series.present.includes(1);
}
