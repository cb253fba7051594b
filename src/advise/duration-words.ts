import type { Duration } from '../promql/ast.ts';
import { printDuration } from '../promql/print.ts';
import { counted, listed } from './words.ts';

const UNITS = [
  ['week', 604_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
  ['millisecond', 1],
] as const;

/** `5 minutes`, `1 hour and 30 minutes`, for a length in milliseconds. */
export function durationWords(ms: number): string {
  const sign = ms < 0 ? 'minus ' : '';
  let left = Math.abs(ms);
  const parts: string[] = [];
  for (const [unit, length] of UNITS) {
    const count = Math.floor(left / length);
    if (count > 0) parts.push(counted(count, unit));
    left -= count * length;
  }
  return parts.length === 0 ? '0 seconds' : sign + listed(parts);
}

/** A duration of a query in words; as it is written where its length depends on step or range. */
export function spanWords(duration: Duration): string {
  return duration.ms === undefined ? `\`${printDuration(duration)}\`` : durationWords(duration.ms);
}

/** `the last 5 minutes`, `the last hour`. */
export function lastWords(duration: Duration): string {
  return `the last ${spanWords(duration).replace(/^1 (\w+)$/, '$1')}`;
}
