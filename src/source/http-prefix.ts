import type { HttpAnswer } from './http-exchange.ts';
import type { Send } from './http-session.ts';
import { isPlainPath } from './http-words.ts';

/**
 * Where on this server the Prometheus API is, after it was not found at `base`: at the base after all (another endpoint
 * is missing), where the front page redirects to, at the root, or where Mimir and others have it. At most a dozen
 * small GETs to the same origin; undefined when none of them answers as Prometheus does.
 */
export async function discoverBase(base: string, send: Send): Promise<string | undefined> {
  for (const candidate of await candidates(base, send)) {
    const answer = await tryGet(send, `${candidate}/api/v1/query`, { query: '1' });
    if (answer !== undefined && isApi(answer)) return candidate;
  }
  return undefined;
}

/** It answers, or only wants to know the tenant first. */
function isApi({ status, body }: HttpAnswer): boolean {
  const text = body.toString('utf8', 0, 200);
  return status === 200 ? /^\s*\{\s*"status"\s*:\s*"success"/.test(text) : status === 401 && /no org ?id/i.test(text);
}

/**
 * Prometheus behind a proxy, Mimir (https://grafana.com/docs/mimir/latest/references/http-api/), Cortex' older prefix
 * (https://cortexmetrics.io/docs/api/), a VictoriaMetrics cluster (https://docs.victoriametrics.com/victoriametrics/url-examples/),
 * and a short form people choose.
 */
const USUAL_PREFIXES = ['/prometheus', '/api/prom', '/select/0/prometheus', '/prom'] as const;

/** Each is one small question to a server that has just said 404. */
const MOST_CANDIDATES = 10;

async function candidates(base: string, send: Send): Promise<readonly string[]> {
  const { origin, pathname } = new URL(base);
  const front = await tryGet(send, `${origin}/`, {});
  const landed = front === undefined ? [] : pagePrefixes(origin, new URL(front.url).pathname);
  const parents = pathname
    .split('/')
    .slice(1, -1)
    .map((_, index, parts) => `${origin}/${parts.slice(0, parts.length - index).join('/')}`);
  const all = [...new Set([base, ...landed, ...parents, origin, ...USUAL_PREFIXES.map((prefix) => origin + prefix)])];
  return all.filter((url) => url === base || isPlainPath(new URL(url).pathname)).slice(0, MOST_CANDIDATES);
}

/** `/prometheus/graph` and `/prometheus/query` are pages below the prefix `/prometheus`. */
function pagePrefixes(origin: string, path: string): readonly string[] {
  const trimmed = path.replace(/\/+$/, '');
  return [trimmed.replace(/\/(graph|query|classic\/graph|new\/graph)$/, ''), trimmed].map((prefix) => origin + prefix);
}

/** Nothing that goes wrong while looking around replaces the error we already have. */
async function tryGet(send: Send, url: string, params: Record<string, string>): Promise<HttpAnswer | undefined> {
  try {
    return await send({ method: 'GET', url, params: new URLSearchParams(params) });
  } catch {
    return undefined;
  }
}
