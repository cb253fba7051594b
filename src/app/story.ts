import { SCRAPE_INTERVAL_MS, type Scenario } from '../model/scenario.ts';
import { CALM, type Conditions, type FailureChances, type Provider } from './providers.ts';
import { INSTANCES, type InstanceName } from './schema.ts';

/** What happens in the written past, in minutes before T0; the curriculum tells it in section 3.1. */
export const STORY = {
  /** Instance 2 is restarted: gone for four seconds between two scrapes, its counters start again at 0. */
  restart: { instance: 'sse-app-2:8000', atMin: 65, goneMs: 4_000 },
  /** Somebody tries mistral for ten minutes, about 0.35 requests a second. */
  warm: { provider: 'mistral', fromMin: 50, toMin: 40, rate: 0.35 },
  /** Instance 2 is stopped, and started again. */
  down: { instance: 'sse-app-2:8000', fromMin: 36, toMin: 28 },
  /** One single request fails in a way that never happened before, so the error series is born with the value 1. */
  firstEver: { instance: 'sse-app:8000', provider: 'openai', failure: 'upstream_5xx', atMin: 24 },
  /** The upstream of anthropic fails 40 % of the requests and takes six times as long. */
  outage: { provider: 'anthropic', fromMin: 20, toMin: 10 },
} as const;

export const OUTAGE: Conditions = {
  slowdown: 6,
  failures: { timeout: 0.13, rate_limit: 0.05, upstream_5xx: 0.22 },
};

/**
 * Below this the story's windows would reach before the beginning: its first event is at 65 minutes, a lesson compares
 * with the hour before, and the longest window of an exercise is one hour.
 */
export const SHORTEST_HISTORY_MS = 3 * 3_600_000;

/** From the start of a process to its end, in milliseconds since 1970. */
export type Life = { readonly fromMs: number; readonly toMs: number };

/** The processes of an instance from the beginning of the history on; the last one is still running at T0. */
export function livesOf(scenario: Scenario, instance: InstanceName): readonly Life[] {
  const { t0Ms } = scenario;
  const birthMs = t0Ms - scenario.historyMs - 2_500;
  if (instance !== STORY.restart.instance) return [{ fromMs: birthMs, toMs: Number.POSITIVE_INFINITY }];
  const restartMs = t0Ms - STORY.restart.atMin * 60_000;
  return [
    { fromMs: birthMs, toMs: restartMs },
    { fromMs: restartMs + STORY.restart.goneMs, toMs: t0Ms - STORY.down.fromMin * 60_000 },
    { fromMs: t0Ms - STORY.down.toMin * 60_000, toMs: Number.POSITIVE_INFINITY },
  ];
}

/** How the upstreams behave for one instance. Asked once per request: the one-off failure happens to the first that asks. */
export function weatherOf(
  scenario: Scenario,
  instance: InstanceName,
): (provider: Provider, nowMs: number) => Conditions {
  const { firstEver, outage } = STORY;
  let stillToCome = instance === firstEver.instance;
  return (provider, nowMs) => {
    const minutesBefore = (scenario.t0Ms - nowMs) / 60_000;
    if (stillToCome && provider === firstEver.provider && minutesBefore <= firstEver.atMin) {
      stillToCome = false;
      return { slowdown: 1, failures: { ...NEVER, [firstEver.failure]: 1 } };
    }
    const isBad = provider === outage.provider && minutesBefore <= outage.fromMin && minutesBefore > outage.toMin;
    return isBad ? OUTAGE : CALM;
  };
}

const NEVER: FailureChances = { timeout: 0, rate_limit: 0, upstream_5xx: 0 };

/** Prometheus scrapes each target at its own moment within the interval. */
const SCRAPE_PHASE_MS: { readonly [K in InstanceName]: number } = { 'sse-app:8000': 6_204, 'sse-app-2:8000': 7_117 };
const OWN_SCRAPE_PHASE_MS = 12_058;

/** The instants at which a target was scraped, up to T0, in milliseconds since 1970. `self` is Prometheus itself. */
export function scrapeTimes(scenario: Scenario, target: InstanceName | 'self'): Float64Array {
  const phase = target === 'self' ? OWN_SCRAPE_PHASE_MS : SCRAPE_PHASE_MS[target];
  const count = Math.floor(scenario.historyMs / SCRAPE_INTERVAL_MS);
  const first = scenario.t0Ms - count * SCRAPE_INTERVAL_MS + phase;
  return Float64Array.from({ length: count }, (_, i) => first + i * SCRAPE_INTERVAL_MS);
}

/** The last scrape of an instance before T0: where a live instance takes over. */
export function lastScrapeMs(scenario: Scenario, instance: InstanceName): number {
  return scenario.t0Ms - SCRAPE_INTERVAL_MS + SCRAPE_PHASE_MS[instance];
}

/** The instances that users can reach at an instant. */
export function reachable(lives: ReadonlyMap<InstanceName, readonly Life[]>, nowMs: number) {
  return INSTANCES.filter(({ name }) => lives.get(name)?.some((life) => nowMs >= life.fromMs && nowMs < life.toMs));
}
