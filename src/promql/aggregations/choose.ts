import type { EvalContext } from '../engine/context.ts';
import { executionError } from '../engine/errors.ts';
import { copySample, emptySeries, type GridSeries, type VectorValue } from '../engine/values.ts';
import { formatG } from '../maths/go-float.ts';

/** A sample that stays: its series and its step. */
export type Chosen = { readonly row: GridSeries; readonly step: number };

/** The chosen samples as series, ordered by when they were first chosen. */
export function chosenRows({ grid, query }: EvalContext, chosen: readonly Chosen[]): VectorValue {
  const rows = new Map<GridSeries, GridSeries>();
  for (const { row, step } of chosen) {
    const out = rows.get(row) ?? emptySeries(row.labels, grid.steps, row.dropName);
    rows.set(row, out);
    copySample(row, out, step);
  }
  query.budget.hold(rows.size * grid.steps);
  return { kind: 'vector', series: [...rows.values()] };
}

/** How many to choose at every step; undefined when it is none anywhere. Refuses what no integer can hold. */
export function countParameters(parameters: Float64Array): Float64Array | undefined {
  const hasNaN = parameters.some(Number.isNaN);
  if (!hasNaN && parameters.every((k) => k < 1)) return undefined;
  if (hasNaN) throw executionError('Parameter value is NaN');
  for (const k of parameters) {
    if (k <= -(2 ** 63)) throw executionError(`Scalar value ${formatG(k)} underflows int64`);
    if (k >= 2 ** 63) throw executionError(`Scalar value ${formatG(k)} overflows int64`);
  }
  return parameters.map(Math.trunc);
}
