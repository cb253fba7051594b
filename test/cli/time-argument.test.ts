import { describe, expect, it } from 'vitest';
import { type TimeGround, timeArgument } from '../../src/cli/time-argument.ts';
import { UsageError } from '../../src/model/errors.ts';

const NOW = Date.UTC(2025, 10, 22, 13, 0, 30);
const GROUND: TimeGround = {
  nowMs: NOW,
  timeZone: 'Europe/Berlin',
  scenario: { t0Ms: NOW - 3_600_000, seed: 1, historyMs: 21_600_000 },
};

describe('timeArgument', () => {
  it.each([
    ['now', NOW],
    ['now-1h', NOW - 3_600_000],
    ['now - 90s', NOW - 90_000],
    ['now+5m', NOW + 300_000],
    ['1h', NOW - 3_600_000],
    ['-2d', NOW - 172_800_000],
    ['1h30m', NOW - 5_400_000],
    ['1763816400', 1_763_816_400_000],
    ['1763816400.5', 1_763_816_400_500],
    ['2025-11-22T12:00:00Z', Date.UTC(2025, 10, 22, 12)],
    ['2025-11-22T12:00:00.250+02:00', Date.UTC(2025, 10, 22, 10, 0, 0, 250)],
    ['2025-11-22 12:00', Date.UTC(2025, 10, 22, 11)],
    ['2025-07-01 12:00:05', Date.UTC(2025, 6, 1, 10, 0, 5)],
    ['2025-11-22', Date.UTC(2025, 10, 21, 23)],
    ['13:59', Date.UTC(2025, 10, 22, 12, 59)],
    ['14:00:30', NOW],
    ['23:15', Date.UTC(2025, 10, 21, 22, 15)],
    ['9:05', Date.UTC(2025, 10, 22, 8, 5)],
    ['incident', NOW - 3_600_000 - 13.9 * 60_000],
    ['half-open', NOW - 3_600_000 - 10.9 * 60_000],
    ['incident-5m', NOW - 3_600_000 - 18.9 * 60_000],
    [' now ', NOW],
  ])('reads %j', (text, ms) => {
    expect(timeArgument(text, '--time', GROUND)).toBe(ms);
  });

  it.each([
    '',
    'yesterday',
    'now-',
    'now-1',
    'now-1x',
    '1x',
    '25:00:00:00',
    '2025-13-40',
    '12:99',
    'T12',
    '1e9',
    '-5',
    'NaN',
  ])('refuses %j and says what it reads', (text) => {
    expect(() => timeArgument(text, '--start', GROUND)).toThrow(UsageError);
    expect(() => timeArgument(text, '--start', GROUND)).toThrow(`--start "${text}" is not a time`);
  });

  it('tells milliseconds from seconds', () => {
    expect(() => timeArgument('1763816400000', '--time', GROUND)).toThrow('looks like milliseconds');
  });

  it('knows checkpoints only on the bundled stack', () => {
    expect(() => timeArgument('incident', '--time', { ...GROUND, scenario: undefined })).toThrow(
      'a moment in the history of the bundled stack',
    );
  });

  it('finds clock times around a change to summer time', () => {
    const nowMs = Date.UTC(2025, 2, 30, 10);
    expect(timeArgument('2025-03-30 01:30', '--time', { ...GROUND, nowMs })).toBe(Date.UTC(2025, 2, 30, 0, 30));
    expect(timeArgument('2025-03-30 03:30', '--time', { ...GROUND, nowMs })).toBe(Date.UTC(2025, 2, 30, 1, 30));
  });
});
