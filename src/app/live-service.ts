import type { Registry } from 'prom-client';
import type { Scenario } from '../model/scenario.ts';
import type { AppWorld } from './app.ts';
import type { FaultBoard } from './faults.ts';
import { type RelivedLife, reliveLastLife } from './past-life.ts';
import { cpuSeconds } from './past-vitals.ts';
import { addVitals, createPromInstruments } from './prom-instruments.ts';
import type { InstanceName } from './schema.ts';
import { createService, type StreamingService } from './service.ts';
import { createVitals, type EarlierLife } from './vitals.ts';

export type LiveService = {
  readonly service: StreamingService;
  readonly registry: Registry;
  /** Forgets the streams that are still open from the past. */
  stop(): void;
};

/**
 * The service at the speed of life. With a scenario it first lives the written past again, so that every counter goes on
 * from its last written value and the streams that were open then end in their time.
 */
export async function createLiveService(options: {
  readonly instance: InstanceName;
  readonly version: string;
  readonly scenario?: Scenario;
  /** The last process of that scenario, where it has been lived again already. */
  readonly earlier?: RelivedLife;
  readonly faults: FaultBoard;
  readonly world: AppWorld;
}): Promise<LiveService> {
  const { instance, version, scenario, faults, world } = options;
  const past = options.earlier ?? (scenario && (await reliveLastLife(scenario, instance)));
  const { registry, instruments } = createPromInstruments({
    version,
    now: world.now,
    ...(past === undefined ? {} : { earlier: { row: past.tally.row(past.endMs), windows: past.tally.windows } }),
  });
  addVitals(registry, createVitals(world.readings, past && vitalsAtTheEnd(past)));
  const service = createService({
    instruments,
    random: world.random,
    conditions: (provider, nowMs) => faults.conditions(provider, nowMs),
    onBreaker: (provider, state) => world.log(`circuit breaker of ${provider}: ${state}`),
    ...(past === undefined ? {} : { breakers: past.past.service.breakers() }),
  });
  return { service, registry, stop: past === undefined ? () => undefined : letStreamsEnd(past, service, world) };
}

function vitalsAtTheEnd({ past, life, endMs }: RelivedLife): EarlierLife {
  return {
    startSeconds: life.fromMs / 1000,
    cpuSeconds: cpuSeconds((endMs - life.fromMs) / 1000, past.ended()),
  };
}

/** The streams that were open when the past ended go on where they were; the function returned forgets them. */
function letStreamsEnd({ past, endMs }: RelivedLife, service: StreamingService, world: AppWorld): () => void {
  const shiftMs = world.now() - endMs;
  const timers = past.openStreams(endMs).flatMap(({ ticket: before, firstTokenInMs, endInMs }) => {
    const ticket = { ...before, startedMs: before.startedMs + shiftMs };
    return [
      ...(firstTokenInMs === undefined
        ? []
        : [setTimeout(() => service.firstToken(ticket, world.now()), firstTokenInMs)]),
      setTimeout(() => service.finish(ticket, world.now()), endInMs),
    ];
  });
  return () => {
    for (const timer of timers) clearTimeout(timer);
  };
}
