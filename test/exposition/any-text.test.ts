import { expect, it } from 'vitest';
import { expositions } from '../tools/fuzz/expositions.ts';
import { fuzz } from '../tools/fuzz/fuzz.ts';

const COUNT = process.env.PROM_TUTOR_VERIFY === '1' ? 200_000 : 20_000;

it('any text is samples or a named line, however it is cut', () => {
  const { accepted, refused, failures } = fuzz(expositions, COUNT, 20_240_229);
  expect(failures).toEqual([]);
  expect(Math.min(accepted, refused)).toBeGreaterThan(COUNT / 20);
});
