import type { WindowFunction } from '../engine/windows.ts';
import { formatG } from '../maths/go-float.ts';
import { quantileOfSorted } from '../maths/quantile.ts';
import { SortedWindow } from '../maths/sorted-window.ts';
import { floatCount, noteIgnoredHistograms } from './window-tools.ts';

/**
 * The float sample of every window that `beats` all others; NaN gives way to everything. Of the samples of a window only
 * those are kept that no later one beats: the first of them is the answer, and every sample is looked at once.
 */
export function slidingExtreme(beats: (value: number, best: number) => boolean): WindowFunction {
  /** Positions of the samples that are kept, from `first` on. */
  const kept: number[] = [];
  let first = 0;
  let next = 0;
  return (window, _scalars, notes) => {
    if (floatCount(window) === 0) return undefined;
    noteIgnoredHistograms(window, notes);
    const { lo, hi, values } = window;
    if (next < lo) next = lo;
    for (; next < hi; next++) {
      const value = values[next] ?? 0;
      if (Number.isNaN(value)) continue;
      while (kept.length > first && beats(value, values[kept[kept.length - 1] ?? 0] ?? 0)) kept.pop();
      kept.push(next);
    }
    while (first < kept.length && (kept[first] ?? 0) < lo) first++;
    return first < kept.length ? values[kept[first] ?? 0] : Number.NaN;
  };
}

/** The quantile of every window, whose samples stay sorted while it moves. */
export function slidingQuantile(): WindowFunction {
  const sorted = new SortedWindow();
  return (window, [q = 0], notes) => {
    if (floatCount(window) === 0) return undefined;
    if (Number.isNaN(q) || q < 0 || q > 1) notes.warn(`quantile value should be between 0 and 1, got ${formatG(q)}`);
    noteIgnoredHistograms(window, notes);
    sorted.moveTo(window.values, window.lo, window.hi);
    return quantileOfSorted(q, sorted.length, (i) => sorted.at(i));
  };
}
