import { UserError } from '../model/errors.ts';
import { compareLabels, type Labels, METRIC_NAME } from '../model/labels.ts';
import type { MatrixSelector } from '../promql/ast.ts';
import { print, printDuration } from '../promql/print.ts';
import { type Asking, askSeries, firstOf, type Point, type PointSeries, treeOf, windowEdges } from './picture-ask.ts';
import { type Estimate, estimate } from './picture-window.ts';

/** A counter as it was scraped, and as increase() and rate() see it: without the falls that restarts make. */
export type RestartPicture = {
  readonly kind: 'restart';
  /** By its name; increase() and rate() do not look and mend everything that falls. */
  readonly isCounter: boolean;
  readonly range: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Of the series that is pictured, the one with most restarts; undefined when there is none. */
  readonly labels: Labels | undefined;
  readonly others: number;
  readonly raw: readonly Point[];
  readonly repaired: readonly Point[];
  readonly restarts: readonly Restart[];
  /** Undefined with fewer than two samples. */
  readonly estimate: Estimate | undefined;
};

/** The counter had `before` at the last sample and `after` at the next: it started from zero in between. */
export type Restart = {
  readonly beforeMs: number;
  readonly before: number;
  readonly afterMs: number;
  readonly after: number;
};

export async function restartPicture({ query }: { readonly query: string }, asking: Asking): Promise<RestartPicture> {
  const selector = firstOf(treeOf(query), (node): MatrixSelector | undefined =>
    node.kind === 'matrix' ? node : undefined,
  );
  if (selector === undefined) {
    throw new UserError(
      `cannot picture restarts in \`${query}\`: it has no range selector such as requests_total[30m]`,
    );
  }
  const edges = windowEdges(selector, asking.timeMs);
  const [chosen, ...others] = mostRestartsFirst(await askSeries(asking, print(selector)));
  const raw = chosen?.points ?? [];
  return {
    kind: 'restart',
    isCounter: /_(total|count|sum|bucket)$/.test(chosen?.labels[METRIC_NAME] ?? selector.selector.name),
    range: printDuration(selector.range),
    ...edges,
    labels: chosen?.labels,
    others: others.length,
    raw,
    repaired: repaired(raw),
    restarts: restartsIn(raw),
    estimate: estimate(raw, edges, true),
  };
}

function mostRestartsFirst(series: readonly PointSeries[]): readonly PointSeries[] {
  return [...series].sort(
    (a, b) =>
      restartsIn(b.points).length - restartsIn(a.points).length ||
      (b.points.at(-1)?.value ?? 0) - (a.points.at(-1)?.value ?? 0) ||
      compareLabels(a.labels, b.labels),
  );
}

function restartsIn(points: readonly Point[]): readonly Restart[] {
  return points.flatMap(({ ms, value }, index) => {
    const before = points[index - 1];
    return before === undefined || value >= before.value
      ? []
      : [{ beforeMs: before.ms, before: before.value, afterMs: ms, after: value }];
  });
}

/** Every sample lifted by what the restarts before it took away. */
function repaired(points: readonly Point[]): readonly Point[] {
  let lost = 0;
  return points.map(({ ms, value }, index) => {
    const before = points[index - 1]?.value ?? value;
    if (value < before) lost += before;
    return { ms, value: value + lost };
  });
}
