import type { Aggregation, Aggregator } from '../ast.ts';
import type { EvalContext } from '../engine/context.ts';
import { executionError } from '../engine/errors.ts';
import type { GridSeries, VectorValue } from '../engine/values.ts';
import { unwrapped } from '../functions/result.ts';
import { accumulate, type SimpleAggregation } from './accumulate.ts';
import {
  CountAccumulator,
  ExtremeAccumulator,
  MeanAccumulator,
  PresenceAccumulator,
  SumAccumulator,
  VarianceAccumulator,
} from './accumulators.ts';
import { countValues } from './count-values.ts';
import { limitK, limitRatio } from './limit.ts';
import { quantiles } from './quantile.ts';
import { rank } from './rank.ts';

/** The value of an aggregation. */
export async function evaluateAggregation(context: EvalContext, node: Aggregation): Promise<VectorValue> {
  const { operator } = node;
  const parameter = node.parameter === undefined ? undefined : unwrapped(node.parameter);
  if (operator === 'count_values') {
    if (parameter?.kind !== 'string') throw executionError('count_values needs a label name');
    return countValues(context, node, parameter.value, await input(context, node));
  }
  const simple = SIMPLE[operator];
  if (simple !== undefined) return accumulate(context, node, await input(context, node), simple);
  const parameters = parameter === undefined ? undefined : await context.evaluate(parameter, context.grid);
  if (parameters?.kind !== 'scalar') throw executionError(`${operator} needs a number`);
  const series = await input(context, node);
  return WITH_PARAMETER[operator]?.(context, node, series, parameters.values) ?? { kind: 'vector', series: [] };
}

const SIMPLE: Partial<Record<Aggregator, SimpleAggregation>> = {
  sum: { start: (steps) => new SumAccumulator(steps), histograms: 'summed' },
  avg: { start: (steps) => new MeanAccumulator(steps), histograms: 'summed' },
  count: { start: (steps) => new CountAccumulator(steps), histograms: 'counted' },
  group: { start: () => new PresenceAccumulator(), histograms: 'counted' },
  min: { start: (steps) => new ExtremeAccumulator('min', steps), histograms: 'ignored' },
  max: { start: (steps) => new ExtremeAccumulator('max', steps), histograms: 'ignored' },
  stddev: { start: (steps) => new VarianceAccumulator(true, steps), histograms: 'ignored' },
  stdvar: { start: (steps) => new VarianceAccumulator(false, steps), histograms: 'ignored' },
};

type WithParameter = (
  context: EvalContext,
  node: Aggregation,
  series: readonly GridSeries[],
  parameters: Float64Array,
) => Promise<VectorValue>;

const WITH_PARAMETER: Partial<Record<Aggregator, WithParameter>> = {
  topk: rank,
  bottomk: rank,
  quantile: quantiles,
  limitk: limitK,
  limit_ratio: limitRatio,
};

async function input(context: EvalContext, node: Aggregation): Promise<readonly GridSeries[]> {
  const value = await context.evaluate(node.expr, context.grid);
  if (value.kind !== 'vector')
    throw executionError(`expected type instant vector in aggregation expression, got ${value.kind}`);
  return value.series;
}
