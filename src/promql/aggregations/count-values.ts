import type { Aggregation } from '../ast.ts';
import { Collector } from '../engine/collector.ts';
import type { EvalContext } from '../engine/context.ts';
import { executionError } from '../engine/errors.ts';
import { withLabel } from '../engine/label-set.ts';
import type { GridSeries, VectorValue } from '../engine/values.ts';
import { formatPlain } from '../maths/go-float.ts';
import { isLabelName } from '../syntax/label-name.ts';
import { quote } from '../syntax/quote.ts';
import { formatHistogram } from './format-histogram.ts';
import { groupLabels } from './groups.ts';

/** How often each value occurs, the value written into a label. */
export async function countValues(
  context: EvalContext,
  node: Aggregation,
  label: string,
  series: readonly GridSeries[],
): Promise<VectorValue> {
  const { grid, query } = context;
  if (!isLabelName(label)) throw executionError(`invalid label name ${quote(label)}`);
  const grouping = node.without ? node.grouping : [...node.grouping, label];
  const labelsFor = groupLabels(grouping, node.without);
  const collector = new Collector(grid.steps);
  await query.budget.forEach(series, (row) => {
    // Values repeat from step to step, so what is made of a text is kept for the series.
    const byText = new Map<string, GridSeries>();
    let [lastValue, lastText] = [Number.NaN, 'NaN'];
    for (let step = 0; step < grid.steps; step++) {
      if (row.present[step] !== 1) continue;
      const histogram = row.histograms?.[step];
      const value = row.values[step] ?? 0;
      if (histogram === undefined && !Object.is(value, lastValue)) [lastValue, lastText] = [value, formatPlain(value)];
      const text = histogram === undefined ? lastText : formatHistogram(histogram);
      const out = byText.get(text) ?? collector.row(labelsFor(withLabel(row.labels, label, text)), false);
      byText.set(text, out);
      out.values[step] = (out.present[step] === 1 ? (out.values[step] ?? 0) : 0) + 1;
      out.present[step] = 1;
    }
  });
  const rows = collector.series;
  query.budget.hold(rows.length * grid.steps);
  return { kind: 'vector', series: rows };
}
