import { compileMatcher } from '../promql/matcher.ts';
import { parseErrorText, parseSelector } from '../promql/parse.ts';
import type { Target } from '../source/source.ts';
import { ApiError } from './api-error.ts';
import { type Call, type Endpoint, READ } from './endpoint.ts';
import type { TargetMetadata } from './facts.ts';
import type { Params } from './params.ts';
import { passOn } from './pass-on.ts';

/** What the API says of targets, and of what they say of their metrics. */
export const TARGET_ENDPOINTS: readonly Endpoint[] = [
  { pattern: /^\/metadata$/, methods: READ, answer: metadata },
  { pattern: /^\/targets$/, methods: READ, answer: targets },
  { pattern: /^\/targets\/metadata$/, methods: READ, answer: targetsMetadata },
  { pattern: /^\/scrape_pools$/, methods: READ, answer: scrapePools },
];

async function metadata(call: Call): Promise<string> {
  const { params, deps, signal } = call;
  const metric = params.get('metric') ?? '';
  const limit = count(params, 'limit');
  const perMetric = count(params, 'limit_per_metric');
  return passOn(call, async () => {
    const found = await deps.source.metadata({
      signal,
      ...(metric === '' ? {} : { metric }),
      ...(limit === undefined ? {} : { limit }),
    });
    // As in Prometheus, 0 rows per metric means all of them.
    const rows = [...found].map(([family, said]) => [family, said.slice(0, perMetric || undefined)] as const);
    return JSON.stringify(Object.fromEntries(rows));
  });
}

/** A number of rows; undefined when it is not given or negative, which means all. */
function count(params: Params, name: string): number | undefined {
  const text = params.get(name) ?? '';
  if (text === '') return undefined;
  if (!/^[+-]?\d+$/.test(text)) throw ApiError.badData(`${name} must be a number`);
  return Number(text) < 0 ? undefined : Number(text);
}

/**
 * Every target there is gets scraped, so none is ever dropped. An unknown state shows neither kind, as in Prometheus, which
 * counts the dropped ones of all pools, whichever is asked for.
 */
async function targets(call: Call): Promise<string> {
  const { params, deps, signal } = call;
  const state = params.get('state')?.toLowerCase() ?? '';
  const pool = params.get('scrapePool') ?? '';
  return passOn(call, async () => {
    const all = await deps.source.targets({ signal });
    const wanted = ['', 'any', 'active'].includes(state)
      ? all.filter(({ scrapePool }) => pool === '' || scrapePool === pool)
      : [];
    const droppedTargetCounts = ['', 'any', 'dropped'].includes(state)
      ? Object.fromEntries(all.map(({ scrapePool }) => [scrapePool, 0]))
      : null;
    return JSON.stringify({ activeTargets: wanted.map(targetJson), droppedTargets: [], droppedTargetCounts });
  });
}

function targetJson(target: Target) {
  const { labels, scrapePool, scrapeUrl, lastScrapeMs } = target;
  const { host, pathname, protocol } = new URL(scrapeUrl);
  const scrapeInterval = `${target.scrapeIntervalMs / 1000}s`;
  const scrapeTimeout = `${Math.min(10_000, target.scrapeIntervalMs) / 1000}s`;
  return {
    discoveredLabels: {
      ...labels,
      __address__: host,
      __metrics_path__: pathname,
      __scheme__: protocol.replace(':', ''),
      __scrape_interval__: scrapeInterval,
      __scrape_timeout__: scrapeTimeout,
    },
    labels,
    scrapePool,
    scrapeUrl,
    globalUrl: scrapeUrl,
    lastError: target.lastError,
    lastScrape: lastScrapeMs === undefined ? '0001-01-01T00:00:00Z' : new Date(lastScrapeMs).toISOString(),
    lastScrapeDuration: target.lastScrapeDurationMs / 1000,
    health: target.health,
    scrapeInterval,
    scrapeTimeout,
  };
}

async function scrapePools(call: Call): Promise<string> {
  return passOn(call, async () => {
    const targets = await call.deps.source.targets({ signal: call.signal });
    return JSON.stringify({ scrapePools: [...new Set(targets.map(({ scrapePool }) => scrapePool))].sort() });
  });
}

async function targetsMetadata(call: Call): Promise<string> {
  const { params, deps } = call;
  const text = params.get('limit') ?? '';
  if (text !== '' && !/^[+-]?\d+$/.test(text)) throw ApiError.badData('limit must be a number');
  const limit = text === '' || Number(text) < 0 ? Number.POSITIVE_INFINITY : Number(text);
  const matches = targetMatcher(params.get('match_target') ?? '');
  const metric = params.get('metric') ?? '';
  return passOn(call, () => {
    const found = deps.facts?.targetMetadata() ?? [];
    const wanted = found.filter((row) => (metric === '' || row.metric === metric) && matches(row));
    // A question about one metric leaves its name out of the rows.
    const rows = metric === '' ? wanted : wanted.map(({ metric: _, ...rest }) => rest);
    return JSON.stringify(rows.slice(0, limit));
  });
}

function targetMatcher(text: string): (row: TargetMetadata) => boolean {
  if (text === '') return () => true;
  const read = parseSelector(text);
  if (read.kind === 'error') throw ApiError.parameter('match_target', parseErrorText(text, read.diagnostics));
  const matchers = read.matchers.map(compileMatcher);
  return ({ target }) => matchers.every(({ name, matches }) => matches(target[name] ?? ''));
}
