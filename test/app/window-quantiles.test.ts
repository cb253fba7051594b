import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WindowQuantiles } from '../../src/app/window-quantiles.ts';

const START = 1_200_000_000;
const SHARES = [0.5, 0.9, 0.99];

describe('quantiles of a window', () => {
  it('are NaN when it is empty, while sum and count are 0', () => {
    const window = new WindowQuantiles();
    expect(window.quantiles(SHARES, START)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect([window.sum, window.count]).toEqual([0, 0]);
  });

  it('are within 1.1 % of the exact ones', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.001, max: 250, noNaN: true }), { minLength: 1, maxLength: 300 }),
        (values) => {
          const window = new WindowQuantiles();
          for (const value of values) window.observe(value, START);
          const sorted = values.toSorted((a, b) => a - b);
          for (const [i, quantile] of window.quantiles(SHARES, START).entries()) {
            const exact = sorted[Math.max(0, Math.ceil((SHARES[i] as number) * sorted.length) - 1)] as number;
            expect(Math.abs(quantile - exact)).toBeLessThanOrEqual(exact * 0.011);
          }
        },
      ),
      { seed: 3, numRuns: 200 },
    );
  });

  it('forget what is older than ten minutes, two minutes at a time; sum and count do not', () => {
    const window = new WindowQuantiles();
    window.observe(1, START);
    window.observe(9, START + 300_000);
    const medianAt = (ms: number) => window.quantiles([0.5], START + ms)[0] as number;
    expect(medianAt(480_000)).toBeCloseTo(1, 1);
    expect(medianAt(600_000)).toBeGreaterThan(8.9);
    expect(medianAt(960_000)).toBeNaN();
    expect([window.sum, window.count]).toEqual([10, 2]);
    window.observe(4, START + 9_000_000);
    expect(medianAt(9_000_000)).toBeCloseTo(4, 1);
  });
});
