import type { Provider } from './providers.ts';
import { hashUnit, type Random } from './random.ts';

/** Requests per second that all users together send on average. */
export const BASE_RATE = 8;

/**
 * How busy the users are at an instant, around 1: slow waves over hours and minutes and, in most slots of nine minutes,
 * one short burst. It depends on the time alone, so the live load goes on exactly where the written past ends.
 */
export function demandAt(ms: number): number {
  const minutes = ms / 60_000;
  const wave = (period: number) => Math.sin((2 * Math.PI * minutes) / period);
  return 0.98 + 0.11 * wave(130) + 0.06 * wave(23) + 0.05 * wave(6.5) + burstAt(minutes);
}

/** Never exceeded by `demandAt`. */
export const PEAK_DEMAND = 0.98 + 0.11 + 0.06 + 0.05 + 0.6;

function burstAt(minutes: number): number {
  const slot = Math.floor(minutes / BURST_SLOT_MINUTES);
  if (hashUnit(slot * 3) > 0.6) return 0;
  const length = 0.3 + 0.5 * hashUnit(slot * 3 + 1);
  const start = slot * BURST_SLOT_MINUTES + hashUnit(slot * 3 + 2) * (BURST_SLOT_MINUTES - length);
  return minutes >= start && minutes < start + length ? 0.6 : 0;
}

const BURST_SLOT_MINUTES = 9;

/** Users of openai and anthropic; nobody asks mistral on an ordinary day. */
export function drawProvider(random: Random): Provider {
  return random() < 0.61 ? 'openai' : 'anthropic';
}

/** Picks one of the candidates in proportion to its weight; undefined when there is none. */
export function drawWeighted<T extends { readonly weight: number }>(
  candidates: readonly T[],
  random: Random,
): T | undefined {
  let drawn = random() * candidates.reduce((sum, candidate) => sum + candidate.weight, 0);
  for (const candidate of candidates) {
    drawn -= candidate.weight;
    if (drawn < 0) return candidate;
  }
  return candidates.at(-1);
}
