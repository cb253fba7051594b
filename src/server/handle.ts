import { QueryError, UserError } from '../model/errors.ts';
import type { Features } from '../promql/features.ts';
import type { Source } from '../source/source.ts';
import { ApiError, queryErrorText } from './api-error.ts';
import { encodeError } from './encode.ts';
import { ENDPOINTS } from './endpoints.ts';
import type { ServerFacts } from './facts.ts';
import { refusal } from './guard.ts';
import { PAGES } from './pages.ts';
import { type Asked, fromResponse, type Place, placeOf, type Reply, toResponse } from './reply.ts';
import { webPage } from './web-page.ts';

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
  /** Lets `POST /-/instances?service=…&action=…` with this bearer token stop and start the services that are scraped. */
  readonly instances?: {
    readonly token: string;
    run(service: string, action: string): Promise<{ readonly ok: boolean; readonly message: string }>;
  };
};

/**
 * One request of the Prometheus HTTP API, answered from a `Source`. Pure but for the source: no sockets, so tests call it
 * directly. Never throws. https://prometheus.io/docs/prometheus/latest/querying/api/
 */
export async function handle(request: Request, deps: ServerDeps): Promise<Response> {
  return toResponse(await reply(request, () => request, deps));
}

/** The same for the listener; `whole` makes the `Request` that pages want. */
export async function reply(asked: Asked, whole: () => Request, deps: ServerDeps): Promise<Reply> {
  const url = placeOf(asked.url);
  const refused = refusal(asked, url, deps.hosts ?? []);
  if (refused !== undefined) return plain(403, refused);
  try {
    const page = PAGES[url.pathname];
    if (page !== undefined) return await fromResponse(await page(whole(), deps));
    if (!url.pathname.startsWith('/api/v1/')) {
      const shown = await webPage(whole(), deps);
      return shown === undefined ? plain(404, '404 page not found\n') : await fromResponse(shown);
    }
    return await api(asked, url, deps);
  } catch (error) {
    return failure(error);
  }
}

async function api(asked: Asked, url: Place, deps: ServerDeps): Promise<Reply> {
  const path = url.pathname.slice('/api/v1'.length);
  const endpoint = ENDPOINTS.find(({ pattern }) => pattern.test(path));
  if (endpoint === undefined) return plain(404, '404 page not found\n');
  if (asked.method === 'OPTIONS') return NO_CONTENT;
  if (!endpoint.methods.includes(asked.method)) return plain(405, 'Method Not Allowed\n');
  const params = await paramsOf(asked, url);
  const body = await endpoint.answer({ params, path, deps, signal: asked.signal });
  if (body === undefined) return NO_CONTENT;
  return { status: 200, headers: JSON_HEADERS, body: asked.method === 'HEAD' ? undefined : body };
}

/** The query string and a form body; a body of any other type is ignored, as Prometheus does. */
async function paramsOf(asked: Asked, url: Place): Promise<URLSearchParams> {
  const type = asked.headers.get('content-type') ?? '';
  if (asked.method !== 'POST' || !/^application\/x-www-form-urlencoded\b/i.test(type)) return url.searchParams;
  const params = new URLSearchParams(await asked.text());
  for (const [name, value] of url.searchParams) params.append(name, value);
  return params;
}

function failure(error: unknown): Reply {
  if (error instanceof ApiError) return json(error.status, encodeError(error.errorType, error.message));
  if (error instanceof QueryError)
    return json(error.status, encodeError(error.errorType, queryErrorText(error, 'query')));
  if (error instanceof UserError) return json(500, encodeError('internal', error.message));
  const message = error instanceof Error ? error.message : String(error);
  return json(500, encodeError('internal', message));
}

const JSON_HEADERS = { 'content-type': 'application/json', vary: 'Origin' } as const;
const NO_CONTENT: Reply = { status: 204, headers: { vary: 'Origin' }, body: undefined };

function json(status: number, body: string): Reply {
  return { status, headers: JSON_HEADERS, body };
}

function plain(status: number, text: string): Reply {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: text };
}
