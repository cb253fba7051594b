import type { Scenario } from '../model/scenario.ts';
import { type Arrival, createTraffic } from './arrivals.ts';
import { EventQueue } from './event-queue.ts';
import type { Instruments } from './instruments.ts';
import { seededRandom } from './random.ts';
import type { InstanceName } from './schema.ts';
import { createService, type StreamingService, type Ticket } from './service.ts';
import { type Life, lastScrapeMs, livesOf, weatherOf } from './story.ts';
import { createTally, type Tally } from './tally.ts';

/** Streams that are still open, with what is left of them in milliseconds. */
export type OpenStream = {
  readonly ticket: Ticket;
  /** Undefined when the first token has come, or never will. */
  readonly firstTokenInMs: number | undefined;
  readonly endInMs: number;
};

/** One process of the past: the real service under a virtual clock. */
export interface PastLife {
  readonly service: StreamingService;
  arrive(arrival: Arrival): void;
  /** Lets everything happen that happens until `toMs`, that instant included. */
  advance(toMs: number): void;
  openStreams(nowMs: number): readonly OpenStream[];
  /** How many requests have ended, refused ones included. */
  ended(): number;
}

export function createPastLife(
  scenario: Scenario,
  instance: InstanceName,
  life: Life,
  instruments: Instruments,
): PastLife {
  const lifeNumber = livesOf(scenario, instance).findIndex(({ fromMs }) => fromMs === life.fromMs);
  let ended = 0;
  const service = createService({
    instruments: {
      ...instruments,
      request(provider, status) {
        ended++;
        instruments.request(provider, status);
      },
    },
    random: seededRandom(`${scenario.seed}/${instance}/${lifeNumber}`),
    conditions: weatherOf(scenario, instance),
  });
  const queue = new EventQueue<{ readonly ticket: Ticket; readonly happens: 'first-token' | 'end' }>();

  const advance = (toMs: number) => {
    while (queue.nextMs <= toMs) {
      const next = queue.pop();
      if (next === undefined) return;
      const { ticket, happens } = next.event;
      if (happens === 'first-token') service.firstToken(ticket, next.atMs);
      else service.finish(ticket, next.atMs);
    }
  };

  return {
    service,
    advance,
    ended: () => ended,
    arrive({ atMs, provider }) {
      advance(atMs);
      const admission = service.begin(provider, atMs);
      if (admission.kind === 'refused') return;
      const { ticket } = admission;
      const { firstTokenMs, endMs } = ticket.answer;
      if (firstTokenMs !== undefined) queue.push(atMs + firstTokenMs, { ticket, happens: 'first-token' });
      queue.push(atMs + endMs, { ticket, happens: 'end' });
    },
    openStreams(nowMs) {
      const firstTokens = new Map<Ticket, number>();
      for (const { atMs, event } of queue.pending())
        if (event.happens === 'first-token') firstTokens.set(event.ticket, atMs - nowMs);
      return queue
        .pending()
        .filter(({ event }) => event.happens === 'end')
        .map(({ atMs, event: { ticket } }) => ({
          ticket,
          firstTokenInMs: firstTokens.get(ticket),
          endInMs: atMs - nowMs,
        }));
    },
  };
}

/** A life up to the instant at which it was last written down, and what it had counted by then. */
export type RelivedLife = {
  readonly past: PastLife;
  readonly life: Life;
  readonly endMs: number;
  readonly tally: Tally;
};

/**
 * Lives the last process of an instance again, from its start to its last scrape before T0. Lets other work run now and
 * then. The seed makes it the same life that was written down.
 */
export async function reliveLastLife(scenario: Scenario, instance: InstanceName): Promise<RelivedLife> {
  const life = livesOf(scenario, instance).at(-1);
  if (life === undefined) throw new Error(`instance ${instance} has no process`);
  const endMs = lastScrapeMs(scenario, instance);
  const tally = createTally();
  const past = createPastLife(scenario, instance, life, tally);
  let sinceBreak = 0;
  const traffic = createTraffic(scenario);
  for (let arrival = traffic.next(); arrival !== undefined && arrival.atMs <= endMs; arrival = traffic.next()) {
    if (++sinceBreak % 5_000 === 0) await new Promise((resolve) => setImmediate(resolve));
    if (arrival.instance === instance && arrival.atMs >= life.fromMs) past.arrive(arrival);
  }
  past.advance(endMs);
  past.service.tick(endMs);
  return { past, life, endMs, tally };
}
