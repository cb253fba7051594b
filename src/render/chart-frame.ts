import { type Labels, METRIC_NAME } from '../model/labels.ts';
import { timeMarks } from './axis.ts';
import type { Grid } from './chart-points.ts';
import { formatDuration, formatTime } from './format.ts';
import { safe, safeLines } from './safe.ts';
import { PROSE_WIDTH, paint, type Style } from './style.ts';
import { symbolsOf } from './symbols.ts';
import { wrapText } from './text.ts';

type Framed = Grid & { readonly title?: string };

/** The lines above a chart over time: its title, and the span and step of its time. */
export function titleLines(style: Style, options: Framed): readonly string[] {
  const { startMs, endMs, stepMs } = options;
  const sameDay = formatTime(startMs, style, 'day') === formatTime(endMs, style, 'day');
  const precise = endMs - startMs < 600_000 ? 'second' : 'minute';
  const from = `${formatTime(startMs, style, 'day')} ${formatTime(startMs, style, precise)}`;
  const to = `${sameDay ? '' : `${formatTime(endMs, style, 'day')} `}${formatTime(endMs, style, precise)}`;
  const zone = formatTime(endMs, style).split(' ').at(-1) ?? '';
  const span = `${from} to ${to} ${zone}, step ${formatDuration(stepMs)}`;
  const title = options.title === undefined ? [] : wrapText(safeLines(options.title), proseWidth(style));
  return [
    ...title.map((line) => paint(style, 'title', line)),
    ...wrapText(span, proseWidth(style)).map((line) => paint(style, 'dim', line)),
  ];
}

/** Prose for the ear stays short; what stands under a drawing may be as wide as that. */
export function proseWidth(style: Style): number {
  return style.accessible ? Math.min(style.width, PROSE_WIDTH) : style.width;
}

/** The line under the plot with a mark at round times, and the times under it. */
export function timeAxis(width: number, labelWidth: number, style: Style, grid: Grid): readonly string[] {
  const symbols = symbolsOf(style);
  const range = grid.endMs - grid.startMs;
  const marks = timeMarks(grid.startMs, grid.endMs, width, style);
  const line = Array.from({ length: width }, () => symbols.rule);
  const lead = labelWidth + 2;
  let texts = '';
  for (const { ms, text } of marks) {
    const at = range > 0 ? Math.round(((ms - grid.startMs) / range) * (width - 1)) : 0;
    const wanted = lead + at - Math.floor(text.length / 2);
    const from = Math.min(Math.max(0, wanted), style.width - text.length);
    if (from < 0 || (texts !== '' && from < texts.length + 2)) continue;
    line[at] = symbols.timeTick;
    texts = texts.padEnd(from) + text;
  }
  const axis = `${' '.repeat(labelWidth + 1)}${symbols.corner}${line.join('')}`;
  return [axis, texts].map((each) => paint(style, 'dim', each));
}

/** The labels that every series has, said once. */
export function commonLine(common: readonly (readonly [string, string])[], style: Style): readonly string[] {
  if (common.length === 0) return [];
  const between = style.accessible ? ' ' : '=';
  const texts = common.map(
    ([name, value]) => `${name === METRIC_NAME ? 'metric' : safe(name)}${between}${safe(value)}`,
  );
  const text = `${style.accessible ? 'All' : 'all'} series: ${texts.join(', ')}`;
  return wrapText(text, proseWidth(style), '  ').map((each) => paint(style, 'label', each));
}

/** Labels as they are read out: "provider openai, instance a". */
export function spokenLabels(labels: Labels, omit: readonly string[]): string {
  return Object.entries(labels)
    .filter(([name]) => !omit.includes(name))
    .map(([name, value]) => `${name === METRIC_NAME ? 'metric' : safe(name)} ${safe(value)}`)
    .join(', ');
}

/** Lines that say what a drawing leaves out. */
export function warned(text: string, style: Style): readonly string[] {
  return wrapText(text, proseWidth(style)).map((line) => paint(style, 'warn', line));
}
