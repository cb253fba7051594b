import { formatNumber, formatTime, type TimeDetail } from './format.ts';
import type { Style } from './style.ts';

/** A vertical axis with round numbers: its ends, and the ticks from the lowest up. */
export type ValueAxis = { readonly min: number; readonly max: number; readonly ticks: readonly number[] };

/**
 * Round numbers around [low, high]. Zero belongs to the axis unless the values lie far from it and close together;
 * a constant series gets an axis from zero to a little above it, so that it is seen as a level.
 */
export function valueAxis(low: number, high: number, intervals: number): ValueAxis {
  const far = low > 0 ? low > high * 0.6 : high < 0 && high < low * 0.6;
  const flat = high - low <= Math.max(Math.abs(low), Math.abs(high)) * 1e-9;
  const from = far && !flat ? low : Math.min(0, low);
  const to = far && !flat ? high : Math.max(0, high);
  if (from === to) return { min: 0, max: 1, ticks: [0, 0.5, 1] };
  const step = niceStep(to / intervals - from / intervals);
  if (!(step > 0)) return { min: from, max: to, ticks: [from, to] };
  const first = Math.floor(from / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(to / step - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => rounded((first + index) * step));
  const ends = [ticks[0] ?? 0, ticks.at(-1) ?? 1] as const;
  if (ticks.every(Number.isFinite) && ends[0] < ends[1]) return { min: ends[0], max: ends[1], ticks };
  return { min: from, max: to, ticks: [from, to] };
}

/** The next of 1, 2, 2.5, 5 and 10 times a power of ten. */
function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 2.5, 5, 10].find((each) => each * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function rounded(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(12)) : value;
}

/** Tick labels that are all told apart. */
export function valueLabels(ticks: readonly number[]): readonly string[] {
  return ticks.map((tick) => formatNumber(tick));
}

/** A mark on the time axis: the instant, and what is written under it. */
export type TimeMark = { readonly ms: number; readonly text: string };

/**
 * Round instants of the style's time zone between start and end, at most as many as fit into `columns` with room around
 * their labels.
 */
export function timeMarks(
  startMs: number,
  endMs: number,
  columns: number,
  style: Pick<Style, 'timeZone'>,
): readonly TimeMark[] {
  const range = endMs - startMs;
  if (!(range > 0)) return [{ ms: startMs, text: formatTime(startMs, style, 'second') }];
  for (const [size, detail] of MARK_DISTANCES) {
    const room = (columns * size) / range;
    if (room < LABEL_WIDTH[detail] + 3) continue;
    const offset = zoneOffsetMs(startMs, style);
    const marks: TimeMark[] = [];
    for (let ms = Math.ceil((startMs + offset) / size) * size - offset; ms <= endMs; ms += size) {
      marks.push({ ms, text: formatTime(ms, style, detail) });
    }
    if (marks.length > 0) return marks;
  }
  return [{ ms: startMs, text: formatTime(startMs, style, 'day') }];
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const LABEL_WIDTH = { second: 8, minute: 5, 'day-minute': 11, day: 10 } as const;

/** Distances between time marks, the narrowest first, each with the detail its labels need. */
const MARK_DISTANCES: readonly (readonly [number, keyof typeof LABEL_WIDTH & TimeDetail])[] = [
  ...[1, 2, 5, 10, 15, 30].map((count) => [count * SECOND, 'second'] as const),
  ...[1, 2, 5, 10, 15, 20, 30].map((count) => [count * MINUTE, 'minute'] as const),
  ...[1, 2, 3].map((count) => [count * HOUR, 'minute'] as const),
  ...[6, 12].map((count) => [count * HOUR, 'day-minute'] as const),
  ...[1, 2, 7, 14, 30, 60, 180, 365, 730, 1825, 3650].map((count) => [count * DAY, 'day'] as const),
];

/** How far the zone is ahead of UTC at an instant, in milliseconds, from what its clock shows. */
function zoneOffsetMs(ms: number, style: Pick<Style, 'timeZone'>): number {
  const day = formatTime(ms, style, 'day');
  const shown = Date.parse(`${day}T${formatTime(ms, style, 'second')}Z`);
  return Number.isFinite(shown) ? shown - Math.floor(ms / 1000) * 1000 : 0;
}
