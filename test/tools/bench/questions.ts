import { COOKBOOK } from '../../../src/explorer/cookbook.ts';

/** A query that both servers are asked. */
export type Question = {
  readonly name: string;
  readonly query: string;
  /** How many series it reads of each of its metrics; undefined where the demo service decides. */
  readonly size?: number;
};

export const GUIDE: readonly Question[] = COOKBOOK.map(({ number, title, query }) => ({
  name: `guide ${number}: ${title}`,
  query,
}));

export const SIZES = [1, 100, 1000] as const;

/** Every kind of query over 1, 100 and 1,000 series. */
export function questions(): readonly Question[] {
  return Object.entries(KINDS).flatMap(([name, query]) =>
    SIZES.map((size) => ({ name, size, query: query(selectionOf(size)) })),
  );
}

/** What a kind of query is written with: selectors of about as many series each. */
type Selection = {
  readonly counter: string;
  readonly gauge: string;
  /** Series of buckets: ten times fewer histograms. */
  readonly buckets: string;
};

function selectionOf(size: (typeof SIZES)[number]): Selection {
  const some = { 1: '{n="7"}', 100: '{hundred="h3"}', 1000: '' }[size];
  const histograms = { 1: '{n="7",le="+Inf"}', 100: '{ten="t3"}', 1000: '' }[size];
  return {
    counter: `bench_requests_total${some}`,
    gauge: `bench_level${some}`,
    buckets: `bench_seconds_bucket${histograms}`,
  };
}

const KINDS: Readonly<Record<string, (selection: Selection) => string>> = {
  selector: ({ gauge }) => gauge,
  'rate 5m': ({ counter }) => `rate(${counter}[5m])`,
  'rate 1h': ({ counter }) => `rate(${counter}[1h])`,
  'vector / vector': ({ counter, gauge }) => `${gauge} / ${counter}`,
  'vector * scalar': ({ gauge }) => `${gauge} * 2.5`,
  comparison: ({ gauge }) => `${gauge} > 50`,
  and: ({ counter, gauge }) => `${gauge} and ${counter}`,
  or: ({ counter, gauge }) => `${gauge} or ${counter}`,
  unless: ({ counter, gauge }) => `${gauge} unless (${counter} > 50000)`,
  group_left: ({ counter }) => `${counter} * on(group) group_left(team) bench_info`,
  label_replace: ({ gauge }) => `label_replace(${gauge}, "digit", "$1", "n", ".*(.)")`,
  'sum by': ({ gauge }) => `sum by (group) (${gauge})`,
  'sum of rates': ({ counter }) => `sum by (group) (rate(${counter}[5m]))`,
  avg: ({ gauge }) => `avg(${gauge})`,
  topk: ({ gauge }) => `topk(5, ${gauge})`,
  quantile: ({ gauge }) => `quantile by (half) (0.9, ${gauge})`,
  count_values: ({ gauge }) => `count_values("v", round(${gauge}))`,
  histogram_quantile: ({ buckets }) => `histogram_quantile(0.9, rate(${buckets}[5m]))`,
  'quantile of sums': ({ buckets }) => `histogram_quantile(0.9, sum by (le) (rate(${buckets}[5m])))`,
  subquery: ({ counter }) => `max_over_time(rate(${counter}[5m])[30m:1m])`,
  avg_over_time: ({ gauge }) => `avg_over_time(${gauge}[30m])`,
  max_over_time: ({ gauge }) => `max_over_time(${gauge}[30m])`,
  quantile_over_time: ({ gauge }) => `quantile_over_time(0.9, ${gauge}[30m])`,
  count_over_time: ({ gauge }) => `count_over_time(${gauge}[30m])`,
};
