import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_DECIMAL, writeDecimal } from '../../src/server/shortest-decimal.ts';

describe('writeDecimal', () => {
  it.each([
    [0, '0'],
    [7, '7'],
    [-12_345, '-12345'],
    [999_999_999_999_999, '999999999999999'],
    [0.1, '0.1'],
    [-2.5, '-2.5'],
    [100.25, '100.25'],
    [1 / 3, '0.3333333333333333'],
    [2 / 3, '0.6666666666666666'],
    [0.1 + 0.2, '0.30000000000000004'],
    [0.000001234, '0.000001234'],
    [5e-324, undefined],
    [1e15, undefined],
    [1e-7, undefined],
    [-0, undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
  ])('%s', (value, text) => {
    expect(written(value)).toBe(text);
  });

  it('gives what String gives, or nothing, for floats of every kind', () => {
    const around = fc
      .tuple(fc.integer({ min: -7, max: 16 }), fc.integer({ min: -9, max: 9 }))
      .map(([power, steps]) => Number(`1e${power}`) * (1 + steps * Number.EPSILON));
    const short = fc
      .tuple(fc.maxSafeInteger(), fc.integer({ min: 0, max: 20 }))
      .map(([digits, power]) => digits / 10 ** power);
    const ratios = fc
      .tuple(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 1, max: 3600 }))
      .map(([a, b]) => a / b);
    const any = fc.oneof(fc.double(), fc.double({ min: -1000, max: 1000 }), around, short, ratios, fc.integer());
    let left = 0;
    fc.assert(
      fc.property(any, (value) => {
        const text = written(value);
        if (text === undefined) left++;
        else expect(text).toBe(String(value));
      }),
      { numRuns: 20_000 },
    );
    expect(left).toBeGreaterThan(0);
  });

  it('leaves next to none of the usual floats to String', () => {
    const usual = Array.from({ length: 10_000 }, (_, i) => (i * Math.SQRT2) % 100);
    expect(usual.filter((value) => written(value) === undefined)).toHaveLength(0);
  });
});

function written(value: number): string | undefined {
  const out = new Uint8Array(LONGEST_DECIMAL + 3);
  const end = writeDecimal(out, 3, value);
  return end === 3 ? undefined : new TextDecoder().decode(out.subarray(3, end));
}
