import type { Labels } from '../model/labels.ts';
import { isHistogram, type Series } from '../model/query-result.ts';
import type { Point } from './trend.ts';

/** The steps a range query was evaluated at; milliseconds. */
export type Grid = { readonly startMs: number; readonly endMs: number; readonly stepMs: number };

/** A series as a chart needs it: its finite points, and how much of it cannot be drawn. */
export type ChartSeries = {
  readonly labels: Labels;
  readonly points: readonly Point[];
  /** Stretches without a sample between its first and last point. */
  readonly gaps: number;
  readonly nan: number;
  readonly plusInf: number;
  readonly minusInf: number;
};

/** The drawable points of a series within the grid's time, and counts of the rest. */
export function pointsOf(series: Series, grid: Grid): ChartSeries {
  const floats = series.samples.flatMap(({ ms, value }) =>
    isHistogram(value) || ms < grid.startMs || ms > grid.endMs ? [] : [{ ms, value }],
  );
  const count = (wanted: number) => floats.filter(({ value }) => Object.is(value, wanted)).length;
  const distance = Math.max(1, grid.stepMs) * 1.5;
  const gaps = floats.filter(({ ms }, index) => index > 0 && ms - (floats[index - 1]?.ms ?? ms) > distance).length;
  return {
    labels: series.labels,
    points: floats.filter(({ value }) => Number.isFinite(value)),
    gaps,
    nan: count(Number.NaN),
    plusInf: count(Number.POSITIVE_INFINITY),
    minusInf: count(Number.NEGATIVE_INFINITY),
  };
}

export type Layout = {
  readonly width: number;
  /** Per series a value for each column; undefined is a gap. */
  readonly columns: readonly (readonly (number | undefined)[])[];
  /** The most steps that share a column; 1 when none do. */
  readonly stepsPerColumn: number;
};

/**
 * Puts steps on at most `room` columns. With fewer steps than columns each value holds until the next step; with more, a
 * column shows the value that is farthest from the column before, so that neither peaks nor dips get lost.
 */
export function chartColumns(series: readonly ChartSeries[], grid: Grid, room: number): Layout {
  const stepMs = Math.max(1, grid.stepMs);
  const steps = Math.max(1, Math.floor((grid.endMs - grid.startMs) / stepMs) + 1);
  const hold = steps > 1 ? Math.max(1, Math.floor((room - 1) / (steps - 1))) : 1;
  const merged = steps > room;
  const width = merged ? room : (steps - 1) * hold + 1;
  const columns = series.map(({ points }) => {
    const byStep = new Map(points.map(({ ms, value }) => [Math.round((ms - grid.startMs) / stepMs), value]));
    return merged ? mergedColumns(byStep, width, steps) : heldColumns(byStep, width, hold);
  });
  return { width, columns, stepsPerColumn: Math.ceil(steps / room) };
}

function heldColumns(
  byStep: ReadonlyMap<number, number>,
  width: number,
  hold: number,
): readonly (number | undefined)[] {
  return Array.from({ length: width }, (_, column) => {
    const step = Math.floor(column / hold);
    const exact = column % hold === 0;
    return exact || byStep.has(step + 1) ? byStep.get(step) : undefined;
  });
}

function mergedColumns(
  byStep: ReadonlyMap<number, number>,
  width: number,
  steps: number,
): readonly (number | undefined)[] {
  let before: number | undefined;
  return Array.from({ length: width }, (_, column) => {
    let chosen: number | undefined;
    const end = Math.ceil(((column + 1) * steps) / width);
    for (let step = Math.ceil((column * steps) / width); step < end; step++) {
      const value = byStep.get(step);
      if (value === undefined) continue;
      const anchor = before ?? value;
      if (chosen === undefined || Math.abs(value - anchor) > Math.abs(chosen - anchor)) chosen = value;
    }
    before = chosen ?? before;
    return chosen;
  });
}

/**
 * For every series the one on whose line its own lies from end to end, so that the drawing shows one line for both;
 * undefined for a line that can be seen. `rows` holds per series the row of each column; undefined is a gap.
 */
export function coveringSeries(rows: readonly (readonly (number | undefined)[])[]): readonly (number | undefined)[] {
  const liesOn = (one: number, other: number) =>
    (rows[one] ?? []).every((row, column) => row === undefined || row === rows[other]?.[column]);
  return rows.map((columns, index) => {
    if (columns.every((row) => row === undefined)) return undefined;
    const other = rows.findIndex(
      (_, candidate) =>
        candidate !== index && liesOn(index, candidate) && (candidate < index || !liesOn(candidate, index)),
    );
    return other === -1 ? undefined : other;
  });
}
