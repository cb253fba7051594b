import type { FunctionSignature } from './signature.ts';

/** Quantiles and sums of histograms. */
export const histogramFunctions = [
  {
    name: 'histogram_quantile',
    args: ['scalar', 'vector'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'The value below which that share of the observations lies, estimated from the buckets of a histogram; classic buckets are found by their label le.',
  },
  {
    name: 'histogram_quantiles',
    args: ['vector', 'string', 'scalar', 'scalar'],
    variadic: 9,
    returns: 'vector',
    experimental: true,
    doc: 'Several quantiles of a histogram at once, told apart by a label.',
  },
  {
    name: 'histogram_fraction',
    args: ['scalar', 'scalar', 'vector'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'The share of the observations of a histogram between the two bounds.',
  },
  {
    name: 'histogram_avg',
    args: ['vector'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'The average observation of every native histogram.',
  },
  {
    name: 'histogram_count',
    args: ['vector'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'The number of observations of every native histogram.',
  },
  {
    name: 'histogram_sum',
    args: ['vector'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'The sum of the observations of every native histogram.',
  },
  {
    name: 'histogram_stddev',
    args: ['vector'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'The estimated standard deviation of the observations of every native histogram.',
  },
  {
    name: 'histogram_stdvar',
    args: ['vector'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'The estimated variance of the observations of every native histogram.',
  },
] as const satisfies readonly FunctionSignature[];
