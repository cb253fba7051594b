import { UnavailableError } from '../model/errors.ts';
import { isEmptyResult } from '../model/query-result.ts';
import type { Source } from '../source/source.ts';
import { inspectMetric } from './inspect-metric.ts';
import { listMetrics, type Metric } from './metrics.ts';
import { usualWindowMs } from './usual-window.ts';

/** What the first screen says of a server. What could not be found out in time is absent. */
export type Greeting = {
  /** Such as "Prometheus 3.5.3"; unsafe. */
  readonly server?: string;
  readonly targets?: { readonly all: number; readonly up: number };
  readonly metrics?: number;
  /** A query that has an answer there. */
  readonly example?: string;
};

/**
 * Looks around on a server, at most until the signal says so: then the greeting says less. Throws `UnavailableError` when
 * the server gives no usable answer to the first question.
 */
export async function greet(
  source: Source,
  { timeMs, signal }: { readonly timeMs: number; readonly signal: AbortSignal },
): Promise<Greeting> {
  const [server, targets, found] = await Promise.all([
    serverOf(source, signal),
    perhaps(async () => {
      const all = await source.targets({ signal });
      return { all: all.length, up: all.filter(({ health }) => health === 'up').length };
    }),
    perhaps(async () => {
      const metrics = await listMetrics(source, { timeMs, signal });
      return { metrics, example: await perhaps(() => exampleOf(metrics, source, { timeMs, signal })) };
    }),
  ]);
  return {
    ...(server === undefined ? {} : { server }),
    ...(targets === undefined || targets.all === 0 ? {} : { targets }),
    ...(found === undefined ? {} : { metrics: found.metrics.length }),
    ...(found?.example === undefined ? {} : { example: found.example }),
  };
}

/** What is not answered, or not in time, stays unsaid. */
async function perhaps<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch {
    return undefined;
  }
}

/** Throws `UnavailableError` when the server gives no usable answer to a first, cheap question. */
export async function firstAnswer(source: Source, signal: AbortSignal): Promise<void> {
  await serverOf(source, signal);
}

/** Which product it is, and its version. Servers without build information answer a query, or are not there. */
async function serverOf(source: Source, signal: AbortSignal): Promise<string | undefined> {
  try {
    const { version } = await source.buildInfo({ signal });
    const product = await productOf(source, version, signal);
    return `${product} ${version}`.trim();
  } catch (error) {
    if (signal.aborted) return undefined;
    if (!(error instanceof UnavailableError) || error.kind !== 'not-found') throw error;
    await source.instant('1', { signal });
    return undefined;
  }
}

/**
 * Mimir names itself (https://grafana.com/docs/mimir/latest/references/http-api/#get-build-information). Thanos has stores
 * (https://thanos.io/tip/components/query.md/), and versions below 1.
 */
async function productOf(source: Source, version: string, signal: AbortSignal): Promise<string> {
  const { passOn } = source;
  if (passOn === undefined) return 'Prometheus';
  const ask = (path: string) => perhaps(async () => (await passOn(path, new URLSearchParams(), { signal })).data);
  const info = await ask('/status/buildinfo');
  if (typeof info === 'object' && info !== null && 'application' in info && typeof info.application === 'string') {
    return info.application;
  }
  return /^v?0\./.test(version) && (await ask('/stores')) !== undefined ? 'Thanos' : 'Prometheus';
}

/** The first of some telling queries that has rows. */
async function exampleOf(
  metrics: readonly Metric[],
  source: Source,
  asked: { readonly timeMs: number; readonly signal: AbortSignal },
): Promise<string | undefined> {
  const windowMs = await usualWindowMs(source, asked.signal);
  const ranked = [...metrics].sort((a, b) => interest(b) - interest(a)).slice(0, MOST_TRIED);
  for (const metric of ranked) {
    const { tries } = await inspectMetric(metric, source, { ...asked, windowMs });
    const [first] = tries;
    if (first === undefined) continue;
    const { data } = await source.instant(first.query, asked);
    if (!isEmptyResult(data)) return first.query;
  }
  return undefined;
}

const MOST_TRIED = 4;

/** Requests are what people ask for; what Prometheus writes about itself comes last. */
function interest({ name, type }: Metric): number {
  const kind = type === 'counter' ? 4 : type === 'histogram' ? 3 : type === 'gauge' ? 2 : 1;
  const own = /^(prometheus|go|process|scrape|promhttp|net_conntrack|nodejs|up$|ALERTS)/.test(name) ? -5 : 0;
  return kind + own + (/request/.test(name) ? 6 : 0);
}
