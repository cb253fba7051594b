import { QueryError } from '../../src/model/errors.ts';
import type { Labels } from '../../src/model/labels.ts';
import type { QueryData, QueryResult } from '../../src/model/query-result.ts';
import { CHECKPOINT_NAMES, type CheckpointName, checkpointMs } from '../../src/model/scenario.ts';
import type { Source } from '../../src/source/source.ts';

export const TABLE_T0_MS = Date.UTC(2026, 0, 5, 12, 0, 0);

/** Rows of an instant vector: labels and value. */
export type Rows = readonly (readonly [Labels, number])[];

/** What a query gives: rows, a scalar, a range vector, or Prometheus' refusal ("message" or "column message"). */
export type Given =
  | Rows
  | number
  | { readonly matrix: Rows }
  | { readonly error: string; readonly column?: number; readonly type?: string }
  | { readonly rows: Rows; readonly warnings: readonly string[] };

/** The same at every moment, or per checkpoint with the rest under `else`. */
export type Entry = Given | { readonly by: Readonly<Partial<Record<CheckpointName | 'else', Given>>> };

export type TableSource = Source & { readonly asked: readonly string[] };

/**
 * A source that answers from a table, by the exact text of the query. What is not in the table is refused, and never an
 * empty result: nothing is answered that the test did not say.
 */
export function tableSource(table: Readonly<Record<string, Entry>>, names: readonly string[] = []): TableSource {
  const asked: string[] = [];
  const answer = (query: string, ms: number): QueryResult => {
    asked.push(query);
    const entry = table[query];
    if (entry === undefined) {
      throw new QueryError({ message: `the table has no answer to: ${query}`, query, errorType: 'table', status: 422 });
    }
    const checkpoint = CHECKPOINT_NAMES.find((name) => checkpointMs({ t0Ms: TABLE_T0_MS }, name) === ms);
    const given =
      typeof entry === 'object' && 'by' in entry
        ? ((checkpoint && entry.by[checkpoint]) ?? entry.by.else ?? [])
        : entry;
    return resultOf(query, given, ms);
  };
  const refuse = () => Promise.reject(new Error('not in the table'));
  return {
    asked,
    name: 'a table',
    instant: async (query, options) => answer(query, options?.timeMs ?? TABLE_T0_MS),
    range: async (query, { endMs }) => {
      const { data } = answer(query, endMs);
      const series =
        data.kind === 'vector'
          ? data.samples.map(({ labels, ms, value }) => ({ labels, samples: [{ ms, value }] }))
          : [];
      return { data: { kind: 'matrix', series }, warnings: [], infos: [] };
    },
    labelValues: async () => ({ items: names, warnings: [] }),
    series: refuse,
    labelNames: refuse,
    metadata: refuse,
    targets: refuse,
    rules: refuse,
    alerts: refuse,
    buildInfo: refuse,
    ready: async () => ({ ready: true, reason: '' }),
    close: async () => undefined,
  };
}

function resultOf(query: string, given: Given, ms: number): QueryResult {
  if (typeof given === 'object' && 'error' in given) {
    const { error, column, type = 'bad_data' } = given;
    const position = column === undefined ? {} : { position: { line: 1, column } };
    throw new QueryError({
      message: error,
      query,
      errorType: type,
      status: type === 'bad_data' ? 400 : 422,
      ...position,
    });
  }
  const warnings = typeof given === 'object' && 'warnings' in given ? given.warnings : [];
  return { data: dataOf(given, ms), warnings, infos: [] };
}

function dataOf(given: Exclude<Given, { readonly error: string }>, ms: number): QueryData {
  if (typeof given === 'number') return { kind: 'scalar', ms, value: given };
  if ('matrix' in given) {
    return { kind: 'matrix', series: given.matrix.map(([labels, value]) => ({ labels, samples: [{ ms, value }] })) };
  }
  const rows = 'rows' in given ? given.rows : given;
  return { kind: 'vector', samples: rows.map(([labels, value]) => ({ labels, ms, value })) };
}
