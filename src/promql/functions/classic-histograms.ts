import { withMetricName } from '../engine/annotations.ts';
import { histogramsNotEvaluated } from '../engine/errors.ts';
import { timeAt } from '../engine/grid.ts';
import {
  keyOf,
  type LabelSet,
  labelValue,
  metricName,
  withLabel,
  without,
  withoutMetadata,
} from '../engine/label-set.ts';
import { emptySeries, type GridSeries, hasSamples, type VectorValue } from '../engine/values.ts';
import { BucketColumns, bucketFraction, columnsQuantile, sortBuckets } from '../maths/buckets.ts';
import { formatG, formatPlain } from '../maths/go-float.ts';
import { parseGoFloat } from '../maths/go-math.ts';
import { quote } from '../syntax/quote.ts';
import { collected } from './result.ts';
import type { WholeCall } from './row.ts';

/** One quantile per histogram. */
export async function histogramQuantile(call: WholeCall): Promise<VectorValue> {
  const quantiles = (await call.scalar(0)).values;
  const { series } = await call.vector(1);
  noteBadQuantiles(call, 0, quantiles);
  return overHistograms(call, series, 1, [{ label: undefined, compute: quantileAt(call, 1, quantiles) }]);
}

/** Several quantiles per histogram, told apart by a label. */
export async function histogramQuantiles(call: WholeCall): Promise<VectorValue> {
  const { series } = await call.vector(0);
  const name = call.text(1);
  const outputs: Output[] = [];
  for (let position = 2; position < call.args.length; position++) {
    const quantiles = (await call.scalar(position)).values;
    noteBadQuantiles(call, position, quantiles);
    const label = (step: number): readonly [string, string] => [name, openMetricsFloat(quantiles[step] ?? 0)];
    outputs.push({ label, compute: quantileAt(call, 0, quantiles) });
  }
  return overHistograms(call, series, 0, outputs);
}

/** The share of observations between two bounds. */
export async function histogramFraction(call: WholeCall): Promise<VectorValue> {
  const lower = (await call.scalar(0)).values;
  const upper = (await call.scalar(1)).values;
  const { series } = await call.vector(2);
  const compute: Compute = ({ uppers, counts, length }, step) => {
    const buckets = Array.from(uppers.subarray(0, length), (bound, i) => ({ upper: bound, count: counts[i] ?? 0 }));
    return bucketFraction(lower[step] ?? 0, upper[step] ?? 0, buckets);
  };
  return overHistograms(call, series, 2, [{ label: undefined, compute }]);
}

type Compute = (buckets: BucketColumns, step: number, group: Group) => number;

/** What is computed for each histogram; the label may differ from step to step. */
type Output = {
  readonly label: ((step: number) => readonly [string, string]) | undefined;
  readonly compute: Compute;
};

/** The buckets of one classic histogram, or native histograms with the same labels. */
type Group = {
  readonly labels: LabelSet;
  readonly buckets: { readonly upper: number; readonly series: GridSeries }[];
  readonly native: GridSeries[];
};

async function overHistograms(
  call: WholeCall,
  series: readonly GridSeries[],
  position: number,
  outputs: readonly Output[],
): Promise<VectorValue> {
  const { context } = call;
  const { grid, query } = context;
  const delayed = query.features.delayedNameRemoval === true;
  const rows: GridSeries[] = [];
  for (const group of groupsOf(call, series, position)) {
    const labels = delayed ? group.labels : withoutMetadata(group.labels);
    const byLabel = new Map<string, GridSeries>();
    const sorted = sortBuckets(group.buckets);
    const buckets = new BucketColumns(sorted.length);
    await query.budget.forSteps(grid.steps, (step) => {
      fillBuckets(buckets, sorted, step);
      if (group.native.length > 0) checkNative(call, group, buckets, step, position);
      if (buckets.length === 0) return;
      for (const [i, { label, compute }] of outputs.entries()) {
        // The one before may have lifted some of them.
        if (i > 0) fillBuckets(buckets, sorted, step);
        const pair = label?.(step);
        const key = pair?.[1] ?? '';
        const row =
          byLabel.get(key) ?? emptySeries(pair === undefined ? labels : withLabel(labels, ...pair), grid.steps, true);
        byLabel.set(key, row);
        row.values[step] = compute(buckets, step, group);
        row.present[step] = 1;
      }
    });
    rows.push(...byLabel.values());
  }
  return collected(context, rows);
}

function quantileAt(call: WholeCall, position: number, quantiles: Float64Array): Compute {
  const { context, args, node } = call;
  const { grid, query } = context;
  const span = args[position]?.span ?? node.span;
  return (buckets, step, group) => {
    const { value, forced } = columnsQuantile(quantiles[step] ?? 0, buckets);
    if (forced !== undefined) {
      query.annotations.forcedMonotonicity(shownName(call, group.labels), span, timeAt(grid, step), forced);
    }
    return value;
  };
}

/** Buckets by what is left of their labels without `le`; series without a readable `le` are reported and left out. */
function groupsOf(call: WholeCall, series: readonly GridSeries[], position: number): Iterable<Group> {
  const { args, node, context } = call;
  const span = args[position]?.span ?? node.span;
  const groups = new Map<string, Group>();
  const group = (labels: LabelSet): Group => {
    const known = groups.get(keyOf(labels)) ?? { labels, buckets: [], native: [] };
    groups.set(keyOf(labels), known);
    return known;
  };
  for (const row of series) {
    const le = labelValue(row.labels, 'le');
    const upper = parseGoFloat(le);
    const { present, histograms } = row;
    const hasFloats =
      histograms === undefined
        ? hasSamples(row)
        : present.some((here, step) => here === 1 && histograms[step] === undefined);
    if (row.histograms?.some((histogram) => histogram !== undefined)) group(row.labels).native.push(row);
    if (!hasFloats) continue;
    if (upper !== undefined) group(without(row.labels, ['le'])).buckets.push({ upper, series: row });
    else {
      const message = `bucket label "le" is missing or has a malformed value of ${quote(le)}`;
      context.query.annotations.warn(withMetricName(message, shownName(call, row.labels)), span);
    }
  }
  return groups.values();
}

function fillBuckets(buckets: BucketColumns, sorted: Group['buckets'], step: number): void {
  buckets.length = 0;
  for (const { upper, series } of sorted) {
    if (series.present[step] !== 1 || series.histograms?.[step] !== undefined) continue;
    buckets.push(upper, series.values[step] ?? 0);
  }
}

/** Where native histograms stand beside classic ones there is no result. */
function checkNative(call: WholeCall, group: Group, buckets: BucketColumns, step: number, position: number): void {
  if (!group.native.some((row) => row.histograms?.[step] !== undefined)) return;
  if (buckets.length === 0) throw histogramsNotEvaluated(call.node.name);
  const message = 'vector contains a mix of classic and native histograms';
  const span = call.args[position]?.span ?? call.node.span;
  call.context.query.annotations.warn(withMetricName(message, shownName(call, group.labels)), span);
  buckets.length = 0;
}

function noteBadQuantiles({ args, node, context }: WholeCall, position: number, quantiles: Float64Array): void {
  const span = args[position]?.span ?? node.span;
  for (const q of new Set(quantiles)) {
    if (q >= 0 && q <= 1) continue;
    context.query.annotations.warn(`quantile value should be between 0 and 1, got ${formatG(q)}`, span);
  }
}

/** Messages name the metric only where its name is still known at this point of the query. */
function shownName({ context }: WholeCall, labels: LabelSet): string {
  return context.query.features.delayedNameRemoval === true ? metricName(labels) : '';
}

/** A float as OpenMetrics writes label values: whole numbers with `.0`. */
function openMetricsFloat(value: number): string {
  if (!Number.isFinite(value)) return formatPlain(value);
  const text = formatG(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
