import { durationMs } from '../../model/duration.ts';
import { rangeStep } from '../../model/range-step.ts';
import { formatDuration } from '../../promql/duration.ts';
import type { VariableValue } from './interpolate.ts';
import type { PanelGrid } from './types.ts';

/** What Prometheus scrapes at where nobody says otherwise; Grafana takes the same. */
export const USUAL_SCRAPE_MS = 15_000;

/**
 * A time as Grafana writes it, in milliseconds: `now`, `now-6h`, `now/d` (the beginning of the day, `round` 'up' its end),
 * `now-1d/d`, an ISO date, or milliseconds. Undefined when it is none. Days are those of UTC.
 */
export function grafanaTime(text: string, nowMs: number, round: 'down' | 'up'): number | undefined {
  const typed = text.trim();
  if (/^\d{9,14}$/.test(typed)) return Number(typed);
  const match = /^now((?:[+-]\d{1,9}[a-zA-Z]{1,2})*)(?:\/(fQ|fy|[smhdwMQy]))?$/.exec(typed);
  if (match === null) {
    const date = /^\d{4}-\d{2}-\d{2}/.test(typed) ? Date.parse(typed) : Number.NaN;
    return Number.isNaN(date) ? undefined : date;
  }
  const [, steps = '', unit] = match;
  let ms = nowMs;
  for (const [, sign, count, name = ''] of steps.matchAll(/([+-])(\d+)([a-zA-Z]+)/g)) {
    const size = UNITS[name];
    if (size === undefined) return undefined;
    ms += (sign === '-' ? -1 : 1) * Number(count) * size;
  }
  return unit === undefined ? ms : rounded(ms, unit, round);
}

const DAY_MS = 86_400_000;

/** Months and years are as long as Prometheus and people take them to be on average. */
const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: DAY_MS,
  w: 7 * DAY_MS,
  M: 30 * DAY_MS,
  Q: 91 * DAY_MS,
  y: 365 * DAY_MS,
};

function rounded(ms: number, unit: string, round: 'down' | 'up'): number {
  const date = new Date(ms);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const first = (add: number): number => {
    if (unit === 'M') return Date.UTC(year, month + add);
    if (unit === 'Q' || unit === 'fQ') return Date.UTC(year, Math.floor(month / 3) * 3 + add * 3);
    if (unit === 'y' || unit === 'fy') return Date.UTC(year + add, 0);
    const size = UNITS[unit] ?? DAY_MS;
    // 1 January 1970 was a Thursday, and weeks begin on Monday.
    const shift = unit === 'w' ? 4 * DAY_MS : 0;
    return Math.floor((ms - shift) / size) * size + shift + add * size;
  };
  return round === 'down' ? first(0) : first(1) - 1;
}

/** A duration as panels and variables have it: `30s`, `1m`, `>10s`; undefined for anything else. */
export function intervalMs(text: string): number | undefined {
  const ms = durationMs(text.trim().replace(/^>=?\s*/, ''));
  return ms === undefined || ms <= 0 ? undefined : ms;
}

/** The points of a panel that has so many columns to draw on: never more of them than scrapes. */
export function panelGrid(
  window: { readonly startMs: number; readonly endMs: number },
  columns: number,
  leastMs: number,
  settled: boolean,
): PanelGrid {
  const rangeMs = Math.max(1_000, window.endMs - window.startMs);
  const stepMs = Math.max(leastMs, rangeStep(rangeMs, Math.max(2, columns)));
  // Points stand still while time goes on, so that a curve does not change its shape at each refresh.
  const grid = Math.min(stepMs, 60_000);
  const endMs = settled ? window.endMs : Math.floor(window.endMs / grid) * grid;
  const steps = Math.max(1, Math.floor(rangeMs / stepMs));
  return { startMs: endMs - steps * stepMs, endMs, stepMs };
}

/**
 * The variables that Grafana defines itself. `$__rate_interval` holds at least four scrapes, so that `rate` always finds
 * two. https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/
 */
export function builtIns(
  grid: PanelGrid,
  window: { readonly startMs: number; readonly endMs: number },
  scrapeMs: number,
  dashboard: string,
): readonly (readonly [string, VariableValue])[] {
  const rangeMs = Math.max(1_000, Math.round((window.endMs - window.startMs) / 1_000) * 1_000);
  const rateMs = Math.max(grid.stepMs + scrapeMs, 4 * scrapeMs);
  const texts = {
    __interval: formatDuration(grid.stepMs),
    __interval_ms: String(grid.stepMs),
    __rate_interval: formatDuration(rateMs),
    __rate_interval_ms: String(rateMs),
    __range: formatDuration(rangeMs),
    __range_s: String(rangeMs / 1_000),
    __range_ms: String(rangeMs),
    __from: String(Math.round(window.startMs)),
    __to: String(Math.round(window.endMs)),
    __dashboard: dashboard,
    __name: dashboard,
  };
  return Object.entries(texts).map(([name, value]) => [name, { values: [value], many: false, verbatim: true }]);
}
