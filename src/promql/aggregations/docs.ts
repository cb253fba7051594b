import type { Aggregator } from '../ast.ts';

/** What each aggregation gives for a group of series. https://prometheus.io/docs/prometheus/latest/querying/operators/#aggregation-operators */
export const AGGREGATOR_DOCS = {
  sum: 'The sum of the values of a group.',
  avg: 'The average of the values of a group.',
  count: 'How many series a group has, whatever their values.',
  min: 'The smallest value of a group.',
  max: 'The largest value of a group.',
  group: '1 for every group, whatever the values.',
  stddev: 'The population standard deviation of the values of a group.',
  stdvar: 'The population variance of the values of a group.',
  topk: 'The series with the largest values of a group, with all their labels.',
  bottomk: 'The series with the smallest values of a group, with all their labels.',
  count_values: 'How many series of a group have each value; the value becomes a label.',
  quantile: 'The quantile, between 0 and 1, of the values of a group: it ranks series, not observations.',
  limitk: 'Some series of a group, with all their labels.',
  limit_ratio: 'A share of the series of a group, with all their labels.',
} as const satisfies { readonly [K in Aggregator]: string };
