import { UserError } from '../model/errors.ts';
import { type Labels, METRIC_NAME } from '../model/labels.ts';
import { isHistogram } from '../model/query-result.ts';
import type { Duration, Expr, MatrixSelector, TimeModifiers } from '../promql/ast.ts';
import { parse } from '../promql/parse.ts';
import { walk } from '../promql/walk.ts';
import type { Source } from '../source/source.ts';

/** Whom to ask, and for which instant in milliseconds. */
export type Asking = {
  readonly source: Source;
  readonly timeMs: number;
  readonly signal?: AbortSignal | undefined;
};

/** A row of an instant vector, or one sample of a series: floats only. */
export type Row = { readonly labels: Labels; readonly value: number };
export type Point = { readonly ms: number; readonly value: number };
export type PointSeries = { readonly labels: Labels; readonly points: readonly Point[] };

/** The tree of a query that is to be pictured; `UserError` when it cannot be read. */
export function treeOf(query: string): Expr {
  const parsed = parse(query);
  if (parsed.kind === 'ok') return parsed.expr;
  throw new UserError(`cannot picture \`${query}\`: ${parsed.diagnostics[0].message}`);
}

/** The first node, outermost first, that `test` gives something for. */
export function firstOf<T>(expr: Expr, test: (node: Expr) => T | undefined): T | undefined {
  let found: T | undefined;
  walk(expr, (node) => {
    found ??= test(node);
  });
  return found;
}

/** The rows of an instant query; rows that hold native histograms are left out. */
export async function askRows({ source, timeMs, signal }: Asking, query: string): Promise<readonly Row[]> {
  const { data } = await source.instant(query, { timeMs, ...(signal === undefined ? {} : { signal }) });
  if (data.kind === 'scalar') return [{ labels: {}, value: data.value }];
  if (data.kind !== 'vector') return [];
  return data.samples.flatMap(({ labels, value }) => (isHistogram(value) ? [] : [{ labels, value }]));
}

/** The raw samples that a range selector holds. */
export async function askSeries({ source, timeMs, signal }: Asking, query: string): Promise<readonly PointSeries[]> {
  const { data } = await source.instant(query, { timeMs, ...(signal === undefined ? {} : { signal }) });
  if (data.kind !== 'matrix') return [];
  return data.series.map(({ labels, samples }) => ({
    labels,
    points: samples.flatMap(({ ms, value }) => (isHistogram(value) ? [] : [{ ms, value }])),
  }));
}

/** Start and end of what a range selector looks at, asked at `timeMs`. The start itself is not part of it. */
export function windowEdges(
  node: MatrixSelector,
  timeMs: number,
): { readonly startMs: number; readonly endMs: number } {
  const endMs = lookedAtMs(node.selector, timeMs);
  return { startMs: endMs - lengthMs(node.range), endMs };
}

export function lengthMs(duration: Duration): number {
  if (duration.ms === undefined) throw new UserError('cannot picture a window whose length depends on the step');
  return duration.ms;
}

export function nameless(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => name !== METRIC_NAME));
}

function lookedAtMs({ at, offset }: TimeModifiers, timeMs: number): number {
  const base = at?.kind === 'timestamp' ? at.ms : timeMs;
  return base - (offset === undefined ? 0 : lengthMs(offset));
}
