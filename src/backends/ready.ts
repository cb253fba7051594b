import { request } from 'undici';
import { UserError } from '../model/errors.ts';
import { isEmptyResult } from '../model/query-result.ts';
import type { Scenario } from '../model/scenario.ts';
import type { Source, Target } from '../source/source.ts';
import { BackendUnavailable } from './backend-unavailable.ts';
import { type System, within } from './world.ts';

type Waiting = {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** The time between two attempts grows up to this; 500 ms when absent. */
  readonly longestPauseMs?: number;
};

/**
 * Tries until it works. `attempt` gives undefined when all is well, otherwise what is still missing; what it throws as a
 * `UserError` (no answer yet) counts as missing too. Throws `BackendUnavailable` with the last reason when time is up.
 */
export async function waitUntil(
  system: Pick<System, 'now' | 'sleep'>,
  what: string,
  { signal, timeoutMs, longestPauseMs = 500 }: Waiting,
  attempt: (signal: AbortSignal) => Promise<string | undefined>,
): Promise<void> {
  const giveUpAt = system.now() + timeoutMs;
  for (let pauseMs = 50; ; pauseMs = Math.min(longestPauseMs, pauseMs * 1.5)) {
    signal.throwIfAborted();
    const missing = await attemptOnce(attempt, signal);
    if (missing === undefined) return;
    if (system.now() > giveUpAt) {
      throw new BackendUnavailable(`${what} did not come up within ${Math.round(timeoutMs / 1000)} s: ${missing}`, {
        hint: 'See what it says: prom-tutor logs',
      });
    }
    await system.sleep(pauseMs, signal);
  }
}

async function attemptOnce(
  attempt: (signal: AbortSignal) => Promise<string | undefined>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const limited = within(3_000, signal);
  try {
    return await attempt(limited);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UserError && !(error instanceof BackendUnavailable)) return error.message;
    if (limited.aborted || (error instanceof Error && isNoAnswer(error))) return 'no answer yet';
    throw error;
  }
}

/** Resolves when Prometheus says that it is ready. */
export async function prometheusReady(system: System, source: Source, waiting: Waiting): Promise<void> {
  await waitUntil(system, 'Prometheus', waiting, async (signal) => {
    const { ready, reason } = await source.ready({ signal });
    return ready ? undefined : reason || 'it is not ready';
  });
}

/** Resolves when an instance of the demo service answers /metrics with its own metrics. */
export async function appReady(system: System, name: string, url: string, waiting: Waiting): Promise<void> {
  await waitUntil(system, name, waiting, async (signal) => {
    const { statusCode, body } = await request(`${url}/metrics`, { signal });
    const text = await body.text();
    if (statusCode !== 200) return `/metrics answers ${statusCode}`;
    return /^sse_requests_total/m.test(text) ? undefined : '/metrics holds no sse_requests_total';
  });
}

/** Resolves when the written history can be queried, in its middle and near its end. */
export async function historyReady(
  system: System,
  source: Source,
  scenario: Scenario,
  waiting: Waiting,
): Promise<void> {
  await waitUntil(system, 'the history', waiting, async (signal) => {
    for (const timeMs of [scenario.t0Ms - scenario.historyMs / 2, scenario.t0Ms - 30_000]) {
      const { data } = await source.instant('sse_requests_total', { timeMs, signal });
      if (isEmptyResult(data)) return `no samples at ${new Date(timeMs).toISOString()}`;
    }
    return undefined;
  });
}

/**
 * Resolves when Prometheus has scraped every target, successfully, after `sinceMs`. Never by `up` alone: the history
 * answers 1 for a target that nobody listens on.
 */
export async function targetsFresh(
  system: System,
  source: Source,
  sinceMs: number,
  count: number,
  waiting: Waiting & { onNews(text: string): void },
): Promise<readonly Target[]> {
  let targets: readonly Target[] = [];
  await waitUntil(system, 'every target', waiting, async (signal) => {
    targets = await source.targets({ signal });
    const fresh = targets.filter(({ health, lastScrapeMs }) => health === 'up' && (lastScrapeMs ?? 0) > sinceMs);
    waiting.onNews(`${fresh.length} of ${count} targets scraped`);
    if (fresh.length === targets.length && fresh.length >= count) return undefined;
    const late = targets.find((target) => !fresh.includes(target));
    if (late === undefined) return `only ${targets.length} of ${count} targets are configured`;
    const name = late.labels.instance ?? late.scrapeUrl;
    return late.lastError === '' ? `${name} has not been scraped yet` : `${name}: ${late.lastError}`;
  });
  return targets;
}

function isNoAnswer(error: Error): boolean {
  const codes = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_CONNECT_TIMEOUT'];
  if (error instanceof AggregateError)
    return error.errors.every((inner) => inner instanceof Error && isNoAnswer(inner));
  return 'code' in error && codes.includes(String(error.code));
}
