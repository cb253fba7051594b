import type { Aggregation } from '../ast.ts';
import { EMPTY_LABELS, keyOf, type LabelSet, only, without } from '../engine/label-set.ts';
import type { GridSeries } from '../engine/values.ts';

/** Series that are aggregated together, in the order of the input, and the labels of what comes out. */
export type SeriesGroup = { readonly labels: LabelSet; readonly members: GridSeries[] };

/** Sorts series into groups by the labels of `by` or `without`; computed once per series. */
export function groupSeries(
  series: readonly GridSeries[],
  { grouping, without: leaveOut }: Pick<Aggregation, 'grouping' | 'without'>,
): readonly SeriesGroup[] {
  const groups = new Map<string, SeriesGroup>();
  const labelsFor = groupLabels(grouping, leaveOut);
  for (const row of series) {
    const labels = labelsFor(row.labels);
    const key = keyOf(labels);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { labels, members: [row] });
    else known.members.push(row);
  }
  return [...groups.values()];
}

export function groupLabels(grouping: readonly string[], leaveOut: boolean): (labels: LabelSet) => LabelSet {
  if (leaveOut) return (labels) => without(labels, ['__name__', ...grouping]);
  if (grouping.length === 0) return () => EMPTY_LABELS;
  return (labels) => only(labels, grouping);
}
