import { executionError } from '../engine/errors.ts';
import type { Notes, Window } from '../engine/windows.ts';
import { linearRegression } from '../maths/regression.ts';
import { quote } from '../syntax/quote.ts';
import { extrapolatedChange } from './extrapolate.ts';
import { countChanges, countResets, lastDifference } from './neighbours.ts';
import { type FunctionRow, overWindow } from './row.ts';
import { floatCount, noteIgnoredHistograms } from './window-tools.ts';

/** How counters and gauges change within a window. */
export const rateFunctions: readonly FunctionRow[] = [
  {
    name: 'rate',
    args: ['matrix'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'How fast a counter grows per second on average over the window; restarts of the counter are made good, and the window is filled up to its edges.',
    run: overWindow(
      (window, _scalars, notes) => extrapolatedChange(window, notes, { isCounter: true, perSecond: true }),
      { afterSeries: noteIfNoCounter },
    ),
  },
  {
    name: 'increase',
    args: ['matrix'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'How much a counter grew within the window: rate() times the length of the window.',
    run: overWindow(
      (window, _scalars, notes) => extrapolatedChange(window, notes, { isCounter: true, perSecond: false }),
      { afterSeries: noteIfNoCounter },
    ),
  },
  {
    name: 'irate',
    args: ['matrix'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'How fast a counter grows per second between the last two samples of the window.',
    run: overWindow((window, _scalars, notes) => lastDifference(window, notes, true)),
  },
  {
    name: 'delta',
    args: ['matrix'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'How much a gauge changed from the start to the end of the window, filled up to its edges.',
    run: overWindow((window, _scalars, notes) =>
      extrapolatedChange(window, notes, { isCounter: false, perSecond: false }),
    ),
  },
  {
    name: 'idelta',
    args: ['matrix'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'The difference between the last two samples of the window.',
    run: overWindow((window, _scalars, notes) => lastDifference(window, notes, false)),
  },
  {
    name: 'deriv',
    args: ['matrix'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'The slope of a gauge per second, by a straight line fitted through the samples of the window.',
    run: overWindow(slope),
  },
  {
    name: 'predict_linear',
    args: ['matrix', 'scalar'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'The value a gauge will have that many seconds from now, by a straight line fitted through the window.',
    run: overWindow(predict),
  },
  {
    name: 'double_exponential_smoothing',
    args: ['matrix', 'scalar', 'scalar'],
    variadic: 0,
    returns: 'vector',
    experimental: true,
    doc: 'A smoothed value of a gauge; the factors between 0 and 1 weigh recent samples and the trend.',
    run: overWindow(smooth),
  },
  {
    name: 'changes',
    args: ['matrix'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'How often the value changed within the window.',
    run: overWindow(countChanges),
  },
  {
    name: 'resets',
    args: ['matrix'],
    variadic: 0,
    returns: 'vector',
    experimental: false,
    doc: 'How often a counter went down within the window, that is, how often it started over.',
    run: overWindow(countResets),
  },
];

const COUNTER_SUFFIXES: readonly string[] = ['_total', '_sum', '_count', '_bucket'];

function noteIfNoCounter(metric: string, notes: Notes): void {
  if (metric === '' || COUNTER_SUFFIXES.some((suffix) => metric.endsWith(suffix))) return;
  notes.info(`metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${quote(metric)}`);
}

function slope(window: Window, _scalars: readonly number[], notes: Notes): number | undefined {
  if (floatCount(window) < 1) return undefined;
  noteIgnoredHistograms(window, notes);
  // The line is fitted around the first sample, so that large times cost no precision.
  return floatCount(window) < 2 ? undefined : linearRegression(window, window.times[window.lo] ?? 0).slope;
}

function predict(window: Window, [seconds = 0]: readonly number[], notes: Notes): number | undefined {
  if (floatCount(window) < 1) return undefined;
  noteIgnoredHistograms(window, notes);
  if (floatCount(window) < 2) return undefined;
  const line = linearRegression(window, window.evalMs);
  return line.slope * seconds + line.intercept;
}

function smooth(window: Window, [smoothing = 0, trend = 0]: readonly number[], notes: Notes): number | undefined {
  if (smoothing <= 0 || smoothing >= 1) {
    throw executionError(`invalid smoothing factor. Expected: 0 < sf < 1, got: ${smoothing.toFixed(6)}`);
  }
  if (trend <= 0 || trend >= 1) {
    throw executionError(`invalid trend factor. Expected: 0 < tf < 1, got: ${trend.toFixed(6)}`);
  }
  if (floatCount(window) < 1) return undefined;
  noteIgnoredHistograms(window, notes);
  if (floatCount(window) < 2) return undefined;
  const { lo, hi, values } = window;
  let previous = 0;
  let smoothed = values[lo] ?? 0;
  let direction = (values[lo + 1] ?? 0) - smoothed;
  for (let i = lo + 1; i < hi; i++) {
    if (i > lo + 1) direction = trend * (smoothed - previous) + (1 - trend) * direction;
    const next = smoothing * (values[i] ?? 0) + (1 - smoothing) * (smoothed + direction);
    previous = smoothed;
    smoothed = next;
  }
  return smoothed;
}
