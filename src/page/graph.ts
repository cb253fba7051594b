import { isHistogram, type Series } from '../model/query-result.ts';
import { type ChartSeries, pointsOf } from '../render/chart-points.ts';
import { formatNumber, formatTime } from '../render/format.ts';
import { type Html, html } from '../render/html.ts';
import { commonLabels, renderLabels, seriesLetter } from '../render/labels.ts';
import { least, most, type PlotSize, plotGroups } from '../render/svg-lines.ts';
import { SERIES_INKS } from '../render/svg-style.ts';
import { describeTrend } from '../render/trend.ts';
import type { Grid } from './ask.ts';

/** More lines than this cannot be told apart. */
const MOST_LINES = 20;

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

type Size = PlotSize & { readonly kind: string };

const WIDE: Size = { kind: 'wide', width: 1040, height: 340, intervals: 5 };
const NARROW: Size = { kind: 'narrow', width: 360, height: 260, intervals: 4 };

function drawing(shown: readonly ChartSeries[], names: readonly string[], grid: Grid, size: Size): Html {
  return html`<svg class="graph ${size.kind}" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${spoken(shown, names)}">
${plotGroups(shown, names, grid, size, UTC)}</svg>`;
}

const COLOURS = SERIES_INKS.length;

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

/** The time a graph covers, in words. */
export function spanOf({ startMs, endMs }: Grid): string {
  const day = (ms: number) => formatTime(ms, UTC, 'day');
  const time = (ms: number) => formatTime(ms, UTC, endMs - startMs < 600_000 ? 'second' : 'minute');
  const to = day(startMs) === day(endMs) ? time(endMs) : `${day(endMs)} ${time(endMs)}`;
  return `${day(startMs)} ${time(startMs)} to ${to} UTC`;
}
