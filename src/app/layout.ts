import { openMetricsFloat } from '../exposition/float.ts';
import { ERROR_TYPES, PROVIDERS } from './providers.ts';
import { DURATION_BUCKETS, METRICS, type MetricKey, QUANTILES, STATUSES } from './schema.ts';

/** One series of an instance as Prometheus stores it, without job and instance. */
export type AppSeries = {
  readonly metric: MetricKey;
  /** The sample's name: the metric's own, or with `_bucket`, `_sum`, `_count` behind it. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
};

/** All series that an instance can ever show; a row of values has the same order. */
export function appSeries(version: string): readonly AppSeries[] {
  const row: AppSeries[] = [];
  const add = (metric: MetricKey, labels: AppSeries['labels'] = {}, suffix = '') =>
    row.push({ metric, name: METRICS[metric].name + suffix, labels });
  for (const provider of PROVIDERS) for (const status of STATUSES) add('requests', { provider, status });
  for (const provider of PROVIDERS) for (const type of ERROR_TYPES) add('errors', { provider, type });
  for (const provider of PROVIDERS) add('active', { provider });
  for (const provider of PROVIDERS) {
    for (const bound of [...DURATION_BUCKETS, Number.POSITIVE_INFINITY])
      add('duration', { provider, le: openMetricsFloat(bound) }, '_bucket');
    add('duration', { provider }, '_sum');
    add('duration', { provider }, '_count');
  }
  for (const provider of PROVIDERS) add('breaker', { provider });
  for (const provider of PROVIDERS) {
    for (const quantile of QUANTILES) add('firstToken', { provider, quantile: openMetricsFloat(quantile) });
    add('firstToken', { provider }, '_sum');
    add('firstToken', { provider }, '_count');
  }
  add('info', { version });
  for (const metric of ['cpu', 'start', 'resident', 'heap', 'lag'] as const) add(metric);
  return row;
}

/** Where the values of a metric start in a row; those of one provider follow each other. */
export const OFFSET: { readonly [K in MetricKey]: number } = (() => {
  const row = appSeries('');
  const entries = Object.keys(METRICS).map((key) => [key, row.findIndex(({ metric }) => metric === key)] as const);
  return Object.fromEntries(entries) as Record<MetricKey, number>;
})();

/** Values per provider of the metrics that have more than one. */
export const WIDTH = {
  requests: STATUSES.length,
  errors: ERROR_TYPES.length,
  duration: DURATION_BUCKETS.length + 3,
  firstToken: QUANTILES.length + 2,
} as const;

export const ROW_LENGTH = appSeries('').length;
