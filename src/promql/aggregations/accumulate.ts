import type { FloatHistogram } from '../../model/float-histogram.ts';
import type { Aggregation } from '../ast.ts';
import type { EvalContext } from '../engine/context.ts';
import { histogramsNotEvaluated } from '../engine/errors.ts';
import { emptySeries, type GridSeries, type VectorValue } from '../engine/values.ts';
import { KahanMean, KahanSum, KahanVariance } from '../maths/kahan.ts';
import { groupSeries, type SeriesGroup } from './groups.ts';

/** Takes the samples of a group at one step and gives one number. */
export type Accumulator = { add(value: number): void; readonly result: number };

/** An aggregation that needs nothing but the floats of a step, one after the other. */
export type SimpleAggregation = {
  readonly start: () => Accumulator;
  /** What happens to native histograms. */
  readonly histograms: 'ignored' | 'counted' | 'summed';
};

/** Aggregates with an accumulator per group and step. */
export async function accumulate(
  context: EvalContext,
  node: Aggregation,
  series: readonly GridSeries[],
  how: SimpleAggregation,
): Promise<VectorValue> {
  const { query, grid } = context;
  const rows: GridSeries[] = [];
  for (const group of groupSeries(series, node)) rows.push(await accumulateGroup(context, node, group, how));
  const filled = rows.filter((row) => row.present.includes(1));
  query.budget.hold(filled.length * grid.steps);
  return { kind: 'vector', series: filled };
}

async function accumulateGroup(
  context: EvalContext,
  node: Aggregation,
  { labels, members }: SeriesGroup,
  how: SimpleAggregation,
): Promise<GridSeries> {
  const { steps } = context.grid;
  const row = emptySeries(
    labels,
    steps,
    members.some((member) => member.dropName),
  );
  await context.query.budget.forSteps(steps, (step) => {
    let accumulator: Accumulator | undefined;
    let histogram: FloatHistogram | undefined;
    for (const member of members) {
      if (member.present[step] !== 1) continue;
      const here = member.histograms?.[step];
      if (here !== undefined && how.histograms !== 'counted') {
        histogram = here;
        continue;
      }
      accumulator ??= how.start();
      accumulator.add(member.values[step] ?? 0);
    }
    if (histogram !== undefined && refuses(context, node, how, accumulator !== undefined)) return;
    if (accumulator === undefined) return;
    row.values[step] = accumulator.result;
    row.present[step] = 1;
  });
  return row;
}

/** Deals with histograms among the samples; true when the step has no result because of them. */
function refuses({ query }: EvalContext, node: Aggregation, how: SimpleAggregation, hasFloats: boolean): boolean {
  const { span } = node.expr;
  if (how.histograms === 'ignored') {
    query.annotations.info(`ignored histogram in ${node.operator} aggregation`, span);
    return false;
  }
  if (!hasFloats) throw histogramsNotEvaluated(node.operator);
  query.annotations.warn('encountered a mix of histograms and floats for aggregation', span);
  return true;
}

export class SumAccumulator implements Accumulator {
  private readonly sum = new KahanSum();

  add(value: number): void {
    this.sum.add(value);
  }

  get result(): number {
    return this.sum.total;
  }
}

export class MeanAccumulator implements Accumulator {
  private readonly mean = new KahanMean();

  add(value: number): void {
    this.mean.add(value);
  }

  get result(): number {
    return this.mean.mean;
  }
}

export class CountAccumulator implements Accumulator {
  result = 0;

  add(): void {
    this.result++;
  }
}

/** 1 for every group, whatever is in it. */
export class PresenceAccumulator implements Accumulator {
  readonly result = 1;

  add(): void {
    // Being here is enough.
  }
}

/** The smallest or largest value; NaN gives way to everything. */
export class ExtremeAccumulator implements Accumulator {
  result = Number.NaN;
  private readonly sign: 1 | -1;

  constructor(which: 'max' | 'min') {
    this.sign = which === 'max' ? 1 : -1;
  }

  add(value: number): void {
    if (Number.isNaN(this.result) || (value - this.result) * this.sign > 0) this.result = value;
  }
}

/** The population variance, or its root; infinite values have none. */
export class VarianceAccumulator implements Accumulator {
  private readonly variance = new KahanVariance();
  private readonly root: boolean;

  constructor(root: boolean) {
    this.root = root;
  }

  add(value: number): void {
    this.variance.add(value);
  }

  get result(): number {
    const { variance } = this.variance;
    return this.root ? Math.sqrt(variance) : variance;
  }
}
