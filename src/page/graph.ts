import { isHistogram, type Series } from '../model/query-result.ts';
import { timeMarks, type ValueAxis, valueAxis, valueLabels } from '../render/axis.ts';
import { type ChartSeries, chartColumns, pointsOf } from '../render/chart-points.ts';
import { formatNumber, formatTime } from '../render/format.ts';
import { commonLabels, renderLabels, seriesLetter } from '../render/labels.ts';
import { describeTrend } from '../render/trend.ts';
import type { Grid } from './ask.ts';
import { type Html, html } from './html.ts';

/** More lines than this cannot be told apart. */
const MOST_LINES = 20;

/** The colours and dashes in which lines are told apart, besides their letters; the style sheet has as many. */
const COLOURS = 8;

const UTC = { timeZone: 'UTC' } as const;
const SPOKEN = { timeZone: 'UTC', width: 80, colour: false, ascii: false, accessible: true } as const;

/**
 * Series over time as SVG, drawn twice: for wide and for narrow screens, of which the style sheet shows one, so that
 * letters keep their size. Below it a legend by letter, with last, lowest and highest value.
 */
export function graph(all: readonly Series[], grid: Grid): Html {
  const shown = all.slice(0, MOST_LINES).map((series) => pointsOf(series, grid));
  const common = commonLabels(all.map(({ labels }) => labels));
  const drawn = shown.some(({ points }) => points.length > 0);
  const more = all.length - shown.length;
  const native = all.some(({ samples }) => samples.some(({ value }) => isHistogram(value)));
  const names = shown.map((series) => nameOf(series, common));
  return html`${drawn ? [drawing(shown, names, grid, WIDE), drawing(shown, names, grid, NARROW)] : html`<p class="note">Nothing here can be drawn: no series has a number.</p>`}
${common.length === 0 ? undefined : html`<p class="common">All series: <code>${renderLabels(Object.fromEntries(common))}</code></p>`}
<table class="legend"><caption class="unseen">The lines of the graph</caption>
<thead><tr><th scope="col">Line</th><th scope="col">Series</th><th scope="col" class="number">Last</th><th scope="col" class="number">Lowest</th><th scope="col" class="number">Highest</th></tr></thead>
<tbody>${shown.map((series, index) => legendRow(series, names[index] ?? '', index))}</tbody></table>
${more === 0 ? undefined : html`<p class="note">The first ${MOST_LINES} of ${formatNumber(all.length)} series are drawn. Fewer lines say more: <code>topk(5, …)</code> or <code>sum by (…) (…)</code>.</p>`}${native ? html`<p class="note">Native histograms have no line: ask for <code>histogram_quantile(0.99, …)</code>, <code>histogram_avg(…)</code> or <code>histogram_count(…)</code>.</p>` : undefined}`;
}

type Size = { readonly kind: string; readonly width: number; readonly height: number; readonly intervals: number };

const WIDE: Size = { kind: 'wide', width: 1040, height: 340, intervals: 5 };
const NARROW: Size = { kind: 'narrow', width: 360, height: 260, intervals: 4 };

const TOP = 12;
const BOTTOM = 26;
const RIGHT = 30;
/** About the width of a digit in the axis' letters. */
const DIGIT = 6.8;

function drawing(shown: readonly ChartSeries[], names: readonly string[], grid: Grid, size: Size): Html {
  const values = shown.flatMap(({ points }) => points.map(({ value }) => value));
  const axis = valueAxis(least(values), most(values), size.intervals);
  const labels = valueLabels(axis.ticks);
  const left = Math.ceil(Math.max(...labels.map((label) => label.length)) * DIGIT) + 12;
  const plot: Plot = { left, right: size.width - RIGHT, top: TOP, bottom: size.height - BOTTOM, axis, grid };
  const marks = timeMarks(grid.startMs, grid.endMs, Math.floor((plot.right - plot.left) / DIGIT), UTC);
  return html`<svg class="graph ${size.kind}" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${spoken(shown, names)}">
<g class="axis" aria-hidden="true">${axis.ticks.map((tick, index) => valueTick(tick, labels[index] ?? '', plot))}
${marks.map(({ ms, text }) => timeTick(ms, text, plot))}</g>
<g class="lines">${shown.map((series, index) => line(series, names[index] ?? '', index, plot))}</g>
<g class="letters" aria-hidden="true">${letters(shown, plot)}</g></svg>`;
}

type Plot = {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly axis: ValueAxis;
  readonly grid: Grid;
};

function valueTick(tick: number, label: string, plot: Plot): Html {
  const y = yOf(tick, plot);
  return html`<path d="M${plot.left} ${y}H${plot.right}"/><text x="${plot.left - 8}" y="${y + 4}" text-anchor="end">${label}</text>`;
}

function timeTick(ms: number, label: string, plot: Plot): Html {
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

function legendRow(series: ChartSeries, name: string, index: number): Html {
  const values = series.points.map(({ value }) => value);
  const last = values.at(-1);
  const number = (name: string, value: number | undefined) =>
    html`<td class="number" data-name="${name}">${value === undefined ? '–' : formatNumber(value)}</td>`;
  const remarks = remarksOf(series);
  return html`<tr><td class="line"><span class="letter c${index % COLOURS} d${Math.floor(index / COLOURS)}">${seriesLetter(index)}</span></td><td class="series"><code>${name}</code>${remarks === '' ? undefined : html`<span class="remark">${remarks}</span>`}</td>
${number('last', last)}${number('lowest', last === undefined ? undefined : least(values))}${number('highest', last === undefined ? undefined : most(values))}</tr>`;
}

/** What a line cannot show. */
function remarksOf({ gaps, nan, plusInf, minusInf }: ChartSeries): string {
  const count = (number: number, one: string, many: string) =>
    number === 0 ? [] : [`${number === 1 ? `1 ${one}` : `${formatNumber(number)} ${many}`}`];
  return [
    ...count(gaps, 'gap', 'gaps'),
    ...count(nan, 'point is NaN', 'points are NaN'),
    ...count(plusInf, 'point is +Inf', 'points are +Inf'),
    ...count(minusInf, 'point is -Inf', 'points are -Inf'),
  ].join(', ');
}

function nameOf(series: ChartSeries, common: readonly (readonly [string, string])[]): string {
  const omit = common.map(([name]) => name);
  return renderLabels(series.labels, omit);
}

/** The drawing in words, for those who do not see it. */
function spoken(shown: readonly ChartSeries[], names: readonly string[]): string {
  const told = shown.map(
    (series, index) => `${seriesLetter(index)}, ${names[index] ?? ''}: ${describeTrend(series.points, SPOKEN)}.`,
  );
  return `Graph of ${shown.length} series. ${told.join(' ')}`;
}

function xOf(ms: number, { left, right, grid }: Plot): number {
  const range = grid.endMs - grid.startMs;
  return round(range > 0 ? left + ((ms - grid.startMs) / range) * (right - left) : left);
}

function yOf(value: number, { top, bottom, axis }: Plot): number {
  const share = (value / 2 - axis.min / 2) / (axis.max / 2 - axis.min / 2);
  return round(bottom - (Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0) * (bottom - top));
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

function least(values: readonly number[]): number {
  return values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
}

function most(values: readonly number[]): number {
  return values.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
}

/** The time a graph covers, in words. */
export function spanOf({ startMs, endMs }: Grid): string {
  const day = (ms: number) => formatTime(ms, UTC, 'day');
  const time = (ms: number) => formatTime(ms, UTC, endMs - startMs < 600_000 ? 'second' : 'minute');
  const to = day(startMs) === day(endMs) ? time(endMs) : `${day(endMs)} ${time(endMs)}`;
  return `${day(startMs)} ${time(startMs)} to ${to} UTC`;
}
