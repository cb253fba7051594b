import type { QueryResult } from '../model/query-result.ts';
import { isEmptyResult } from '../model/query-result.ts';
import type { Expr } from '../promql/ast.ts';
import { print } from '../promql/print.ts';
import type { Source } from '../source/source.ts';

/** The times of the query that gave nothing, in milliseconds. */
export type ProbeTimes =
  | { readonly kind: 'instant'; readonly timeMs: number }
  | { readonly kind: 'range'; readonly startMs: number; readonly endMs: number; readonly stepMs: number };

/** The same server at the same times, for one more question. */
export function askedTimes(
  source: Source,
  query: string,
  times: ProbeTimes,
  signal: AbortSignal,
): Promise<QueryResult> {
  return times.kind === 'instant'
    ? source.instant(query, { timeMs: times.timeMs, signal })
    : source.range(query, { startMs: times.startMs, endMs: times.endMs, stepMs: times.stepMs, signal });
}

/** Whether an expression has any series at those times. */
export async function presence(
  node: Expr,
  probe: { readonly source: Source; readonly times: ProbeTimes; readonly signal: AbortSignal },
): Promise<boolean> {
  const result = await askedTimes(probe.source, `count(${print(node)})`, probe.times, probe.signal);
  return !isEmptyResult(result.data);
}
