import { type Labels, METRIC_NAME } from '../model/labels.ts';
import {
  type AnswerBody,
  isHistogram,
  type NativeBucket,
  type NativeHistogram,
  type QueryData,
  type QueryResult,
  type SampleValue,
} from '../model/query-result.ts';
import { rfc3339 } from './format.ts';
import { labelPairs, labelValue } from './labels.ts';
import { harmlessJson, safe, safeJson } from './safe.ts';

/** Forms for programs: the same bytes on a terminal and in a pipe, times in UTC, values with all their digits. */
export const MACHINE_FORMATS = ['json', 'jsonl', 'csv', 'tsv', 'promql', 'raw'] as const;

export type MachineFormat = (typeof MACHINE_FORMATS)[number];

export type MachineOptions = {
  /** Leaves the first line of csv and tsv out. */
  readonly headless?: boolean;
  /** At most this many rows or series; 0 or nothing keeps all. `json` is never cut: it is the server's own answer. */
  readonly limit?: number;
};

/**
 * A result in a form for programs, in pieces that are written one after the other; nothing when there is nothing. JSON keeps
 * every character of the data; the other forms show control characters as escapes such as \x1b, so that one line stays one
 * row. No newline at the end.
 */
export function machinePieces(
  result: QueryResult,
  format: MachineFormat,
  options: MachineOptions = {},
): Iterable<string> {
  return FORMATS[format]({ ...result, data: limited(result.data, options.limit ?? 0) }, options);
}

const FORMATS: {
  readonly [K in MachineFormat]: (result: QueryResult, options: MachineOptions) => Iterable<string>;
} = {
  json: (result) => (result.envelope === undefined ? [safeJson(envelopeOf(result))] : bodyText(result.envelope)),
  jsonl: ({ data }) => lines(mapped(apiItems(data), (item) => safeJson(item))),
  csv: ({ data }, options) => lines(separated(data, ',', csvField, options)),
  tsv: ({ data }, options) => lines(separated(data, '\t', safe, options)),
  promql: ({ data }) => lines(promtoolLines(data)),
  raw: ({ data }) => lines(mapped(flatRows(data), ({ value }) => safe(valueText(value)))),
};

/** Lines joined by newlines, about a thousand in a piece. */
function* lines(all: Iterable<string>): Iterable<string> {
  let piece: string[] = [];
  let begun = false;
  for (const line of all) {
    piece.push(line);
    if (piece.length < 1000) continue;
    yield (begun ? '\n' : '') + piece.join('\n');
    begun = true;
    piece = [];
  }
  if (piece.length > 0) yield (begun ? '\n' : '') + piece.join('\n');
}

function* mapped<T>(items: Iterable<T>, text: (item: T) => string): Iterable<string> {
  for (const item of items) yield text(item);
}

function limited(data: QueryData, limit: number): QueryData {
  if (limit === 0) return data;
  if (data.kind === 'vector') return { ...data, samples: data.samples.slice(0, limit) };
  if (data.kind === 'matrix') return { ...data, series: data.series.slice(0, limit) };
  return data;
}

/** The body that the API would have answered with, for results that no API gave. */
export function envelopeOf(result: QueryResult): unknown {
  const { data } = result;
  return {
    status: 'success',
    data: {
      resultType: data.kind,
      result: data.kind === 'vector' || data.kind === 'matrix' ? [...apiItems(data)] : apiPair(data.ms, data.value),
    },
    ...(result.warnings.length === 0 ? {} : { warnings: result.warnings }),
    ...(result.infos.length === 0 ? {} : { infos: result.infos }),
  };
}

/** The server's own JSON. As one line: blanks between its tokens would be the only newlines in it. */
function* bodyText(body: AnswerBody): Iterable<string> {
  let begun = false;
  for (const piece of body.text()) {
    // A text with line breaks was laid out for people: then it is made anew.
    if (/[\n\r\t]/.test(piece) && !begun) {
      yield safeJson(body.json());
      return;
    }
    begun = true;
    yield harmlessJson(piece).replace(/[\n\r\t]/g, ' ');
  }
}

/** The elements of `data.result` as the API writes them. */
function* apiItems(data: QueryData): Iterable<unknown> {
  switch (data.kind) {
    case 'vector':
      for (const { labels, ms, value } of data.samples) {
        yield { metric: labels, [isHistogram(value) ? 'histogram' : 'value']: apiPair(ms, value) };
      }
      return;
    case 'matrix':
      for (const { labels, samples } of data.series) {
        const histograms = samples.filter(({ value }) => isHistogram(value));
        const values = samples.filter(({ value }) => !isHistogram(value));
        yield {
          metric: labels,
          ...(values.length === 0 && histograms.length > 0 ? {} : { values: values.map(pairOf) }),
          ...(histograms.length === 0 ? {} : { histograms: histograms.map(pairOf) }),
        };
      }
      return;
    case 'scalar':
    case 'string':
      yield { value: apiPair(data.ms, data.value) };
  }
}

function pairOf({ ms, value }: { readonly ms: number; readonly value: SampleValue }): unknown {
  return apiPair(ms, value);
}

function apiPair(ms: number, value: SampleValue | string): unknown {
  return [ms / 1000, typeof value === 'string' ? value : isHistogram(value) ? apiHistogram(value) : floatText(value)];
}

function apiHistogram(histogram: NativeHistogram): unknown {
  return {
    count: floatText(histogram.count),
    sum: floatText(histogram.sum),
    buckets: histogram.buckets.map(({ boundaries, lower, upper, count }) => [
      boundaries,
      floatText(lower),
      floatText(upper),
      floatText(count),
    ]),
  };
}

/** One row for each sample. */
type FlatRow = { readonly labels: Labels; readonly ms: number; readonly value: SampleValue | string };

function* flatRows(data: QueryData): Iterable<FlatRow> {
  switch (data.kind) {
    case 'vector':
      yield* data.samples;
      return;
    case 'matrix':
      for (const { labels, samples } of data.series) for (const { ms, value } of samples) yield { labels, ms, value };
      return;
    case 'scalar':
    case 'string':
      yield { labels: {}, ms: data.ms, value: data.value };
  }
}

/** The union of all labels as columns, the metric name first, then value and timestamp. */
function* separated(
  data: QueryData,
  separator: string,
  field: (text: string) => string,
  options: MachineOptions,
): Iterable<string> {
  const names = labelNames(data);
  const columns = [...(names.delete(METRIC_NAME) ? [METRIC_NAME] : []), ...[...names].sort()];
  if (options.headless !== true) yield [...columns, 'value', 'timestamp'].map(field).join(separator);
  for (const { labels, ms, value } of flatRows(data)) {
    const cells = columns.map((name) => labelValue(labels, name) ?? '');
    yield [...cells, valueText(value), rfc3339(ms)].map(field).join(separator);
  }
}

/** The names of all labels that occur; of a series without samples none do. */
function labelNames(data: QueryData): Set<string> {
  switch (data.kind) {
    case 'vector':
      return new Set(data.samples.flatMap(({ labels }) => Object.keys(labels)));
    case 'matrix':
      return new Set(data.series.flatMap(({ labels, samples }) => (samples.length === 0 ? [] : Object.keys(labels))));
    case 'scalar':
    case 'string':
      return new Set();
  }
}

/** A field by RFC 4180: quoted where it holds a comma, a quote or spaces at an end. */
function csvField(text: string): string {
  const shown = safe(text);
  return /[",]|^\s|\s$/.test(shown) ? `"${shown.replace(/"/g, '""')}"` : shown;
}

function valueText(value: SampleValue | string): string {
  if (typeof value === 'string') return value;
  return isHistogram(value) ? safeJson(apiHistogram(value)) : floatText(value);
}

/** As `promtool query instant` and `promtool query range` print. */
function* promtoolLines(data: QueryData): Iterable<string> {
  switch (data.kind) {
    case 'vector':
      for (const { labels, ms, value } of data.samples) {
        yield `${metricText(labels)} => ${sampleText(value)} @[${floatText(ms / 1000)}]`;
      }
      return;
    case 'matrix':
      for (const { labels, samples } of data.series) {
        yield `${metricText(labels)} =>`;
        for (const { ms, value } of samples) yield `${sampleText(value)} @[${floatText(ms / 1000)}]`;
      }
      return;
    case 'scalar':
      yield `scalar: ${floatText(data.value)} @[${floatText(data.ms / 1000)}]`;
      return;
    case 'string':
      yield safe(data.value);
  }
}

/** promtool writes names as they are, without quotes. */
function metricText(labels: Labels): string {
  const name = safe(labelValue(labels, METRIC_NAME) ?? '');
  const pairs = labelPairs(labels, [METRIC_NAME]).map(([label, value]) => `${safe(label)}=${goQuoted(value)}`);
  if (pairs.length === 0) return name === '' ? '{}' : name;
  return `${name}{${pairs.join(', ')}}`;
}

/** Go's %q: backslash, quote and newline escaped, and everything that is not printable. */
function goQuoted(text: string): string {
  return `"${safe(text.replace(/[\\"]/g, '\\$&'))}"`;
}

function sampleText(value: SampleValue): string {
  if (!isHistogram(value)) return floatText(value);
  const buckets = value.buckets.map((bucket) => {
    const [open, close] = BRACKETS[bucket.boundaries];
    return `${open}${floatText(bucket.lower)},${floatText(bucket.upper)}${close}:${floatText(bucket.count)}`;
  });
  return `Count: ${fixed6(value.count)}, Sum: ${fixed6(value.sum)}, Buckets: [${buckets.join(' ')}]`;
}

const BRACKETS: { readonly [K in NativeBucket['boundaries']]: readonly [string, string] } = {
  0: ['(', ']'],
  1: ['[', ')'],
  2: ['(', ')'],
  3: ['[', ']'],
};

function fixed6(value: number): string {
  return Number.isFinite(value) && Math.abs(value) < 1e21 ? value.toFixed(6) : floatText(value);
}

/** Go's FormatFloat(v, 'f', -1, 64), as the API and promtool write values: all digits, never an exponent. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  const text = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (match === null) return text;
  const [, sign = '', first = '', rest = '', exponent = '0'] = match;
  const digits = first + rest;
  const point = Number(exponent) + 1;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return `${sign}${digits.padEnd(point, '0')}`;
}
