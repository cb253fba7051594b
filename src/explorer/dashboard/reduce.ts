import { isHistogram, type Sample } from '../../model/query-result.ts';

/**
 * One number out of the samples of a series, by Grafana's names for the ways; undefined without a number. Native
 * histograms count as their number of observations.
 * https://grafana.com/docs/grafana/latest/panels-visualizations/query-transform-data/calculation-types/
 */
export function reduceSamples(samples: readonly Sample[], calc: string): number | undefined {
  const values = samples.map(({ value }) => (isHistogram(value) ? value.count : value));
  const finite = values.filter((value) => !Number.isNaN(value));
  if (finite.length === 0) return values.length > 0 ? Number.NaN : undefined;
  const calculate = Object.hasOwn(CALCS, calc) ? CALCS[calc] : undefined;
  return (calculate ?? last)(finite);
}

/** Whether this way of reducing is known; others show the last value. */
export function knowsCalc(calc: string): boolean {
  return Object.hasOwn(CALCS, calc);
}

type Calculate = (values: readonly number[]) => number;

const sum: Calculate = (values) => values.reduce((total, value) => total + value, 0);
const mean: Calculate = (values) => sum(values) / values.length;
const least: Calculate = (values) => values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
const most: Calculate = (values) => values.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
const first: Calculate = (values) => values[0] ?? Number.NaN;
const last: Calculate = (values) => values.at(-1) ?? Number.NaN;
const variance: Calculate = (values) => {
  const middle = mean(values);
  return mean(values.map((value) => (value - middle) ** 2));
};
const percentile =
  (share: number): Calculate =>
  (values) =>
    [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? Number.NaN;

const CALCS: Readonly<Record<string, Calculate>> = {
  last,
  lastNotNull: last,
  first,
  firstNotNull: first,
  mean,
  avg: mean,
  min: least,
  max: most,
  sum,
  total: sum,
  count: (values) => values.length,
  range: (values) => most(values) - least(values),
  delta: (values) => last(values) - first(values),
  diff: (values) => last(values) - first(values),
  diffperc: (values) => (last(values) - first(values)) / first(values),
  variance,
  stdDev: (values) => Math.sqrt(variance(values)),
  median: percentile(0.5),
  p50: percentile(0.5),
  p90: percentile(0.9),
  p95: percentile(0.95),
  p99: percentile(0.99),
};
