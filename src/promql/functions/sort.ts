import { compareSets, labelValue } from '../engine/label-set.ts';
import type { GridSeries, VectorValue } from '../engine/values.ts';
import { naturallyBefore } from '../maths/natural-order.ts';
import type { WholeCall } from './row.ts';

/** Orders an instant result by value; NaN comes last either way, histograms are left out. */
export async function sortByValue(call: WholeCall, descending: boolean): Promise<VectorValue> {
  const { series } = await call.vector(0);
  if (!isInstant(call)) return { kind: 'vector', series };
  const floats = series.filter((row) => row.histograms?.[0] === undefined);
  return ordered(floats, (a, b) => compareValues(a.values[0] ?? 0, b.values[0] ?? 0, descending));
}

/** Orders an instant result by the values of labels, numbers inside them as numbers; equal ones by all their labels. */
export async function sortByLabels(call: WholeCall, descending: boolean): Promise<VectorValue> {
  const { series } = await call.vector(0);
  const names = call.args.slice(1).map((_, index) => call.text(index + 1));
  if (!isInstant(call)) return { kind: 'vector', series };
  const direction = descending ? -1 : 1;
  return ordered(series, (a, b) => {
    for (const name of names) {
      const left = labelValue(a.labels, name);
      const right = labelValue(b.labels, name);
      if (left !== right) return naturallyBefore(left, right) ? -direction : direction;
    }
    return direction * compareSets(a.labels, b.labels);
  });
}

/** In a range query there is no order but that of the labels, which is worth a word. */
function isInstant({ context, node }: WholeCall): boolean {
  const { query, grid } = context;
  if (query.range) {
    const message = 'sort is ineffective for range queries since results are always ordered by labels';
    query.annotations.warn(message, node.span);
  }
  return grid.steps === 1;
}

function ordered(series: readonly GridSeries[], compare: (a: GridSeries, b: GridSeries) => number): VectorValue {
  return { kind: 'vector', series: [...series].sort(compare) };
}

function compareValues(a: number, b: number, descending: boolean): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  if (a === b) return 0;
  return a < b === descending ? 1 : -1;
}
