import type { FloatHistogram } from '../../model/float-histogram.ts';
import type { Binary } from '../ast.ts';
import type { EvalContext } from '../engine/context.ts';
import { withoutMetadata } from '../engine/label-set.ts';
import { emptySeries, type GridSeries, type ScalarValue, setHistogram, type VectorValue } from '../engine/values.ts';
import { collected } from '../functions/result.ts';
import { noteIncompatible, scaledHistogram } from './histograms.ts';
import type { Operation } from './operators.ts';

/** A vector and a scalar, sample by sample; `side` is where the scalar stands. Comparisons keep the sample's value. */
export async function combineWithScalar(
  context: EvalContext,
  node: Binary,
  operation: Operation,
  vector: VectorValue,
  scalar: ScalarValue,
  side: 'left' | 'right',
): Promise<VectorValue> {
  const { grid, query } = context;
  const dropName = operation.kind === 'arithmetic' || node.bool;
  const delayed = query.features.delayedNameRemoval === true;
  const rows: GridSeries[] = [];
  await query.budget.forEach(vector.series, (series) => {
    const labels = dropName && !delayed ? withoutMetadata(series.labels) : series.labels;
    const row = emptySeries(labels, grid.steps, series.dropName || dropName);
    rows.push(row);
    if (series.histograms === undefined && operation.kind !== 'trim') {
      floatsWithScalar(row, series, scalar.values, operation, node.bool, side);
      return;
    }
    for (let step = 0; step < grid.steps; step++) {
      if (series.present[step] !== 1) continue;
      const other = scalar.values[step] ?? 0;
      const histogram = series.histograms?.[step];
      if (histogram !== undefined) {
        withHistogram(context, node, histogram, other, side, row, step);
        continue;
      }
      if (operation.kind === 'trim') {
        noteIncompatible(context, node, ['float', 'float']);
        continue;
      }
      const value = series.values[step] ?? 0;
      const result =
        side === 'right' ? apply(operation, node.bool, value, other) : apply(operation, node.bool, other, value);
      if (result === undefined) continue;
      row.values[step] = operation.kind === 'comparison' && !node.bool ? value : result;
      row.present[step] = 1;
    }
  });
  return collected(context, rows);
}

/** The same for a series without histograms, in a loop that asks nothing twice. */
function floatsWithScalar(
  row: GridSeries,
  { values, present }: GridSeries,
  scalars: Float64Array,
  operation: Exclude<Operation, { kind: 'trim' }>,
  bool: boolean,
  side: 'left' | 'right',
): void {
  const { values: out, present: shown } = row;
  for (let step = 0; step < values.length; step++) {
    if (present[step] !== 1) continue;
    const value = values[step] ?? 0;
    const other = scalars[step] ?? 0;
    const [left, right] = side === 'right' ? [value, other] : [other, value];
    if (operation.kind === 'arithmetic') out[step] = operation.compute(left, right);
    else {
      const holds = operation.holds(left, right);
      if (!holds && !bool) continue;
      out[step] = bool ? Number(holds) : value;
    }
    shown[step] = 1;
  }
}

/** The result for one pair of floats; undefined when a comparison drops it. */
export function apply(
  operation: Exclude<Operation, { kind: 'trim' }>,
  bool: boolean,
  left: number,
  right: number,
): number | undefined {
  if (operation.kind === 'arithmetic') return operation.compute(left, right);
  const holds = operation.holds(left, right);
  if (bool) return holds ? 1 : 0;
  return holds ? left : undefined;
}

function withHistogram(
  context: EvalContext,
  node: Binary,
  histogram: FloatHistogram,
  scalar: number,
  side: 'left' | 'right',
  row: GridSeries,
  step: number,
): void {
  const result = scaledHistogram(node.operator, histogram, scalar, side);
  if (result === undefined)
    noteIncompatible(context, node, side === 'left' ? ['float', 'histogram'] : ['histogram', 'float']);
  else setHistogram(row, step, result);
}
