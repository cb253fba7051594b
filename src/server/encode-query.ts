import { Turns } from '../lib/turns.ts';
import { type Labels, sortByLabels } from '../model/labels.ts';
import {
  type InstantSample,
  isHistogram,
  type NativeHistogram,
  type QueryResult,
  type SampleValue,
  type Series,
} from '../model/query-result.ts';
import { columnsOf, type FloatColumns } from '../model/series-columns.ts';
import { annotationsJson } from './encode.ts';
import { JsonBytes, LONGEST_SAMPLE, sampleText, timestamp, writeSampleText } from './json-bytes.ts';

/**
 * The JSON body of an answered query in pieces, byte for byte in Prometheus' notation of numbers and times. Between the
 * series of a large answer others get their turn; `signal` ends it then, with its reason.
 */
export async function encodeQuery(result: QueryResult, signal?: AbortSignal): Promise<readonly Uint8Array[]> {
  const { data, stats, warnings, infos } = result;
  const json = new JsonBytes();
  json.ascii(`{"status":"success","data":{"resultType":"${data.kind}","result":[`);
  switch (data.kind) {
    case 'scalar':
      json.ascii(`${data.ms / 1000},"${plainText(data.value)}"`);
      break;
    case 'string':
      json.ascii(`${data.ms / 1000},`);
      json.quoted(data.value);
      break;
    case 'vector':
      await eachInTurn(json, data.samples, signal, (sample) => instantSample(json, sample));
      break;
    case 'matrix':
      await encodeMatrix(json, data.series, signal);
      break;
  }
  json.ascii(']');
  if (stats !== undefined) json.text(`,"stats":${JSON.stringify(stats)}`);
  json.text(`}${annotationsJson(warnings, infos)}}`);
  return json.pieces();
}

async function encodeMatrix(json: JsonBytes, series: readonly Series[], signal: AbortSignal | undefined) {
  // What comes from the engine is in order; other servers may have another one.
  const ordered = series.every((one) => columnsOf(one) !== undefined)
    ? series
    : sortByLabels(series, ({ labels }) => labels);
  const stampsOf = rememberedStamps();
  await eachInTurn(json, ordered, signal, (one) => {
    const columns = columnsOf(one);
    json.ascii('{"metric":');
    labelsJson(json, one.labels);
    if (columns === undefined) samplesJson(json, one);
    else {
      json.ascii(',"values":[');
      floatsJson(json, columns, stampsOf(columns.times));
      json.ascii(']');
    }
    json.ascii('}');
  });
}

/** Writes items with commas between them. */
async function eachInTurn<T>(
  json: JsonBytes,
  items: readonly T[],
  signal: AbortSignal | undefined,
  write: (item: T) => void,
): Promise<void> {
  const turns = new Turns();
  for (let i = 0; i < items.length; i++) {
    if (turns.due()) {
      await turns.next();
      signal?.throwIfAborted();
    }
    if (i > 0) json.ascii(',');
    write(items[i] as T);
  }
}

function instantSample(json: JsonBytes, { labels, ms, value }: InstantSample): void {
  json.ascii('{"metric":');
  labelsJson(json, labels);
  json.ascii(isHistogram(value) ? ',"histogram":' : ',"value":');
  point(json, ms, value);
  json.ascii('}');
}

/** Floats and histograms of one series, each as a list of its own where there are any. */
function samplesJson(json: JsonBytes, { samples }: Series): void {
  for (const histograms of [false, true]) {
    const some = samples.filter(({ value }) => isHistogram(value) === histograms);
    if (some.length === 0) continue;
    json.ascii(histograms ? ',"histograms":[' : ',"values":[');
    for (const [i, { ms, value }] of some.entries()) {
      if (i > 0) json.ascii(',');
      point(json, ms, value);
    }
    json.ascii(']');
  }
}

/** The start of a point at each of many times, `[1700000000.123,"`, one after the other; `ends` is where each ends. */
type Stamps = { readonly bytes: Uint8Array; readonly ends: Uint32Array };

/** All series of an answer have the same times, so these are formatted once. */
function rememberedStamps(): (times: Float64Array) => Stamps {
  const known = new Map<Float64Array, Stamps>();
  return (times) => {
    const stamps = known.get(times) ?? makeStamps(times);
    known.set(times, stamps);
    return stamps;
  };
}

function makeStamps(times: Float64Array): Stamps {
  const texts = Array.from(times, (ms) => `[${timestamp(ms)},"`);
  const ends = new Uint32Array(texts.length);
  let end = 0;
  for (const [i, text] of texts.entries()) {
    end += text.length;
    ends[i] = end;
  }
  return { bytes: new TextEncoder().encode(texts.join('')), ends };
}

/** The inner loop of every large answer: it writes bytes where they belong and makes nothing else. */
function floatsJson(json: JsonBytes, { values, present }: FloatColumns, { bytes, ends }: Stamps): void {
  json.room(bytes.length + values.length * (LONGEST_SAMPLE + '"],'.length));
  const { out } = json;
  const first = json.at;
  let to = first;
  for (let step = 0; step < values.length; step++) {
    if (present[step] !== 1) continue;
    if (to > first) out[to++] = COMMA;
    const end = ends[step] ?? 0;
    for (let i = step === 0 ? 0 : (ends[step - 1] ?? 0); i < end; i++) out[to++] = bytes[i] ?? 0;
    to = writeSampleText(out, to, values[step] ?? 0);
    out[to++] = QUOTE;
    out[to++] = BRACKET_CLOSE;
  }
  json.at = to;
}

const QUOTE = 34;
const COMMA = 44;
const BRACKET_CLOSE = 93;

function point(json: JsonBytes, ms: number, value: SampleValue): void {
  json.ascii(`[${timestamp(ms)},`);
  if (isHistogram(value)) json.ascii(histogramJson(value));
  else {
    json.room(LONGEST_SAMPLE + 2);
    json.out[json.at++] = QUOTE;
    json.at = writeSampleText(json.out, json.at, value);
    json.out[json.at++] = QUOTE;
  }
  json.ascii(']');
}

function histogramJson({ count, sum, buckets }: NativeHistogram): string {
  const rows = buckets
    .filter((bucket) => bucket.count !== 0)
    .map((b) => `[${b.boundaries},"${sampleText(b.lower)}","${sampleText(b.upper)}","${sampleText(b.count)}"]`);
  const list = rows.length === 0 ? '' : `,"buckets":[${rows.join(',')}]`;
  return `{"count":"${sampleText(count)}","sum":"${sampleText(sum)}"${list}}`;
}

function labelsJson(json: JsonBytes, labels: Labels): void {
  json.ascii('{');
  for (const [i, name] of sortedNames(labels).entries()) {
    if (i > 0) json.ascii(',');
    json.quoted(name);
    json.ascii(':');
    json.quoted(labels[name] ?? '');
  }
  json.ascii('}');
}

/** Most label sets are in order already, and to see that is cheaper than sorting. */
function sortedNames(labels: Labels): readonly string[] {
  const names = Object.keys(labels);
  for (let i = 1; i < names.length; i++) if ((names[i - 1] ?? '') > (names[i] ?? '')) return names.sort();
  return names;
}

/** Decimal digits without any exponent: the notation of scalars, where Prometheus differs from its own vectors. */
function plainText(value: number): string {
  const text = sampleText(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (match === null) return text;
  const [, sign = '', first = '', rest = '', power = ''] = match;
  const digits = first + rest;
  const point = 1 + Number(power);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return `${sign}${digits.padEnd(point, '0')}`;
}
