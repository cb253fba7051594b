import { decodeBuildInfo, decodeMetadata, decodeNames, decodeQuery, decodeSeries, decodeTargets } from './decode.ts';
import { decodeAlerts, decodeRules } from './decode-rules.ts';
import { type HttpApi, httpApi } from './http-api.ts';
import type { HttpAnswer } from './http-exchange.ts';
import type { HttpSourceOptions } from './http-options.ts';
import { firstLine } from './http-words.ts';
import { escapeLabelName } from './label-escape.ts';
import type { QueryOptions, Readiness, SelectOptions, Source } from './source.ts';

/**
 * A Prometheus, or anything that speaks its HTTP API (Mimir, Thanos, VictoriaMetrics, …), as a `Source`. Nothing is sent
 * before the first question. Throws `UnavailableError` of kind `bad-url` for an address that is none.
 */
export function httpSource(options: HttpSourceOptions): Source {
  const api = httpApi(options);
  return {
    name: api.base,
    instant(query, asked = {}) {
      const params = queryParams(query, asked);
      if (asked.timeMs !== undefined) params.set('time', seconds(asked.timeMs));
      return api.ask({ path: '/api/v1/query', form: true, params, query, ...limits(asked) }, decodeQuery);
    },
    range(query, asked) {
      const params = queryParams(query, asked);
      params.set('start', seconds(asked.startMs));
      params.set('end', seconds(asked.endMs));
      params.set('step', seconds(asked.stepMs));
      return api.ask({ path: '/api/v1/query_range', form: true, params, query, ...limits(asked) }, decodeQuery);
    },
    series: (asked) => select(api, '/api/v1/series', true, asked, decodeSeries),
    labelNames: (asked = {}) => select(api, '/api/v1/labels', true, asked, decodeNames),
    labelValues: (name, asked = {}) =>
      select(api, `/api/v1/label/${encodeURIComponent(escapeLabelName(name))}/values`, false, asked, decodeNames),
    metadata(asked = {}) {
      const params = new URLSearchParams();
      if (asked.metric !== undefined) params.set('metric', asked.metric);
      if (asked.limit !== undefined) params.set('limit', String(asked.limit));
      return api.ask({ path: '/api/v1/metadata', params, signal: asked.signal }, decodeMetadata);
    },
    targets: (asked = {}) =>
      api.ask(
        { path: '/api/v1/targets', params: new URLSearchParams({ state: 'active' }), signal: asked.signal },
        decodeTargets,
      ),
    rules: (asked = {}) => api.ask({ path: '/api/v1/rules', signal: asked.signal }, decodeRules),
    alerts: (asked = {}) => api.ask({ path: '/api/v1/alerts', signal: asked.signal }, decodeAlerts),
    buildInfo: (asked = {}) => api.ask({ path: '/api/v1/status/buildinfo', signal: asked.signal }, decodeBuildInfo),
    passOn: (path, params, asked = {}) =>
      api.ask(
        { path: `/api/v1${path}`, params, signal: asked.signal, query: params.get('query') ?? '' },
        ({ data, warnings, infos }) => ({
          data,
          warnings,
          infos,
        }),
      ),
    ready: (asked = {}) => api.look(asked.signal, (get) => readiness(api, get)),
    close: () => api.close(),
  };
}

function queryParams(query: string, asked: QueryOptions): URLSearchParams {
  const params = new URLSearchParams({ query });
  if (asked.timeoutMs !== undefined) params.set('timeout', seconds(asked.timeoutMs));
  if (asked.limit !== undefined) params.set('limit', String(asked.limit));
  if (asked.lookbackDeltaMs !== undefined) params.set('lookback_delta', seconds(asked.lookbackDeltaMs));
  if (asked.stats === true) params.set('stats', 'true');
  return params;
}

function limits(asked: QueryOptions) {
  return { signal: asked.signal, timeoutMs: asked.timeoutMs };
}

function select<T>(
  api: HttpApi,
  path: string,
  form: boolean,
  asked: SelectOptions,
  decode: (envelope: Parameters<typeof decodeNames>[0]) => T,
): Promise<T> {
  const match = asked.match ?? [];
  const params = new URLSearchParams(match.map((selector): [string, string] => ['match[]', selector]));
  if (asked.startMs !== undefined) params.set('start', seconds(asked.startMs));
  if (asked.endMs !== undefined) params.set('end', seconds(asked.endMs));
  if (asked.limit !== undefined) params.set('limit', String(asked.limit));
  const query = match.length === 1 ? { query: match[0] as string } : {};
  return api.ask({ path, form, params, signal: asked.signal, ...query }, decode);
}

/** The API takes seconds with decimals. */
function seconds(ms: number): string {
  return String(ms / 1000);
}

/** Prometheus says it at /-/ready; Mimir and Cortex at /ready of the root; others answer queries and say nothing. */
async function readiness(api: HttpApi, get: (url: string) => Promise<HttpAnswer>): Promise<Readiness> {
  const places = [`${api.base}/-/ready`, `${new URL(api.base).origin}/ready`];
  for (const url of places) {
    const answer = await get(url);
    if (answer.status === 404) continue;
    const reason = firstLine(answer.body.toString('utf8'));
    const isPage = /html/i.test(answer.headers['content-type'] ?? '');
    if (answer.status === 200 && !isPage) return { ready: true, reason: '' };
    if (answer.status === 503 && !isPage) return { ready: false, reason };
    api.refuse(answer);
  }
  const probe = await get(`${api.base}/api/v1/query?query=1`);
  if (probe.status !== 200) api.refuse(probe);
  return { ready: true, reason: '' };
}
