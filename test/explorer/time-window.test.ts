import { describe, expect, it } from 'vitest';
import { moveWindow, type TimeWindow, type WindowKey } from '../../src/explorer/time-window.ts';

const HOUR = 3_600_000;
const NOW = 100 * HOUR;
const LIVE: TimeWindow = { rangeMs: HOUR };
const PAST: TimeWindow = { rangeMs: HOUR, endMs: NOW - 10 * HOUR };

describe('moving the time that is looked at', () => {
  it.each([
    ['half of it up to now', '+', LIVE, LIVE, { rangeMs: HOUR / 2 }],
    ['twice as much up to now', '-', LIVE, LIVE, { rangeMs: 2 * HOUR }],
    ['half a window back', '[', LIVE, LIVE, { rangeMs: HOUR, endMs: NOW - HOUR / 2 }],
    ['never beyond now', ']', LIVE, LIVE, LIVE],
    ['back to now', ']', { rangeMs: HOUR, endMs: NOW - HOUR / 2 }, LIVE, LIVE],
    ['half of it around its middle', '+', PAST, LIVE, { rangeMs: HOUR / 2, endMs: NOW - 10.25 * HOUR }],
    ['as in the beginning', '0', PAST, LIVE, LIVE],
    ['never beyond the end of recorded data', ']', PAST, PAST, PAST],
    ['no less than a minute', '+', { rangeMs: 60_000 }, LIVE, { rangeMs: 60_000 }],
    ['no more than a year', '-', { rangeMs: 366 * 24 * HOUR }, LIVE, { rangeMs: 366 * 24 * HOUR }],
  ] satisfies readonly (readonly [string, WindowKey, TimeWindow, TimeWindow, TimeWindow])[])(
    '%s',
    (_, key, window, start, expected) => {
      expect(moveWindow(window, key, start, NOW)).toEqual(expected);
    },
  );
});
