import type { Panel, PanelKind, PanelState } from '../explorer/dashboard/types.ts';
import { proseWidth } from './chart-frame.ts';
import { formatTime } from './format.ts';
import { commonUnit } from './grafana-units.ts';
import { barsBody, gaugeBody, statBody } from './panel-numbers.ts';
import { tableBody } from './panel-table.ts';
import { heatmapBody, linesBody, statesBody } from './panel-time.ts';
import { prose } from './prose.ts';
import { safe, safeLines } from './safe.ts';
import { paint, type Role, type Style } from './style.ts';
import { symbolsOf } from './symbols.ts';
import { columnsOf, counted, wrapText } from './text.ts';

/**
 * One panel as lines of at most the style's width: its title, what it shows, and whatever keeps it from showing more.
 * Accessible: sentences. `count` is how many panels there are.
 */
export function renderPanel(state: PanelState, style: Style, count: number): readonly string[] {
  const { panel } = state;
  const title = safe(state.title) || (panel.kind === 'text' ? '' : `panel ${panel.key}`);
  return [...head(panel, title, style, count), ...body(state, style)];
}

function head(panel: Panel, title: string, style: Style, count: number): readonly string[] {
  const { rule } = symbolsOf(style);
  if (style.accessible) {
    if (panel.kind === 'row') return ['', ...wrapText(`Row: ${title}${closedWords(panel)}`, proseWidth(style))];
    return ['', ...wrapText(`Panel ${panel.key} of ${count}: ${title === '' ? 'text' : title}`, proseWidth(style))];
  }
  if (panel.kind === 'row') {
    const text = `${rule.repeat(2)} ${title}${closedWords(panel)} `;
    return ruled(wrapText(text.trimEnd(), style.width), style, 'hint');
  }
  if (title === '') return [];
  const unit = panel.kind === 'lines' ? commonUnit(panel.settings.unit) : undefined;
  return ruled(wrapText(title, style.width), style, 'title', unit);
}

function closedWords({ collapsed, inside }: Panel): string {
  return collapsed ? ` (closed: ${counted(inside, 'panel')} not asked; --expand draws them)` : '';
}

/** Lines of a title, the last one with a rule up to the end, and there the unit where there is room for it. */
function ruled(lines: readonly string[], style: Style, role: Role, unit?: string): readonly string[] {
  const { rule } = symbolsOf(style);
  return lines.map((line, index) => {
    const text = paint(style, role, line);
    const room = style.width - columnsOf(line) - 1;
    if (index < lines.length - 1 || room < 1) return text;
    const end = unit === undefined || columnsOf(unit) + 2 > room ? '' : ` ${unit}`;
    return `${text} ${paint(style, 'dim', `${rule.repeat(room - columnsOf(end))}${end}`)}`;
  });
}

type Body = (state: PanelState, style: Style) => readonly string[];

const BODIES: { readonly [K in PanelKind]: Body } = {
  lines: linesBody,
  stat: statBody,
  gauge: gaugeBody,
  bars: barsBody,
  table: tableBody,
  states: statesBody,
  heatmap: heatmapBody,
  text: ({ content }, style) => textBody(content, style),
  row: () => [],
  none: ({ panel }, style) => said(`Not drawn: ${safe(panel.reason ?? 'unknown')}.`, style, 'dim'),
};

function body(state: PanelState, style: Style): readonly string[] {
  const { panel, data } = state;
  if (panel.kind === 'none' || panel.kind === 'text' || panel.kind === 'row') return BODIES[panel.kind](state, style);
  if (data === undefined) {
    const hidden = panel.targets.every((target) => target.hidden);
    return said(hidden ? 'Its queries are switched off in the file.' : 'asking', style, 'dim');
  }
  const has = data.series.length > 0 || data.samples.length > 0;
  const stale =
    state.staleMs === undefined ? [] : said(`as of ${formatTime(state.staleMs, style, 'second')}`, style, 'warn');
  return [
    ...stale,
    ...(has ? BODIES[panel.kind](state, style) : []),
    ...(has || data.errors.length > 0 ? [] : nothing(state, style)),
    ...data.errors.flatMap(({ kind, message }) =>
      said(
        `${kind === 'lost' ? 'no answer' : 'error'}: ${safeLines(message)}`,
        style,
        kind === 'lost' ? 'warn' : 'wrong',
      ),
    ),
    ...data.warnings.slice(0, 2).flatMap((warning) => said(`warning: ${safe(warning)}`, style, 'warn')),
    ...panel.remarks.flatMap((remark) => said(safe(remark), style, 'dim')),
  ];
}

function nothing({ panel }: PanelState, style: Style): readonly string[] {
  const own = panel.settings.noValue;
  return said(own === undefined ? 'no data: no series in this time' : safe(own), style, 'warn');
}

function said(text: string, style: Style, role: Role): readonly string[] {
  const width = style.accessible ? Math.min(style.width, proseWidth(style)) : style.width;
  return wrapText(text, width).map((line) => paint(style, role, line));
}

/** Longer texts are cut, and say so: they are not what a dashboard is looked at for. */
const MOST_TEXT = 4_000;

function textBody(content: string, style: Style): readonly string[] {
  const bare = content.slice(0, MOST_TEXT).replace(/<[^<>]{0,500}>/g, ' ');
  const cut = content.length > MOST_TEXT ? [`+${content.length - MOST_TEXT} more characters`] : [];
  return [...(bare.trim() === '' ? [] : prose(bare, style).split('\n')), ...cut];
}
