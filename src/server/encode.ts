import { compareLabels } from '../model/labels.ts';
import {
  isHistogram,
  type NativeHistogram,
  type QueryResult,
  type Sample,
  type SampleValue,
} from '../model/query-result.ts';

/** The JSON body of an answered query, byte for byte in Prometheus' notation of numbers and times. */
export function encodeQuery(result: QueryResult): string {
  const { stats, warnings, infos } = result;
  const more = stats === undefined ? '' : `,"stats":${JSON.stringify(stats)}`;
  return envelope(`{${dataOf(result)}${more}}`, warnings, infos);
}

/** The JSON body of any other success. `json` is JSON already. */
export function envelope(json: string, warnings: readonly string[] = [], infos: readonly string[] = []): string {
  const more = [list('warnings', warnings), list('infos', infos)].join('');
  return `{"status":"success","data":${json}${more}}`;
}

export function encodeError(errorType: string, message: string): string {
  return JSON.stringify({ status: 'error', errorType, error: message });
}

function list(name: string, texts: readonly string[]): string {
  return texts.length === 0 ? '' : `,"${name}":${JSON.stringify(texts)}`;
}

/** The fields of `data` besides the statistics. */
function dataOf({ data }: QueryResult): string {
  switch (data.kind) {
    case 'scalar':
      return `"resultType":"scalar","result":[${data.ms / 1000},"${plainText(data.value)}"]`;
    case 'string':
      return `"resultType":"string","result":[${data.ms / 1000},${JSON.stringify(data.value)}]`;
    case 'vector': {
      const rows = data.samples.map(({ labels, ms, value }) => {
        return `{"metric":${labelsJson(labels)},"${isHistogram(value) ? 'histogram' : 'value'}":${point(ms, value)}}`;
      });
      return `"resultType":"vector","result":[${rows.join(',')}]`;
    }
    case 'matrix': {
      const sorted = [...data.series].sort((a, b) => compareLabels(a.labels, b.labels));
      const rows = sorted.map(({ labels, samples }) => `{"metric":${labelsJson(labels)}${points(samples)}}`);
      return `"resultType":"matrix","result":[${rows.join(',')}]`;
    }
  }
}

function points(samples: readonly Sample[]): string {
  const floats = samples.filter(({ value }) => !isHistogram(value));
  const histograms = samples.filter(({ value }) => isHistogram(value));
  const column = (name: string, some: readonly Sample[]) =>
    some.length === 0 ? '' : `,"${name}":[${some.map(({ ms, value }) => point(ms, value)).join(',')}]`;
  return column('values', floats) + column('histograms', histograms);
}

function point(ms: number, value: SampleValue): string {
  return `[${timestamp(ms)},${isHistogram(value) ? histogram(value) : `"${sampleText(value)}"`}]`;
}

function histogram({ count, sum, buckets }: NativeHistogram): string {
  const rows = buckets
    .filter((bucket) => bucket.count !== 0)
    .map((b) => `[${b.boundaries},"${sampleText(b.lower)}","${sampleText(b.upper)}","${sampleText(b.count)}"]`);
  const list = rows.length === 0 ? '' : `,"buckets":[${rows.join(',')}]`;
  return `{"count":"${sampleText(count)}","sum":"${sampleText(sum)}"${list}}`;
}

function labelsJson(labels: Readonly<Record<string, string>>): string {
  const names = Object.keys(labels).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${JSON.stringify(labels[name])}`).join(',')}}`;
}

/** Seconds with three decimals where there are milliseconds, as Prometheus' MarshalTimestamp writes them. */
function timestamp(ms: number): string {
  return ms % 1000 === 0 ? String(ms / 1000) : (ms / 1000).toFixed(3);
}

/** Decimal digits, with an exponent below 1e-6 and from 1e21 on (two digits of it at least), as MarshalFloat writes them. */
export function sampleText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2');
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
