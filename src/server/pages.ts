import type { ServerDeps } from './handle.ts';

/** What is served besides the API, by path. */
export const PAGES: Readonly<Record<string, ((request: Request, deps: ServerDeps) => Promise<Response>) | undefined>> =
  {
    '/-/healthy': async (request) => text(request, 'Prometheus Server is Healthy.\n'),
    '/-/ready': async (request, { source }) => {
      const { ready, reason } = await source.ready();
      return ready ? text(request, 'Prometheus Server is Ready.\n') : text(request, reason, 503);
    },
    '/metrics': async (request, { metrics }) =>
      text(request, await metrics(), 200, 'text/plain; version=0.0.4; charset=utf-8'),
  };

function text(request: Request, body: string, status = 200, type = 'text/plain; charset=utf-8'): Response {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return new Response('Method Not Allowed\n', {
      status: 405,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    });
  }
  return new Response(request.method === 'HEAD' ? null : body, { status, headers: { 'content-type': type } });
}
