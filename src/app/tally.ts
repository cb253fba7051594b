import type { Instruments } from './instruments.ts';
import { OFFSET, ROW_LENGTH, WIDTH } from './layout.ts';
import { ERROR_TYPES, PROVIDERS, type Provider } from './providers.ts';
import { DURATION_BUCKETS, KNOWN_ERRORS, QUANTILES, STATUSES } from './schema.ts';
import { WindowQuantiles } from './window-quantiles.ts';

/** In a row of values: the series does not exist (yet). No series of ours ever has this value. */
export const ABSENT = Number.NEGATIVE_INFINITY;

/** Instruments of the written past: one row of numbers in the order of `appSeries`, fast enough for hours in a blink. */
export interface Tally extends Instruments {
  /** The row as a scrape at `nowMs` would see it. Its process metrics are left at 0. Shared: copy what is kept. */
  row(nowMs: number): Float64Array;
  /** The last ten minutes of first tokens, by the place of the provider in `PROVIDERS`. Shared, too. */
  readonly windows: readonly WindowQuantiles[];
}

export function createTally(): Tally {
  const row = new Float64Array(ROW_LENGTH);
  const windows = PROVIDERS.map(() => new WindowQuantiles());
  row[OFFSET.info] = 1;
  for (const provider of PROVIDERS) {
    for (const type of ERROR_TYPES) {
      if (!KNOWN_ERRORS[provider].includes(type)) row[errorIndex(provider, ERROR_TYPES.indexOf(type))] = ABSENT;
    }
  }
  const add = (index: number, amount: number) => {
    row[index] = (row[index] as number) + amount;
  };
  return {
    request: (provider, status) =>
      add(OFFSET.requests + PROVIDER_INDEX[provider] * WIDTH.requests + STATUSES.indexOf(status), 1),
    error(provider, type) {
      const index = errorIndex(provider, ERROR_TYPES.indexOf(type));
      if (row[index] === ABSENT) row[index] = 0;
      add(index, 1);
    },
    active: (provider, change) => add(OFFSET.active + PROVIDER_INDEX[provider], change),
    duration(provider, seconds) {
      const first = OFFSET.duration + PROVIDER_INDEX[provider] * WIDTH.duration;
      for (let i = 0; i < DURATION_BUCKETS.length; i++)
        if (seconds <= (DURATION_BUCKETS[i] as number)) add(first + i, 1);
      add(first + DURATION_BUCKETS.length, 1);
      add(first + DURATION_BUCKETS.length + 1, seconds);
      add(first + DURATION_BUCKETS.length + 2, 1);
    },
    firstToken: (provider, seconds, nowMs) => windows[PROVIDER_INDEX[provider]]?.observe(seconds, nowMs),
    breaker: (provider, value) => {
      row[OFFSET.breaker + PROVIDER_INDEX[provider]] = value;
    },
    row(nowMs) {
      for (const [i, window] of windows.entries()) {
        const first = OFFSET.firstToken + i * WIDTH.firstToken;
        row.set([...window.quantiles(QUANTILES, nowMs), window.sum, window.count], first);
      }
      return row;
    },
    windows,
  };
}

const PROVIDER_INDEX: { readonly [K in Provider]: number } = { openai: 0, anthropic: 1, mistral: 2 };

function errorIndex(provider: Provider, type: number): number {
  return OFFSET.errors + PROVIDER_INDEX[provider] * WIDTH.errors + type;
}
