import type { Binary, SetOperator } from '../ast.ts';
import { Collector } from '../engine/collector.ts';
import type { EvalContext } from '../engine/context.ts';
import type { GridSeries, VectorValue } from '../engine/values.ts';
import { matchGroups, type Positioned } from './signature.ts';

/** `and`, `or`, `unless`: which samples stay depends on whether a matching one is present on the other side. */
export async function combineSets(
  context: EvalContext,
  node: Binary,
  operator: SetOperator,
  left: VectorValue,
  right: VectorValue,
): Promise<VectorValue> {
  const { grid, query } = context;
  const matching = node.matching ?? { cardinality: 'many-to-many', on: false, labels: [], include: [] };
  const kept: { readonly rank: number; readonly row: GridSeries }[] = [];
  await query.budget.forEach(matchGroups(left.series, right.series, matching), (group) => {
    if (operator === 'or') {
      const taken = presence(group.left, grid.steps);
      for (const { series, position } of group.left) kept.push({ rank: position, row: series });
      for (const { series, position } of group.right) {
        kept.push({ rank: left.series.length + position, row: masked(series, taken, 0) });
      }
    } else {
      const partner = presence(group.right, grid.steps);
      const wanted = operator === 'and' ? 1 : 0;
      for (const { series, position } of group.left)
        kept.push({ rank: position, row: masked(series, partner, wanted) });
    }
  });
  const apart = query.features.delayedNameRemoval === true && grid.steps === 1;
  const collector = new Collector(grid.steps, { apart });
  for (const { row } of kept.sort((a, b) => a.rank - b.rank)) collector.add(row);
  const { series } = collector;
  query.budget.hold(series.length * grid.steps);
  return { kind: 'vector', series };
}

/** 1 at every step where at least one of the series has a sample. */
function presence(series: readonly Positioned[], steps: number): Uint8Array {
  const present = new Uint8Array(steps);
  for (const { series: row } of series) {
    for (let step = 0; step < steps; step++) if (row.present[step] === 1) present[step] = 1;
  }
  return present;
}

/** The series with only those samples where the mask has the wanted value. */
function masked(series: GridSeries, mask: Uint8Array, wanted: 0 | 1): GridSeries {
  const present = new Uint8Array(mask.length);
  for (let step = 0; step < mask.length; step++) {
    if (series.present[step] === 1 && mask[step] === wanted) present[step] = 1;
  }
  return { ...series, present };
}
