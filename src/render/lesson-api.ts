import { shellWord } from '../lib/shell-word.ts';
import type { QueryResult } from '../model/query-result.ts';
import { envelopeOf } from './machine.ts';
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
    `curl -G ${shellWord(`${server}/api/v1/query`)}`,
    `--data-urlencode ${shellWord(`query=${query}`)}`,
    ...(timeMs === undefined ? [] : [`--data-urlencode ${shellWord(`time=${timeMs / 1000}`)}`]),
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

/** The answer as the API gave it, its first results only. */
function answerJson(result: QueryResult): { readonly text: string; readonly hidden: number } {
  const answer = result.envelope?.json() ?? envelopeOf(result);
  const data = isRecord(answer) && isRecord(answer.data) ? answer.data : {};
  const list = Array.isArray(data.result) && !isPair(data.result) ? data.result : [];
  const hidden = Math.max(0, list.length - SHOWN);
  const shown = hidden === 0 ? answer : { ...(answer as object), data: { ...data, result: list.slice(0, SHOWN) } };
  return { text: JSON.stringify(shown, undefined, 2).replace(PAIR, '[$1, $2]'), hidden };
}

/** A pair of time and value reads better on one line. */
const PAIR = /\[\s+(-?[\d.]+),\s+("(?:[^"\\]|\\.)*")\s+\]/g;

/** A scalar or string is a pair, not a list of series. */
function isPair(list: readonly unknown[]): boolean {
  return typeof list[0] === 'number';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
