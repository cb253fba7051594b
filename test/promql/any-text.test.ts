import { expect, it } from 'vitest';
import { fuzz } from '../tools/fuzz/fuzz.ts';
import { queries } from '../tools/fuzz/queries.ts';

const COUNT = process.env.PROM_TUTOR_VERIFY === '1' ? 200_000 : 20_000;

it('any text is read or refused with a reason and a place, and what was read is printed as the same query', () => {
  const { accepted, refused, failures } = fuzz(queries, COUNT, 20_240_229);
  expect(failures).toEqual([]);
  // Both kinds are plenty, or the texts would prove nothing.
  expect(Math.min(accepted, refused)).toBeGreaterThan(COUNT / 5);
});
