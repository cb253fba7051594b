import { type EmptyAdvice, explainEmpty } from '../advise/diagnose.ts';
import { UserError } from '../model/errors.ts';
import { isEmptyResult, type QueryResult } from '../model/query-result.ts';
import { rangeStep } from '../model/range-step.ts';
import type { Source } from '../source/source.ts';
import type { Panel } from './params.ts';

/** The steps a graph was asked at; milliseconds. */
export type Grid = { readonly startMs: number; readonly endMs: number; readonly stepMs: number };

/** What became of a panel's query. Instants are milliseconds since 1970. */
export type Asked =
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'answer';
      readonly result: QueryResult;
      readonly atMs: number;
      /** Set for a graph. */
      readonly grid: Grid | undefined;
      /** Why it is empty; undefined when it is not. */
      readonly empty: EmptyAdvice | undefined;
      /** When the samples of the server end, where an empty answer lies behind that. */
      readonly dataEndMs: number | undefined;
    }
  | { readonly kind: 'failed'; readonly error: UserError };

/** A graph has about as many points as this; the step is chosen so. */
const POINTS = 241;

export type AskDeps = {
  readonly source: Source;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** When the samples of the server end; undefined where it does not tell. */
  readonly lastSampleMs: () => Promise<number | undefined>;
};

/** Asks what a panel shows. Errors of the person come back as values. */
export async function ask({ source, now, signal, lastSampleMs }: AskDeps, panel: Panel): Promise<Asked> {
  if (panel.expr.trim() === '') return { kind: 'nothing' };
  // Whole seconds, so that the times shown, typed and asked are the same.
  const atMs = panel.endMs ?? Math.floor(now() / 1000) * 1000;
  const options = { stats: true, signal };
  const grid = panel.tab === 'graph' ? gridOf(panel, atMs) : undefined;
  try {
    const result =
      grid === undefined
        ? await source.instant(panel.expr, { ...options, timeMs: atMs })
        : await source.range(panel.expr, { ...options, ...grid });
    const empty = await whyEmpty(source, panel, result, atMs, grid, signal);
    const dataEndMs = empty !== undefined && mayBeThere(empty) ? await lastSampleMs() : undefined;
    const over = dataEndMs !== undefined && dataEndMs < (grid?.startMs ?? atMs) - LOOKBACK_MS;
    return { kind: 'answer', result, atMs, grid, empty, dataEndMs: over ? dataEndMs : undefined };
  } catch (error) {
    if (error instanceof UserError) return { kind: 'failed', error };
    throw error;
  }
}

/** A selector finds samples that are so old: only where they end before that has an empty answer to do with their end. */
const LOOKBACK_MS = 5 * 60_000;

/** What no metric is called is nowhere at any time. */
function mayBeThere({ culprit }: EmptyAdvice): boolean {
  return culprit?.kind !== 'metric';
}

function gridOf({ rangeMs, stepMs }: Panel, endMs: number): Grid {
  return { startMs: endMs - rangeMs, endMs, stepMs: stepMs ?? rangeStep(rangeMs, POINTS) };
}

/** The address of the API that gives the same answer. */
export function apiUrl(panel: Panel, asked: { readonly atMs: number; readonly grid: Grid | undefined }): string {
  const params = new URLSearchParams({ query: panel.expr });
  if (asked.grid === undefined) {
    params.set('time', String(asked.atMs / 1000));
    return `/api/v1/query?${params}`;
  }
  for (const [name, ms] of [
    ['start', asked.grid.startMs],
    ['end', asked.grid.endMs],
    ['step', asked.grid.stepMs],
  ] as const) {
    params.set(name, String(ms / 1000));
  }
  return `/api/v1/query_range?${params}`;
}

/** An advice that fails is no advice: the result is shown without it. */
async function whyEmpty(
  source: Source,
  panel: Panel,
  result: QueryResult,
  atMs: number,
  grid: Grid | undefined,
  signal: AbortSignal,
): Promise<EmptyAdvice | undefined> {
  if (!isEmptyResult(result.data)) return undefined;
  const range = grid === undefined ? {} : { range: grid };
  try {
    return await explainEmpty({ query: panel.expr, source, timeMs: atMs, ...range, outcome: { result }, signal });
  } catch (error) {
    if (error instanceof UserError) return {};
    throw error;
  }
}
