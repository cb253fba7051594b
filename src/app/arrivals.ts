import type { Scenario } from '../model/scenario.ts';
import { BASE_RATE, demandAt, drawProvider, drawWeighted, PEAK_DEMAND } from './demand.ts';
import type { Provider } from './providers.ts';
import { exponential, seededRandom } from './random.ts';
import { INSTANCES, type InstanceName } from './schema.ts';
import { livesOf, reachable, STORY } from './story.ts';

export type Arrival = { readonly atMs: number; readonly provider: Provider; readonly instance: InstanceName };

/** The requests of the past, one by one in the order of time; undefined when T0 is reached. */
export type Traffic = { next(): Arrival | undefined };

/**
 * A request goes to an instance that answers, as behind a load balancer: while the second one is down, the first gets
 * everything. (Not a generator: that costs a tenth of a second in six hours.)
 */
export function createTraffic(scenario: Scenario): Traffic {
  const random = seededRandom(`${scenario.seed}/traffic`);
  const lives = new Map(INSTANCES.map(({ name }) => [name, livesOf(scenario, name)]));
  const edges = [...lives.values()].flat().flatMap((life) => [life.fromMs, life.toMs]);
  const warmFromMs = scenario.t0Ms - STORY.warm.fromMin * 60_000;
  const warmToMs = scenario.t0Ms - STORY.warm.toMin * 60_000;
  const peakRate = BASE_RATE * PEAK_DEMAND + STORY.warm.rate;

  let atMs = Math.min(...edges);
  let candidates = reachable(lives, atMs);
  let nextEdgeMs = atMs;
  let second = -1;
  let rate = 0;
  return {
    next() {
      for (;;) {
        atMs += exponential(random, 1000 / peakRate);
        if (atMs > scenario.t0Ms) return undefined;
        if (Math.floor(atMs / 1000) !== second) {
          second = Math.floor(atMs / 1000);
          rate = BASE_RATE * demandAt(second * 1000);
        }
        const warm = atMs >= warmFromMs && atMs < warmToMs ? STORY.warm.rate : 0;
        const drawn = random() * peakRate;
        if (drawn >= rate + warm) continue;
        if (atMs >= nextEdgeMs) {
          candidates = reachable(lives, atMs);
          nextEdgeMs = Math.min(...edges.filter((edge) => edge > atMs));
        }
        const provider = drawn < warm ? STORY.warm.provider : drawProvider(random);
        const instance = drawWeighted(candidates, random);
        if (instance !== undefined) return { atMs, provider, instance: instance.name };
      }
    },
  };
}
