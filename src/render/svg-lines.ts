import { timeMarks, type ValueAxis, valueAxis, valueLabels } from './axis.ts';
import { type ChartSeries, chartColumns, type Grid } from './chart-points.ts';
import { type Html, html } from './html.ts';
import { seriesLetter } from './labels.ts';
import type { Style } from './style.ts';
import { SERIES_INKS } from './svg-style.ts';

/** The size of a plot in pixels, and about how many parts its value axis has. */
export type PlotSize = { readonly width: number; readonly height: number; readonly intervals: number };

/**
 * Lines over time as the groups of an SVG: axes, lines with a title each, and their letters. At least one of the series
 * has a point. `names` tells them apart.
 */
export function plotGroups(
  shown: readonly ChartSeries[],
  names: readonly string[],
  grid: Grid,
  size: PlotSize,
  zone: Pick<Style, 'timeZone'>,
): Html {
  const values = shown.flatMap(({ points }) => points.map(({ value }) => value));
  const axis = valueAxis(least(values), most(values), size.intervals);
  const labels = valueLabels(axis.ticks);
  const left = Math.ceil(Math.max(...labels.map((label) => label.length)) * DIGIT) + 12;
  const plot: Plot = { left, right: size.width - RIGHT, top: TOP, bottom: size.height - BOTTOM, axis, grid };
  return html`<g class="axis" aria-hidden="true">${axis.ticks.map((tick, index) => valueTick(tick, labels[index] ?? '', plot))}
${timeTicks(plot, zone)}</g>
<g class="lines">${shown.map((series, index) => line(series, names[index] ?? '', index, plot))}</g>
<g class="letters" aria-hidden="true">${letters(shown, plot)}</g>`;
}

/** The place of a drawing over time in its picture. */
export type TimeFrame = { readonly left: number; readonly right: number; readonly bottom: number; readonly grid: Grid };

/** Marks and times under a drawing. */
export function timeTicks(plot: TimeFrame, zone: Pick<Style, 'timeZone'>): readonly Html[] {
  const { grid, left, right } = plot;
  const marks = timeMarks(grid.startMs, grid.endMs, Math.floor((right - left) / DIGIT), zone);
  return marks.map(({ ms, text }) => timeTick(ms, text, plot));
}

const TOP = 12;
const BOTTOM = 26;
export const RIGHT = 30;
/** About the width of a digit in the axis' letters. */
export const DIGIT = 6.8;

/** As many colours as there are inks; then the same again with dashes. */
const COLOURS = SERIES_INKS.length;

type Plot = TimeFrame & {
  readonly top: number;
  readonly axis: ValueAxis;
};

function valueTick(tick: number, label: string, plot: Plot): Html {
  const y = yOf(tick, plot);
  return html`<path d="M${plot.left} ${y}H${plot.right}"/><text x="${plot.left - 8}" y="${y + 4}" text-anchor="end">${label}</text>`;
}

function timeTick(ms: number, label: string, plot: TimeFrame): Html {
  const x = xOf(ms, plot);
  const half = (label.length * DIGIT) / 2;
  const at = Math.min(Math.max(x, half), plot.right + RIGHT - half);
  return html`<path class="mark" d="M${x} ${plot.bottom}v5"/><text x="${round(at)}" y="${plot.bottom + 19}" text-anchor="middle">${label}</text>`;
}

/** One path with a break wherever samples are missing, and dots for samples without neighbours. */
function line(series: ChartSeries, name: string, index: number, plot: Plot): Html {
  const gap = Math.max(1, plot.grid.stepMs) * 1.5;
  const runs: (readonly [number, number])[][] = [];
  let before = Number.NEGATIVE_INFINITY;
  for (const { ms, value } of thinned(series, plot)) {
    if (ms - before > gap || runs.length === 0) runs.push([]);
    runs.at(-1)?.push([xOf(ms, plot), yOf(value, plot)]);
    before = ms;
  }
  const path = runs
    .filter((run) => run.length > 1)
    .map((run) => run.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${x} ${y}`).join(''))
    .join('');
  const dots = runs.filter((run) => run.length === 1).flat();
  return html`<g class="c${index % COLOURS} d${Math.floor(index / COLOURS)}"><title>${seriesLetter(index)}: ${name}</title>${path === '' ? undefined : html`<path d="${path}"/>`}${dots.map(([x, y]) => html`<circle cx="${x}" cy="${y}" r="2.5"/>`)}</g>`;
}

/** Not more points than there are columns of pixels: of many in one the farthest from the one before. */
function thinned(series: ChartSeries, plot: Plot): readonly { readonly ms: number; readonly value: number }[] {
  const room = Math.floor(plot.right - plot.left);
  const { startMs, endMs, stepMs } = plot.grid;
  if ((endMs - startMs) / Math.max(1, stepMs) <= room) return series.points;
  const [column = []] = chartColumns([series], plot.grid, room).columns;
  return column.flatMap((value, at) =>
    value === undefined ? [] : [{ ms: startMs + ((endMs - startMs) * at) / Math.max(1, column.length - 1), value }],
  );
}

/** The letters at the right end of the lines, moved apart where they would lie on each other. */
function letters(shown: readonly ChartSeries[], plot: Plot): readonly Html[] {
  const ends = shown.flatMap((series, index) => {
    const last = series.points.at(-1);
    return last === undefined ? [] : [{ index, x: xOf(last.ms, plot), y: yOf(last.value, plot) }];
  });
  const room = Math.max(1, Math.floor((plot.bottom - plot.top) / LETTER));
  const placed = [...ends].sort((a, b) => a.y - b.y).slice(0, room);
  let floor = plot.top;
  const ys = placed.map(({ y }) => {
    floor = Math.max(floor + LETTER, y);
    return floor;
  });
  let ceiling = plot.bottom + LETTER;
  for (let at = ys.length - 1; at >= 0; at--) {
    ceiling = Math.min(ceiling - LETTER, ys[at] ?? 0);
    ys[at] = ceiling;
  }
  return placed.map(
    ({ index, x }, at) =>
      html`<text class="c${index % COLOURS}" x="${round(x + 8)}" y="${round((ys[at] ?? 0) + 4)}">${seriesLetter(index)}</text>`,
  );
}

const LETTER = 13;

export function xOf(ms: number, { left, right, grid }: TimeFrame): number {
  const range = grid.endMs - grid.startMs;
  return round(range > 0 ? left + ((ms - grid.startMs) / range) * (right - left) : left);
}

function yOf(value: number, { top, bottom, axis }: Plot): number {
  const share = (value / 2 - axis.min / 2) / (axis.max / 2 - axis.min / 2);
  return round(bottom - (Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0) * (bottom - top));
}

/** Pixels with a tenth at most. */
export function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

export function least(values: readonly number[]): number {
  return values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
}

export function most(values: readonly number[]): number {
  return values.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
}
