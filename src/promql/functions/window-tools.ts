import { histogramsNotEvaluated } from '../engine/errors.ts';
import type { Notes, Window } from '../engine/windows.ts';
import { quote } from '../syntax/quote.ts';

export function floatCount(window: Window): number {
  return window.hi - window.lo;
}

export function histogramCount(window: Window): number {
  return window.histogramHi - window.histogramLo;
}

/** Some functions leave histograms out and say so when there were floats as well. */
export function noteIgnoredHistograms(window: Window, notes: Notes): void {
  if (histogramCount(window) === 0) return;
  notes.info(
    `ignored histograms in a range containing both floats and histograms for metric name ${quote(window.metric)}`,
  );
}

/**
 * For functions that cannot mix: true when the window holds floats and histograms, after saying so. Windows of nothing
 * but histograms cannot be computed with yet.
 */
export function isMixed(window: Window, notes: Notes, what: string): boolean {
  if (histogramCount(window) === 0) return false;
  if (floatCount(window) === 0) throw histogramsNotEvaluated(what);
  notes.warn(`encountered a mix of histograms and floats for metric name ${quote(window.metric)}`);
  return true;
}
