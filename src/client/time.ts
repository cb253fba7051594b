import { durationMs } from '../model/duration.ts';

/** An instant: a `Date`, unix seconds (decimals allowed), or an RFC 3339 text such as `2026-01-31T12:00:00Z`. */
export type TimeInput = Date | number | string;

/** A length of time: seconds (decimals allowed), or a Prometheus duration such as `15s`, `5m` or `1h30m`. */
export type DurationInput = number | string;

/** Milliseconds since 1970. Throws `TypeError` for what is no instant; `name` is the option it came from. */
export function instantMs(value: TimeInput, name: string): number {
  const ms = value instanceof Date ? value.getTime() : typeof value === 'number' ? value * 1000 : textMs(value.trim());
  if (Number.isFinite(ms)) return ms;
  throw new TypeError(`${name} is not an instant: give a Date, unix seconds, or a text such as 2026-01-31T12:00:00Z`);
}

/** Milliseconds, above zero. Throws `TypeError` for what is no length of time. */
export function lengthMs(value: DurationInput, name: string): number {
  const ms = typeof value === 'number' ? value * 1000 : (secondsMs(value.trim()) ?? durationMs(value.trim()));
  if (ms !== undefined && Number.isFinite(ms) && ms > 0) return ms;
  throw new TypeError(`${name} is not a duration above zero: give seconds, or a text such as 15s, 5m or 1h30m`);
}

/** Date.parse alone would read many other texts too, some of them in local time. */
function textMs(text: string): number {
  const isRfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i.test(text);
  return isRfc3339 ? Date.parse(text) : (secondsMs(text) ?? Number.NaN);
}

function secondsMs(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : undefined;
}
