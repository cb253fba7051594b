import { describe, expect, it } from 'vitest';
import { durationMs } from '../../src/model/duration.ts';
import { parseDuration } from '../../src/promql/duration.ts';

describe('durationMs', () => {
  it.each([
    ['0', 0],
    ['15s', 15_000],
    ['500ms', 500],
    ['1m30s', 90_000],
    ['1h30m', 5_400_000],
    ['1m0s', 60_000],
    ['2d', 172_800_000],
    ['1w', 604_800_000],
    ['1y', 31_536_000_000],
    ['1y2w3d4h5m6s7ms', 31_536_000_000 + 1_209_600_000 + 259_200_000 + 14_400_000 + 300_000 + 6_007],
    ['', undefined],
    ['5', undefined],
    ['m', undefined],
    ['1.5h', undefined],
    ['30m1h', undefined],
    ['1s 1ms', undefined],
    ['-5m', undefined],
    ['5min', undefined],
  ])('reads %j as %s, as the parser of queries does', (text, ms) => {
    expect(durationMs(text)).toBe(ms);
    const parsed = parseDuration(text);
    expect(parsed.kind === 'ok' ? parsed.ms : undefined).toBe(ms);
  });
});
