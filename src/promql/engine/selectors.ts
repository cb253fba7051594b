import type { SeriesColumns } from '../../model/storage.ts';
import type { Duration, MatrixSelector, TimeModifiers, VectorSelector } from '../ast.ts';
import { type EvaluatedDuration, evaluateDuration } from '../duration.ts';
import { compileMatcher, matchersOf } from '../matcher.ts';
import type { EvalContext, QueryContext } from './context.ts';
import { executionError, histogramsNotEvaluated } from './errors.ts';
import { type Grid, timeAt } from './grid.ts';
import { interpolate } from './interpolate.ts';
import { labelSetOf } from './label-set.ts';
import {
  countSamples,
  emptySeries,
  type GridSeries,
  type MatrixValue,
  type RangeSeries,
  setHistogram,
  type VectorValue,
} from './values.ts';

/** The samples of an instant vector selector: at every step the newest one that is not older than the lookback. */
export async function evaluateVectorSelector(context: EvalContext, node: VectorSelector): Promise<VectorValue> {
  const { grid, query } = context;
  if (node.extension === 'smoothed') return smoothedVector(context, node);
  const ends = endsOf(query, grid, node);
  const series: GridSeries[] = [];
  for (const columns of selectColumns(query, node, ends, query.lookbackMs, 0)) {
    if (query.budget.dueAfter(grid.steps)) await query.budget.breathe();
    const row = emptySeries(labelSetOf(columns.labels), grid.steps, false);
    const found = fillNewest(row, columns, ends, query.lookbackMs);
    if (found === 0) continue;
    query.budget.read(found);
    query.budget.hold(grid.steps);
    series.push(row);
  }
  return { kind: 'vector', series };
}

/** For timestamp() and start_timestamp(): a column of the samples other than their values, in seconds since 1970. */
export async function evaluateSampleTimes(
  context: EvalContext,
  node: VectorSelector,
  column: 'times' | 'starts',
): Promise<VectorValue> {
  const { grid, query } = context;
  const ends = endsOf(query, grid, node);
  const series: GridSeries[] = [];
  for (const columns of selectColumns(query, node, ends, query.lookbackMs, 0)) {
    if (query.budget.dueAfter(grid.steps)) await query.budget.breathe();
    const row = emptySeries(labelSetOf(columns.labels), grid.steps, false);
    newestSamples(columns, ends, query.lookbackMs, (step, index) => {
      row.values[step] = (columns[column]?.[index] ?? 0) / 1000;
      row.present[step] = 1;
    });
    const found = countSamples(row);
    if (found === 0) continue;
    query.budget.read(found);
    query.budget.hold(grid.steps);
    series.push(row);
  }
  return { kind: 'vector', series };
}

/** The windows of a range selector. */
export async function evaluateMatrixSelector(context: EvalContext, node: MatrixSelector): Promise<MatrixValue> {
  const { grid, query } = context;
  const { selector } = node;
  const { extension } = selector;
  const rangeMs = resolveDuration(query, node.range, false);
  const ends = endsOf(query, grid, selector);
  const before = rangeMs + (extension === undefined ? 0 : query.lookbackMs);
  const after = extension === 'smoothed' ? query.lookbackMs : 0;
  const series: RangeSeries[] = [];
  for (const columns of selectColumns(query, selector, ends, before, after)) {
    if (query.budget.dueAfter(grid.steps)) await query.budget.breathe();
    series.push(rangeSeriesOf(columns, query.features.useStartTimestamps === true));
  }
  return { kind: 'matrix', series, rangeMs, ends, extension, copied: false };
}

/** Milliseconds of a duration, computed now if it depends on the query. */
export function resolveDuration(query: QueryContext, duration: Duration, mayBeNegative: boolean): number {
  const window = { stepMs: query.stepMs, rangeMs: query.endMs - query.startMs };
  const evaluated: EvaluatedDuration = evaluateDuration(duration.expr, window);
  if (evaluated.kind !== 'ok')
    throw executionError(evaluated.kind === 'error' ? evaluated.message : 'unknown duration');
  if (!mayBeNegative && evaluated.ms <= 0) throw executionError('duration must be greater than 0');
  return evaluated.ms;
}

/** Where a selector or subquery looks at every step: the step itself or the time after `@`, moved by the offset. */
export function endsOf(query: QueryContext, grid: Grid, { at, offset }: TimeModifiers): Float64Array {
  const shift = offset === undefined ? 0 : resolveDuration(query, offset, true);
  const fixed = atTime(query, at);
  const ends = new Float64Array(grid.steps);
  for (let step = 0; step < grid.steps; step++) ends[step] = (fixed ?? timeAt(grid, step)) - shift;
  return ends;
}

/** Milliseconds since 1970 that `@` means, undefined when there is none. */
export function atTime(query: QueryContext, at: TimeModifiers['at']): number | undefined {
  switch (at?.kind) {
    case undefined:
      return undefined;
    case 'timestamp':
      return at.ms;
    case 'start':
      return query.startMs;
    case 'end':
      return query.endMs;
  }
}

/** The columns a selector needs so that every window from `before` to `after` its end is covered. */
export function selectColumns(
  query: QueryContext,
  node: VectorSelector,
  ends: Float64Array,
  before: number,
  after: number,
): readonly SeriesColumns[] {
  const first = ends[0];
  const last = ends.at(-1);
  if (first === undefined || last === undefined) return [];
  const range = { startMs: Math.min(first, last) - before + 1, endMs: Math.max(first, last) + after };
  return query.storage.select(matchersOf(node).map(compileMatcher), range);
}

/** Puts the newest living sample of every step into a row; gives how many there are. */
function fillNewest(row: GridSeries, columns: SeriesColumns, ends: Float64Array, lookbackMs: number): number {
  const { times, values, histograms, stale } = columns;
  if (histograms !== undefined) {
    newestSamples(columns, ends, lookbackMs, (step, index) => {
      const histogram = histograms[index];
      if (histogram !== undefined) return setHistogram(row, step, histogram);
      row.values[step] = values[index] ?? 0;
      row.present[step] = 1;
    });
    return countSamples(row);
  }
  // The same as above without a call per step: most of what is asked for goes through here.
  const { values: out, present } = row;
  let next = 0;
  let found = 0;
  for (let step = 0; step < ends.length; step++) {
    const end = ends[step] ?? 0;
    while (next < times.length && (times[next] ?? 0) <= end) next++;
    const index = next - 1;
    if (index < 0 || (times[index] ?? 0) <= end - lookbackMs || stale?.[index] === 1) continue;
    out[step] = values[index] ?? 0;
    present[step] = 1;
    found++;
  }
  return found;
}

/** Calls back with the index of the newest living sample at every step that has one. */
export function newestSamples(
  columns: SeriesColumns,
  ends: Float64Array,
  lookbackMs: number,
  found: (step: number, index: number) => void,
): void {
  const { times, stale } = columns;
  let next = 0;
  for (let step = 0; step < ends.length; step++) {
    const end = ends[step] ?? 0;
    while (next < times.length && (times[next] ?? 0) <= end) next++;
    const index = next - 1;
    if (index < 0 || (times[index] ?? 0) <= end - lookbackMs || stale?.[index] === 1) continue;
    found(step, index);
  }
}

/** Columns without stale markers, floats and histograms apart; the columns themselves when nothing is to be sorted out. */
export function rangeSeriesOf(columns: SeriesColumns, useStarts: boolean): RangeSeries {
  const { times, values, stale, histograms } = columns;
  const starts = useStarts ? columns.starts : undefined;
  const labels = labelSetOf(columns.labels);
  const clean = (stale === undefined || !stale.includes(1)) && histograms === undefined;
  if (clean) {
    return { labels, dropName: false, times, values, starts, histogramTimes: new Float64Array(0), histograms: [] };
  }
  const floats: number[] = [];
  const others: number[] = [];
  for (let index = 0; index < times.length; index++) {
    if (stale?.[index] === 1) continue;
    if (histograms?.[index] === undefined) floats.push(index);
    else others.push(index);
  }
  return {
    labels,
    dropName: false,
    times: Float64Array.from(floats, (index) => times[index] ?? 0),
    values: Float64Array.from(floats, (index) => values[index] ?? 0),
    starts: starts === undefined ? undefined : Float64Array.from(floats, (index) => starts[index] ?? 0),
    histogramTimes: Float64Array.from(others, (index) => times[index] ?? 0),
    histograms: others.flatMap((index) => histograms?.[index] ?? []),
  };
}

/** A selector with `smoothed`: the value at the step itself, on the line between the samples around it. */
async function smoothedVector(context: EvalContext, node: VectorSelector): Promise<VectorValue> {
  const { grid, query } = context;
  const ends = endsOf(query, grid, node);
  const lookback = query.lookbackMs;
  const series: GridSeries[] = [];
  for (const columns of selectColumns(query, node, ends, lookback, lookback)) {
    if (query.budget.dueAfter(grid.steps)) await query.budget.breathe();
    const { labels, times, values, histograms } = rangeSeriesOf(columns, false);
    if (histograms.length > 0) throw histogramsNotEvaluated('smoothing');
    const row = emptySeries(labels, grid.steps, false);
    let next = 0;
    for (let step = 0; step < grid.steps; step++) {
      const end = ends[step] ?? 0;
      while (next < times.length && (times[next] ?? 0) < end) next++;
      const right = next < times.length && (times[next] ?? 0) <= end + lookback ? next : -1;
      const left = next > 0 && (times[next - 1] ?? 0) > end - lookback ? next - 1 : -1;
      if (right >= 0 && times[right] === end) row.values[step] = values[right] ?? 0;
      else if (left < 0) continue;
      else if (right < 0) row.values[step] = values[left] ?? 0;
      else row.values[step] = interpolate(times, values, left, right, end, false);
      row.present[step] = 1;
    }
    const found = countSamples(row);
    if (found === 0) continue;
    query.budget.read(found);
    query.budget.hold(grid.steps);
    series.push(row);
  }
  return { kind: 'vector', series };
}
