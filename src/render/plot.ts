import { plot } from 'asciichart';
import type { Style } from './style.ts';
import { symbolsOf } from './symbols.ts';

/** One drawn character and the series it belongs to. */
export type Dot = { readonly text: string; readonly series: number };

/** Rows of columns, the top row first; undefined where nothing is drawn. */
export type Grid = readonly (readonly (Dot | undefined)[])[];

/**
 * The lines of several series on one grid of `height + 1` rows. `columns` holds per series one number in [0, height] for
 * every column, undefined where there is no point: each unbroken run is drawn by a call of its own, because asciichart
 * cannot draw gaps. With several series each run carries the letter of its series.
 */
export function plotLines(
  columns: readonly (readonly (number | undefined)[])[],
  height: number,
  letters: readonly string[],
  style: Style,
): Grid {
  const width = Math.max(0, ...columns.map((one) => one.length));
  const grid: (Dot | undefined)[][] = Array.from({ length: height + 1 }, () =>
    Array.from({ length: width }, () => undefined),
  );
  columns.forEach((column, series) => {
    for (const run of runsOf(column)) pasteRun(grid, run, series, height, style);
  });
  if (columns.length > 1) {
    columns.forEach((column, series) => {
      for (const run of runsOf(column)) writeLetters(grid, run, series, letters[series] ?? '', height, columns.length);
    });
  }
  return grid;
}

type Run = { readonly start: number; readonly values: readonly number[] };

function runsOf(column: readonly (number | undefined)[]): readonly Run[] {
  const runs: { start: number; values: number[] }[] = [];
  let open = false;
  column.forEach((value, index) => {
    if (value === undefined) open = false;
    else if (open) runs.at(-1)?.values.push(value);
    else {
      runs.push({ start: index, values: [value] });
      open = true;
    }
  });
  return runs;
}

function pasteRun(grid: (Dot | undefined)[][], run: Run, series: number, height: number, style: Style): void {
  const symbols = symbolsOf(style);
  if (run.values.length === 1) {
    const row = grid[height - Math.round(run.values[0] ?? 0)];
    if (row !== undefined) row[run.start] = { text: symbols.dot, series };
    return;
  }
  const drawn = plot([...run.values], {
    min: 0,
    max: height,
    height,
    offset: 1,
    symbols: [...symbols.line],
    format: () => ' ',
  });
  const first = height - Math.round(run.values[0] ?? 0);
  drawn.split('\n').forEach((line, rowIndex) => {
    const row = grid[rowIndex];
    if (row === undefined) return;
    // Column 0 of asciichart's drawing is its axis; only the mark of the first value there is a point of the run.
    for (const [index, text] of [...line].entries()) {
      if (text === ' ' || (index === 0 && rowIndex !== first)) continue;
      row[run.start + index] = { text, series };
    }
  });
}

/** Between two letters of one series: near enough to follow a line by eye, far enough to leave it a line. */
const LETTER_DISTANCE = 14;

function writeLetters(
  grid: (Dot | undefined)[][],
  run: Run,
  series: number,
  letter: string,
  height: number,
  total: number,
): void {
  const last = run.start + run.values.length - 1;
  const phase = Math.round((series * LETTER_DISTANCE) / total);
  for (let at = run.start; at <= last; at++) {
    const due = at === last || at === run.start || (at + phase) % LETTER_DISTANCE === 0;
    const row = grid[height - Math.round(run.values[at - run.start] ?? 0)];
    if (!due || row === undefined) continue;
    const there = row[at];
    if (there !== undefined && /[A-Z]/.test(there.text) && there.series !== series) continue;
    row[at] = { text: letter.slice(-1), series };
  }
}
