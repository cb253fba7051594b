import { compareLabels, type Labels, labelsKey } from '../../src/model/labels.ts';
import { isHistogram, type QueryData, type SampleValue, type Series } from '../../src/model/query-result.ts';
import type { EngineResult } from '../../src/promql/engine/engine.ts';
import { originalOf } from '../../src/promql/engine/native-histogram.ts';
import { sameHistogram } from './promqltest-histograms.ts';
import type { Expected } from './promqltest-script.ts';
import type { Point } from './promqltest-series.ts';

/** What is wrong with the result of an instant query; undefined when nothing is. */
export function compareInstant(expected: Expected, data: QueryData): string | undefined {
  if (expected.string !== undefined) {
    if (data.kind !== 'string') return `expected a string, got a ${data.kind}`;
    return data.value === expected.string ? undefined : `expected string ${expected.string}, got ${data.value}`;
  }
  if (expected.rangeVector !== undefined) {
    if (data.kind !== 'matrix') return `expected a range vector, got a ${data.kind}`;
    return compareMatrix(expected, data.series, expected.rangeVector.startMs, expected.rangeVector.stepMs);
  }
  if (expected.scalar !== undefined) {
    if (data.kind !== 'scalar') return `expected a scalar, got a ${data.kind}`;
    return almostEqual(expected.scalar, data.value) ? undefined : `expected ${expected.scalar}, got ${data.value}`;
  }
  if (data.kind === 'scalar' && expected.series.length === 0) return `expected nothing, got scalar ${data.value}`;
  if (data.kind !== 'vector') return `expected a vector, got a ${data.kind}`;
  return compareRows(
    expected,
    data.samples.map(({ labels, value }) => ({ labels, value })),
    expected.ordered,
  );
}

/** The same expectation against the points of a range query at one moment. */
export function compareAt(expected: Expected, data: QueryData, ms: number): string | undefined {
  if (data.kind !== 'matrix') return `expected a matrix, got a ${data.kind}`;
  const unsorted = sortedProblem(data.series);
  if (unsorted !== undefined) return unsorted;
  const rows = data.series.flatMap(({ labels, samples }) => {
    const sample = samples.find((one) => one.ms === ms);
    return sample === undefined ? [] : [{ labels, value: sample.value }];
  });
  if (expected.scalar === undefined) return compareRows(expected, rows, false);
  const value = rows[0]?.value;
  if (value === undefined || isHistogram(value)) return `expected ${expected.scalar}, got nothing`;
  return almostEqual(expected.scalar, value) ? undefined : `expected ${expected.scalar}, got ${value}`;
}

/** What is wrong with the result of a range query. */
export function compareRange(expected: Expected, data: QueryData, startMs: number, stepMs: number): string | undefined {
  if (data.kind !== 'matrix') return `expected a matrix, got a ${data.kind}`;
  return sortedProblem(data.series) ?? compareMatrix(expected, data.series, startMs, stepMs);
}

/** What is wrong with the warnings and infos of a result. */
export function compareAnnotations(expected: Expected, result: EngineResult): string | undefined {
  const { warnings, infos } = result;
  if (expected.noWarn && warnings.length > 0) return `unexpected warning: ${warnings.join(' | ')}`;
  if (expected.noInfo && infos.length > 0) return `unexpected info: ${infos.join(' | ')}`;
  for (const [kind, texts] of [['warn', warnings] as const, ['info', infos] as const]) {
    const wanted = expected.annotations.filter((one) => one.kind === kind);
    if (wanted.length === 0) continue;
    const missing = wanted.find((one) => !texts.some(one.match));
    if (missing !== undefined) return `expected ${kind} ${missing.text}, got ${texts.join(' | ') || 'none'}`;
    const extra = texts.find((text) => !wanted.some((one) => one.match(text)));
    if (extra !== undefined) return `unexpected ${kind}: ${extra}`;
  }
  return undefined;
}

export function almostEqual(a: number, b: number): boolean {
  if (Number.isNaN(a) && Number.isNaN(b)) return true;
  if (a === b) return true;
  const sum = Math.abs(a) + Math.abs(b);
  const difference = Math.abs(a - b);
  if (a === 0 || b === 0 || sum < 2 ** -1022) return difference < 1e-6 * 2 ** -1022;
  return difference / Math.min(sum, Number.MAX_VALUE) < 1e-6;
}

type Row = { readonly labels: Labels; readonly value: SampleValue };

function compareRows(expected: Expected, rows: readonly Row[], ordered: boolean): string | undefined {
  const wanted = new Map(
    expected.series.map((series, position) => [labelsKey(series.labels), { ...series, position }]),
  );
  const seen = new Set<string>();
  for (const [position, { labels, value }] of rows.entries()) {
    const key = labelsKey(labels);
    const row = wanted.get(key);
    if (row === undefined) return `unexpected series ${show(labels)} ${showValue(value)}`;
    if (seen.has(key)) return `series ${show(labels)} twice`;
    seen.add(key);
    if (ordered && row.position !== position)
      return `series ${show(labels)} at place ${position + 1}, not ${row.position + 1}`;
    if (row.points.length !== 1) return `an instant vector has one value: ${show(labels)}`;
    const [point] = row.points;
    if (point === undefined || !samePoint(point, value))
      return `${show(labels)}: expected ${showPoint(point)}, got ${showValue(value)}`;
  }
  const missing = expected.series.find((series) => !seen.has(labelsKey(series.labels)));
  return missing === undefined ? undefined : `missing series ${show(missing.labels)}`;
}

function compareMatrix(
  expected: Expected,
  series: readonly Series[],
  startMs: number,
  stepMs: number,
): string | undefined {
  const wanted = new Map(expected.series.map((one) => [labelsKey(one.labels), one]));
  const seen = new Set<string>();
  for (const { labels, samples } of series) {
    const row = wanted.get(labelsKey(labels));
    if (row === undefined)
      return `unexpected series ${show(labels)} ${samples.map((one) => showValue(one.value)).join(' ')}`;
    seen.add(labelsKey(labels));
    const points = row.points
      .map((point, i) => ({ point, ms: startMs + i * stepMs }))
      .filter(({ point }) => point.kind !== 'gap');
    const shown = `got ${samples.map((one) => `${showValue(one.value)}@${one.ms / 1000}`).join(' ')}`;
    if (points.length !== samples.length) return `${show(labels)}: expected ${points.length} samples, ${shown}`;
    for (const [i, { point, ms }] of points.entries()) {
      const sample = samples[i];
      if (sample === undefined || sample.ms !== ms || !samePoint(point, sample.value)) {
        return `${show(labels)}: expected ${showPoint(point)} at ${ms / 1000}, ${shown}`;
      }
    }
  }
  const missing = expected.series.find((one) => !seen.has(labelsKey(one.labels)));
  return missing === undefined || missing.points.every((point) => point.kind === 'gap')
    ? undefined
    : `missing series ${show(missing.labels)}`;
}

function sortedProblem(series: readonly Series[]): string | undefined {
  const wrong = series.find((one, i) => i > 0 && compareLabels(series[i - 1]?.labels ?? {}, one.labels) > 0);
  return wrong === undefined ? undefined : `series ${show(wrong.labels)} is not where it belongs in the order`;
}

function samePoint(point: Point, value: SampleValue): boolean {
  if (point.kind === 'float') return !isHistogram(value) && almostEqual(point.value, value);
  if (point.kind !== 'histogram' || !isHistogram(value)) return false;
  const original = originalOf(value);
  return original !== undefined && sameHistogram(point.histogram, original, point.hintGiven, almostEqual);
}

function show(labels: Labels): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(', ')}}`;
}

function showValue(value: SampleValue): string {
  return isHistogram(value) ? `histogram(count ${value.count}, sum ${value.sum})` : String(value);
}

function showPoint(point: Point | undefined): string {
  if (point === undefined || point.kind === 'gap') return 'nothing';
  if (point.kind === 'stale') return 'stale';
  return point.kind === 'float'
    ? String(point.value)
    : `histogram(count ${point.histogram.count}, sum ${point.histogram.sum})`;
}
