import type { Aggregation } from '../ast.ts';
import type { EvalContext } from '../engine/context.ts';
import type { GridSeries, VectorValue } from '../engine/values.ts';
import { type Chosen, chosenRows, countParameters } from './choose.ts';
import { groupSeries } from './groups.ts';

/** `topk` and `bottomk`: the series with the largest or smallest values of every group, ordered by them. */
export async function rank(
  context: EvalContext,
  node: Aggregation,
  series: readonly GridSeries[],
  parameters: Float64Array,
): Promise<VectorValue> {
  const limits = countParameters(parameters);
  if (limits === undefined) return { kind: 'vector', series: [] };
  const groups = groupSeries(series, node);
  const better = node.operator === 'topk' ? 1 : -1;
  const { query, grid } = context;
  const chosen: Chosen[] = [];
  await query.budget.forSteps(grid.steps, (step) => {
    const k = Math.min(limits[step] ?? 0, series.length);
    if (k < 1) return;
    for (const { members } of groups) {
      const heap: GridSeries[] = [];
      const worse = (a: GridSeries, b: GridSeries): boolean => comesFirst(b, a, step, better);
      for (const member of members) {
        if (member.present[step] !== 1) continue;
        if (member.histograms?.[step] !== undefined) {
          query.annotations.info(`ignored histogram in ${node.operator} aggregation`, node.span);
          continue;
        }
        offer(heap, member, k, worse, step, better);
      }
      const ordered = heap.sort(
        (a, b) => Number(comesFirst(b, a, step, better)) - Number(comesFirst(a, b, step, better)),
      );
      for (const row of ordered) chosen.push({ row, step });
    }
  });
  return chosenRows(context, chosen);
}

/** Order of the result; NaN comes last whatever is asked for. */
function comesFirst(a: GridSeries, b: GridSeries, step: number, better: 1 | -1): boolean {
  const left = a.values[step] ?? 0;
  const right = b.values[step] ?? 0;
  if (Number.isNaN(right)) return !Number.isNaN(left);
  return (left - right) * better > 0;
}

/** Keeps the best k in a heap with the worst on top; among equals the one that came first stays. */
function offer(
  heap: GridSeries[],
  member: GridSeries,
  k: number,
  worse: (a: GridSeries, b: GridSeries) => boolean,
  step: number,
  better: 1 | -1,
): void {
  if (heap.length < k) {
    heap.push(member);
    let child = heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!isWorse(heap, child, parent, worse)) break;
      swap(heap, child, parent);
      child = parent;
    }
    return;
  }
  const [top] = heap;
  if (top === undefined || !comesFirst(member, top, step, better)) return;
  heap[0] = member;
  let parent = 0;
  for (;;) {
    let child = 2 * parent + 1;
    if (child >= heap.length) return;
    if (child + 1 < heap.length && isWorse(heap, child + 1, child, worse)) child++;
    if (!isWorse(heap, child, parent, worse)) return;
    swap(heap, child, parent);
    parent = child;
  }
}

function isWorse(
  heap: readonly GridSeries[],
  a: number,
  b: number,
  worse: (a: GridSeries, b: GridSeries) => boolean,
): boolean {
  const left = heap[a];
  const right = heap[b];
  return left !== undefined && right !== undefined && worse(left, right);
}

function swap(heap: GridSeries[], a: number, b: number): void {
  const left = heap[a];
  const right = heap[b];
  if (left === undefined || right === undefined) return;
  heap[a] = right;
  heap[b] = left;
}
