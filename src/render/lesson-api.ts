import { isHistogram, type QueryData, type QueryResult, type SampleValue } from '../model/query-result.ts';
import { safe, safeLines } from './safe.ts';
import { paint, type Style } from './style.ts';

/** Results of the answer that are printed; more would bury its shape. */
const SHOWN = 2;

/** The same question over the HTTP API: a request that can be pasted into a shell, and the JSON that comes back. */
export function renderApiCall(
  query: string,
  asked: { readonly result: QueryResult; readonly server: string; readonly timeMs: number | undefined },
  style: Style,
): string {
  const { result, server, timeMs } = asked;
  const { text, hidden } = answerJson(result);
  const request = [
    `curl -G ${shellQuoted(`${server}/api/v1/query`)}`,
    `--data-urlencode ${shellQuoted(`query=${query}`)}`,
    ...(timeMs === undefined ? [] : [`--data-urlencode ${shellQuoted(`time=${timeMs / 1000}`)}`]),
  ];
  return [
    style.accessible ? 'Request:' : paint(style, 'dim', 'request'),
    ...request.map(
      (line, index) => `${index === 0 ? '' : '  '}${safe(line)}${index < request.length - 1 ? ' \\' : ''}`,
    ),
    style.accessible ? 'Answer:' : paint(style, 'dim', 'answer'),
    safeLines(text),
    ...(hidden === 0 ? [] : [paint(style, 'dim', `(the answer holds ${hidden} more of these)`)]),
  ].join('\n');
}

/** The answer as the API gave it, or as it would give it where no API was asked; its first results. */
function answerJson({ envelope, data }: QueryResult): { readonly text: string; readonly hidden: number } {
  const answer = isRecord(envelope)
    ? envelope
    : { status: 'success', data: { resultType: data.kind, result: resultsOf(data) } };
  const inner = answer.data;
  const results = isRecord(inner) && Array.isArray(inner.result) ? inner.result : [];
  const cut = (data.kind === 'vector' || data.kind === 'matrix') && results.length > SHOWN;
  const shown = cut ? { ...answer, data: { ...(inner as object), result: results.slice(0, SHOWN) } } : answer;
  const text = JSON.stringify(shown, undefined, 2).replace(PAIR, '[$1, $2]');
  return { text, hidden: cut ? results.length - SHOWN : 0 };
}

/** A pair of time and value reads better on one line. */
const PAIR = /\[\s+(-?[\d.]+),\s+("(?:[^"\\]|\\.)*")\s+\]/g;

/** https://prometheus.io/docs/prometheus/latest/querying/api/#expression-query-result-formats */
function resultsOf(data: QueryData): unknown {
  switch (data.kind) {
    case 'vector':
      return data.samples.map(({ labels, ms, value }) => ({ metric: labels, value: pairOf(ms, value) }));
    case 'matrix':
      return data.series.map(({ labels, samples }) => ({
        metric: labels,
        values: samples.map(({ ms, value }) => pairOf(ms, value)),
      }));
    case 'scalar':
    case 'string':
      return pairOf(data.ms, data.value);
  }
}

/** Values are strings there, so that NaN and the infinities survive JSON. */
function pairOf(ms: number, value: SampleValue | string): readonly [number, string] {
  if (typeof value === 'string') return [ms / 1000, value];
  const number = isHistogram(value) ? value.count : value;
  return [ms / 1000, Number.isFinite(number) || Number.isNaN(number) ? String(number) : number > 0 ? '+Inf' : '-Inf'];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Fit for a POSIX shell. */
function shellQuoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
