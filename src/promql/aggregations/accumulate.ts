import type { Aggregation } from '../ast.ts';
import type { EvalContext } from '../engine/context.ts';
import { histogramsNotEvaluated } from '../engine/errors.ts';
import { emptySeries, type GridSeries, hasSamples, type VectorValue } from '../engine/values.ts';
import { groupSeries, type SeriesGroup } from './groups.ts';

/**
 * Takes the samples of a group, series by series, and gives one number per step: the state of all steps lies side by side
 * in columns, so that a series is gone through in one loop.
 */
export type Accumulator = {
  /** Adds the samples of the steps where `present` is 1. */
  add(values: Float64Array, present: Uint8Array): void;
  /** The result of a step that has had a sample. */
  result(step: number): number;
};

/** An aggregation that needs nothing but the floats of a step, one after the other. */
export type SimpleAggregation = {
  readonly start: (steps: number) => Accumulator;
  /** What happens to native histograms. */
  readonly histograms: 'ignored' | 'counted' | 'summed';
};

/** Aggregates with an accumulator per group. */
export async function accumulate(
  context: EvalContext,
  node: Aggregation,
  series: readonly GridSeries[],
  how: SimpleAggregation,
): Promise<VectorValue> {
  const { query, grid } = context;
  const rows: GridSeries[] = [];
  for (const group of groupSeries(series, node)) {
    const row = await accumulateGroup(context, node, group, how);
    if (hasSamples(row)) rows.push(row);
  }
  query.budget.hold(rows.length * grid.steps);
  return { kind: 'vector', series: rows };
}

async function accumulateGroup(
  context: EvalContext,
  node: Aggregation,
  { labels, members }: SeriesGroup,
  how: SimpleAggregation,
): Promise<GridSeries> {
  const { steps } = context.grid;
  const { budget } = context.query;
  const row = emptySeries(
    labels,
    steps,
    members.some((member) => member.dropName),
  );
  const accumulator = how.start(steps);
  const mixed = how.histograms !== 'counted' && members.some(({ histograms }) => histograms !== undefined);
  const histogramAt = mixed ? new Uint8Array(steps) : undefined;
  for (const member of members) {
    if (budget.dueAfter(steps)) await budget.breathe();
    const present = histogramAt === undefined ? member.present : floatsOf(member, histogramAt);
    accumulator.add(member.values, present);
    for (let step = 0; step < steps; step++) if (present[step] === 1) row.present[step] = 1;
  }
  for (let step = 0; step < steps; step++) {
    const hasFloats = row.present[step] === 1;
    if (histogramAt?.[step] === 1 && refuses(context, node, how, hasFloats)) row.present[step] = 0;
    else if (hasFloats) row.values[step] = accumulator.result(step);
  }
  return row;
}

/** Where a series has floats; where it has histograms is noted in `histogramAt`. */
function floatsOf({ present, histograms }: GridSeries, histogramAt: Uint8Array): Uint8Array {
  if (histograms === undefined) return present;
  return present.map((here, step) => {
    if (here !== 1 || histograms[step] === undefined) return here;
    histogramAt[step] = 1;
    return 0;
  });
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
