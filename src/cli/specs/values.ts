import { UsageError } from '../../model/errors.ts';
import { parseDuration } from './server-options.ts';

/** A whole number from 0 up. */
export function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) {
    throw new UsageError(`"${text}" is not a whole number from 0 up`, { hint: 'Write it like 20, or 0 for all.' });
  }
  return Number(text);
}

/** What the written past is drawn from. */
export function seed(text: string): number {
  return wholeNumber(text, 'seed', 0, 0xffff_ffff);
}

/** A whole number within bounds; `what` names it in the error. */
export function wholeNumber(text: string, what: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`"${text}" is not a ${what}`, { hint: `Give a whole number from ${least} to ${most}.` });
}

/** How often something is asked again: a duration of a second or more; in milliseconds. */
export function parseInterval(text: string): number {
  const ms = parseDuration(text);
  if (ms < 1_000) {
    throw new UsageError(`--watch ${text} is too often`, {
      hint: 'Use a second or more; Prometheus itself scrapes every 15 s here.',
    });
  }
  return ms;
}

/** How often a dashboard is asked again: a duration of a second or more; in milliseconds. */
export function parseRefresh(text: string): number {
  const ms = parseDuration(text);
  if (ms < 1_000) {
    throw new UsageError(`"${text}" is too often`, { hint: 'Use a second or more.' });
  }
  return ms;
}
