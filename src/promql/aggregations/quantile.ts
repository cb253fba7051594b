import type { Aggregation } from '../ast.ts';
import type { EvalContext } from '../engine/context.ts';
import { emptySeries, type GridSeries, type VectorValue } from '../engine/values.ts';
import { unwrapped } from '../functions/result.ts';
import { formatG } from '../maths/go-float.ts';
import { quantile } from '../maths/quantile.ts';
import { groupSeries } from './groups.ts';

/** The quantile of the floats of every group at every step. */
export async function quantiles(
  context: EvalContext,
  node: Aggregation,
  series: readonly GridSeries[],
  parameters: Float64Array,
): Promise<VectorValue> {
  const { query, grid } = context;
  noteBadParameters(context, node, parameters);
  const rows: GridSeries[] = [];
  for (const { labels, members } of groupSeries(series, node)) {
    const row = emptySeries(
      labels,
      grid.steps,
      members.some((member) => member.dropName),
    );
    await query.budget.forSteps(grid.steps, (step) => {
      const values: number[] = [];
      for (const member of members) {
        if (member.present[step] !== 1) continue;
        if (member.histograms?.[step] === undefined) values.push(member.values[step] ?? 0);
        else query.annotations.info('ignored histogram in quantile aggregation', node.expr.span);
      }
      if (values.length === 0) return;
      row.values[step] = quantile(parameters[step] ?? 0, Float64Array.from(values));
      row.present[step] = 1;
    });
    rows.push(row);
  }
  const filled = rows.filter((row) => row.present.includes(1));
  query.budget.hold(filled.length * grid.steps);
  return { kind: 'vector', series: filled };
}

function noteBadParameters({ query }: EvalContext, node: Aggregation, parameters: Float64Array): void {
  const { span } = unwrapped(node.parameter ?? node);
  const bad = [Math.max(...wrongOnly(parameters, (q) => q > 1)), Math.min(...wrongOnly(parameters, (q) => q < 0))];
  const shown = [...(parameters.some(Number.isNaN) ? [Number.NaN] : []), ...bad.filter(Number.isFinite)];
  const infinite = [...new Set(parameters)].filter(
    (q) => q === Number.POSITIVE_INFINITY || q === Number.NEGATIVE_INFINITY,
  );
  for (const q of [...shown, ...infinite]) {
    query.annotations.warn(`quantile value should be between 0 and 1, got ${formatG(q)}`, span);
  }
}

function wrongOnly(parameters: Float64Array, wrong: (q: number) => boolean): readonly number[] {
  return [...new Set(parameters)].filter((q) => Number.isFinite(q) && wrong(q));
}
