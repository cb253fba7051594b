import type { QueryResult } from '../model/query-result.ts';
import type { Connection } from './connect.ts';
import type { Context } from './context.ts';
import type { OutputFormat, QueryOptions, QueryTimes } from './query-plan.ts';

/**
 * One question to the server. `--limit` reaches it only for `json`, which passes the server's answer on whole; for the
 * other forms we cut the answer ourselves and can say how much is missing.
 */
export function askQuery(question: {
  readonly context: Context;
  readonly connection: Connection;
  readonly query: string;
  readonly times: QueryTimes;
  readonly options: QueryOptions;
  readonly format: OutputFormat;
}): Promise<QueryResult> {
  const { context, connection, query, times, options, format } = question;
  const asked = {
    signal: context.io.signal,
    ...(options.timeout === undefined ? {} : { timeoutMs: options.timeout }),
    ...(options.stats === true ? { stats: true } : {}),
    ...(format === 'json' && options.limit !== undefined ? { limit: options.limit } : {}),
  };
  if (times.kind === 'instant') {
    return connection.source.instant(query, {
      ...asked,
      ...(times.timeMs === undefined ? {} : { timeMs: times.timeMs }),
    });
  }
  const { startMs, endMs, stepMs } = times;
  return connection.source.range(query, { ...asked, startMs, endMs, stepMs });
}
