import type { InstantSample, Series } from '../model/query-result.ts';
import { valueLabels } from './axis.ts';
import { type BarsOptions, barsOf, lengthOf, noBar, shareOf } from './bars.ts';
import { type ChartSeries, type Grid, pointsOf } from './chart-points.ts';
import { formatNumber } from './format.ts';
import { type Heat, heatsOf } from './heat.ts';
import {
  DEFAULT_HEATMAPS,
  HEAT_ROWS,
  type HeatmapOptions,
  heatNotes,
  mostOf,
  OBSERVATIONS,
  spokenBounds,
} from './heatmap.ts';
import { type Html, html } from './html.ts';
import { commonLabels, renderLabels, seriesLetter } from './labels.ts';
import { type StateSeries, type States, statesOf } from './states.ts';
import type { Style } from './style.ts';
import { DIGIT, least, most, plotGroups, RIGHT, round, type TimeFrame, timeTicks, xOf } from './svg-lines.ts';
import { MARGIN, PICTURE_WIDTH, SERIES_INKS } from './svg-style.ts';
import { wrapText } from './text.ts';
import { DEFAULT_BANDS, durations, type TimelineOptions } from './timeline.ts';
import { formatValue } from './value.ts';

export type LineOptions = { readonly unit?: string; readonly limit?: number };

/** A part of a picture below its title: what it draws, and how high it is in pixels. */
export type Body = { readonly drawn: Html; readonly height: number; readonly notes: readonly string[] };

const WIDTH = PICTURE_WIDTH - 2 * MARGIN;
const LINE = 17;
/** Characters of a name in one line, in the letters of code. */
const NAME_COLUMNS = 112;
const DEFAULT_LINES = 20;
const PLOT_HEIGHT = 340;

/** Lines over time with a legend by letter. */
export function linesBody(series: readonly Series[], options: Grid & LineOptions, zone: Pick<Style, 'timeZone'>): Body {
  const shown = limited(series, options.limit, DEFAULT_LINES).map((one) => pointsOf(one, options));
  const { names, notes } = named(series, shown);
  const drawable = shown.some(({ points }) => points.length > 0);
  const plotHeight = drawable ? PLOT_HEIGHT : 0;
  const rows = shown.map((one, index) => legendLines(one, names[index] ?? ''));
  let y = plotHeight + 22;
  const legend = rows.map((lines, index) => {
    const top = y;
    y += lines.length * LINE + 3;
    return html`<g><text class="strong c${index % SERIES_INKS.length}" x="0" y="${top}">${seriesLetter(index)}</text>${texts(lines, 28, top, 'code')}</g>`;
  });
  const size = { width: WIDTH, height: PLOT_HEIGHT, intervals: 5 };
  return {
    drawn: html`${drawable ? plotGroups(shown, names, options, size, zone) : undefined}${legend}`,
    height: y - LINE,
    notes: [
      ...notes,
      ...(drawable ? [] : ['Nothing here can be drawn: no series has a number.']),
      ...more(series.length - shown.length, 'series'),
    ],
  };
}

function legendLines(series: ChartSeries, name: string): readonly string[] {
  const values = series.points.map(({ value }) => value);
  const last = values.at(-1);
  const odd = [
    ...(series.gaps > 0 ? [`gaps: ${series.gaps}`] : []),
    ...(series.nan > 0 ? [`NaN: ${series.nan}`] : []),
    ...(series.plusInf > 0 ? [`+Inf: ${series.plusInf}`] : []),
    ...(series.minusInf > 0 ? [`-Inf: ${series.minusInf}`] : []),
  ];
  const numbers =
    last === undefined
      ? ['no number to draw']
      : [`last ${formatNumber(last)}`, `min ${formatNumber(least(values))}`, `max ${formatNumber(most(values))}`];
  return wrapText(`${lead(name)}${[...numbers, ...odd].join(', ')}`, NAME_COLUMNS, '  ');
}

const BAR_HEIGHT = 16;

/** Horizontal bars, each below its name. */
export function barsBody(answered: readonly InstantSample[], options: BarsOptions): Body {
  const { bars, axis, common } = barsOf(answered, options, 6);
  const x = (value: number) => (axis === undefined ? 0 : round(shareOf(value, axis) * (WIDTH - RIGHT)));
  let y = 4;
  const rows = bars.map(({ name, value }) => {
    const lines = wrapText(`${name}: ${formatValue(value)}`, NAME_COLUMNS, '  ');
    const top = y + 10;
    const barTop = top + (lines.length - 1) * LINE + 6;
    y = barTop + BAR_HEIGHT + 10;
    const length = lengthOf(value);
    if (length === undefined) {
      return html`${texts(lines, 0, top, 'code')}<text x="${x(0) + 4}" y="${barTop + 12}">${noBar(value)}</text>`;
    }
    const from = Math.min(x(0), x(length));
    const width = length === 0 ? 0 : Math.max(1, Math.abs(x(length) - x(0)));
    return html`${texts(lines, 0, top, 'code')}<rect class="solid c${length < 0 ? 1 : 0}" x="${round(from)}" y="${barTop}" width="${round(width)}" height="${BAR_HEIGHT}"/>`;
  });
  const labels = axis === undefined ? [] : valueLabels(axis.ticks);
  const ticks = axis?.ticks.map((tick, index) => {
    const label = labels[index] ?? '';
    const half = (label.length * DIGIT) / 2;
    const at = Math.max(x(tick), half);
    return html`<path${tick === 0 ? html` class="mark"` : undefined} d="M${x(tick)} 0V${y + 4}"/><text x="${round(at)}" y="${y + 18}" text-anchor="middle">${label}</text>`;
  });
  return {
    drawn: html`<g class="axis" aria-hidden="true">${ticks}</g>${rows}`,
    height: y + (axis === undefined ? 0 : 18),
    notes: [...commonNote(common), ...more(answered.length - bars.length, 'rows')],
  };
}

const CELL_HEIGHT = 18;
/** More columns than this are narrower than a reader can tell apart. */
const HEAT_COLUMNS = 240;

/** Buckets over time as cells, the darker the more; each has its number as its title. */
export function heatBody(series: readonly Series[], options: HeatmapOptions, zone: Pick<Style, 'timeZone'>): Body {
  const heats = heatsOf(series, options, { columns: HEAT_COLUMNS, rows: HEAT_ROWS });
  const shown = limited(heats, options.limit, DEFAULT_HEATMAPS);
  const common = commonLabels(heats.map(({ labels }) => labels));
  const omit = common.map(([name]) => name);
  const top = mostOf(shown);
  let y = 0;
  const drawn = shown.map((heat) => {
    const name = renderLabels(heat.labels, omit);
    const lines = name === '{}' ? [] : wrapText(name, NAME_COLUMNS, '  ');
    const from = y + lines.length * LINE;
    y = from + heat.rows.length * CELL_HEIGHT + 42;
    return html`${texts(lines, 0, from - lines.length * LINE + 10, 'code')}${cells(heat, from, top, options, zone)}`;
  });
  const gaps = shown.some(({ rows }) => rows.some(({ cells }) => cells.includes(undefined)));
  const steps = top === 0 ? [] : [0.25, 0.5, 0.75, 1];
  const legend = steps.map(
    (share, index) =>
      html`<rect class="solid c0" x="${150 + index * 130}" y="${y - 2}" width="16" height="12" fill-opacity="${opacity(share)}"/><text x="${172 + index * 130}" y="${y + 8}">to ${formatNumber(Number((top * share).toPrecision(3)))}</text>`,
  );
  const merged = shown.some(({ stepsPerColumn }) => stepsPerColumn > 1)
    ? ['A column holds several steps: their mean.']
    : [];
  const joined = shown.some(({ bucketsPerRow }) => bucketsPerRow > 1)
    ? ['A row holds several buckets: their sum.']
    : [];
  return {
    drawn: html`${drawn}<text x="0" y="${y + 8}">${options.cell ?? OBSERVATIONS} per cell</text>${legend}`,
    height: y + 14,
    notes: [
      ...commonNote(common),
      gaps ? 'White is zero, hatched is no sample.' : 'White is zero.',
      ...merged,
      ...joined,
      ...heatNotes(series, heats, shown.length),
    ],
  };
}

function cells(heat: Heat, top: number, highest: number, options: HeatmapOptions, zone: Pick<Style, 'timeZone'>): Html {
  const labels = heat.rows.map(({ lower, upper }) =>
    upper === Number.POSITIVE_INFINITY && Number.isFinite(lower)
      ? `> ${formatNumber(lower)}`
      : `≤ ${formatNumber(upper)}`,
  );
  const left = Math.ceil(Math.max(0, ...labels.map((label) => label.length)) * DIGIT) + 12;
  const bottom = top + heat.rows.length * CELL_HEIGHT;
  const frame: TimeFrame = { left, right: WIDTH - RIGHT, bottom, grid: options };
  const count = heat.rows[0]?.cells.length ?? 0;
  const width = (frame.right - left) / Math.max(1, count);
  const rows = heat.rows.map((row, index) => {
    const y = bottom - (index + 1) * CELL_HEIGHT;
    const of = spokenBounds(row, options.unit);
    const drawn = row.cells.map((cell, column) => {
      const box = html`x="${round(left + column * width)}" y="${y}" width="${round(width + 0.1)}" height="${CELL_HEIGHT}"`;
      if (cell === undefined) return html`<rect ${box} fill="url(#none)"/>`;
      if (cell === 0) return undefined;
      return html`<rect class="solid c0" ${box} fill-opacity="${opacity(cell / highest)}"><title>${of}: ${formatNumber(cell)}</title></rect>`;
    });
    return html`${drawn}<text x="${left - 8}" y="${y + 13}" text-anchor="end">${labels[index] ?? ''}</text>`;
  });
  const rules = Array.from(
    { length: heat.rows.length + 1 },
    (_, index) => html`<path d="M${left} ${top + index * CELL_HEIGHT}H${frame.right}"/>`,
  );
  return html`<defs><pattern id="none" width="6" height="6" patternUnits="userSpaceOnUse"><path d="M0 6L6 0" stroke="#b9c2c6"/></pattern></defs>${rows}<g class="axis" aria-hidden="true">${rules}${timeTicks(frame, zone)}</g>`;
}

/** The least that is there is still seen. */
function opacity(share: number): number {
  return Math.round((0.08 + 0.92 * Math.min(1, Math.max(0, share))) * 100) / 100;
}

const BAND_HEIGHT = 20;
/** A letter needs as much room. */
const LETTER_ROOM = 14;

/** A band of states for each series; letters stand in it, above it where a stretch is too short. */
export function timelineBody(
  series: readonly Series[],
  options: TimelineOptions,
  zone: Pick<Style, 'timeZone'>,
): Body | undefined {
  const found = statesOf(series, options, options.names);
  if (found === undefined) return undefined;
  const shown = limited(found.series, options.limit, DEFAULT_BANDS);
  const { names, notes } = named(series, shown);
  const frame = { left: 0, right: WIDTH - RIGHT, grid: options };
  let y = 0;
  const bands = shown.map((one, index) => {
    const lines = wrapText(`${lead(names[index])}${durations(one, found)}`, NAME_COLUMNS, '  ');
    const bandTop = y + lines.length * LINE + 14;
    const drawn = html`${texts(lines, 0, y + 10, 'code')}${band(one, bandTop, { ...frame, bottom: 0 })}`;
    y = bandTop + BAND_HEIGHT + 14;
    return drawn;
  });
  const bottom = y - 8;
  return {
    drawn: html`${bands}<g class="axis" aria-hidden="true"><path class="mark" d="M0 ${bottom}H${frame.right}"/>${timeTicks({ ...frame, bottom }, zone)}</g>${stateLegend(found, bottom + 44)}`,
    height: bottom + 50,
    notes: [...notes, ...more(series.length - shown.length, 'series')],
  };
}

function band({ stretches }: StateSeries, top: number, frame: TimeFrame): Html {
  let free = Number.NEGATIVE_INFINITY;
  const drawn = stretches.map(({ state, fromMs, toMs }) => {
    const from = xOf(fromMs, frame);
    const width = Math.max(1, xOf(toMs, frame) - from);
    const ink = `c${state.rank % SERIES_INKS.length}`;
    const inside = width >= LETTER_ROOM;
    const above = !inside && from >= free;
    if (above) free = from + LETTER_ROOM;
    const letter = inside
      ? html`<text class="on" x="${from + 4}" y="${top + 14}">${state.letter}</text>`
      : above
        ? html`<text class="strong ${ink}" x="${from}" y="${top - 3}">${state.letter}</text>`
        : undefined;
    return html`<g class="${ink}"><rect class="solid" x="${from}" y="${top}" width="${round(width)}" height="${BAND_HEIGHT}"><title>${state.name}</title></rect></g>${letter}`;
  });
  return html`${drawn}`;
}

function stateLegend({ states }: States, y: number): readonly Html[] {
  let x = 0;
  return states.map(({ letter, rank, name, value }) => {
    const text = name === formatNumber(value) ? name : `${name} (${formatNumber(value)})`;
    const at = x;
    x += 44 + text.length * 7.5;
    return html`<g><rect class="solid c${rank % SERIES_INKS.length}" x="${at}" y="${y - 13}" width="18" height="18"/><text class="on" x="${at + 4}" y="${y}">${letter}</text><text class="ink" x="${at + 24}" y="${y}">${text}</text></g>`;
  });
}

function lead(name: string | undefined): string {
  return name === undefined || name === '' ? '' : `${name}: `;
}

function texts(lines: readonly string[], x: number, y: number, kind: string): readonly Html[] {
  return lines.map((line, at) => html`<text class="${kind}" x="${x}" y="${y + at * LINE}">${line}</text>`);
}

function limited<T>(items: readonly T[], limit: number | undefined, usual: number): readonly T[] {
  const most = limit ?? usual;
  return most === 0 ? items : items.slice(0, most);
}

function more(count: number, what: string): readonly string[] {
  return count > 0 ? [`+${formatNumber(count)} more ${what} not drawn; --limit 0 draws all.`] : [];
}

/** Names without the labels that all share, and those labels said once. */
function named(
  all: readonly Series[],
  shown: readonly { readonly labels: Series['labels'] }[],
): { readonly names: readonly string[]; readonly notes: readonly string[] } {
  const common = commonLabels(all.map(({ labels }) => labels));
  const omit = common.map(([name]) => name);
  const names = shown.map(({ labels }) => {
    const name = renderLabels(labels, omit);
    return name === '{}' && omit.length > 0 ? '' : name;
  });
  return { names, notes: commonNote(common) };
}

function commonNote(common: readonly (readonly [string, string])[]): readonly string[] {
  return common.length === 0 ? [] : [`All: ${renderLabels(Object.fromEntries(common))}`];
}
