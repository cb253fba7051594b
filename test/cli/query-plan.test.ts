import { describe, expect, it } from 'vitest';
import { outputFormat, type QueryOptions, queryTimes, type Surroundings } from '../../src/cli/query-plan.ts';

const NOW = Date.UTC(2025, 10, 22, 13, 0, 47, 300);
const AROUND: Surroundings = { nowMs: NOW, timeZone: 'UTC', scenario: undefined, width: 80 };
const HOUR = 3_600_000;

function planned(options: QueryOptions, around: Partial<Surroundings> = {}) {
  return queryTimes(options, outputFormat(options, false), { ...AROUND, ...around });
}

describe('outputFormat', () => {
  it.each<[QueryOptions, boolean, string]>([
    [{}, false, 'table'],
    [{}, true, 'json'],
    [{ range: HOUR }, false, 'graph'],
    [{ start: '1h' }, false, 'graph'],
    [{ range: HOUR, output: 'csv' }, false, 'csv'],
    [{ output: 'json' }, true, 'json'],
    [{ output: 'jsonl' }, true, 'jsonl'],
  ])('of %j is chosen (--json: %s): %s', (options, json, format) => {
    expect(outputFormat(options, json)).toBe(format);
  });

  it('does not take two at once', () => {
    expect(() => outputFormat({ output: 'csv' }, true)).toThrow('--json and -o csv exclude each other');
  });
});

describe('queryTimes', () => {
  it.each<[string, QueryOptions, object]>([
    ["asks at the server's own now", {}, { kind: 'instant', timeMs: undefined }],
    ['asks at a moment', { time: '1h' }, { kind: 'instant', timeMs: NOW - HOUR }],
    [
      'ends a range on a multiple of its step',
      { range: HOUR },
      {
        kind: 'range',
        startMs: Math.floor(NOW / 60_000) * 60_000 - HOUR,
        endMs: Math.floor(NOW / 60_000) * 60_000,
        stepMs: 60_000,
      },
    ],
    [
      'draws the last hour when nothing else is said',
      { output: 'graph' },
      {
        kind: 'range',
        startMs: Math.floor(NOW / 60_000) * 60_000 - HOUR,
        endMs: Math.floor(NOW / 60_000) * 60_000,
        stepMs: 60_000,
      },
    ],
    ['asks bars at one moment', { output: 'bars' }, { kind: 'instant', timeMs: undefined }],
    ...(['heatmap', 'timeline'] as const).map((output): [string, QueryOptions, object] => [
      `draws the last hour as a ${output}`,
      { output },
      {
        kind: 'range',
        startMs: Math.floor(NOW / 60_000) * 60_000 - HOUR,
        endMs: Math.floor(NOW / 60_000) * 60_000,
        stepMs: 60_000,
      },
    ]),
    [
      'keeps what was typed exactly',
      { start: '2025-11-22T10:00:01Z', end: '2025-11-22T10:10:00Z', step: 7_000 },
      {
        kind: 'range',
        startMs: Date.UTC(2025, 10, 22, 10, 0, 1),
        endMs: Date.UTC(2025, 10, 22, 10, 10),
        stepMs: 7_000,
      },
    ],
    [
      'ends a range at a moment',
      { range: HOUR, time: '2025-11-22T10:00:00Z', step: 60_000 },
      { kind: 'range', startMs: Date.UTC(2025, 10, 22, 9), endMs: Date.UTC(2025, 10, 22, 10), stepMs: 60_000 },
    ],
    [
      'begins a range at a moment',
      { range: HOUR, start: '2025-11-22T10:00:00Z', step: 60_000 },
      { kind: 'range', startMs: Date.UTC(2025, 10, 22, 10), endMs: Date.UTC(2025, 10, 22, 11), stepMs: 60_000 },
    ],
    [
      'takes 240 points for a table',
      { range: HOUR, output: 'csv' },
      { kind: 'range', startMs: NOW - (NOW % 15_000) - HOUR, endMs: NOW - (NOW % 15_000), stepMs: 15_000 },
    ],
    [
      'never goes below a second',
      { range: 10_000 },
      { kind: 'range', startMs: NOW - (NOW % 1_000) - 10_000, endMs: NOW - (NOW % 1_000), stepMs: 1_000 },
    ],
    [
      'ends long ranges on a full minute',
      { range: 7 * 24 * HOUR, output: 'graph' },
      { kind: 'range', startMs: NOW - (NOW % 60_000) - 7 * 24 * HOUR, endMs: NOW - (NOW % 60_000), stepMs: 8_640_000 },
    ],
  ])('%s', (_name, options, times) => {
    expect(planned(options)).toEqual(times);
  });

  it('gives no series more points than columns, and none more than the server allows', () => {
    for (const width of [20, 60, 80, 120, 200]) {
      for (const range of [5_000, 60_000, HOUR, 24 * HOUR, 365 * 24 * HOUR]) {
        const times = planned({ range }, { width });
        if (times.kind !== 'range') throw new Error('not a range');
        expect((times.endMs - times.startMs) / times.stepMs).toBeLessThan(Math.max(10, width - 8));
        expect(times.stepMs).toBeGreaterThanOrEqual(1_000);
      }
    }
  });

  it.each<[QueryOptions, string]>([
    [{ step: 5_000 }, '--step needs a range'],
    [{ time: 'now', start: '1h' }, '--time goes with --range'],
    [{ range: HOUR, start: '2h', end: 'now' }, 'together say too much'],
    [{ start: 'now', end: '1h' }, 'the range ends before it starts'],
    [{ start: 'now+1h' }, 'the range ends before it starts'],
    [{ range: 24 * HOUR, step: 1_000 }, 'more than the 11,000 points'],
    [{ time: 'someday' }, '--time "someday" is not a time'],
  ])('refuses %j', (options, message) => {
    expect(() => planned(options)).toThrow(message);
  });
});
