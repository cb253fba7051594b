import { NAMES, type Node, query, queryOf, textOf } from './grammar.ts';
import { misplaced, mistyped } from './mistakes.ts';
import { type Random, seeded } from './random.ts';
import { LENGTH, START } from './samples.ts';

/** When a query is asked: at one moment, or over a grid. Seconds. */
export type Moment =
  | { readonly kind: 'instant'; readonly time: number }
  | { readonly kind: 'range'; readonly start: number; readonly end: number; readonly step: number };

/** A query and the two ways it is asked. `node` is there when the query is whole, so that it can be made smaller. */
export type Question = { readonly query: string; readonly node?: Node; readonly moments: readonly Moment[] };

/**
 * The questions of a seed: first one for every function and aggregation, then whatever comes. The n-th of them is the same
 * whatever the count.
 */
export function questions(seed: number, count: number): Question[] {
  return Array.from({ length: count }, (_, n) => question(seeded(seed * 100_003 + n), NAMES[n]));
}

function question(random: Random, name: string | undefined): Question {
  const node = name === undefined ? query(random) : queryOf(random, name);
  const moments = [instant(random), range(random)];
  if (name !== undefined) return { query: textOf(node), node, moments };
  return random.weighted<() => Question>([
    [17, () => ({ query: textOf(node), node, moments })],
    [1.5, () => ({ query: mistyped(random, node), moments })],
    [1.5, () => ({ query: misplaced(random, node), moments })],
  ])();
}

function instant(random: Random): Moment {
  const whole = START + random.int(LENGTH + 500) - 50;
  const time = random.weighted([
    [3, whole],
    [2, START + 15 * random.int(LENGTH / 15)],
    [2, whole + random.int(1000) / 1000],
  ]);
  return { kind: 'instant', time: round(time) };
}

function range(random: Random): Moment {
  const step = random.pick([15, 60, 60, 7, 1, 61.5, 300, 0.25, 33.333]);
  const from = START + random.int(LENGTH + 200) - 200;
  const start = random.weighted([
    [2, Math.floor(from / 60) * 60],
    [2, from],
    [1, from + random.int(1000) / 1000],
  ]);
  const end = start + step * random.int(40) + (random.chance(0.3) ? step / 3 : 0);
  return { kind: 'range', start: round(start), end: round(end), step };
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
