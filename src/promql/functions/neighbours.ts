import { histogramsNotEvaluated } from '../engine/errors.ts';
import type { Notes, Window } from '../engine/windows.ts';
import { quote } from '../syntax/quote.ts';
import { isStartReset } from './extrapolate.ts';
import { floatCount, histogramCount } from './window-tools.ts';

/** The difference of the last two samples; per second and past a reset for counters. */
export function lastDifference(window: Window, notes: Notes, isCounter: boolean): number | undefined {
  if (floatCount(window) + histogramCount(window) < 2) return undefined;
  const { times, values, starts, hi } = window;
  if (!endsInFloats(window)) {
    if (endsInHistograms(window)) throw histogramsNotEvaluated(isCounter ? 'irate' : 'idelta');
    notes.warn(`encountered a mix of histograms and floats for metric name ${quote(window.metric)}`);
    return undefined;
  }
  const time = times[hi - 1] ?? 0;
  const previousTime = times[hi - 2] ?? 0;
  if (time === previousTime) return undefined;
  const value = values[hi - 1] ?? 0;
  const previous = values[hi - 2] ?? 0;
  const isReset =
    isCounter && (value < previous || isStartReset(starts?.[hi - 2] ?? 0, previousTime, starts?.[hi - 1] ?? 0, time));
  const difference = isReset ? value : value - previous;
  return isCounter ? difference / ((time - previousTime) / 1000) : difference;
}

/** How often the value changes from one sample to the next; from NaN to NaN is no change. */
export function countChanges(window: Window): number | undefined {
  return countSteps(window, (previous, current) => {
    if (previous.isHistogram || current.isHistogram) {
      if (previous.isHistogram && current.isHistogram) throw histogramsNotEvaluated('changes');
      return true;
    }
    return current.value !== previous.value && !(Number.isNaN(current.value) && Number.isNaN(previous.value));
  });
}

/** How often a counter starts over: its value goes down, or its start timestamp says so. */
export function countResets(window: Window): number | undefined {
  return countSteps(window, (previous, current) => {
    if (previous.isHistogram || current.isHistogram) {
      if (previous.isHistogram && current.isHistogram) throw histogramsNotEvaluated('resets');
      return true;
    }
    return current.value < previous.value || isStartReset(previous.start, previous.time, current.start, current.time);
  });
}

type Seen = { readonly time: number; readonly value: number; readonly start: number; readonly isHistogram: boolean };

function countSteps(window: Window, counts: (previous: Seen, current: Seen) => boolean): number | undefined {
  const samples = inOrder(window);
  const first = firstToCount(window, samples);
  if (first === undefined) return undefined;
  let count = 0;
  for (let i = first + 1; i < samples.length; i++) {
    const previous = samples[i - 1];
    const current = samples[i];
    if (previous !== undefined && current !== undefined && counts(previous, current)) count++;
  }
  return count;
}

/** With `anchored` the newest sample before the window is where counting starts; without a sample in it there is nothing. */
function firstToCount(window: Window, samples: readonly Seen[]): number | undefined {
  if (samples.length === 0) return undefined;
  if (window.extension !== 'anchored') return 0;
  const inside = samples.findIndex((sample) => sample.time > window.startMs);
  return inside < 0 ? undefined : Math.max(0, inside - 1);
}

function inOrder(window: Window): readonly Seen[] {
  const seen: Seen[] = [];
  let float = window.lo;
  let histogram = window.histogramLo;
  while (float < window.hi || histogram < window.histogramHi) {
    const time = float < window.hi ? (window.times[float] ?? 0) : Number.POSITIVE_INFINITY;
    const other = histogram < window.histogramHi ? (window.histogramTimes[histogram] ?? 0) : Number.POSITIVE_INFINITY;
    if (time < other) {
      seen.push({ time, value: window.values[float] ?? 0, start: window.starts?.[float] ?? 0, isHistogram: false });
      float++;
    } else {
      seen.push({ time: other, value: 0, start: 0, isHistogram: true });
      histogram++;
    }
  }
  return seen;
}

function endsInFloats(window: Window): boolean {
  if (floatCount(window) < 2) return false;
  const newestHistogram = histogramCount(window) === 0 ? Number.NEGATIVE_INFINITY : lastHistogramTime(window, 1);
  return newestHistogram < (window.times[window.hi - 2] ?? 0);
}

function endsInHistograms(window: Window): boolean {
  if (histogramCount(window) < 2) return false;
  const newestFloat = floatCount(window) === 0 ? Number.NEGATIVE_INFINITY : (window.times[window.hi - 1] ?? 0);
  return newestFloat < lastHistogramTime(window, 2);
}

function lastHistogramTime(window: Window, back: number): number {
  return window.histogramTimes[window.histogramHi - back] ?? 0;
}
