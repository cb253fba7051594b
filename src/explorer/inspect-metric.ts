import type { Labels } from '../model/labels.ts';
import { printMetricSelector } from '../promql/print.ts';
import type { Source } from '../source/source.ts';
import type { Metric, MetricType } from './metrics.ts';

/** What the series of one metric look like. */
export type InspectedMetric = {
  readonly metric: Metric;
  readonly series: number;
  /** The server stopped counting there. */
  readonly cut: boolean;
  /** Its labels, those with the fewest values first; the name apart. */
  readonly labels: readonly LabelSummary[];
  /** Queries to try next, the most useful first. */
  readonly tries: readonly Try[];
};

export type LabelSummary = {
  readonly name: string;
  /** How many different values there are. */
  readonly values: number;
  /** The values with the most series. */
  readonly top: readonly { readonly value: string; readonly series: number }[];
  /** How many series have the label at all. */
  readonly present: number;
};

export type Try = { readonly query: string; readonly text: string };

/** More series than this are not looked through. */
const MOST_SERIES = 10_000;
const TOP_VALUES = 5;
const RECENTLY_MS = 300_000;

/** Looks at the series a metric had in the five minutes before `timeMs` (milliseconds since 1970). */
export async function inspectMetric(
  metric: Metric,
  source: Source,
  { timeMs, signal, windowMs }: { readonly timeMs: number; readonly signal: AbortSignal; readonly windowMs: number },
): Promise<InspectedMetric> {
  const { items } = await source.series({
    match: metric.names.map((name) => `{__name__=${JSON.stringify(name)}}`),
    startMs: timeMs - RECENTLY_MS,
    endMs: timeMs,
    limit: MOST_SERIES,
    signal,
  });
  const labels = summaries(items);
  return {
    metric,
    series: items.length,
    cut: items.length >= MOST_SERIES,
    labels,
    tries: triesFor(metric, labels, windowMs),
  };
}

function summaries(series: readonly Labels[]): readonly LabelSummary[] {
  const counts = new Map<string, Map<string, number>>();
  for (const labels of series) {
    for (const [name, value] of Object.entries(labels)) {
      if (name === '__name__') continue;
      const values = counts.get(name) ?? new Map<string, number>();
      values.set(value, (values.get(value) ?? 0) + 1);
      counts.set(name, values);
    }
  }
  return [...counts]
    .map(([name, values]) => ({
      name,
      values: values.size,
      present: [...values.values()].reduce((sum, count) => sum + count, 0),
      top: [...values]
        .map(([value, count]) => ({ value, series: count }))
        .sort((a, b) => b.series - a.series || byValue(a.value, b.value))
        .slice(0, TOP_VALUES),
    }))
    .sort((a, b) => a.values - b.values || (a.name < b.name ? -1 : 1));
}

/** Numbers, such as the bounds of buckets, by their size. */
function byValue(a: string, b: string): number {
  const difference = Number(a.replace('Inf', 'Infinity')) - Number(b.replace('Inf', 'Infinity'));
  return Number.isNaN(difference) ? (a < b ? -1 : 1) : difference;
}

/** Labels that belong to the target or to the way a metric is stored, not to what it measures. */
const TECHNICAL: ReadonlySet<string> = new Set(['job', 'instance', 'le', 'quantile']);

function triesFor(metric: Metric, labels: readonly LabelSummary[], windowMs: number): readonly Try[] {
  const telling = labels.find(({ name, values }) => values > 1 && !TECHNICAL.has(name)) ?? labels.find(isInstance);
  const by = telling === undefined ? '' : ` by (${telling.name})`;
  const per = telling === undefined ? '' : `, by ${telling.name}`;
  const window = windowMs % 60_000 === 0 ? `${windowMs / 60_000}m` : `${windowMs / 1_000}s`;
  // The text format has no type for it; OpenMetrics calls it info.
  const type = metric.type === 'gauge' && metric.name.endsWith('_info') ? 'info' : metric.type;
  return TRIES[type]({ name: printMetricSelector(metric.name), metric, by, per, window, labelled: telling?.name });
}

function isInstance({ name, values }: LabelSummary): boolean {
  return name === 'instance' && values > 1;
}

type TryContext = {
  readonly name: string;
  readonly metric: Metric;
  readonly by: string;
  readonly per: string;
  readonly window: string;
  readonly labelled: string | undefined;
};

const TRIES: { readonly [K in MetricType]: (context: TryContext) => readonly Try[] } = {
  counter: ({ name, by, per, window }) => [
    { query: `sum${by} (rate(${name}[${window}]))`, text: `how fast it grows, per second${per}` },
    { query: `sum${by} (increase(${name}[1h]))`, text: `how much it grew in the last hour${per}` },
  ],
  gauge: ({ name, by, per }) => [
    { query: `max${by} (${name})`, text: `the highest value now${per}` },
    { query: `max_over_time(${name}[1h])`, text: 'the highest value of each series in the last hour' },
  ],
  histogram: histogramTries,
  gaugehistogram: ({ name, by, per }) => [
    { query: `histogram_quantile(0.95, sum${withLe(by)} (${name}_bucket))`, text: `its 95th percentile now${per}` },
  ],
  summary: ({ name, by, per, window }) => [
    {
      query: `sum${by} (rate(${name}_sum[${window}])) / sum${by} (rate(${name}_count[${window}]))`,
      text: `the average${per}`,
    },
    { query: name, text: 'its quantiles, of each series; they cannot be added or averaged' },
  ],
  info: ({ name, labelled }) => [
    { query: labelled === undefined ? name : `count by (${labelled}) (${name})`, text: 'what it says, in its labels' },
  ],
  stateset: ({ name }) => [{ query: `${name} == 1`, text: 'the states that are on' }],
  recorded: ({ name }) => [
    { query: name, text: 'what the rule recorded last' },
    { query: `max_over_time(${name}[1h])`, text: 'the highest value of each series in the last hour' },
  ],
  unknown: ({ name }) => [{ query: name, text: 'the newest sample of each series' }],
};

function histogramTries({ name, metric, by, per, window }: TryContext): readonly Try[] {
  if (!metric.names.includes(`${metric.name}_bucket`)) {
    const rates = `sum${by} (rate(${name}[${window}]))`;
    return [
      { query: `histogram_quantile(0.95, ${rates})`, text: `the 95th percentile${per}` },
      { query: `histogram_avg(${rates})`, text: `the average${per}` },
    ];
  }
  return [
    {
      query: `histogram_quantile(0.95, sum${withLe(by)} (rate(${name}_bucket[${window}])))`,
      text: `the 95th percentile${per}`,
    },
    {
      query: `sum${by} (rate(${name}_sum[${window}])) / sum${by} (rate(${name}_count[${window}]))`,
      text: `the average${per}`,
    },
  ];
}

function withLe(by: string): string {
  return by === '' ? ' by (le)' : by.replace(')', ', le)');
}
