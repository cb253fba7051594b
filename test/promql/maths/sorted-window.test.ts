import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SortedWindow } from '../../../src/promql/maths/sorted-window.ts';

it('holds what sorting the window anew gives, however it moves', () => {
  const value = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double(), fc.constant(Number.NaN));
  const moves = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 })), { maxLength: 30 });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 80 }), moves, (numbers, steps) => {
      const values = Float64Array.from(numbers);
      const window = new SortedWindow();
      let [lo, hi] = [0, 0];
      for (const [out, into] of steps) {
        hi = Math.min(values.length, hi + into);
        lo = Math.min(hi, lo + out);
        window.moveTo(values, lo, hi);
        const held = Array.from({ length: window.length }, (_, i) => window.at(i) + 0);
        const nans = [...values.subarray(lo, hi)].filter(Number.isNaN);
        const others = [...values.subarray(lo, hi)].filter((one) => !Number.isNaN(one)).sort((a, b) => a - b);
        expect(held).toEqual([...nans, ...others].map((one) => one + 0));
      }
    }),
  );
});
