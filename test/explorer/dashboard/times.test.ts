import { describe, expect, it } from 'vitest';
import { builtIns, grafanaTime, intervalMs, panelGrid } from '../../../src/explorer/dashboard/times.ts';

const NOW = Date.parse('2025-11-22T13:05:30Z');
const at = (text: string) => Date.parse(text);

describe('times as Grafana writes them', () => {
  it.each([
    ['now', 'down', NOW],
    ['now-6h', 'down', NOW - 6 * 3_600_000],
    ['now-1d-1h', 'down', NOW - 25 * 3_600_000],
    ['now/d', 'down', at('2025-11-22T00:00:00Z')],
    ['now/d', 'up', at('2025-11-23T00:00:00Z') - 1],
    ['now-1d/d', 'down', at('2025-11-21T00:00:00Z')],
    ['now/w', 'down', at('2025-11-17T00:00:00Z')],
    ['now/M', 'down', at('2025-11-01T00:00:00Z')],
    ['now/y', 'up', at('2026-01-01T00:00:00Z') - 1],
    ['2025-11-22T12:00:00.000Z', 'down', at('2025-11-22T12:00:00Z')],
    ['1763800005000', 'down', 1_763_800_005_000],
    ['yesterday', 'down', undefined],
    ['now-5parsecs', 'down', undefined],
  ] as const)('%s (%s)', (text, round, ms) => {
    expect(grafanaTime(text, NOW, round)).toBe(ms);
  });

  it.each([
    ['30s', 30_000],
    ['>1m', 60_000],
    ['', undefined],
    ['auto', undefined],
  ])('an interval "%s"', (text, ms) => {
    expect(intervalMs(text)).toBe(ms);
  });
});

describe('the grid of a panel', () => {
  const window = { startMs: NOW - 3_600_000, endMs: NOW };

  it('has no more points than columns and none between scrapes, and ends on a round moment', () => {
    expect(panelGrid(window, 61, 15_000, false)).toEqual({
      startMs: at('2025-11-22T12:05:00Z'),
      endMs: at('2025-11-22T13:05:00Z'),
      stepMs: 60_000,
    });
    expect(panelGrid({ startMs: NOW - 60_000, endMs: NOW }, 100, 15_000, false).stepMs).toBe(15_000);
    expect(panelGrid(window, 61, 15_000, true).endMs).toBe(NOW);
  });

  it('gives rate at least four scrapes', () => {
    const grid = panelGrid({ startMs: NOW - 60_000, endMs: NOW }, 100, 15_000, false);
    const values = new Map(builtIns(grid, window, 15_000, 'd'));
    const text = (name: string) => values.get(name)?.values[0];
    expect([text('__interval'), text('__rate_interval'), text('__range'), text('__range_s')]).toEqual([
      '15s',
      '1m',
      '1h',
      '3600',
    ]);
    const coarse = new Map(builtIns(panelGrid(window, 31, 15_000, false), window, 15_000, 'd'));
    expect(coarse.get('__rate_interval')?.values).toEqual(['2m15s']);
  });
});
