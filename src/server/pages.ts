import { createHash, timingSafeEqual } from 'node:crypto';
import type { ServerDeps } from './handle.ts';

/** What is served besides the API, by path. */
export const PAGES: Readonly<Record<string, ((request: Request, deps: ServerDeps) => Promise<Response>) | undefined>> =
  {
    '/-/healthy': async (request) => text(request, 'Prometheus Server is Healthy.\n'),
    '/-/ready': async (request, { source }) => {
      const { ready, reason } = await source.ready();
      return ready ? text(request, 'Prometheus Server is Ready.\n') : text(request, reason, 503);
    },
    '/-/quit': async (request, { quit }) => {
      if (request.method !== 'POST' && request.method !== 'PUT')
        return text(request, 'Only POST or PUT requests allowed', 405);
      if (quit === undefined || !sameToken(request.headers.get('authorization'), quit.token)) {
        return plain('Lifecycle API is not enabled.', 403);
      }
      quit.run();
      return plain('Requesting termination... Goodbye!', 200);
    },
    '/-/instances': async (request, { instances }) => {
      if (request.method !== 'POST') return text(request, 'Only POST requests allowed', 405);
      if (instances === undefined || !sameToken(request.headers.get('authorization'), instances.token)) {
        return plain('There are no instances to control.', 403);
      }
      const { searchParams } = new URL(request.url);
      const answer = await instances.run(searchParams.get('service') ?? '', searchParams.get('action') ?? '');
      return plain(answer.message, answer.ok ? 200 : 400);
    },
    '/api/v1/write': async (request) =>
      request.method === 'POST' ? plain(NO_REMOTE_WRITE, 404) : plain('Method Not Allowed\n', 405),
    '/metrics': async (request, { metrics }) =>
      text(request, await metrics(), 200, 'text/plain; version=0.0.4; charset=utf-8'),
  };

/** What Prometheus says when nothing may be written to it; here nothing ever may. */
const NO_REMOTE_WRITE = 'remote write receiver needs to be enabled with --web.enable-remote-write-receiver\n';

function text(request: Request, body: string, status = 200, type = 'text/plain; charset=utf-8'): Response {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return new Response('Method Not Allowed\n', {
      status: 405,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    });
  }
  return new Response(request.method === 'HEAD' ? null : body, { status, headers: { 'content-type': type } });
}

function plain(body: string, status: number): Response {
  return new Response(body, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });
}

/** Compares digests, so that neither length nor time tells anything of the token. */
function sameToken(header: string | null, token: string): boolean {
  const digest = (value: string) => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`));
}
