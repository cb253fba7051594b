import type { CounterResetHint, FloatHistogram } from '../../src/model/float-histogram.ts';
import { type Labels, labelsOf } from '../../src/model/labels.ts';
import { parseDuration } from '../../src/promql/duration.ts';
import { unquote } from '../../src/promql/syntax/quote.ts';
import { addHistograms } from './promqltest-histograms.ts';

/** One place in a sequence of samples. `hintGiven` says that the counter reset hint was spelt out. */
export type Point =
  | { readonly kind: 'gap' }
  | { readonly kind: 'stale' }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'histogram'; readonly histogram: FloatHistogram; readonly hintGiven: boolean };

export type SeriesLine = { readonly labels: Labels; readonly points: readonly Point[] };

/** Start timestamps for the next line: offsets from the sample's time, undefined where not known. */
export type StartLine = { readonly labels: Labels; readonly offsets: readonly (number | undefined)[] };

/** Reads `metric{label="value"} 1 2 _ 3x4`. Throws an Error that says what is wrong with the line. */
export function parseSeriesLine(line: string): SeriesLine {
  const { labels, rest } = parseMetric(line);
  return { labels, points: splitItems(rest).flatMap(parseItem) };
}

/** Reads `metric{label="value"}@st -30s _ -1mx3`; undefined when the line has no `@st`. */
export function parseStartLine(line: string): StartLine | undefined {
  const found = /^(.*?)@st(?:\s+(.*))?$/.exec(line);
  if (found === null) return undefined;
  const { labels, rest } = parseMetric(found[1] ?? '');
  if (rest.trim() !== '') return undefined;
  return { labels, offsets: splitItems(found[2] ?? '').flatMap(parseStartItem) };
}

function parseMetric(line: string): { readonly labels: Labels; readonly rest: string } {
  const name = /^[A-Za-z_:][A-Za-z0-9_:]*/.exec(line)?.[0] ?? '';
  const entries: [string, string][] = name === '' ? [] : [['__name__', name]];
  let at = name.length;
  if (/^\s*\{/.test(line.slice(at)) && !/^\s*\{\{/.test(line.slice(at))) {
    at += line.slice(at).indexOf('{') + 1;
    for (;;) {
      at = skipSpaces(line, at);
      if (line[at] === '}') break;
      const key = readName(line, at);
      at = skipSpaces(line, key.end);
      if (line[at] === '=') {
        const value = readString(line, skipSpaces(line, at + 1));
        entries.push([key.text, value.text]);
        at = skipSpaces(line, value.end);
      } else if (key.quoted) entries.push(['__name__', key.text]);
      else throw new Error(`a label needs "=" and a value: ${line}`);
      if (line[at] === ',') at++;
      else if (line[at] !== '}') throw new Error(`expected "," or "}" after a label: ${line}`);
    }
    at++;
  } else if (name === '') throw new Error(`not a series: ${line}`);
  if (at < line.length && !/[\s@]/.test(line[at] ?? '')) throw new Error(`unexpected text after the labels: ${line}`);
  return { labels: labelsOf(entries.filter(([, value]) => value !== '')), rest: line.slice(at) };
}

type Read = { readonly text: string; readonly end: number; readonly quoted: boolean };

function readName(line: string, at: number): Read {
  const word = /^[A-Za-z_][A-Za-z0-9_]*/.exec(line.slice(at))?.[0];
  return word === undefined ? readString(line, at) : { text: word, end: at + word.length, quoted: false };
}

function readString(line: string, at: number): Read {
  const literal = /^("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)/.exec(line.slice(at))?.[0];
  const value = literal === undefined ? undefined : unquote(literal);
  if (literal === undefined || value?.kind !== 'ok') throw new Error(`expected a string: ${line.slice(at)}`);
  return { text: value.value, end: at + literal.length, quoted: true };
}

function skipSpaces(line: string, at: number): number {
  let next = at;
  while (/\s/.test(line[next] ?? '')) next++;
  return next;
}

/** Items are separated by spaces, but those inside `{{ }}` belong to a histogram. */
function splitItems(text: string): readonly string[] {
  return text.match(/(?:\{\{.*?\}\}|[^\s{])+/g) ?? [];
}

const NUMBER =
  '[+-]?(?:[0-9][0-9_]*\\.?[0-9_]*(?:[eE][+-]?[0-9]+)?|\\.[0-9]+(?:[eE][+-]?[0-9]+)?|[iI]nf|[nN]a[nN]|(?:[0-9]+(?:ms|[smhdwy]))+)';

function parseItem(item: string): readonly Point[] {
  const gap = /^_(?:x([0-9]+))?$/.exec(item);
  if (gap !== null) return new Array<Point>(gap[1] === undefined ? 1 : Number(gap[1])).fill({ kind: 'gap' });
  const stale = /^stale(?:x([0-9]+))?$/.exec(item);
  if (stale !== null) return new Array<Point>(Number(stale[1] ?? 0) + 1).fill({ kind: 'stale' });
  if (item.startsWith('{{')) return parseHistogramItem(item);
  const found = new RegExp(`^(${NUMBER})(?:(?:([+-])(${NUMBER.replace('[+-]?', '')}))?x([0-9]+))?$`).exec(item);
  if (found === null) throw new Error(`not a sample: ${item}`);
  const [, first = '', sign, change, times] = found;
  const step = change === undefined ? 0 : parseNumber(change) * (sign === '-' ? -1 : 1);
  const points: Point[] = [];
  let value = parseNumber(first);
  for (let i = 0; i <= Number(times ?? 0); i++) {
    points.push({ kind: 'float', value });
    value += step;
  }
  return points;
}

function parseNumber(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const plain = text.replace(/^[+-]/, '').replaceAll('_', '');
  if (/^inf$/i.test(plain)) return sign * Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(plain)) return Number.NaN;
  if (/[a-z]$/.test(plain)) {
    const duration = parseDuration(plain);
    if (duration.kind === 'error') throw new Error(duration.message);
    return (sign * duration.ms) / 1000;
  }
  return sign * Number(plain);
}

function parseStartItem(item: string): readonly (number | undefined)[] {
  const gap = /^_(?:x([0-9]+))?$/.exec(item);
  if (gap !== null) return new Array<undefined>(gap[1] === undefined ? 1 : Number(gap[1])).fill(undefined);
  const found = /^([+-]?[0-9a-z]*?[0-9smhdwy])(?:(?:([+-])([0-9]+[a-z]*?))?x([0-9]+))?$/.exec(item);
  if (found === null) throw new Error(`not a start timestamp: ${item}`);
  const [, first = '', sign, change, times] = found;
  const step = change === undefined ? 0 : signedMs(change) * (sign === '-' ? -1 : 1);
  return Array.from({ length: Number(times ?? 0) + 1 }, (_, i) => signedMs(first) + i * step);
}

function signedMs(text: string): number {
  const duration = parseDuration(text.replace(/^[+-]/, ''));
  if (duration.kind === 'error') throw new Error(duration.message);
  return text.startsWith('-') ? -duration.ms : duration.ms;
}

type Described = { readonly histogram: FloatHistogram; readonly hintGiven: boolean };

function parseHistogramItem(item: string): readonly Point[] {
  const found = /^\{\{(.*?)\}\}(?:(?:([+-])\{\{(.*?)\}\})?x([0-9]+))?$/.exec(item);
  if (found === null) throw new Error(`not a histogram: ${item}`);
  const [, text = '', sign, change, times] = found;
  const first = describe(text);
  const step = change === undefined ? undefined : describe(change);
  const points: Point[] = [{ kind: 'histogram', ...first }];
  let current = first.histogram;
  for (let i = 0; i < Number(times ?? 0); i++) {
    if (step !== undefined) {
      if (current.schema > step.histogram.schema) {
        throw new Error(
          `error combining histograms: cannot merge from schema ${step.histogram.schema} to ${current.schema}`,
        );
      }
      current = addHistograms(current, step.histogram, sign === '-' ? -1 : 1);
    }
    points.push({ kind: 'histogram', histogram: current, hintGiven: first.hintGiven || step?.hintGiven === true });
  }
  return points;
}

const HINTS: Readonly<Record<string, CounterResetHint>> = {
  unknown: 'unknown',
  reset: 'reset',
  not_reset: 'not-reset',
  gauge: 'gauge',
};

/** Reads `schema:1 count:3 buckets:[1 2]`. */
function describe(text: string): Described {
  const given = new Map<string, string>();
  for (const [whole, key = '', value = ''] of text.matchAll(/([a-z_]+):(\[[^\]]*\]|\S+)/g)) {
    if (given.has(key)) throw new Error(`duplicate key "${key}" in histogram: ${whole}`);
    given.set(key, value);
  }
  const number = (key: string): number => parseNumber(given.get(key) ?? '0');
  const list = (key: string): readonly number[] =>
    (given.get(key) ?? '[]')
      .slice(1, -1)
      .split(/\s+/)
      .filter((part) => part !== '')
      .map(parseNumber);
  const spans = (buckets: readonly number[], offset: string): FloatHistogram['positiveSpans'] =>
    buckets.length === 0 ? [] : [{ offset: number(offset), length: buckets.length }];
  const positiveBuckets = list('buckets');
  const negativeBuckets = list('n_buckets');
  const hint = given.get('counter_reset_hint');
  const histogram: FloatHistogram = {
    schema: number('schema'),
    count: number('count'),
    sum: number('sum'),
    zeroCount: number('z_bucket'),
    zeroThreshold: number('z_bucket_w'),
    positiveSpans: spans(positiveBuckets, 'offset'),
    positiveBuckets,
    negativeSpans: spans(negativeBuckets, 'n_offset'),
    negativeBuckets,
    customValues: list('custom_values'),
    counterResetHint: HINTS[hint ?? 'unknown'] ?? 'unknown',
  };
  return { histogram, hintGiven: hint !== undefined };
}
