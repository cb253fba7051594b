import type { Scenario } from '../model/scenario.ts';
import { type Arrival, createTraffic } from './arrivals.ts';
import { createPastLife, type PastLife, type RelivedLife } from './past-life.ts';
import { setVitals } from './past-vitals.ts';
import { INSTANCES, type InstanceName } from './schema.ts';
import { type Life, lastScrapeMs, livesOf, scrapeTimes } from './story.ts';
import { ABSENT, createTally, type Tally } from './tally.ts';

/** What one instance showed at each scrape. */
export type InstancePast = {
  readonly instance: InstanceName;
  readonly version: string;
  readonly timesMs: Float64Array;
  /** One row of values (in the order of `appSeries`) per scrape; undefined when the scrape failed. */
  readonly rows: readonly (Float64Array | undefined)[];
  /** Its last process as it was at the last scrape, for a live instance that goes on from there. */
  readonly lastLife: RelivedLife;
};

/** Lives through the whole scenario: every request of every instance, looked at once per scrape. */
export function simulate(scenario: Scenario): readonly InstancePast[] {
  const recorders = INSTANCES.map(({ name, version }) => createRecorder(scenario, name, version));
  const byName = new Map(recorders.map((recorder) => [recorder.instance, recorder]));
  const traffic = createTraffic(scenario);
  for (let arrival = traffic.next(); arrival !== undefined; arrival = traffic.next())
    byName.get(arrival.instance)?.arrive(arrival);
  return recorders.map(({ finish }) => finish());
}

/** How many samples a successful scrape of this row holds. */
export function samplesIn(row: Float64Array): number {
  return row.reduce((count, value) => (value === ABSENT ? count : count + 1), 0);
}

type Running = { readonly life: Life; readonly tally: Tally; readonly past: PastLife };

function createRecorder(scenario: Scenario, instance: InstanceName, version: string) {
  const lives = livesOf(scenario, instance);
  const timesMs = scrapeTimes(scenario, instance);
  const endMs = lastScrapeMs(scenario, instance);
  const rows: (Float64Array | undefined)[] = [];
  let running: Running | undefined;

  const runningAt = (ms: number): Running | undefined => {
    if (running !== undefined && ms >= running.life.fromMs && ms < running.life.toMs) return running;
    const life = lives.find(({ fromMs, toMs }) => ms >= fromMs && ms < toMs);
    if (life === undefined) return undefined;
    const tally = createTally();
    running = { life, tally, past: createPastLife(scenario, instance, life, tally) };
    return running;
  };

  const scrapeUntil = (ms: number) => {
    for (let at = timesMs[rows.length]; at !== undefined && at <= ms; at = timesMs[rows.length]) {
      const now = runningAt(at);
      if (now === undefined) {
        rows.push(undefined);
        continue;
      }
      now.past.advance(at);
      now.past.service.tick(at);
      const row = now.tally.row(at).slice();
      setVitals(row, now.life.fromMs, at);
      rows.push(row);
    }
  };

  return {
    instance,
    /** What comes after the last scrape was never seen by anybody: the live instance makes its own. */
    arrive(arrival: Arrival) {
      scrapeUntil(arrival.atMs);
      if (arrival.atMs <= endMs) runningAt(arrival.atMs)?.past.arrive(arrival);
    },
    finish(): InstancePast {
      scrapeUntil(endMs);
      if (running === undefined) throw new Error(`instance ${instance} has no process at the end`);
      return { instance, version, timesMs, rows, lastLife: { ...running, endMs } };
    },
  };
}
