import { describe, expect, it } from 'vitest';
import { parseDuration, parseSize } from '../../../src/cli/specs/server-options.ts';

describe('parseDuration', () => {
  it.each([
    ['10s', 10_000],
    ['1h30m', 5_400_000],
    ['30', 30_000],
    ['0.5', 500],
  ])('%s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '0', '0s', '-5s', 'soon', '5min'])('refuses %j', (text) => {
    expect(() => parseDuration(text)).toThrow(`"${text}" is not a duration`);
  });
});

describe('parseSize', () => {
  it.each([
    ['1024', 1024],
    ['10B', 10],
    ['64kB', 65_536],
    ['64KiB', 65_536],
    ['512MB', 536_870_912],
    ['1.5 GB', 1_610_612_736],
    ['2m', 2_097_152],
  ])('%s', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(['', '0', 'MB', '-1MB', '1TB', '0.1B', '1e3'])('refuses %j', (text) => {
    expect(() => parseSize(text)).toThrow(`"${text}" is not a size`);
  });
});
