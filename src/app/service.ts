import { admits, BREAKER_RULE, BREAKER_VALUE, type Breaker, breakerAfter, CLOSED } from './breaker.ts';
import type { Instruments } from './instruments.ts';
import { type Answer, type Conditions, PROVIDERS, type Provider, planAnswer } from './providers.ts';
import type { Random } from './random.ts';

/** One request on its way: what upstream will do with it was decided when it was admitted. */
export type Ticket = { readonly provider: Provider; readonly startedMs: number; readonly answer: Answer };

export type Admission =
  | { readonly kind: 'admitted'; readonly ticket: Ticket }
  /** `retryAfterMs` is the time until the breaker tries again. */
  | { readonly kind: 'refused'; readonly retryAfterMs: number };

export type ServiceOptions = {
  readonly instruments: Instruments;
  readonly random: Random;
  conditions(provider: Provider, nowMs: number): Conditions;
  /** Where the breakers stand at the beginning; closed when absent. */
  readonly breakers?: Breakers;
  /** Told when a breaker changes its state. */
  onBreaker?(provider: Provider, state: Breaker['kind']): void;
};

export type Breakers = { readonly [K in Provider]: Breaker };

/** The life of requests, without any clock: whoever drives it says when things happen, in milliseconds. */
export interface StreamingService {
  begin(provider: Provider, nowMs: number): Admission;
  firstToken(ticket: Ticket, nowMs: number): void;
  /** The stream is over in the way the answer says. */
  finish(ticket: Ticket, nowMs: number): void;
  /** The client went away. Nothing failed on our side: it counts as a success, and the breaker learns nothing. */
  abandon(ticket: Ticket, nowMs: number): void;
  /** Lets breakers change their state by waiting alone; to be called before the state is shown. */
  tick(nowMs: number): void;
  breakers(): Breakers;
}

export function createService(options: ServiceOptions): StreamingService {
  const { instruments, random } = options;
  const breakers: Record<Provider, Breaker> = {
    ...(options.breakers ?? { openai: CLOSED, anthropic: CLOSED, mistral: CLOSED }),
  };

  const tell = (provider: Provider, event: Parameters<typeof breakerAfter>[1], nowMs: number): Breaker => {
    const before = breakers[provider];
    const after = breakerAfter(before, event, nowMs);
    breakers[provider] = after;
    if (after.kind !== before.kind) {
      instruments.breaker(provider, BREAKER_VALUE[after.kind]);
      options.onBreaker?.(provider, after.kind);
    }
    return after;
  };

  const leave = (ticket: Ticket, nowMs: number) => {
    instruments.active(ticket.provider, -1);
    instruments.duration(ticket.provider, (nowMs - ticket.startedMs) / 1000);
  };

  return {
    begin(provider, nowMs) {
      const breaker = tell(provider, 'ask', nowMs);
      if (!admits(breaker)) {
        instruments.request(provider, 'error');
        instruments.error(provider, 'circuit_open');
        return { kind: 'refused', retryAfterMs: breaker.kind === 'open' ? breaker.untilMs - nowMs : 1000 };
      }
      instruments.active(provider, 1);
      const answer = planAnswer(provider, options.conditions(provider, nowMs), random);
      return { kind: 'admitted', ticket: { provider, startedMs: nowMs, answer } };
    },

    firstToken(ticket, nowMs) {
      instruments.firstToken(ticket.provider, (nowMs - ticket.startedMs) / 1000, nowMs);
    },

    finish(ticket, nowMs) {
      const { failure } = ticket.answer;
      leave(ticket, nowMs);
      instruments.request(ticket.provider, failure === undefined ? 'success' : 'error');
      if (failure !== undefined) instruments.error(ticket.provider, failure);
      const isSlow = nowMs - ticket.startedMs > BREAKER_RULE.slowMs;
      tell(ticket.provider, failure !== undefined ? 'failure' : isSlow ? 'slow' : 'success', nowMs);
    },

    abandon(ticket, nowMs) {
      leave(ticket, nowMs);
      instruments.request(ticket.provider, 'success');
    },

    tick(nowMs) {
      for (const provider of PROVIDERS) tell(provider, 'tick', nowMs);
    },

    breakers: () => ({ ...breakers }),
  };
}
