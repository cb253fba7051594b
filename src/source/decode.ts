import { durationMs } from '../model/duration.ts';
import { type Labels, labelsOf } from '../model/labels.ts';
import type {
  AnswerBody,
  InstantSample,
  NativeBucket,
  NativeHistogram,
  QueryData,
  QueryResult,
  Sample,
  Series,
} from '../model/query-result.ts';
import { JsonRows } from './json-rows.ts';
import { leanSeries } from './lean-series.ts';
import type { BuildInfo, Listed, MetricMetadata, Target, TargetHealth } from './source.ts';

/** A successful answer of the API: what `data` held, the annotations, and the whole body as it came. */
export type Envelope = {
  readonly data: unknown;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly body: AnswerBody;
};

/** The JSON is not what the Prometheus API sends; `message` says where. The caller knows the server's name. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

/**
 * Takes a body with status "success" apart. Thanos may put the annotations inside `data`; both places count. `rows` are
 * those of `data.result` where they were taken out of it.
 */
export function decodeEnvelope(
  parsed: unknown,
  body: AnswerBody = { json: () => parsed, text: () => [JSON.stringify(parsed)] },
  rows?: JsonRows,
): Envelope {
  const envelope = record(parsed, 'the answer');
  const inner = isRecord(envelope.data) ? envelope.data : {};
  return {
    data: rows === undefined ? envelope.data : { ...inner, result: rows },
    warnings: texts(envelope.warnings, inner.warnings),
    infos: texts(envelope.infos, inner.infos),
    body,
  };
}

/** The result of a query. */
export function decodeQuery(envelope: Envelope): QueryResult {
  const data = record(envelope.data, 'data');
  return {
    data: decodeData(data),
    warnings: envelope.warnings,
    infos: envelope.infos,
    ...(isRecord(data.stats) ? { stats: data.stats } : {}),
    envelope: envelope.body,
  };
}

export function decodeSeries(envelope: Envelope): Listed<Labels> {
  const items = list(envelope.data ?? [], 'data').map((labels, index) => labelSet(labels, `data[${index}]`));
  return { items, warnings: envelope.warnings };
}

export function decodeNames(envelope: Envelope): Listed<string> {
  const items = list(envelope.data ?? [], 'data').map((name, index) => text(name, `data[${index}]`));
  return { items, warnings: envelope.warnings };
}

export function decodeMetadata(envelope: Envelope): ReadonlyMap<string, readonly MetricMetadata[]> {
  const families = Object.entries(record(envelope.data ?? {}, 'data'));
  return new Map(
    families.map(([name, entries]) => [
      name,
      list(entries, `data.${name}`).map((entry) => {
        const fields = record(entry, `data.${name}`);
        return { type: optionalText(fields.type), help: optionalText(fields.help), unit: optionalText(fields.unit) };
      }),
    ]),
  );
}

export function decodeTargets(envelope: Envelope): readonly Target[] {
  const data = record(envelope.data, 'data');
  return list(data.activeTargets ?? [], 'data.activeTargets').map((item, index) => {
    const at = `data.activeTargets[${index}]`;
    const fields = record(item, at);
    const seconds = fields.lastScrapeDuration;
    return {
      labels: labelSet(fields.labels, `${at}.labels`),
      scrapePool: optionalText(fields.scrapePool),
      scrapeUrl: optionalText(fields.scrapeUrl),
      health: healthOf(fields.health),
      lastError: optionalText(fields.lastError),
      lastScrapeMs: wallTime(optionalText(fields.lastScrape)),
      lastScrapeDurationMs: typeof seconds === 'number' ? seconds * 1000 : 0,
      scrapeIntervalMs: durationMs(optionalText(fields.scrapeInterval)) ?? 0,
    };
  });
}

export function decodeBuildInfo(envelope: Envelope): BuildInfo {
  const data = record(envelope.data, 'data');
  return { version: optionalText(data.version), revision: optionalText(data.revision) };
}

const DATA: { readonly [K in QueryData['kind']]: (result: unknown) => Extract<QueryData, { kind: K }> } = {
  vector: (result) => ({
    kind: 'vector',
    samples: rowsOf(result, (row, index) => instantSample(row, `data.result[${index}]`)),
  }),
  matrix: (result) => {
    const kept = result instanceof JsonRows ? leanSeries() : (series: Series) => series;
    return { kind: 'matrix', series: rowsOf(result, (row, index) => kept(seriesOf(row, `data.result[${index}]`))) };
  },
  scalar: (result) => ({ kind: 'scalar', ...floatSample(result, 'data.result') }),
  string: (result) => {
    const [time, value] = pair(result, 'data.result');
    return { kind: 'string', ms: instant(time, 'data.result'), value: text(value, 'data.result') };
  },
};

function decodeData(data: Readonly<Record<string, unknown>>): QueryData {
  const kind = data.resultType;
  if (typeof kind !== 'string' || !Object.hasOwn(DATA, kind))
    throw new ShapeError('data.resultType is not a known type');
  return DATA[kind as QueryData['kind']](data.result);
}

function rowsOf<T>(result: unknown, decode: (row: unknown, index: number) => T): readonly T[] {
  const decoded: T[] = [];
  for (const row of result instanceof JsonRows ? result : list(result, 'data.result')) {
    decoded.push(decode(row, decoded.length));
  }
  return decoded;
}

function instantSample(row: unknown, at: string): InstantSample {
  const fields = record(row, at);
  const labels = labelSet(fields.metric ?? {}, `${at}.metric`);
  if (fields.histogram !== undefined) return { labels, ...histogramSample(fields.histogram, `${at}.histogram`) };
  return { labels, ...floatSample(fields.value, `${at}.value`) };
}

/** Floats and native histograms of one series come in two lists; together they are one, in time order. */
function seriesOf(row: unknown, at: string): Series {
  const fields = record(row, at);
  const floats = list(fields.values ?? [], `${at}.values`).map((item) => floatSample(item, `${at}.values`));
  const histograms = list(fields.histograms ?? [], `${at}.histograms`).map((item) =>
    histogramSample(item, `${at}.histograms`),
  );
  const samples: Sample[] = histograms.length === 0 ? floats : [...floats, ...histograms].sort((a, b) => a.ms - b.ms);
  return { labels: labelSet(fields.metric ?? {}, `${at}.metric`), samples };
}

function floatSample(item: unknown, at: string): { readonly ms: number; readonly value: number } {
  const [time, value] = pair(item, at);
  return { ms: instant(time, at), value: float(value, at) };
}

function histogramSample(item: unknown, at: string): { readonly ms: number; readonly value: NativeHistogram } {
  const [time, value] = pair(item, at);
  const fields = record(value, at);
  return {
    ms: instant(time, at),
    value: {
      count: float(fields.count, `${at}.count`),
      sum: float(fields.sum, `${at}.sum`),
      buckets: list(fields.buckets ?? [], `${at}.buckets`).map((bucket) => nativeBucket(bucket, `${at}.buckets`)),
    },
  };
}

function nativeBucket(item: unknown, at: string): NativeBucket {
  const [boundaries, lower, upper, count] = list(item, at);
  if (boundaries !== 0 && boundaries !== 1 && boundaries !== 2 && boundaries !== 3) {
    throw new ShapeError(`${at} holds an unknown boundary rule`);
  }
  return { boundaries, lower: float(lower, at), upper: float(upper, at), count: float(count, at) };
}

const SPECIAL: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['+Inf', Number.POSITIVE_INFINITY],
  ['Inf', Number.POSITIVE_INFINITY],
  ['-Inf', Number.NEGATIVE_INFINITY],
]);

/** Sample values are texts, because JSON has no NaN and no infinities. */
export function float(value: unknown, at: string): number {
  if (typeof value !== 'string') throw new ShapeError(`${at} holds a value that is not a text`);
  const special = SPECIAL.get(value);
  if (special !== undefined) return special;
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (!Number.isFinite(number)) throw new ShapeError(`${at} holds a value that is not a number`);
  return number;
}

function instant(value: unknown, at: string): number {
  if (typeof value !== 'number') throw new ShapeError(`${at} holds a time that is not a number`);
  return Math.round(value * 1000);
}

/** An instant as Go writes it, in milliseconds since 1970; its zero time stands for never. */
export function wallTime(value: string): number | undefined {
  const ms = value.startsWith('0001-') ? Number.NaN : Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
}

function healthOf(value: unknown): TargetHealth {
  return value === 'up' || value === 'down' ? value : 'unknown';
}

export function labelSet(value: unknown, at: string): Labels {
  const entries = Object.entries(record(value, at)).map(([name, item]) => [name, text(item, at)] as const);
  return labelsOf(entries.filter(([, item]) => item !== ''));
}

function texts(...lists: readonly unknown[]): readonly string[] {
  const found = lists.flatMap((items) => (Array.isArray(items) ? items : []));
  return [...new Set(found.filter((item) => typeof item === 'string'))];
}

function pair(value: unknown, at: string): readonly [unknown, unknown] {
  const items = list(value, at);
  if (items.length !== 2) throw new ShapeError(`${at} is not a pair of time and value`);
  return [items[0], items[1]];
}

export function list(value: unknown, at: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new ShapeError(`${at} is not a list`);
  return value;
}

export function record(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw new ShapeError(`${at} is not an object`);
  return value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function text(value: unknown, at: string): string {
  if (typeof value !== 'string') throw new ShapeError(`${at} is not a text`);
  return value;
}

export function optionalText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
