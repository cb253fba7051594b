import type { Subquery } from '../ast.ts';
import type { EvalContext } from './context.ts';
import { executionError } from './errors.ts';
import { gridOf, timeAt } from './grid.ts';
import { endsOf, resolveDuration } from './selectors.ts';
import type { GridSeries, MatrixValue, RangeSeries } from './values.ts';

/** The windows of a subquery: its expression evaluated on a grid of its own, aligned to multiples of its step. */
export async function evaluateSubquery(context: EvalContext, node: Subquery): Promise<MatrixValue> {
  const { query, grid } = context;
  const rangeMs = resolveDuration(query, node.range, false);
  const stepMs = node.step === undefined ? query.subqueryStepMs : resolveDuration(query, node.step, false);
  const ends = endsOf(query, grid, node);
  const first = ends[0];
  const last = ends.at(-1);
  if (first === undefined || last === undefined)
    return { kind: 'matrix', series: [], rangeMs, ends, extension: undefined, copied: true };
  // The first multiple of the step inside the left-open window.
  let startMs = stepMs * Math.trunc((first - rangeMs) / stepMs);
  if (startMs <= first - rangeMs) startMs += stepMs;
  // Between two steps nothing is evaluated, so nothing can be wrong with it.
  if (startMs > last) return { kind: 'matrix', series: [], rangeMs, ends, extension: undefined, copied: true };
  const inner = gridOf(startMs, last, stepMs);
  query.budget.hold(inner.steps);
  const before = query.budget.readSamples;
  const value = await context.evaluate(node.expr, inner);
  query.budget.release(inner.steps);
  // What windows look at later counts; to count what made it as well would be twice.
  const innerRead = query.budget.readSamples - before;
  query.budget.read(-innerRead);
  if (value.kind !== 'vector') throw executionError(`a subquery needs an instant vector, not ${value.kind}`);
  const times = Float64Array.from({ length: inner.steps }, (_, step) => timeAt(inner, step));
  const series: RangeSeries[] = [];
  await query.budget.forEach(value.series, (row) => series.push(samplesOf(row, times)));
  return { kind: 'matrix', series, rangeMs, ends, extension: undefined, copied: true, innerRead };
}

/** The samples of a series as columns; start timestamps do not survive a subquery. */
function samplesOf(row: GridSeries, times: Float64Array): RangeSeries {
  const { labels, dropName, values, present, histograms } = row;
  const none = { histogramTimes: new Float64Array(0), histograms: [] };
  if (histograms === undefined && !present.includes(0)) {
    return { labels, dropName, times, values, starts: undefined, ...none };
  }
  const floats: number[] = [];
  const others: number[] = [];
  for (let step = 0; step < times.length; step++) {
    if (present[step] !== 1) continue;
    if (histograms?.[step] === undefined) floats.push(step);
    else others.push(step);
  }
  return {
    labels,
    dropName,
    times: Float64Array.from(floats, (step) => times[step] ?? 0),
    values: Float64Array.from(floats, (step) => values[step] ?? 0),
    starts: undefined,
    histogramTimes: Float64Array.from(others, (step) => times[step] ?? 0),
    histograms: others.flatMap((step) => histograms?.[step] ?? []),
  };
}
