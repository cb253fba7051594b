import { type InstantSample, isHistogram, type SampleValue } from '../model/query-result.ts';
import { type ValueAxis, valueAxis, valueLabels } from './axis.ts';
import { commonLine, proseWidth, spokenLabels, warned } from './chart-frame.ts';
import { formatNumber, formatTime } from './format.ts';
import { commonLabels, renderLabels } from './labels.ts';
import { compareAsRead } from './result.ts';
import { safe } from './safe.ts';
import { paint, type Style } from './style.ts';
import { symbolsOf } from './symbols.ts';
import { columnsOf, counted, padEnd, padStart, wrapText } from './text.ts';
import { formatValue } from './value.ts';

export type BarsOptions = {
  /** Unit of the values, such as "requests/s"; written above the bars. */
  readonly unit?: string;
  /** At most this many rows are drawn; 0 draws all. Default 20. */
  readonly limit?: number;
  /** In the order of their labels; without it as the answer has them. */
  readonly byLabels?: boolean;
};

/**
 * The rows of an instant vector as horizontal bars that start at zero, to the left for what is negative; a value without
 * a length (NaN, an infinity, a native histogram) is told in words. Accessible: a sentence a row.
 */
export function renderBarChart(answered: readonly InstantSample[], style: Style, options: BarsOptions = {}): string {
  const chart = barsOf(answered, options);
  const when = `${counted(answered.length, 'row')}, at ${formatTime(answered[0]?.ms ?? 0, style)}`;
  const hidden = answered.length - chart.bars.length;
  return [
    ...commonLine(chart.common, style),
    ...(style.accessible ? spokenBars(chart, answered.length, style, options) : drawnBars(chart, style, options)),
    ...(hidden > 0 ? warned(`+${formatNumber(hidden)} more; --limit 0 draws all`, style) : []),
    ...wrapText(when, proseWidth(style)).map((line) => paint(style, 'dim', line)),
  ].join('\n');
}

export type Bar = { readonly sample: InstantSample; readonly name: string; readonly value: SampleValue };

/** Bars and the axis they are measured on; none where no value has a length. */
export type Bars = {
  readonly bars: readonly Bar[];
  readonly axis: ValueAxis | undefined;
  readonly common: readonly (readonly [string, string])[];
};

const DEFAULT_ROWS = 20;

/** The rows to draw, in their order, with the names that tell them apart. */
export function barsOf(answered: readonly InstantSample[], options: BarsOptions, intervals = 4): Bars {
  const samples =
    options.byLabels === true ? [...answered].sort((a, b) => compareAsRead(a.labels, b.labels)) : answered;
  const limit = options.limit ?? DEFAULT_ROWS;
  const common = commonLabels(samples.map(({ labels }) => labels));
  const omit = common.map(([name]) => name);
  const bars = (limit === 0 ? samples : samples.slice(0, limit)).map((sample) => ({
    sample,
    name: renderLabels(sample.labels, omit),
    value: sample.value,
  }));
  const lengths = bars.map(({ value }) => lengthOf(value)).filter((value) => value !== undefined);
  if (lengths.length === 0) return { bars, axis: undefined, common };
  const low = lengths.reduce((least, value) => Math.min(least, value), 0);
  const high = lengths.reduce((most, value) => Math.max(most, value), 0);
  return { bars, axis: valueAxis(low, high, intervals), common };
}

/** What a bar can show; undefined for NaN, infinities and histograms. */
export function lengthOf(value: SampleValue): number | undefined {
  return isHistogram(value) || !Number.isFinite(value) ? undefined : value;
}

/** Where on the axis a value lies, from 0 to 1. */
export function shareOf(value: number, axis: ValueAxis): number {
  const share = (value / 2 - axis.min / 2) / (axis.max / 2 - axis.min / 2);
  return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
}

/** The words that stand where no bar can. */
export function noBar(value: SampleValue): string {
  if (isHistogram(value)) return 'a native histogram has no bar; its buckets: -o table';
  return Number.isNaN(value) ? 'not a number: no bar' : `${value > 0 ? 'plus' : 'minus'} infinity: no bar`;
}

function spokenBars({ bars }: Bars, total: number, style: Style, options: BarsOptions): readonly string[] {
  const omit = commonLabels(bars.map(({ sample }) => sample.labels)).map(([name]) => name);
  const longest = Math.max(0, ...bars.map(({ value }) => Math.abs(lengthOf(value) ?? 0)));
  return bars.flatMap(({ sample, value }, index) => {
    const unit = options.unit === undefined ? {} : { unit: safe(options.unit) };
    const length = lengthOf(value);
    const share =
      length === undefined || longest === 0 || bars.length < 2
        ? []
        : Math.abs(length) === longest
          ? ['the longest bar']
          : [`${formatNumber(Math.round((100 * Math.abs(length)) / longest))} percent of the longest`];
    const name = spokenLabels(sample.labels, omit);
    const text = [...(name === '' ? [] : [name]), formatValue(value, { ...unit, spoken: true }), ...share];
    return wrapText(`Row ${index + 1} of ${total}: ${text.join(', ')}`, proseWidth(style));
  });
}

/** A bar shorter than this cannot be compared. */
const LEAST_ROOM = 20;
/** Beyond this a bar says no more and is hard to follow. */
const MOST_ROOM = 60;

function drawnBars({ bars, axis }: Bars, style: Style, options: BarsOptions): readonly string[] {
  const values = bars.map(({ value }) => (isHistogram(value) ? 'histogram' : formatNumber(value)));
  const valueWidth = Math.max(...values.map(columnsOf));
  const nameWidth = Math.max(...bars.map(({ name }) => columnsOf(name)));
  const beside = style.width - nameWidth - valueWidth - 4;
  const wide = beside >= LEAST_ROOM;
  const lead = wide ? nameWidth + valueWidth + 4 : 2;
  const room = Math.max(1, Math.min(MOST_ROOM, style.width - lead));
  const rows = bars.flatMap(({ name, value }, index) => {
    const length = lengthOf(value);
    const bar = length === undefined || axis === undefined ? noBar(value) : barText(length, axis, room, style);
    const number = paint(style, 'number', padStart(values[index] ?? '', wide ? valueWidth : 0));
    const drawn = length === undefined ? paintedLines(wrapText(bar, room), style) : [bar];
    if (!wide) {
      const head = wrapText(`${name}: ${values[index]}`, style.width, '  ');
      return [...head, ...drawn.map((line) => `  ${line}`.trimEnd())];
    }
    const blank = ' '.repeat(lead);
    return drawn.map((line, at) =>
      (at === 0 ? `${padEnd(name, nameWidth)}  ${number}  ${line}` : `${blank}${line}`).trimEnd(),
    );
  });
  const unit = options.unit === undefined ? [] : wrapText(safe(options.unit), style.width);
  return [
    ...paintedLines(unit, style),
    ...rows,
    ...(axis === undefined ? [] : paintedLines(scale(axis, room, lead, style), style)),
  ];
}

function paintedLines(lines: readonly string[], style: Style): readonly string[] {
  return lines.map((line) => paint(style, 'dim', line));
}

/** A value however small has a bar, and it lies on its own side of zero. */
function barText(value: number, axis: ValueAxis, room: number, style: Style): string {
  const { bar, axis: line } = symbolsOf(style);
  const zero = Math.round(shareOf(0, axis) * (room - 1));
  const reached = Math.round(shareOf(value, axis) * (room - 1));
  const length = value === 0 ? 0 : Math.max(1, Math.abs(reached - zero));
  const mark = paint(style, 'dim', line);
  const text = bar.repeat(Math.min(length, value < 0 ? zero : room - 1 - zero));
  const painted = text === '' ? '' : paint(style, value < 0 ? 'warn' : 'label', text);
  if (value < 0) return `${' '.repeat(zero - columnsOf(text))}${painted}${mark}`;
  return `${' '.repeat(zero)}${mark}${painted}`;
}

/** The axis under the bars: a rule with marks, and under them the numbers that fit. */
function scale(axis: ValueAxis, room: number, lead: number, style: Style): readonly string[] {
  const symbols = symbolsOf(style);
  const line = Array.from({ length: room }, () => symbols.rule);
  const labels = valueLabels(axis.ticks);
  let texts = '';
  axis.ticks.forEach((tick, index) => {
    const at = Math.round(shareOf(tick, axis) * (room - 1));
    const text = labels[index] ?? '';
    const from = Math.min(Math.max(0, lead + at - Math.floor(text.length / 2)), style.width - text.length);
    if (from < 0 || (texts !== '' && from < texts.length + 2)) return;
    line[at] = symbols.timeTick;
    texts = texts.padEnd(from) + text;
  });
  return [`${' '.repeat(lead)}${line.join('')}`, texts];
}
