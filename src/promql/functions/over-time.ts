import type { FloatHistogram } from '../../model/float-histogram.ts';
import type { Notes, Window } from '../engine/windows.ts';
import { KahanVariance, kahanMean, kahanSum } from '../maths/kahan.ts';
import { quantile } from '../maths/quantile.ts';
import { absentOverTime } from './absent.ts';
import { type FunctionRow, overWindow, perSeries, whole } from './row.ts';
import { slidingExtreme, slidingQuantile } from './sliding.ts';
import { floatCount, histogramCount, isMixed, noteIgnoredHistograms } from './window-tools.ts';

/** One number for all samples of a window. */
export const overTimeFunctions: readonly FunctionRow[] = [
  {
    name: 'avg_over_time',
    args: ['matrix'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'The average of the samples in the window.',
    run: overWindow(average, { samplesOnly: true }),
  },
  {
    name: 'min_over_time',
    args: ['matrix'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'The smallest sample in the window.',
    run: perSeries(() => slidingExtreme((value, best) => value < best)),
  },
  {
    name: 'max_over_time',
    args: ['matrix'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'The largest sample in the window.',
    run: perSeries(() => slidingExtreme((value, best) => value > best)),
  },
  {
    name: 'sum_over_time',
    args: ['matrix'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'The sum of the samples in the window.',
    run: overWindow(sum, { samplesOnly: true }),
  },
  {
    name: 'count_over_time',
    args: ['matrix'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'How many samples the window holds.',
    run: overWindow((window) => floatCount(window) + histogramCount(window)),
  },
  {
    name: 'quantile_over_time',
    args: ['scalar', 'matrix'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'The quantile, between 0 and 1, of the samples in the window.',
    run: perSeries(slidingQuantile),
  },
  {
    name: 'stddev_over_time',
    args: ['matrix'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'The population standard deviation of the samples in the window.',
    run: overWindow((window, _scalars, notes) => root(variance(window, notes)), { samplesOnly: true }),
  },
  {
    name: 'stdvar_over_time',
    args: ['matrix'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'The population variance of the samples in the window.',
    run: overWindow((window, _scalars, notes) => variance(window, notes), { samplesOnly: true }),
  },
  {
    name: 'last_over_time',
    args: ['matrix'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'The newest sample in the window.',
    run: overWindow(newest, { keepName: true }),
  },
  {
    name: 'first_over_time',
    args: ['matrix'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'The oldest sample in the window.',
    run: overWindow(oldest, { keepName: true }),
  },
  {
    name: 'present_over_time',
    args: ['matrix'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: '1 for every series with a sample in the window.',
    run: overWindow(() => 1),
  },
  whole(
    {
      name: 'absent_over_time',
      args: ['matrix'],
      variadic: 0,
      returns: 'vector',
      experimental: false,
      doc: '1 when no series has a sample in the window, nothing otherwise.',
    },
    absentOverTime,
  ),
  {
    name: 'mad_over_time',
    args: ['matrix'],
    variadic: 0,
    returns: 'vector',
    experimental: true,
    doc: 'The median distance of the samples in the window from their median.',
    run: overWindow(medianDistance, { samplesOnly: true }),
  },
  {
    name: 'ts_of_first_over_time',
    args: ['matrix'],
    variadic: 0,
    returns: 'vector',
    experimental: true,
    doc: 'The time of the oldest sample in the window, in seconds since 1970.',
    run: overWindow((window) =>
      seconds(
        Math.min(
          firstTime(window.times, window.lo, window.hi),
          firstTime(window.histogramTimes, window.histogramLo, window.histogramHi),
        ),
      ),
    ),
  },
  {
    name: 'ts_of_last_over_time',
    args: ['matrix'],
    variadic: 0,
    returns: 'vector',
    experimental: true,
    doc: 'The time of the newest sample in the window, in seconds since 1970.',
    run: overWindow((window) =>
      seconds(
        Math.max(
          lastTime(window.times, window.lo, window.hi),
          lastTime(window.histogramTimes, window.histogramLo, window.histogramHi),
        ),
      ),
    ),
  },
  {
    name: 'ts_of_max_over_time',
    args: ['matrix'],
    variadic: 0,
    returns: 'vector',
    experimental: true,
    doc: 'The time of the last sample in the window that has the largest value, in seconds since 1970.',
    run: overWindow((window, _scalars, notes) => secondsOf(extreme(window, notes, (value, best) => value >= best))),
  },
  {
    name: 'ts_of_min_over_time',
    args: ['matrix'],
    variadic: 0,
    returns: 'vector',
    experimental: true,
    doc: 'The time of the last sample in the window that has the smallest value, in seconds since 1970.',
    run: overWindow((window, _scalars, notes) => secondsOf(extreme(window, notes, (value, best) => value <= best))),
  },
];

function average(window: Window, _scalars: readonly number[], notes: Notes): number | undefined {
  if (isMixed(window, notes, 'avg_over_time')) return undefined;
  return kahanMean(window.values, window.lo, window.hi);
}

function sum(window: Window, _scalars: readonly number[], notes: Notes): number | undefined {
  if (isMixed(window, notes, 'sum_over_time')) return undefined;
  return kahanSum(window.values, window.lo, window.hi);
}

/** The float sample that beats all others; NaN gives way to everything. */
function extreme(
  window: Window,
  notes: Notes,
  beats: (value: number, best: number) => boolean,
): { readonly value: number; readonly ms: number } | undefined {
  if (floatCount(window) === 0) return undefined;
  noteIgnoredHistograms(window, notes);
  const { lo, hi, values, times } = window;
  let best = lo;
  for (let i = lo; i < hi; i++) {
    const current = values[best] ?? 0;
    if (beats(values[i] ?? 0, current) || Number.isNaN(current)) best = i;
  }
  return { value: values[best] ?? 0, ms: times[best] ?? 0 };
}

function variance(window: Window, notes: Notes): number | undefined {
  if (floatCount(window) === 0) return undefined;
  noteIgnoredHistograms(window, notes);
  const squares = new KahanVariance();
  for (let i = window.lo; i < window.hi; i++) squares.add(window.values[i] ?? 0);
  return squares.variance;
}

function root(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.sqrt(value);
}

function medianDistance(window: Window, _scalars: readonly number[], notes: Notes): number | undefined {
  if (floatCount(window) === 0) return undefined;
  noteIgnoredHistograms(window, notes);
  const values = window.values.slice(window.lo, window.hi);
  if (values.some(Number.isNaN)) return Number.NaN;
  const median = quantile(0.5, values);
  return quantile(
    0.5,
    values.map((value) => Math.abs(value - median)),
  );
}

function newest(window: Window): number | FloatHistogram | undefined {
  const { hi, histogramHi } = window;
  const isFloat =
    histogramCount(window) === 0 ||
    (floatCount(window) > 0 && (window.times[hi - 1] ?? 0) > (window.histogramTimes[histogramHi - 1] ?? 0));
  return isFloat ? window.values[hi - 1] : window.histograms[histogramHi - 1];
}

function oldest(window: Window): number | FloatHistogram | undefined {
  const { lo, histogramLo } = window;
  const isFloat =
    histogramCount(window) === 0 ||
    (floatCount(window) > 0 && (window.times[lo] ?? 0) < (window.histogramTimes[histogramLo] ?? 0));
  return isFloat ? window.values[lo] : window.histograms[histogramLo];
}

function firstTime(times: Float64Array, lo: number, hi: number): number {
  return lo < hi ? (times[lo] ?? 0) : Number.POSITIVE_INFINITY;
}

function lastTime(times: Float64Array, lo: number, hi: number): number {
  return lo < hi ? (times[hi - 1] ?? 0) : Number.NEGATIVE_INFINITY;
}

function seconds(ms: number): number {
  return ms / 1000;
}

function secondsOf(sample: { readonly ms: number } | undefined): number | undefined {
  return sample === undefined ? undefined : seconds(sample.ms);
}
