import type { FieldSettings, NamedSeries, NamedValue, Panel, PanelState } from '../explorer/dashboard/types.ts';
import { proseWidth } from './chart-frame.ts';
import { pointsOf } from './chart-points.ts';
import { settingsOf, shownValue, valueText } from './panel-value.ts';
import { safe } from './safe.ts';
import { paint, type Style } from './style.ts';
import { symbolsOf } from './symbols.ts';
import { columnsOf, padEnd, padStart, wrapText } from './text.ts';
import { sparkLine } from './trend-table.ts';

/** More numbers than this in one panel are counted. */
const MOST_ROWS = 24;

/** One number for each series, large news first: the value, its threshold in words, and its way up to now. */
export function statBody({ panel, data }: PanelState, style: Style): readonly string[] {
  if (data === undefined) return [];
  if (style.accessible) return spoken(panel, data.values, style);
  const alone = data.values.length === 1;
  const shown = data.values.slice(0, MOST_ROWS);
  const lines = shown.flatMap((one, index) => {
    const { text, verdict, role } = shownOf(panel, one, style);
    const series = data.series[index];
    const name = alone ? '' : `${nameOf(panel, one)}: `;
    const whole = `${name}${text}${verdict === undefined ? '' : `  ${verdict}`}`;
    const fits = columnsOf(whole) <= style.width;
    const line = fits ? [whole] : wrapText(`${name}${text}`, style.width, '  ');
    const words = fits || verdict === undefined ? [] : wrapText(verdict, style.width);
    return [
      ...line.map((each, at) => (at === 0 ? painted(each, name, text, role, style) : each)),
      ...words,
      ...(series === undefined || (!alone && shown.length > 4) ? [] : spark(series, style, data.grid)),
    ];
  });
  return [...lines, ...rest(data.values.length - shown.length, style)];
}

function painted(line: string, name: string, text: string, role: Parameters<typeof paint>[1], style: Style): string {
  return line.startsWith(name + text)
    ? `${name}${paint(style, role, text)}${line.slice(name.length + text.length)}`
    : line;
}

/** A trend wider than this is no longer seen at a glance. */
const SPARK = 60;

function spark(series: NamedSeries, style: Style, grid: Parameters<typeof pointsOf>[1]): readonly string[] {
  const points = pointsOf(series, grid);
  return points.points.length < 2
    ? []
    : [paint(style, 'label', sparkLine(points, style, grid, Math.min(SPARK, style.width))).trimEnd()];
}

/** Values on a scale from end to end, whatever they are. */
export function gaugeBody(state: PanelState, style: Style): readonly string[] {
  return meters(state, style, true);
}

/** A bar for each value, measured on the greatest where the panel names no ends. */
export function barsBody(state: PanelState, style: Style): readonly string[] {
  return meters(state, style, false);
}

function meters({ panel, data }: PanelState, style: Style, gauge: boolean): readonly string[] {
  if (data === undefined) return [];
  if (style.accessible) return spoken(panel, data.values, style);
  const { settings } = panel;
  const shown = data.values.slice(0, MOST_ROWS);
  const numbers = shown.flatMap(({ value }) => (value !== undefined && Number.isFinite(value) ? [value] : []));
  const least = settings.min ?? Math.min(0, ...numbers);
  const most = settings.max ?? usualEnd(settings, gauge) ?? Math.max(...numbers, least + Number.MIN_VALUE);
  const names = shown.map((one) => (shown.length === 1 && gauge ? '' : nameOf(panel, one)));
  const values = shown.map((one) => shownOf(panel, one, style));
  const nameWidth = Math.max(0, ...names.map(columnsOf));
  const valueWidth = Math.max(0, ...values.map(({ text }) => columnsOf(text)));
  const lead = nameWidth === 0 ? 0 : nameWidth + 2;
  const beside = style.width - lead - valueWidth - 2 >= LEAST_METER;
  const room = Math.max(4, Math.min(60, style.width - (beside ? lead + valueWidth + 2 : 0)));
  const lines = shown.flatMap(({ value }, index) => {
    const { text, verdict, role } = values[index] ?? { text: '', verdict: undefined, role: 'number' as const };
    const name = names[index] ?? '';
    const bar = value === undefined ? ' '.repeat(room) : meter((value - least) / (most - least), room, role, style);
    const words = verdict === undefined ? [] : wrapText(verdict, style.width - 2).map((line) => `  ${line}`);
    const number = paint(style, role, padStart(text, beside ? valueWidth : 0));
    if (beside) {
      const row = `${lead === 0 ? '' : padEnd(name, lead)}${bar}  ${number}`;
      const whole = verdict !== undefined && columnsOf(row) + columnsOf(verdict) + 2 <= style.width;
      return whole ? [`${row}  ${verdict}`] : [row, ...words];
    }
    return [...wrapText(`${name === '' ? '' : `${name}: `}${text}`, style.width, '  '), bar, ...words];
  });
  const scale = `scale ${valueText(least, settings, style)} to ${valueText(most, settings, style)}`;
  return [
    ...lines,
    ...(numbers.length === 0 ? [] : wrapText(scale, style.width).map((line) => paint(style, 'dim', line))),
    ...rest(data.values.length - shown.length, style),
  ];
}

/** A meter shorter than this cannot be compared. */
const LEAST_METER = 12;

function usualEnd({ unit }: FieldSettings, gauge: boolean): number | undefined {
  if (unit === 'percent') return 100;
  if (unit === 'percentunit') return 1;
  return gauge ? 100 : undefined;
}

function meter(share: number, room: number, role: Parameters<typeof paint>[1], style: Style): string {
  const { bar, shades } = symbolsOf(style);
  const part = Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : share > 0 ? 1 : 0;
  const length = part === 0 ? 0 : Math.max(1, Math.round(part * room));
  return paint(style, role, bar.repeat(length)) + paint(style, 'dim', shades.charAt(0).repeat(room - length));
}

function nameOf(panel: Panel, one: NamedValue): string {
  const { displayName } = settingsOf(panel, one);
  return safe(displayName === undefined || displayName.includes('$') ? one.name : displayName);
}

function shownOf(panel: Panel, one: NamedValue, style: Style): ReturnType<typeof shownValue> {
  return shownValue(one.value, settingsOf(panel, one), style);
}

function spoken(panel: Panel, values: readonly NamedValue[], style: Style): readonly string[] {
  const shown = values.slice(0, MOST_ROWS).flatMap((one) => {
    const { text, verdict } = shownOf(panel, one, style);
    return wrapText(`${nameOf(panel, one)}: ${text}${verdict === undefined ? '' : `, ${verdict}`}.`, proseWidth(style));
  });
  return [...shown, ...rest(values.length - MOST_ROWS, style)];
}

function rest(hidden: number, style: Style): readonly string[] {
  return hidden > 0 ? [paint(style, 'warn', `+${hidden} more, not shown`)] : [];
}
