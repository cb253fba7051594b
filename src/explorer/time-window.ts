/** A stretch of time that is looked at; `endMs` is absent while it ends now. Milliseconds. */
export type TimeWindow = { readonly rangeMs: number; readonly endMs?: number };

/** What a key does to the window, by the keys that Grafana's relatives in the terminal have for it. */
export type WindowKey = '+' | '-' | '[' | ']' | '0';

const SHORTEST_MS = 60_000;
const LONGEST_MS = 366 * 86_400_000;

/**
 * `+` half of the time and `-` twice as much, around its middle or, while it ends now, up to now; `[` and `]` half a
 * window back and forth, no further than now; `0` as in the beginning.
 */
export function moveWindow(window: TimeWindow, key: WindowKey, start: TimeWindow, nowMs: number): TimeWindow {
  const { rangeMs, endMs } = window;
  switch (key) {
    case '0':
      return start;
    case '+':
    case '-': {
      const factor = key === '+' ? 0.5 : 2;
      const wanted = Math.min(LONGEST_MS, Math.max(Math.min(SHORTEST_MS, start.rangeMs), rangeMs * factor));
      const next = Math.max(1_000, Math.round(wanted / 1_000) * 1_000);
      return until(next, endMs === undefined ? undefined : endMs - rangeMs / 2 + next / 2, start, nowMs);
    }
    case '[':
      return until(rangeMs, (endMs ?? nowMs) - rangeMs / 2, start, nowMs);
    case ']':
      return until(rangeMs, endMs === undefined ? undefined : endMs + rangeMs / 2, start, nowMs);
  }
}

/** Never beyond the moment at which the first window ended: now, or the end of recorded data. */
function until(rangeMs: number, endMs: number | undefined, start: TimeWindow, nowMs: number): TimeWindow {
  if (endMs === undefined || endMs >= (start.endMs ?? nowMs)) {
    return start.endMs === undefined ? { rangeMs } : { rangeMs, endMs: start.endMs };
  }
  return { rangeMs, endMs: Math.round(endMs) };
}
