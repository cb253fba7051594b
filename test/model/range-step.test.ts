import { expect, it } from 'vitest';
import { rangeStep } from '../../src/model/range-step.ts';

const HOUR = 3_600_000;

it.each([
  [HOUR, 72, 60_000],
  [HOUR, 112, 36_000],
  [HOUR, 52, 72_000],
  [HOUR, 241, 15_000],
  [6 * HOUR, 72, 360_000],
  [24 * HOUR, 72, 1_350_000],
  [7 * 24 * HOUR, 72, 8_640_000],
  [10_000, 72, 1_000],
  [500, 72, 1_000],
  [3_601_000, 72, 51_000],
])('%i ms on %i columns are drawn every %i ms', (rangeMs, columns, stepMs) => {
  expect(rangeStep(rangeMs, columns)).toBe(stepMs);
  expect(rangeMs / stepMs).toBeLessThan(columns);
});
