import type { Sample } from '../../model/query-result.ts';
import { histogramsNotEvaluated } from './errors.ts';
import { interpolate } from './interpolate.ts';
import { toNativeHistogram } from './native-histogram.ts';
import type { MatrixValue, RangeSeries } from './values.ts';

/** The samples of a series in the left-open window, as a range selector shows them. */
export function windowSamples(
  series: RangeSeries,
  extension: MatrixValue['extension'],
  startMs: number,
  endMs: number,
): readonly Sample[] {
  if (extension !== undefined) return extendedSamples(series, extension === 'smoothed', startMs, endMs);
  const inside = (ms: number): boolean => ms > startMs && ms <= endMs;
  const floats = Array.from(series.times, (ms, i): Sample => ({ ms, value: series.values[i] ?? 0 }));
  const histograms = series.histograms.map(
    (histogram, i): Sample => ({ ms: series.histogramTimes[i] ?? 0, value: toNativeHistogram(histogram) }),
  );
  return [...floats, ...histograms].filter((sample) => inside(sample.ms)).sort((a, b) => a.ms - b.ms);
}

/** With `anchored` or `smoothed` there is a sample exactly at both edges, taken from around the window. */
function extendedSamples(series: RangeSeries, smoothed: boolean, startMs: number, endMs: number): readonly Sample[] {
  const { times, values, histograms } = series;
  if (histograms.length > 0) throw histogramsNotEvaluated('extending windows');
  let last = times.length - 1;
  if (last < 0) return [];
  let first = 0;
  while (first + 1 <= last && (times[first + 1] ?? 0) <= startMs) first++;
  if (smoothed) {
    const after = times.findIndex((ms) => ms >= endMs);
    if (after >= 0) last = Math.min(last, after);
  }
  if ((times[last] ?? 0) <= startMs) return [];
  const left =
    smoothed && (times[first] ?? 0) < startMs
      ? interpolate(times, values, first, first + 1, startMs, false)
      : (values[first] ?? 0);
  const right =
    smoothed && last > 0 && (times[last] ?? 0) > endMs
      ? interpolate(times, values, last - 1, last, endMs, false)
      : (values[last] ?? 0);
  const between: Sample[] = [];
  for (let i = first; i <= last; i++) {
    const ms = times[i] ?? 0;
    if (ms > startMs && ms < endMs) between.push({ ms, value: values[i] ?? 0 });
  }
  return [{ ms: startMs, value: left }, ...between, { ms: endMs, value: right }];
}
