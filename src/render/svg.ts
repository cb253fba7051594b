import type { InstantSample, Series } from '../model/query-result.ts';
import { type BarsOptions, renderBarChart } from './bars.ts';
import { renderChart } from './chart.ts';
import type { Grid } from './chart-points.ts';
import { formatDuration, formatTime } from './format.ts';
import { type HeatmapOptions, renderHeatmap } from './heatmap.ts';
import { html } from './html.ts';
import { safe } from './safe.ts';
import type { Style } from './style.ts';
import { type Body, barsBody, heatBody, type LineOptions, linesBody, timelineBody } from './svg-bodies.ts';
import { MARGIN, PICTURE_STYLE, PICTURE_WIDTH } from './svg-style.ts';
import { wrapText } from './text.ts';
import { renderTimeline, type TimelineOptions } from './timeline.ts';

/** What is drawn, with its query as the title. Milliseconds. */
export type Picture = { readonly query: string } & (
  | { readonly kind: 'lines'; readonly series: readonly Series[]; readonly options: Grid & LineOptions }
  | { readonly kind: 'bars'; readonly samples: readonly InstantSample[]; readonly options: BarsOptions }
  | { readonly kind: 'heatmap'; readonly series: readonly Series[]; readonly options: HeatmapOptions }
  | { readonly kind: 'timeline'; readonly series: readonly Series[]; readonly options: TimelineOptions }
);

/**
 * A chart as an SVG that stands alone: light ground, no scripts, nothing loaded; every text is escaped. The words of the
 * chart are its description. Undefined when the values of a timeline are no states.
 */
export function renderSvg(picture: Picture, zone: Pick<Style, 'timeZone'>): string | undefined {
  const words = wordsOf(picture, zone);
  const body = bodyOf(picture, zone);
  if (words === undefined || body === undefined) return undefined;
  const title = wrapText(safe(picture.query.replace(/\s+/g, ' ').trim()), TITLE_COLUMNS);
  const under = [subtitle(picture, zone), ...unitOf(picture)];
  const top = MARGIN + title.length * 19 + under.length * 17 + 8;
  const notes = body.notes.flatMap((note) => wrapText(note, NOTE_COLUMNS));
  const notesTop = top + body.height + 18;
  const height = Math.ceil(notesTop + notes.length * 17 + MARGIN - 12);
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${PICTURE_WIDTH}" height="${height}" viewBox="0 0 ${PICTURE_WIDTH} ${height}" role="img" aria-labelledby="title desc">
<title id="title">${picture.query}</title>
<desc id="desc">${words}</desc>
<style>${{ html: PICTURE_STYLE }}</style>
<rect width="${PICTURE_WIDTH}" height="${height}" fill="#fff"/>
${title.map((line, at) => html`<text class="code title" x="${MARGIN}" y="${MARGIN + 8 + at * 19}">${line}</text>`)}
${under.map((line, at) => html`<text x="${MARGIN}" y="${MARGIN + 8 + title.length * 19 + at * 17}">${line}</text>`)}
<g transform="translate(${MARGIN} ${top})">${body.drawn}</g>
${notes.map((line, at) => html`<text x="${MARGIN}" y="${notesTop + at * 17}">${line}</text>`)}
</svg>
`.html;
}

const TITLE_COLUMNS = 104;
const NOTE_COLUMNS = 130;

function bodyOf(picture: Picture, zone: Pick<Style, 'timeZone'>): Body | undefined {
  switch (picture.kind) {
    case 'lines':
      return linesBody(picture.series, picture.options, zone);
    case 'bars':
      return barsBody(picture.samples, picture.options);
    case 'heatmap':
      return heatBody(picture.series, picture.options, zone);
    case 'timeline':
      return timelineBody(picture.series, picture.options, zone);
  }
}

/** The chart as the accessible form tells it. */
function wordsOf(picture: Picture, { timeZone }: Pick<Style, 'timeZone'>): string | undefined {
  const style: Style = { width: 72, colour: false, ascii: false, accessible: true, timeZone };
  switch (picture.kind) {
    case 'lines':
      return oneLine(renderChart(picture.series, style, picture.options));
    case 'bars':
      return oneLine(renderBarChart(picture.samples, style, picture.options));
    case 'heatmap':
      return oneLine(renderHeatmap(picture.series, style, picture.options));
    case 'timeline': {
      const words = renderTimeline(picture.series, style, picture.options);
      return words === undefined ? undefined : oneLine(words);
    }
  }
}

function oneLine(text: string): string {
  return text.split('\n').join(' ');
}

function unitOf(picture: Picture): readonly string[] {
  if (picture.kind === 'timeline' || picture.options.unit === undefined) return [];
  return [safe(picture.options.unit)];
}

function subtitle(picture: Picture, zone: Pick<Style, 'timeZone'>): string {
  if (picture.kind === 'bars') return formatTime(picture.samples[0]?.ms ?? 0, zone);
  const { startMs, endMs, stepMs } = picture.options;
  return `${formatTime(startMs, zone)} to ${formatTime(endMs, zone)}, step ${formatDuration(stepMs)}`;
}
