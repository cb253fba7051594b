import type { FloatHistogram } from '../../model/float-histogram.ts';
import type { Span } from '../span.ts';
import type { EvalContext } from './context.ts';
import { duplicateSeriesError } from './errors.ts';
import { timeAt } from './grid.ts';
import { keyOf, type LabelSet, metricName, withoutMetadata } from './label-set.ts';
import {
  emptySeries,
  type GridSeries,
  hasSamples,
  type MatrixValue,
  type RangeSeries,
  setHistogram,
  type VectorValue,
} from './values.ts';

/**
 * What a range function looks at in one step: float samples `lo` to `hi` (exclusive) of the columns, histograms likewise.
 * The window is left-open and ends at `endMs`; with `anchored` or `smoothed` it also holds samples around it. The same
 * object is used for every step, so functions must not keep it.
 */
export type Window = {
  times: Float64Array;
  values: Float64Array;
  starts: Float64Array | undefined;
  lo: number;
  hi: number;
  histogramTimes: Float64Array;
  histograms: readonly FloatHistogram[];
  histogramLo: number;
  histogramHi: number;
  startMs: number;
  endMs: number;
  readonly rangeMs: number;
  /** The moment of evaluation, which `@` and `offset` do not move. */
  evalMs: number;
  readonly extension: MatrixValue['extension'];
  /** The name of the series, for messages. */
  metric: string;
  /** Positions of the float samples that are smaller than the one before; made when a function first asks for them. */
  drops: readonly number[] | undefined;
  /** How many of them lie before the window. */
  dropsBefore: number;
};

/** Says something about the series at hand, once for the query. */
export type Notes = { readonly warn: (message: string) => void; readonly info: (message: string) => void };

/** One value for a window, or none. `scalars` are the other arguments at this step, in their order. */
export type WindowFunction = (
  window: Window,
  scalars: readonly number[],
  notes: Notes,
) => number | FloatHistogram | undefined;

export type WindowRun = {
  readonly compute: WindowFunction;
  /** Makes a function that remembers the window before; called once for every series, its windows come in order. */
  readonly perSeries?: () => WindowFunction;
  /** The result depends on the samples alone: as long as these are the same, so is the result. */
  readonly samplesOnly?: boolean;
  /** The result is still a sample of the metric. */
  readonly keepName: boolean;
  /** Called once for every series that gave a float, with the metric's name. */
  readonly afterSeries?: (metric: string, notes: Notes) => void;
};

/** Lets a window slide over every series and puts what the function makes of it into a vector. */
export async function overWindows(
  context: EvalContext,
  matrix: MatrixValue,
  span: Span,
  scalars: readonly Float64Array[],
  { compute, perSeries, samplesOnly, keepName, afterSeries }: WindowRun,
): Promise<VectorValue> {
  const { query, grid } = context;
  const { budget, annotations } = query;
  const notes: Notes = {
    warn: (message) => annotations.warn(message, span),
    info: (message) => annotations.info(message, span),
  };
  const out: GridSeries[] = [];
  const args = new Array<number>(scalars.length).fill(0);
  const repeats = samplesOnly === true && scalars.length === 0 && matrix.extension === undefined;
  for (const series of matrix.series) {
    const computeNext = perSeries?.() ?? compute;
    let [lastLo, lastHi] = [-1, -1];
    const row = emptySeries(outputLabels(context, series, keepName), grid.steps, !keepName || series.dropName);
    const window = openWindow(series, matrix);
    let peak = 0;
    for (let step = 0; step < grid.steps; step++) {
      slide(window, matrix, step, query.lookbackMs);
      const size = window.hi - window.lo + window.histogramHi - window.histogramLo;
      if (budget.dueAfter(size + 1)) await budget.breathe();
      if (size === 0) continue;
      budget.read(size);
      if (size > peak) {
        budget.hold(size - peak);
        peak = size;
      }
      if (repeats && window.lo === lastLo && window.hi === lastHi && series.histograms.length === 0) {
        row.values[step] = row.values[step - 1] ?? 0;
        row.present[step] = row.present[step - 1] ?? 0;
        continue;
      }
      lastLo = window.lo;
      lastHi = window.hi;
      window.evalMs = timeAt(grid, step);
      for (let i = 0; i < scalars.length; i++) args[i] = scalars[i]?.[step] ?? 0;
      const result = computeNext(window, args, notes);
      if (result === undefined) continue;
      if (typeof result === 'number') {
        row.values[step] = result;
        row.present[step] = 1;
      } else {
        setHistogram(row, step, result);
      }
    }
    budget.release(peak);
    if (!hasSamples(row)) continue;
    budget.hold(grid.steps);
    out.push(row);
    if (afterSeries !== undefined && givesFloat(row)) afterSeries(window.metric, notes);
  }
  if (query.features.delayedNameRemoval !== true && new Set(out.map((row) => keyOf(row.labels))).size < out.length) {
    throw duplicateSeriesError();
  }
  return { kind: 'vector', series: out };
}

function givesFloat({ present, histograms }: GridSeries): boolean {
  return histograms === undefined || present.some((here, step) => here === 1 && histograms[step] === undefined);
}

function outputLabels(context: EvalContext, series: RangeSeries, keepName: boolean): LabelSet {
  const dropNow = !keepName && context.query.features.delayedNameRemoval !== true;
  return dropNow ? withoutMetadata(series.labels) : series.labels;
}

function openWindow(series: RangeSeries, matrix: MatrixValue): Window {
  const { times, values, starts, histogramTimes, histograms, labels } = series;
  return {
    times,
    values,
    starts,
    lo: 0,
    hi: 0,
    histogramTimes,
    histograms,
    histogramLo: 0,
    histogramHi: 0,
    startMs: 0,
    endMs: 0,
    rangeMs: matrix.rangeMs,
    evalMs: 0,
    extension: matrix.extension,
    metric: metricName(labels),
    drops: undefined,
    dropsBefore: 0,
  };
}

/** Moves the edges forward to where the step wants them. */
function slide(window: Window, matrix: MatrixValue, step: number, lookbackMs: number): void {
  const end = matrix.ends[step] ?? 0;
  window.endMs = end;
  window.startMs = end - matrix.rangeMs;
  const from = window.startMs - (matrix.extension === undefined ? 0 : lookbackMs);
  const to = end + (matrix.extension === 'smoothed' ? lookbackMs : 0);
  const { times, histogramTimes } = window;
  while (window.hi < times.length && (times[window.hi] ?? 0) <= to) window.hi++;
  while (window.lo < window.hi && (times[window.lo] ?? 0) <= from) window.lo++;
  while (window.histogramHi < histogramTimes.length && (histogramTimes[window.histogramHi] ?? 0) <= to) {
    window.histogramHi++;
  }
  while (window.histogramLo < window.histogramHi && (histogramTimes[window.histogramLo] ?? 0) <= from) {
    window.histogramLo++;
  }
}

/** The sum of the float samples of a window that are followed by a smaller one, as a counter's are when it starts over. */
export function lostInDrops(window: Window): number {
  const { values, lo, hi } = window;
  window.drops ??= dropsIn(values);
  const { drops } = window;
  while (window.dropsBefore < drops.length && (drops[window.dropsBefore] ?? 0) <= lo) window.dropsBefore++;
  let lost = 0;
  for (let i = window.dropsBefore; i < drops.length; i++) {
    const at = drops[i] ?? 0;
    if (at >= hi) break;
    lost += values[at - 1] ?? 0;
  }
  return lost;
}

/** Found once for the whole series, so that a step need not look at every sample of its window. */
function dropsIn(values: Float64Array): readonly number[] {
  const drops: number[] = [];
  for (let i = 1; i < values.length; i++) if ((values[i] ?? 0) < (values[i - 1] ?? 0)) drops.push(i);
  return drops;
}
