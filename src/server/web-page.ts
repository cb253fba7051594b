import { isPage, pageAt } from '../page/page.ts';
import { ENDPOINTS } from './endpoints.ts';
import type { ServerDeps } from './handle.ts';

/** The web page at an address; undefined where there is none. */
export async function webPage(request: Request, deps: ServerDeps): Promise<Response | undefined> {
  const { signal } = request;
  const url = new URL(request.url);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    if (!isPage(url)) return undefined;
    return new Response('Method Not Allowed\n', {
      status: 405,
      headers: { 'content-type': 'text/plain; charset=utf-8', allow: 'GET, HEAD' },
    });
  }
  const page = await pageAt(url, {
    source: deps.source,
    now: deps.now,
    signal,
    api: (path) => apiData(path, deps, signal),
  });
  if (page === undefined) return undefined;
  return new Response(request.method === 'HEAD' ? null : page.body, { status: page.status, headers: page.headers });
}

/** What our own API answers, so that the page cannot say anything else. */
async function apiData(path: string, deps: ServerDeps, signal: AbortSignal): Promise<unknown> {
  const endpoint = ENDPOINTS.find(({ pattern }) => pattern.test(path));
  const body = await endpoint?.answer({ params: new URLSearchParams(), path, deps, signal });
  if (body === undefined) return undefined;
  const text = typeof body === 'string' ? body : Buffer.concat(body).toString('utf8');
  return (JSON.parse(text) as { readonly data: unknown }).data;
}
