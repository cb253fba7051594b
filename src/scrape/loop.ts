import type { MemoryStorage } from '../tsdb/memory-storage.ts';
import { type Fetched, type FetchOptions, fetchMetrics } from './fetch.ts';
import { ScrapeTarget, type TargetConfig, type TargetState } from './target.ts';
import { untilLater } from './until-later.ts';

export type ScrapeLoop = {
  readonly targets: readonly TargetState[];
  /** Resolves when every target has been scraped once. */
  readonly first: Promise<void>;
  stop(): Promise<void>;
};

type LoopOptions = {
  readonly targets: readonly TargetConfig[];
  readonly storage: MemoryStorage;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly fetch?: (options: FetchOptions) => Promise<Fetched>;
};

/**
 * Scrapes every target at once and then at its interval, each on its own grid of instants, so that a slow scrape never
 * shifts the next. A scrape that outlasts its interval makes the next ones fall out, as in Prometheus.
 */
export function startScraping({ targets, storage, now, fetch = fetchMetrics }: LoopOptions): ScrapeLoop {
  const stopping = new AbortController();
  const scrapers = targets.map((config) => new ScrapeTarget(config, storage));
  const runs = scrapers.map((target) => run(target, now, fetch, stopping.signal));
  return {
    targets: scrapers.map(({ state }) => state),
    first: Promise.all(runs.map(({ first }) => first)).then(() => undefined),
    stop: async () => {
      stopping.abort(new Error('scraping has been stopped'));
      await Promise.all(runs.map(({ ended }) => ended));
    },
  };
}

function run(
  target: ScrapeTarget,
  now: () => number,
  fetch: (options: FetchOptions) => Promise<Fetched>,
  signal: AbortSignal,
): { readonly first: Promise<void>; readonly ended: Promise<void> } {
  const { intervalMs } = target.state.config;
  const origin = now();
  const first = target.scrape(origin, fetch, now, signal);
  const ended = (async () => {
    await first;
    for (let turn = 1; !signal.aborted; turn++) {
      turn = Math.max(turn, Math.ceil((now() - origin) / intervalMs));
      const atMs = origin + turn * intervalMs;
      await untilLater(atMs - now(), signal);
      if (!signal.aborted) await target.scrape(atMs, fetch, now, signal);
    }
  })();
  return { first, ended };
}
