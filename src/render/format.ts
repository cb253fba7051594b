import { safe } from './safe.ts';
import type { Style } from './style.ts';

/**
 * A sample value for people: four significant digits or more, so many that a value which is no whole number never looks
 * like one; whole numbers in full. Differences beyond the twelfth digit count as noise of floating point.
 */
export function formatNumber(value: number, options: { readonly unit?: string } = {}): string {
  const text = plainNumber(value);
  if (options.unit === undefined || !Number.isFinite(value)) return text;
  return `${text} ${safe(options.unit)}${asideOf(value, options.unit)}`;
}

export type TimeDetail = 'full' | 'second' | 'millisecond' | 'minute' | 'day' | 'day-minute';

/** An instant (milliseconds since 1970) in the time zone of the style; `full` names the zone. */
export function formatTime(ms: number, style: Pick<Style, 'timeZone'>, detail: TimeDetail = 'full'): string {
  if (!Number.isFinite(ms) || Math.abs(ms) > LAST_INSTANT_MS) return `an impossible time (${ms / 1000} s)`;
  const parts = timeParts(ms, style.timeZone);
  const minute = `${parts.hour}:${parts.minute}`;
  const millis = String(((Math.floor(ms) % 1000) + 1000) % 1000).padStart(3, '0');
  const texts = {
    full: () => `${parts.year}-${parts.month}-${parts.day} ${minute}:${parts.second} ${parts.timeZoneName}`,
    second: () => `${minute}:${parts.second}`,
    millisecond: () => `${minute}:${parts.second}.${millis}`,
    minute: () => minute,
    day: () => `${parts.year}-${parts.month}-${parts.day}`,
    'day-minute': () => `${parts.month}-${parts.day} ${minute}`,
  } satisfies { readonly [K in TimeDetail]: () => string };
  return texts[detail]();
}

/** `2026-01-31T12:00:00Z`, with milliseconds where there are any: times for programs and for typing, in UTC. */
export function rfc3339(ms: number): string {
  if (!Number.isFinite(ms) || Math.abs(ms) > LAST_INSTANT_MS) return String(ms / 1000);
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

/** A length of time as Prometheus writes it (15s, 1h30m, 2d); below ten seconds with tenths where there are any. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return plainNumber(ms);
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms < 1_000) return ms === 0 ? '0s' : `${ms < 1 ? plainNumber(ms) : Math.round(ms)}ms`;
  if (ms < 10_000 && ms % 1_000 !== 0) return `${Math.round(ms / 100) / 10}s`;
  let seconds = Math.round(ms / 1_000);
  let text = '';
  for (const [unit, size] of DURATION_UNITS) {
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    if (count > 0) text += `${count}${unit}`;
  }
  return text;
}

const DURATION_UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const;

/** The last instant a JavaScript date can hold. */
const LAST_INSTANT_MS = 8.64e15;

function plainNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e15) return grouped(String(value === 0 ? 0 : value));
  if (size >= 1e15 || size < 1e-4) return exponential(value);
  const clean = Number(value.toPrecision(12));
  let digits = Math.max(4, String(Math.trunc(size)).length + 1);
  while (digits < 12 && Number.isInteger(Number(clean.toPrecision(digits)))) digits++;
  const rounded = Number(clean.toPrecision(digits));
  return grouped(rounded === clean ? String(clean) : clean.toPrecision(digits));
}

function exponential(value: number): string {
  const rounded = Number(value.toPrecision(4));
  return rounded === value ? value.toExponential() : value.toExponential(3);
}

/** Commas between thousands, from 10,000 on. */
function grouped(text: string): string {
  const [whole = '', fraction] = text.split('.');
  const digits = whole.replace('-', '');
  if (digits.length < 5) return text;
  const commas = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? commas : `${commas}.${fraction}`;
}

/** What makes a large number of seconds or bytes graspable, in brackets after it. */
function asideOf(value: number, unit: string): string {
  const size = Math.abs(value);
  if ((unit === 'seconds' || unit === 's') && size >= 120 && size < 1e9) return ` (${formatDuration(value * 1000)})`;
  if ((unit === 'bytes' || unit === 'B') && size >= 10_240) {
    const power = Math.min(5, Math.floor(Math.log2(size) / 10));
    return ` (${plainNumber(Number((value / 1024 ** power).toPrecision(3)))} ${BYTE_UNITS[power - 1]})`;
  }
  return '';
}

const BYTE_UNITS = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

type TimeParts = { readonly [K in Intl.DateTimeFormatPartTypes]?: string };

const formatters = new Map<string, Intl.DateTimeFormat>();

function timeParts(ms: number, timeZone: string): TimeParts {
  let formatter = formatters.get(timeZone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      timeZoneName: 'short',
    });
    formatters.set(timeZone, formatter);
  }
  return Object.fromEntries(formatter.formatToParts(ms).map(({ type, value }) => [type, value]));
}
