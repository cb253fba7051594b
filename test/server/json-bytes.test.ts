import { describe, expect, it } from 'vitest';
import { sampleText } from '../../src/server/json-bytes.ts';

describe('sampleText', () => {
  it.each([
    [1, '1'],
    [0.1, '0.1'],
    [-0, '-0'],
    [1e20, '100000000000000000000'],
    [1e21, '1e+21'],
    [1e-6, '0.000001'],
    [1.5e-7, '1.5e-07'],
    [1e-300, '1e-300'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
  ])('%s', (value, text) => {
    expect(sampleText(value)).toBe(text);
  });
});
