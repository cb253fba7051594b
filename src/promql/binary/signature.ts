import type { VectorMatching } from '../ast.ts';
import { keyOf, type LabelSet, only, without } from '../engine/label-set.ts';
import type { GridSeries } from '../engine/values.ts';

/** The labels two series must have in common to belong together. */
export function matchLabels(labels: LabelSet, { on, labels: names }: VectorMatching): LabelSet {
  return on ? only(labels, names) : without(labels, ['__name__', ...names]);
}

/** Series of both sides that may meet each other. Positions are those of the series in their vectors. */
export type MatchGroup = { readonly left: Positioned[]; readonly right: Positioned[] };

export type Positioned = { readonly series: GridSeries; readonly position: number };

/** Sorts the series of both sides into groups with equal matching labels, in the order they are first seen. */
export function matchGroups(
  left: readonly GridSeries[],
  right: readonly GridSeries[],
  matching: VectorMatching,
): readonly MatchGroup[] {
  const groups = new Map<string, MatchGroup>();
  const group = (series: GridSeries): MatchGroup => {
    const key = keyOf(matchLabels(series.labels, matching));
    const known = groups.get(key) ?? { left: [], right: [] };
    groups.set(key, known);
    return known;
  };
  for (const [position, series] of left.entries()) group(series).left.push({ series, position });
  for (const [position, series] of right.entries()) group(series).right.push({ series, position });
  return [...groups.values()];
}
