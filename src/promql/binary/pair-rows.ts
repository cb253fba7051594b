import type { FloatHistogram } from '../../model/float-histogram.ts';
import type { Binary, VectorMatching } from '../ast.ts';
import type { EvalContext } from '../engine/context.ts';
import { histogramsNotEvaluated } from '../engine/errors.ts';
import { keyOf, type LabelSet, labelValue, only, withLabel, without, withoutMetadata } from '../engine/label-set.ts';
import { emptySeries, type GridSeries, setHistogram } from '../engine/values.ts';
import { noteIncompatible, scaledHistogram } from './histograms.ts';
import type { Operation } from './operators.ts';
import type { Positioned } from './signature.ts';
import { apply } from './with-scalar.ts';

/** A sample that stands in for a missing series. */
export type Stand = { readonly fill: number; readonly labels: LabelSet };

/** What stands in for the missing sample of a pair, where something does. */
export type Fills = { readonly fillOne: number | undefined; readonly fillMany: number | undefined };

/** Collects the results of pairs, one row per pair. */
export type PairRows = {
  /**
   * Computes a whole group at all steps where nothing can go wrong on the way: one series on the "one" side, nothing
   * filled, no histograms, and different labels for every result. False when that is not so and nothing was done.
   */
  addWhole(many: readonly Positioned[], one: readonly Positioned[], fills: Fills): boolean;
  /**
   * Computes one pair at one step. Returns the labels of the result, also when a comparison drops it; undefined when the
   * operator cannot take these samples.
   */
  add(step: number, many: Positioned | Stand, one: Positioned | Stand): LabelSet | undefined;
  /** All rows in the order of the "many" side. */
  finish(): readonly GridSeries[];
};

export function pairRows(context: EvalContext, node: Binary, operation: Operation, matching: VectorMatching): PairRows {
  const rows = new Map<string, { readonly rank: number; readonly row: GridSeries }>();
  const swapped = matching.cardinality === 'one-to-many';
  const delayed = context.query.features.delayedNameRemoval === true;
  const rowFor = (many: Positioned | Stand, one: Positioned | Stand): GridSeries => {
    const key = `${idOf(many)}/${idOf(one)}`;
    const known = rows.get(key);
    if (known !== undefined) return known.row;
    const merged = resultLabels(labelsOf(many), labelsOf(one), operation, matching);
    const labels = node.bool && !delayed ? withoutMetadata(merged) : merged;
    const row = emptySeries(labels, context.grid.steps, node.bool);
    rows.set(key, { rank: 'series' in many ? many.position : Number.MAX_SAFE_INTEGER, row });
    return row;
  };
  return {
    addWhole(many, [partner, ...more], { fillOne, fillMany }) {
      if (partner === undefined || more.length > 0 || operation.kind === 'trim') return false;
      if (fillOne !== undefined || fillMany !== undefined || partner.series.histograms !== undefined) return false;
      if (many.length > 1 && matching.cardinality === 'one-to-one') return false;
      if (many.some(({ series }) => series.histograms !== undefined)) return false;
      const pairs = many.map((member) => ({ member, row: rowFor(member, partner) }));
      if (many.length > 1 && new Set(pairs.map(({ row }) => keyOf(row.labels))).size < many.length) return false;
      for (const { member, row } of pairs) {
        const [left, right] = swapped ? [partner, member] : [member, partner];
        addFloats(row, left.series, right.series, operation, node.bool);
      }
      return true;
    },
    add(step, many, one) {
      const left = swapped ? one : many;
      const right = swapped ? many : one;
      const leftHistogram = histogramOf(left, step);
      const rightHistogram = histogramOf(right, step);
      if (leftHistogram !== undefined || rightHistogram !== undefined) {
        return addHistograms(context, node, rowFor(many, one), step, left, right);
      }
      if (operation.kind === 'trim') {
        noteIncompatible(context, node, ['float', 'float']);
        return undefined;
      }
      const row = rowFor(many, one);
      const result = apply(operation, node.bool, sampleOf(left, step), sampleOf(right, step));
      if (result !== undefined) {
        row.values[step] = result;
        row.present[step] = 1;
      }
      return row.labels;
    },
    finish: () => [...rows.values()].sort((a, b) => a.rank - b.rank).map(({ row }) => row),
  };
}

/** One pair of series without histograms, at all steps where both have a sample. */
function addFloats(
  row: GridSeries,
  left: GridSeries,
  right: GridSeries,
  operation: Exclude<Operation, { kind: 'trim' }>,
  bool: boolean,
): void {
  const { values, present } = row;
  for (let step = 0; step < values.length; step++) {
    if (left.present[step] !== 1 || right.present[step] !== 1) continue;
    const result = apply(operation, bool, left.values[step] ?? 0, right.values[step] ?? 0);
    if (result === undefined) continue;
    values[step] = result;
    present[step] = 1;
  }
}

function addHistograms(
  context: EvalContext,
  node: Binary,
  row: GridSeries,
  step: number,
  left: Positioned | Stand,
  right: Positioned | Stand,
): LabelSet | undefined {
  const leftHistogram = histogramOf(left, step);
  const rightHistogram = histogramOf(right, step);
  if (leftHistogram !== undefined && rightHistogram !== undefined) {
    if (node.operator === '+' || node.operator === '-' || node.operator === '==' || node.operator === '!=') {
      throw histogramsNotEvaluated(`"${node.operator}"`);
    }
    noteIncompatible(context, node, ['histogram', 'histogram']);
    return undefined;
  }
  const scaled =
    leftHistogram !== undefined
      ? scaledHistogram(node.operator, leftHistogram, sampleOf(right, step), 'right')
      : rightHistogram !== undefined
        ? scaledHistogram(node.operator, rightHistogram, sampleOf(left, step), 'left')
        : undefined;
  if (scaled === undefined) {
    noteIncompatible(context, node, leftHistogram === undefined ? ['float', 'histogram'] : ['histogram', 'float']);
    return undefined;
  }
  setHistogram(row, step, scaled);
  return row.labels;
}

/** The labels of a result: those of the "many" side, cut down to what was matched when both sides are "one". */
function resultLabels(many: LabelSet, one: LabelSet, operation: Operation, matching: VectorMatching): LabelSet {
  let labels = operation.kind === 'arithmetic' ? withoutMetadata(many) : many;
  if (matching.cardinality === 'one-to-one') {
    labels = matching.on ? only(labels, matching.labels) : without(labels, matching.labels);
  }
  for (const name of matching.include) labels = withLabel(labels, name, labelValue(one, name));
  return labels;
}

function idOf(side: Positioned | Stand): string {
  return 'series' in side ? `${side.position}` : `fill ${keyOf(side.labels)}`;
}

function labelsOf(side: Positioned | Stand): LabelSet {
  return 'series' in side ? side.series.labels : side.labels;
}

function sampleOf(side: Positioned | Stand, step: number): number {
  return 'series' in side ? (side.series.values[step] ?? 0) : side.fill;
}

function histogramOf(side: Positioned | Stand, step: number): FloatHistogram | undefined {
  return 'series' in side ? side.series.histograms?.[step] : undefined;
}
