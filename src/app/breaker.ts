/**
 * A circuit breaker as a pure state machine: `breakerAfter(breaker, event, nowMs)` gives the next state and touches no
 * clock, so that it works the same at the speed of life and under a virtual clock. The whole rule:
 *
 * - closed: opens when in each of the last two minutes at least ten requests ended and more than two thirds of them had
 *   failed or taken longer than 4 s;
 * - open: refuses everything for six minutes, then becomes half-open;
 * - half-open: lets every tenth request through for two minutes; when all of those failed it opens again, else it closes.
 *
 * An upstream that fails 40 % and takes six times as long from one moment on is thus cut off a little less than two
 * minutes later, on a busy instance as on a quiet one.
 */
export type Breaker =
  | { readonly kind: 'closed'; readonly current: Slice; readonly earlier: readonly Slice[] }
  | { readonly kind: 'open'; readonly untilMs: number }
  | {
      readonly kind: 'half-open';
      readonly untilMs: number;
      readonly asked: number;
      readonly passed: number;
      readonly failed: number;
    };

type Closed = Extract<Breaker, { kind: 'closed' }>;

/** How a request ended: `slow` is a success that took longer than `slowMs`. */
type Outcome = 'success' | 'slow' | 'failure';

export type BreakerEvent = 'ask' | 'tick' | Outcome;

/** Outcomes of a quarter of a minute. */
type Slice = { readonly number: number; readonly good: number; readonly bad: number };

export const BREAKER_RULE = {
  badShare: 2 / 3,
  slowMs: 4_000,
  fewestRequests: 10,
  openMs: 360_000,
  trialMs: 120_000,
  trialEvery: 10,
} as const;

const SLICE_MS = 15_000;
const SLICES_PER_MINUTE = 4;

export const CLOSED: Breaker = { kind: 'closed', current: { number: 0, good: 0, bad: 0 }, earlier: [] };

/** What `sse_circuit_breaker_state` shows. */
export const BREAKER_VALUE: { readonly [K in Breaker['kind']]: 0 | 1 | 2 } = { closed: 0, 'half-open': 1, open: 2 };

/** Whether the request that was just asked for may go upstream; to be read after the event `ask`. */
export function admits(breaker: Breaker): boolean {
  if (breaker.kind === 'half-open') return (breaker.asked - 1) % BREAKER_RULE.trialEvery === 0;
  return breaker.kind === 'closed';
}

export function breakerAfter(before: Breaker, event: BreakerEvent, nowMs: number): Breaker {
  const breaker = afterTime(before, nowMs);
  if (event === 'tick' || breaker.kind === 'open') return breaker;
  if (breaker.kind === 'half-open') {
    if (event === 'ask') return { ...breaker, asked: breaker.asked + 1 };
    return event === 'failure'
      ? { ...breaker, failed: breaker.failed + 1 }
      : { ...breaker, passed: breaker.passed + 1 };
  }
  if (event === 'ask') return breaker;
  const next = counted(breaker, event, Math.floor(nowMs / SLICE_MS));
  return event !== 'success' && isFailing(next) ? { kind: 'open', untilMs: nowMs + BREAKER_RULE.openMs } : next;
}

/** What became of it by waiting alone; several changes when nobody looked for long. */
function afterTime(before: Breaker, nowMs: number): Breaker {
  let breaker = before;
  while (breaker.kind !== 'closed' && nowMs >= breaker.untilMs) {
    const since = breaker.untilMs;
    if (breaker.kind === 'open') {
      breaker = { kind: 'half-open', untilMs: since + BREAKER_RULE.trialMs, asked: 0, passed: 0, failed: 0 };
    } else if (breaker.failed > 0 && breaker.passed === 0) {
      breaker = { kind: 'open', untilMs: since + BREAKER_RULE.openMs };
    } else {
      breaker = CLOSED;
    }
  }
  return breaker;
}

function counted({ current, earlier }: Closed, event: Outcome, number: number): Closed {
  const isNew = current.number !== number;
  const oldest = number - 2 * SLICES_PER_MINUTE;
  return {
    kind: 'closed',
    current: {
      number,
      good: (isNew ? 0 : current.good) + (event === 'success' ? 1 : 0),
      bad: (isNew ? 0 : current.bad) + (event === 'success' ? 0 : 1),
    },
    earlier: isNew ? [...earlier, current].filter((slice) => slice.number > oldest) : earlier,
  };
}

function isFailing({ current, earlier }: Closed): boolean {
  const edge = current.number - SLICES_PER_MINUTE;
  const minuteBefore = earlier.filter((slice) => slice.number <= edge);
  const lastMinute = [...earlier.filter((slice) => slice.number > edge), current];
  return [minuteBefore, lastMinute].every((minute) => {
    const bad = minute.reduce((sum, slice) => sum + slice.bad, 0);
    const all = minute.reduce((sum, slice) => sum + slice.bad + slice.good, 0);
    return all >= BREAKER_RULE.fewestRequests && bad > all * BREAKER_RULE.badShare;
  });
}
