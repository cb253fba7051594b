import { goText, sprintf } from './go-format.ts';
import { TemplateCallError } from './values.ts';

/** Four significant digits and a decimal prefix: 1234567 is `1.235M`, 0.0005 is `500u`. */
export function humanize(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return short(value);
  if (Math.abs(value) >= 1) return scaled(value, 1000, ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y']);
  return enlarged(value);
}

/** The same with powers of 1024: 2048 is `2ki`. */
export function humanize1024(value: number): string {
  if (Math.abs(value) <= 1 || !Number.isFinite(value)) return short(value);
  return scaled(value, 1024, ['ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi']);
}

/** Seconds as a length of time: 90 is `1m 30s`, 0.0015 is `1.5ms`. */
export function humanizeDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return short(seconds);
  if (seconds === 0) return '0s';
  if (Math.abs(seconds) < 1) return `${enlarged(seconds)}s`;
  const sign = seconds < 0 ? '-' : '';
  const size = Math.abs(seconds);
  const whole = Math.trunc(size);
  const [s, m, h, d] = [
    whole % 60,
    Math.trunc(whole / 60) % 60,
    Math.trunc(whole / 3600) % 24,
    Math.trunc(whole / 86_400),
  ];
  if (d !== 0) return `${sign}${d}d ${h}h ${m}m ${s}s`;
  if (h !== 0) return `${sign}${h}h ${m}m ${s}s`;
  if (m !== 0) return `${sign}${m}m ${s}s`;
  return `${sign}${short(size)}s`;
}

export function humanizePercentage(share: number): string {
  return `${short(share * 100)}%`;
}

/** Unix seconds as Go prints an instant, to the millisecond: `2026-01-15 12:00:00.5 +0000 UTC`. Throws `TemplateCallError`. */
export function humanizeTimestamp(seconds: number): string {
  if (!Number.isFinite(seconds)) return short(seconds);
  const nanos = Math.trunc(seconds * 1e9);
  if (Math.abs(nanos) > MOST_NANOS) {
    throw new TemplateCallError(
      `${goText(seconds)} cannot be represented as a nanoseconds timestamp since it overflows int64`,
    );
  }
  const [day = '', time = ''] = new Date(Math.trunc(nanos / 1e6)).toISOString().split('T');
  return `${day} ${time.replace(/\.?0*Z$/, '')} +0000 UTC`;
}

const MOST_NANOS = 2 ** 63;

function short(value: number): string {
  return sprintf('%.4g', [value]);
}

function scaled(value: number, base: number, prefixes: readonly string[]): string {
  let rest = value;
  let prefix = '';
  for (const next of prefixes) {
    if (Math.abs(rest) < base) break;
    prefix = next;
    rest /= base;
  }
  return short(rest) + prefix;
}

function enlarged(value: number): string {
  let rest = value;
  let prefix = '';
  for (const next of ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y']) {
    if (Math.abs(rest) >= 1) break;
    prefix = next;
    rest *= 1000;
  }
  return short(rest) + prefix;
}
