import { describe, expect, it } from 'vitest';
import { instantMs, lengthMs } from '../../src/client/time.ts';

describe('instantMs', () => {
  it.each([
    [new Date(1_700_000_000_123), 1_700_000_000_123],
    [1_700_000_000, 1_700_000_000_000],
    [1_700_000_000.5, 1_700_000_000_500],
    [0, 0],
    ['1700000000', 1_700_000_000_000],
    ['2026-01-31T12:00:00Z', Date.UTC(2026, 0, 31, 12)],
    ['2026-01-31T12:00:00.250+02:00', Date.UTC(2026, 0, 31, 10, 0, 0, 250)],
    [' 2026-01-31t12:00:00z ', Date.UTC(2026, 0, 31, 12)],
  ])('%s', (value, ms) => {
    expect(instantMs(value, 'start')).toBe(ms);
  });

  it.each([
    new Date(Number.NaN),
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '',
    'now',
    '2026-01-31',
    '2026-01-31T12:00:00',
    '2026-13-31T12:00:00Z',
    'Jan 1',
  ])('refuses %s', (value) => {
    expect(() => instantMs(value, 'start')).toThrow(
      new TypeError('start is not an instant: give a Date, unix seconds, or a text such as 2026-01-31T12:00:00Z'),
    );
  });
});

describe('lengthMs', () => {
  it.each([
    [15, 15_000],
    [0.5, 500],
    ['15s', 15_000],
    ['1h30m', 5_400_000],
    ['60', 60_000],
  ])('%s', (value, ms) => {
    expect(lengthMs(value, 'step')).toBe(ms);
  });

  it.each([0, -1, Number.NaN, '', '0s', 'soon', '1.5h'])('refuses %j', (value) => {
    expect(() => lengthMs(value, 'step')).toThrow(TypeError);
  });
});
