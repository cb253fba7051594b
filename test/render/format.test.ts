import { describe, expect, it } from 'vitest';
import { formatDuration, formatNumber, formatTime, type TimeDetail } from '../../src/render/format.ts';

describe('formatNumber', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [1523, '1523'],
    [12_345, '12,345'],
    [-131_072_000, '-131,072,000'],
    [1_763_820_000_123, '1,763,820,000,123'],
    [5.766666666666667, '5.767'],
    [0.1 + 0.2, '0.3'],
    [8.2, '8.2'],
    [8.20001, '8.200'],
    [0.012345, '0.01235'],
    [1523.4, '1523.4'],
    [12_345.678, '12,345.7'],
    [99.9951, '99.995'],
    [0.99999, '0.99999'],
    [5.0001, '5.0001'],
    [5.000000000000001, '5'],
    [0.00012346, '0.0001235'],
    [0.000012346, '1.235e-5'],
    [1.5e21, '1.5e+21'],
    [1.7976931348623157e308, '1.798e+308'],
    [5e-324, '5e-324'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
  ])('shows %f as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it.each([
    [0.45, 'seconds', '0.45 seconds'],
    [7323, 'seconds', '7323 seconds (2h2m3s)'],
    [1_763_820_000, 'seconds', '1,763,820,000 seconds'],
    [131_072_000, 'bytes', '131,072,000 bytes (125 MiB)'],
    [512, 'bytes', '512 bytes'],
    [4.0123, '%', '4.012 %'],
    [Number.NaN, '%', 'NaN'],
    [3, '\x1b[31m', '3 \\x1b[31m'],
  ])('shows %f with the unit %j as %s', (value, unit, text) => {
    expect(formatNumber(value, { unit })).toBe(text);
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [0.25, '0.25ms'],
    [250, '250ms'],
    [1_500, '1.5s'],
    [15_000, '15s'],
    [90_000, '1m30s'],
    [5_400_000, '1h30m'],
    [90_061_000, '1d1h1m1s'],
    [-300_000, '-5m'],
    [Number.POSITIVE_INFINITY, '+Inf'],
  ])('shows %f ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('formatTime', () => {
  const ms = Date.UTC(2025, 10, 22, 13, 4, 5, 67);
  it.each<[TimeDetail, string, string]>([
    ['full', 'UTC', '2025-11-22 13:04:05 UTC'],
    ['full', 'Asia/Kolkata', '2025-11-22 18:34:05 GMT+5:30'],
    ['second', 'Europe/Berlin', '14:04:05'],
    ['millisecond', 'UTC', '13:04:05.067'],
    ['minute', 'UTC', '13:04'],
    ['day', 'Pacific/Auckland', '2025-11-23'],
    ['day-minute', 'UTC', '11-22 13:04'],
  ])('shows %s in %s as %s', (detail, timeZone, text) => {
    expect(formatTime(ms, { timeZone }, detail)).toBe(text);
  });

  it('says so when there is no such time', () => {
    expect(formatTime(9e15, { timeZone: 'UTC' })).toBe('an impossible time (9000000000000 s)');
    expect(formatTime(Number.NaN, { timeZone: 'UTC' })).toBe('an impossible time (NaN s)');
  });
});
