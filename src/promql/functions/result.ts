import type { Expr } from '../ast.ts';
import { Collector } from '../engine/collector.ts';
import type { EvalContext } from '../engine/context.ts';
import { withoutMetadata } from '../engine/label-set.ts';
import type { GridSeries, VectorValue } from '../engine/values.ts';

/** An expression without the parentheses around it. */
export function unwrapped(node: Expr): Expr {
  return node.kind === 'paren' ? unwrapped(node.expr) : node;
}

/** The labels of a result that is no sample of the metric any more. */
export function nameless(context: EvalContext, series: GridSeries): GridSeries['labels'] {
  return context.query.features.delayedNameRemoval === true ? series.labels : withoutMetadata(series.labels);
}

/** Rows of a result as a vector, equal labels joined. */
export function collected(context: EvalContext, rows: readonly GridSeries[]): VectorValue {
  const { query, grid } = context;
  const apart = query.features.delayedNameRemoval === true && grid.steps === 1;
  const collector = new Collector(grid.steps, { apart });
  for (const row of rows) collector.add(row);
  const { series } = collector;
  query.budget.hold(series.length * grid.steps);
  return { kind: 'vector', series };
}
