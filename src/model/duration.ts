/** Units of Prometheus durations in milliseconds; a year has 365 days there. https://prometheus.io/docs/prometheus/latest/querying/basics/ */
const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, y: 31_536_000_000 } as const;

/** A Prometheus duration such as 90s, 1h30m or 500ms in milliseconds; undefined when the text is none. */
export function durationMs(text: string): number | undefined {
  if (text === '0') return 0;
  if (text === '' || !/^(\d+y)?(\d+w)?(\d+d)?(\d+h)?(\d+m(?!s))?(\d+s)?(\d+ms)?$/.test(text)) return undefined;
  let sum = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|[smhdwy])/g)) {
    sum += Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
  }
  return sum;
}
