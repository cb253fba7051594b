import { QueryError, UserError } from '../model/errors.ts';
import type { Features } from '../promql/features.ts';
import type { Source } from '../source/source.ts';
import { ApiError, queryErrorText } from './api-error.ts';
import { encodeError } from './encode.ts';
import { ENDPOINTS } from './endpoints.ts';
import type { ServerFacts } from './facts.ts';
import { refusal } from './guard.ts';
import { PAGES } from './pages.ts';

/** What the server answers from. */
export type ServerDeps = {
  readonly source: Source;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The text of our own /metrics. */
  readonly metrics: () => Promise<string>;
  /** Names under which this server may be addressed, besides loopback addresses. */
  readonly hosts?: readonly string[];
  /** What of the language is switched on, for questions about the text of a query. */
  readonly features?: Features;
  /** What the server knows of itself; absent where another server stands behind the source. */
  readonly facts?: ServerFacts;
  /** Lets `POST /-/quit` with this bearer token end the server; without it that is refused, as in Prometheus. */
  readonly quit?: { readonly token: string; run(): void };
};

/**
 * One request of the Prometheus HTTP API, answered from a `Source`. Pure but for the source: no sockets, so tests call it
 * directly. Never throws. https://prometheus.io/docs/prometheus/latest/querying/api/
 */
export async function handle(request: Request, deps: ServerDeps): Promise<Response> {
  const url = new URL(request.url);
  const refused = refusal(request, url, deps.hosts ?? []);
  if (refused !== undefined) return plain(403, refused);
  try {
    const page = PAGES[url.pathname];
    if (page !== undefined) return await page(request, deps);
    if (!url.pathname.startsWith('/api/v1/')) return plain(404, '404 page not found\n');
    return await api(request, url, deps);
  } catch (error) {
    return failure(error);
  }
}

async function api(request: Request, url: URL, deps: ServerDeps): Promise<Response> {
  const path = url.pathname.slice('/api/v1'.length);
  const endpoint = ENDPOINTS.find(({ pattern }) => pattern.test(path));
  if (endpoint === undefined) return plain(404, '404 page not found\n');
  if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: { vary: 'Origin' } });
  if (!endpoint.methods.includes(request.method)) return plain(405, 'Method Not Allowed\n');
  const params = await paramsOf(request, url);
  const body = await endpoint.answer({ params, path, deps, signal: request.signal });
  if (body === undefined) return new Response(null, { status: 204, headers: { vary: 'Origin' } });
  return new Response(request.method === 'HEAD' ? null : body, { headers: JSON_HEADERS });
}

/** The query string and a form body; a body of any other type is ignored, as Prometheus does. */
async function paramsOf(request: Request, url: URL): Promise<URLSearchParams> {
  const params = new URLSearchParams();
  const type = request.headers.get('content-type') ?? '';
  if (request.method === 'POST' && /^application\/x-www-form-urlencoded\b/i.test(type)) {
    for (const [name, value] of new URLSearchParams(await request.text())) params.append(name, value);
  }
  for (const [name, value] of url.searchParams) params.append(name, value);
  return params;
}

function failure(error: unknown): Response {
  if (error instanceof ApiError) return json(error.status, encodeError(error.errorType, error.message));
  if (error instanceof QueryError)
    return json(error.status, encodeError(error.errorType, queryErrorText(error, 'query')));
  if (error instanceof UserError) return json(500, encodeError('internal', error.message));
  const message = error instanceof Error ? error.message : String(error);
  return json(500, encodeError('internal', message));
}

const JSON_HEADERS = { 'content-type': 'application/json', vary: 'Origin' } as const;

function json(status: number, body: string): Response {
  return new Response(body, { status, headers: JSON_HEADERS });
}

function plain(status: number, text: string): Response {
  return new Response(text, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });
}
