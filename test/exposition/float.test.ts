import fc from 'fast-check';
import { expect, it } from 'vitest';
import { floatAt, parseFloatText } from '../../src/exposition/float.ts';

it.each(['', '-', '.', '5.', '.5', '-.5', '1..2', '1e5', '0x10', '1_0', '+3', 'NaN', '-Inf', '12a', '1.5.5', '--1'])(
  'reads %j in a line as it reads it alone',
  (word) => {
    expect(floatAt(`up ${word} 17`, 3, 3 + word.length)).toEqual(parseFloatText(word));
  },
);

it('reads every decimal as Number does', () => {
  const words = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.tuple(fc.maxSafeInteger(), fc.integer({ min: 0, max: 15 })).map(([n, k]) => (n / 10 ** k).toFixed(k)),
    fc.stringMatching(/^-?\d{1,20}(\.\d{1,18})?$/),
  );
  fc.assert(
    fc.property(words, (word) => {
      expect(floatAt(`{${word}}`, 1, 1 + word.length)).toBe(Number(word));
    }),
    { numRuns: 3000 },
  );
});
