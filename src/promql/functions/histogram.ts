import { histogramVariance } from '../maths/histogram-variance.ts';
import { histogramFraction, histogramQuantile, histogramQuantiles } from './classic-histograms.ts';
import { eachHistogram, type FunctionRow, whole } from './row.ts';

/** Quantiles and sums of histograms. */
export const histogramFunctions: readonly FunctionRow[] = [
  whole(
    {
      name: 'histogram_quantile',
      args: ['scalar', 'vector'],
      variadic: 0,
      returns: 'vector',
      experimental: false,
      doc: 'The value below which that share of the observations lies, estimated from the buckets of a histogram; classic buckets are found by their label le.',
    },
    histogramQuantile,
  ),
  whole(
    {
      name: 'histogram_quantiles',
      args: ['vector', 'string', 'scalar', 'scalar'],
      variadic: 9,
      returns: 'vector',
      experimental: true,
      doc: 'Several quantiles of a histogram at once, told apart by a label.',
    },
    histogramQuantiles,
  ),
  whole(
    {
      name: 'histogram_fraction',
      args: ['scalar', 'scalar', 'vector'],
      variadic: 0,
      returns: 'vector',
      experimental: false,
      doc: 'The share of the observations of a histogram between the two bounds.',
    },
    histogramFraction,
  ),
  {
    name: 'histogram_avg',
    args: ['vector'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'The average observation of every native histogram.',
    run: eachHistogram(({ sum, count }) => sum / count),
  },
  {
    name: 'histogram_count',
    args: ['vector'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'The number of observations of every native histogram.',
    run: eachHistogram(({ count }) => count),
  },
  {
    name: 'histogram_sum',
    args: ['vector'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'The sum of the observations of every native histogram.',
    run: eachHistogram(({ sum }) => sum),
  },
  {
    name: 'histogram_stddev',
    args: ['vector'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'The estimated standard deviation of the observations of every native histogram.',
    run: eachHistogram((histogram) => Math.sqrt(histogramVariance(histogram))),
  },
  {
    name: 'histogram_stdvar',
    args: ['vector'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'The estimated variance of the observations of every native histogram.',
    run: eachHistogram(histogramVariance),
  },
];
