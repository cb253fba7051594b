import { UserError } from '../model/errors.ts';
import { compareLabels, type Labels } from '../model/labels.ts';
import type { Call, Expr, MatrixSelector } from '../promql/ast.ts';
import { print, printDuration } from '../promql/print.ts';
import { type Asking, askSeries, firstOf, type Point, treeOf, windowEdges } from './picture-ask.ts';

/** The samples in the window of one series, and what rate() and its like make of them. */
export type WindowPicture = {
  readonly kind: 'window';
  /** Absent for a bare range selector: then both increase and rate are told. */
  readonly function: WindowFunction | undefined;
  /** As written between the brackets. */
  readonly range: string;
  /** The window holds what is later than its start, up to and with its end. */
  readonly startMs: number;
  readonly endMs: number;
  /** Of the series that is pictured; undefined when there is none. */
  readonly labels: Labels | undefined;
  /** How many series the selector has besides. */
  readonly others: number;
  readonly samples: readonly Point[];
  /** Undefined with fewer than two samples: the functions return nothing then. */
  readonly estimate: Estimate | undefined;
};

export const WINDOW_FUNCTIONS = ['rate', 'increase', 'delta'] as const;
export type WindowFunction = (typeof WINDOW_FUNCTIONS)[number];

/** How the change between the first and the last sample becomes the change over the whole window. */
export type Estimate = {
  /** Between first and last sample, with `lost` added. */
  readonly change: number;
  /** What restarts of the counter took away. */
  readonly lost: number;
  /** Between first and last sample, and between two neighbours on average. */
  readonly sampledMs: number;
  readonly averageMs: number;
  readonly start: Edge;
  readonly end: Edge;
  /** The change times this is the change over the window. */
  readonly factor: number;
  readonly increase: number;
  readonly perSecond: number;
};

/**
 * How far the line through the samples is drawn on towards an edge. `near`: to the edge itself. `far`: the edge is more
 * than an interval away, so only half an interval. `zero`: to where the counter would have been zero.
 */
export type Edge = { readonly gapMs: number; readonly addedMs: number; readonly reason: 'near' | 'far' | 'zero' };

export async function windowPicture({ query }: { readonly query: string }, asking: Asking): Promise<WindowPicture> {
  const { call, selector } = findWindow(query);
  const edges = windowEdges(selector, asking.timeMs);
  const series = [...(await askSeries(asking, print(selector)))].sort((a, b) => compareLabels(a.labels, b.labels));
  const samples = series[0]?.points ?? [];
  return {
    kind: 'window',
    function: call,
    range: printDuration(selector.range),
    ...edges,
    labels: series[0]?.labels,
    others: Math.max(0, series.length - 1),
    samples,
    estimate: estimate(samples, edges, call !== 'delta'),
  };
}

/** https://github.com/prometheus/prometheus/blob/v3.5.0/promql/functions.go (extrapolatedRate) */
export function estimate(
  samples: readonly Point[],
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
  isCounter: boolean,
): Estimate | undefined {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || samples.length < 2) return undefined;
  const lost = isCounter ? lostByRestarts(samples) : 0;
  const change = last.value - first.value + lost;
  const sampledMs = last.ms - first.ms;
  const averageMs = sampledMs / (samples.length - 1);
  const start = edge(first.ms - startMs, averageMs);
  const toZero = isCounter && change > 0 && first.value >= 0 ? sampledMs * (first.value / change) : Infinity;
  const back: Edge = toZero < start.addedMs ? { gapMs: start.gapMs, addedMs: toZero, reason: 'zero' } : start;
  const end = edge(endMs - last.ms, averageMs);
  const factor = (sampledMs + back.addedMs + end.addedMs) / sampledMs;
  const increase = change * factor;
  const perSecond = increase / ((endMs - startMs) / 1000);
  return { change, lost, sampledMs, averageMs, start: back, end, factor, increase, perSecond };
}

/** What a counter had when it fell: a restart begins at zero. */
export function lostByRestarts(samples: readonly Point[]): number {
  return samples.reduce((lost, { value }, index) => {
    const before = samples[index - 1]?.value ?? value;
    return value < before ? lost + before : lost;
  }, 0);
}

function edge(gapMs: number, averageMs: number): Edge {
  const far = gapMs >= averageMs * 1.1;
  return { gapMs, addedMs: far ? averageMs / 2 : gapMs, reason: far ? 'far' : 'near' };
}

function findWindow(query: string): {
  readonly call: WindowFunction | undefined;
  readonly selector: MatrixSelector;
} {
  const tree = treeOf(query);
  const called = firstOf(tree, (node) =>
    node.kind === 'call' && windowFunction(node) !== undefined && node.args[0]?.kind === 'matrix' ? node : undefined,
  );
  const selector = called === undefined ? firstOf(tree, asMatrix) : asMatrix(called.args[0]);
  if (selector === undefined) {
    throw new UserError(`cannot picture the window of \`${query}\`: it has no range selector such as up[5m]`);
  }
  return { call: called === undefined ? undefined : windowFunction(called), selector };
}

function windowFunction({ name }: Call): WindowFunction | undefined {
  return WINDOW_FUNCTIONS.find((known) => known === name);
}

function asMatrix(node: Expr | undefined): MatrixSelector | undefined {
  return node?.kind === 'matrix' ? node : undefined;
}
