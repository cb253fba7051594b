import type { Aggregation } from '../ast.ts';
import type { EvalContext } from '../engine/context.ts';
import { executionError } from '../engine/errors.ts';
import type { GridSeries, VectorValue } from '../engine/values.ts';
import { unwrapped } from '../functions/result.ts';
import { formatG } from '../maths/go-float.ts';
import { type Chosen, chosenRows, countParameters } from './choose.ts';
import { groupSeries } from './groups.ts';
import { hashShare } from './hash-labels.ts';

/** The first k series of every group. */
export async function limitK(
  context: EvalContext,
  node: Aggregation,
  series: readonly GridSeries[],
  parameters: Float64Array,
): Promise<VectorValue> {
  const limits = countParameters(parameters);
  if (limits === undefined) return { kind: 'vector', series: [] };
  const chosen: Chosen[] = [];
  const groups = groupSeries(series, node);
  await context.query.budget.forSteps(context.grid.steps, (step) => {
    for (const { members } of groups) {
      const present = members.filter((member) => member.present[step] === 1);
      for (const row of present.slice(0, Math.max(0, limits[step] ?? 0))) chosen.push({ row, step });
    }
  });
  return chosenRows(context, chosen);
}

/** A share of the series, always the same ones: a hash of the labels decides. Negative ratios take the other ones. */
export async function limitRatio(
  context: EvalContext,
  node: Aggregation,
  series: readonly GridSeries[],
  parameters: Float64Array,
): Promise<VectorValue> {
  if (parameters.every((ratio) => ratio === 0)) return { kind: 'vector', series: [] };
  if (parameters.some(Number.isNaN)) throw executionError('Ratio value is NaN');
  noteBadRatios(context, node, parameters);
  const shares = new Map(series.map((row) => [row, hashShare(row.labels)]));
  const chosen: Chosen[] = [];
  const groups = groupSeries(series, node);
  await context.query.budget.forSteps(context.grid.steps, (step) => {
    const ratio = Math.max(-1, Math.min(1, parameters[step] ?? 0));
    for (const { members } of groups) {
      for (const row of members) {
        const share = shares.get(row) ?? 0;
        const taken = ratio >= 0 ? share < ratio : share >= 1 + ratio;
        if (taken && row.present[step] === 1) chosen.push({ row, step });
      }
    }
  });
  return chosenRows(context, chosen);
}

function noteBadRatios({ query }: EvalContext, node: Aggregation, parameters: Float64Array): void {
  const { span } = unwrapped(node.parameter ?? node);
  const largest = parameters.reduce((a, b) => Math.max(a, b));
  const smallest = parameters.reduce((a, b) => Math.min(a, b));
  const warn = (ratio: number, cap: number): void =>
    query.annotations.warn(`ratio value should be between -1 and 1, got ${formatG(ratio)}, capping to ${cap}`, span);
  if (largest > 1) warn(largest, 1);
  if (smallest < -1) warn(smallest, -1);
}
