import { Counter, Gauge, Histogram, Registry, Summary } from 'prom-client';
import { BREAKER_VALUE } from './breaker.ts';
import type { Instruments } from './instruments.ts';
import { OFFSET, WIDTH } from './layout.ts';
import { ERROR_TYPES, PROVIDERS } from './providers.ts';
import { DURATION_BUCKETS, KNOWN_ERRORS, METRICS, QUANTILES, STATUSES } from './schema.ts';
import { ABSENT, type Tally } from './tally.ts';
import type { Vitals } from './vitals.ts';
import { WindowQuantiles } from './window-quantiles.ts';

export type PromInstrumentsOptions = {
  readonly version: string;
  /** Milliseconds since 1970; decides what "the last ten minutes" of the summary are. */
  now(): number;
  /** What an earlier life had counted: this one goes on from there. */
  readonly earlier?: EarlierCounts;
};

/** A row of values in the order of `appSeries`, and the first tokens of the last ten minutes. */
export type EarlierCounts = { readonly row: Float64Array; readonly windows: Tally['windows'] };

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
  const duration = new Histogram({ ...config('duration'), buckets: [...DURATION_BUCKETS], registers: [] });
  registry.registerMetric(new ContinuedHistogram(duration, options.earlier));
  const breaker = new Gauge({ ...config('breaker'), registers });
  const windows = options.earlier?.windows ?? PROVIDERS.map(() => new WindowQuantiles());
  registry.registerMetric(new WindowSummary(windows, options.now));
  new Gauge({ ...config('info'), registers }).set({ version: options.version }, 1);

  for (const provider of PROVIDERS) {
    for (const status of STATUSES) requests.inc({ provider, status }, 0);
    for (const type of KNOWN_ERRORS[provider]) errors.inc({ provider, type }, 0);
    active.set({ provider }, 0);
    duration.zero({ provider });
    breaker.set({ provider }, BREAKER_VALUE.closed);
  }
  if (options.earlier !== undefined) goOn(options.earlier, { requests, errors, active, breaker });
  return {
    registry,
    instruments: {
      request: (provider, status) => requests.inc({ provider, status }),
      error: (provider, type) => errors.inc({ provider, type }),
      active: (provider, change) => active.inc({ provider }, change),
      duration: (provider, seconds) => duration.observe({ provider }, seconds),
      firstToken: (provider, seconds, nowMs) => windows[PROVIDERS.indexOf(provider)]?.observe(seconds, nowMs),
      breaker: (provider, value) => breaker.set({ provider }, value),
    },
  };
}

function config<K extends keyof typeof METRICS>(key: K) {
  const { name, help, labels } = METRICS[key];
  return { name, help, labelNames: [...labels] as (typeof METRICS)[K]['labels'][number][] };
}

type Continued = {
  readonly requests: Counter<'provider' | 'status'>;
  readonly errors: Counter<'provider' | 'type'>;
  readonly active: Gauge<'provider'>;
  readonly breaker: Gauge<'provider'>;
};

/** Sets counters and gauges to where the earlier life left them; replaying it into them would take a second. */
function goOn({ row }: EarlierCounts, { requests, errors, active, breaker }: Continued): void {
  for (const [i, provider] of PROVIDERS.entries()) {
    for (const [j, status] of STATUSES.entries())
      requests.inc({ provider, status }, row[OFFSET.requests + i * WIDTH.requests + j]);
    for (const [j, type] of ERROR_TYPES.entries()) {
      const count = row[OFFSET.errors + i * WIDTH.errors + j];
      if (count !== ABSENT) errors.inc({ provider, type }, count);
    }
    active.set({ provider }, row[OFFSET.active + i] ?? 0);
    breaker.set({ provider }, row[OFFSET.breaker + i] ?? 0);
  }
}

/** What a prom-client histogram has counted, on top of the counts of an earlier life, which it has no way to be given. */
class ContinuedHistogram extends Histogram<'provider'> {
  readonly #live: Histogram<'provider'>;
  readonly #earlier: EarlierCounts | undefined;

  constructor(live: Histogram<'provider'>, earlier: EarlierCounts | undefined) {
    super({ ...config('duration'), buckets: [...DURATION_BUCKETS], registers: [] });
    this.#live = live;
    this.#earlier = earlier;
  }

  /** Values come provider by provider, each with its buckets, its sum and its count: the order of a row, too. */
  override async get(): ReturnType<Histogram<'provider'>['get']> {
    const told = await this.#live.get();
    const row = this.#earlier?.row;
    if (row === undefined) return told;
    const values = told.values.map((each, i) => ({ ...each, value: each.value + (row[OFFSET.duration + i] ?? 0) }));
    return { ...told, values };
  }

  /** The registry prefers this one where it is there. */
  getForPromString(): ReturnType<Histogram<'provider'>['get']> {
    return this.get();
  }
}

/** A prom-client summary whose quantiles come from `WindowQuantiles`. */
class WindowSummary extends Summary<'provider'> {
  readonly #windows: Tally['windows'];
  readonly #now: () => number;

  constructor(windows: Tally['windows'], now: () => number) {
    super({ ...config('firstToken'), registers: [] });
    this.#windows = windows;
    this.#now = now;
  }

  override async get(): ReturnType<Summary<'provider'>['get']> {
    const { name } = METRICS.firstToken;
    const values = this.#windows.flatMap((window, i) => {
      const provider = PROVIDERS[i] ?? '';
      return [
        ...window.quantiles(QUANTILES, this.#now()).map((value, j) => ({
          labels: { provider, quantile: String(QUANTILES[j]) },
          value,
        })),
        { metricName: `${name}_sum`, labels: { provider }, value: window.sum },
        { metricName: `${name}_count`, labels: { provider }, value: window.count },
      ];
    });
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
