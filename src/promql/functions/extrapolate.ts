import { interpolate } from '../engine/interpolate.ts';
import { lostInDrops, type Notes, type Window } from '../engine/windows.ts';
import { quote } from '../syntax/quote.ts';
import { floatCount, histogramCount, isMixed } from './window-tools.ts';

/**
 * The change over a window, filled up to its edges where the samples come close enough; restarts of a counter are made
 * good. The sum over the window, or per second with `perSecond`.
 */
export function extrapolatedChange(
  window: Window,
  notes: Notes,
  { isCounter, perSecond }: { readonly isCounter: boolean; readonly perSecond: boolean },
): number | undefined {
  if (window.extension !== undefined) return extendedChange(window, notes, isCounter, perSecond);
  if (histogramCount(window) > 0 && isMixed(window, notes, 'rate')) return undefined;
  const { lo, hi, times, values, startMs, endMs } = window;
  const steps = hi - lo - 1;
  if (steps < 0) return undefined;
  const firstTime = times[lo] ?? 0;
  const lastTime = times[hi - 1] ?? 0;
  const firstValue = values[lo] ?? 0;
  const started = isCounter ? startInside(window, firstTime) : undefined;
  if (steps === 0 && started === undefined) return undefined;
  let change = (values[hi - 1] ?? 0) - firstValue;
  if (isCounter) change += lostByResets(window, notes);

  let sampled = (lastTime - firstTime) / 1000;
  const average = steps > 0 ? sampled / steps : 0;
  const threshold = average * 1.1;
  let toStart = (firstTime - startMs) / 1000;
  let toEnd = (endMs - lastTime) / 1000;
  if (started !== undefined) {
    // The counter started inside the window: it was zero then, and nothing is to be guessed on that side.
    toStart = 0;
    sampled = (lastTime - started) / 1000;
    change += firstValue;
  } else {
    if (toStart >= threshold) toStart = average / 2;
    if (isCounter && change > 0 && firstValue >= 0) {
      // No counter was ever below zero: the line is not drawn further back than to where it crosses zero.
      toStart = Math.min(toStart, sampled * (firstValue / change));
    }
  }
  if (toEnd >= threshold) toEnd = average / 2;
  const factor = sampled === 0 ? 1 : (sampled + toStart + toEnd) / sampled;
  return change * (perSecond ? factor / (window.rangeMs / 1000) : factor);
}

/**
 * True when a sample's start timestamp tells that its counter started after the previous sample. A start that is the
 * time of the previous sample means a reset only when that one's own start was known.
 */
export function isStartReset(previousStart: number, previousTime: number, start: number, time: number): boolean {
  if (start === 0 || start >= time || start < previousTime) return false;
  if (start > previousTime) return true;
  if (previousStart > previousTime) return false;
  return previousStart !== 0 && previousStart !== previousTime;
}

/** The start of the first sample's counter, when it is known and lies inside the left-open window. */
function startInside({ starts, lo, startMs }: Window, firstTime: number): number | undefined {
  const start = starts?.[lo] ?? 0;
  return start !== 0 && start > startMs && start < firstTime ? start : undefined;
}

function lostByResets(window: Window, notes: Notes): number {
  const { lo, hi, times, values, starts } = window;
  if (starts === undefined) return lostInDrops(window);
  let lost = 0;
  let overlaps = false;
  for (let i = lo + 1; i < hi; i++) {
    const previous = values[i - 1] ?? 0;
    const previousTime = times[i - 1] ?? 0;
    const previousStart = starts[i - 1] ?? 0;
    const start = starts[i] ?? 0;
    if (!overlaps && start !== 0 && start < previousTime && start !== previousStart) {
      overlaps = true;
      notes.warn(
        `sample has start time that overlaps with previous sample timestamp for metric ${quote(window.metric)}`,
      );
    }
    if ((values[i] ?? 0) < previous || isStartReset(previousStart, previousTime, start, times[i] ?? 0))
      lost += previous;
  }
  return lost;
}

/** The change between the edges of an anchored or smoothed window; nothing is guessed there. */
function extendedChange(window: Window, notes: Notes, isCounter: boolean, perSecond: boolean): number | undefined {
  if (histogramCount(window) > 0 && isMixed(window, notes, 'extended rate')) return undefined;
  if (floatCount(window) === 0) return undefined;
  const { lo, hi, times, values, startMs, endMs } = window;
  const smoothed = window.extension === 'smoothed';
  let last = hi - 1;
  let first = lo;
  while (first + 1 < last && (times[first + 1] ?? 0) <= startMs) first++;
  if (smoothed) {
    let after = lo;
    while (after < last && (times[after] ?? 0) < endMs) after++;
    last = after;
  }
  if ((times[last] ?? 0) <= startMs) return undefined;
  if (smoothed && (times[first] ?? 0) > endMs) return undefined;
  const left =
    smoothed && (times[first] ?? 0) < startMs
      ? interpolate(times, values, first, first + 1, startMs, isCounter)
      : (values[first] ?? 0);
  const right =
    smoothed && last > lo && (times[last] ?? 0) > endMs
      ? interpolate(times, values, last - 1, last, endMs, isCounter)
      : (values[last] ?? 0);
  let change = right - left;
  if (isCounter) {
    // Resets at the edges are part of the interpolation already.
    const from = (times[first] ?? 0) <= startMs ? first + 1 : first;
    const to = (times[last] ?? 0) >= endMs ? last - 1 : last;
    let previous = left;
    for (let i = from; i <= to; i++) {
      const value = values[i] ?? 0;
      if (value < previous) change += previous;
      previous = value;
    }
    if (right < previous) change += previous;
  }
  return perSecond ? change / (window.rangeMs / 1000) : change;
}
