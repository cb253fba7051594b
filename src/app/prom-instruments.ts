import { Counter, Gauge, Histogram, Registry, Summary } from 'prom-client';
import { BREAKER_VALUE } from './breaker.ts';
import type { Instruments } from './instruments.ts';
import { PROVIDERS, type Provider } from './providers.ts';
import { DURATION_BUCKETS, KNOWN_ERRORS, METRICS, QUANTILES, STATUSES } from './schema.ts';
import type { Vitals } from './vitals.ts';
import { WindowQuantiles } from './window-quantiles.ts';

export type PromInstrumentsOptions = {
  readonly version: string;
  /** Milliseconds since 1970; decides what "the last ten minutes" of the summary are. */
  now(): number;
};

/**
 * The metrics of the service in a registry of its own, still without those of the process. Known label pairs are there
 * from the start, at 0.
 */
export function createPromInstruments(options: PromInstrumentsOptions): {
  readonly registry: Registry;
  readonly instruments: Instruments;
} {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({ ...config('requests'), registers });
  const errors = new Counter({ ...config('errors'), registers });
  const active = new Gauge({ ...config('active'), registers });
  const duration = new Histogram({ ...config('duration'), buckets: [...DURATION_BUCKETS], registers });
  const breaker = new Gauge({ ...config('breaker'), registers });
  const firstToken = new WindowSummary(registry, options.now);
  new Gauge({ ...config('info'), registers }).set({ version: options.version }, 1);

  for (const provider of PROVIDERS) {
    for (const status of STATUSES) requests.inc({ provider, status }, 0);
    for (const type of KNOWN_ERRORS[provider]) errors.inc({ provider, type }, 0);
    active.set({ provider }, 0);
    duration.zero({ provider });
    breaker.set({ provider }, BREAKER_VALUE.closed);
  }
  return {
    registry,
    instruments: {
      request: (provider, status) => requests.inc({ provider, status }),
      error: (provider, type) => errors.inc({ provider, type }),
      active: (provider, change) => active.inc({ provider }, change),
      duration: (provider, seconds) => duration.observe({ provider }, seconds),
      firstToken: (provider, seconds, nowMs) => firstToken.observeAt(provider, seconds, nowMs),
      breaker: (provider, value) => breaker.set({ provider }, value),
    },
  };
}

function config<K extends keyof typeof METRICS>(key: K) {
  const { name, help, labels } = METRICS[key];
  return { name, help, labelNames: [...labels] as (typeof METRICS)[K]['labels'][number][] };
}

/** A prom-client summary whose quantiles come from `WindowQuantiles`. */
class WindowSummary extends Summary<'provider'> {
  readonly #windows = new Map(PROVIDERS.map((provider) => [provider, new WindowQuantiles()]));
  readonly #now: () => number;

  constructor(registry: Registry, now: () => number) {
    super({ ...config('firstToken'), registers: [registry] });
    this.#now = now;
  }

  observeAt(provider: Provider, seconds: number, nowMs: number): void {
    this.#windows.get(provider)?.observe(seconds, nowMs);
  }

  override async get(): ReturnType<Summary<'provider'>['get']> {
    const { name } = METRICS.firstToken;
    const values = [...this.#windows].flatMap(([provider, window]) => [
      ...window.quantiles(QUANTILES, this.#now()).map((value, i) => ({
        labels: { provider, quantile: String(QUANTILES[i]) },
        value,
      })),
      { metricName: `${name}_sum`, labels: { provider }, value: window.sum },
      { metricName: `${name}_count`, labels: { provider }, value: window.count },
    ]);
    return { ...(await super.get()), values };
  }
}

/** Adds what the process says about itself, measured when it is scraped. */
export function addVitals(registry: Registry, vitals: Vitals): void {
  const registers = [registry];
  new Counter({
    ...config('cpu'),
    registers,
    collect() {
      this.reset();
      this.inc(vitals.cpuSeconds());
    },
  });
  new Gauge({ ...config('start'), registers }).set(vitals.startSeconds);
  new Gauge({
    ...config('resident'),
    registers,
    collect() {
      this.set(vitals.residentBytes());
    },
  });
  new Gauge({
    ...config('heap'),
    registers,
    collect() {
      this.set(vitals.heapBytes());
    },
  });
  new Gauge({
    ...config('lag'),
    registers,
    async collect() {
      this.set(await vitals.eventLoopLagSeconds());
    },
  });
}
