import type { UnavailableError } from '../model/errors.ts';
import type { HttpAnswer, HttpRequest } from './http-exchange.ts';
import { type FailureFacts, unavailable } from './http-failures.ts';
import { isPlainPath, shorten } from './http-words.ts';

const MOST_REDIRECTS = 5;

/**
 * The request a redirect asks for, or undefined when the answer is none. Only the same origin is followed, so that no
 * credentials reach another server; anything else throws `UnavailableError` of kind `redirect`. `before` lists the
 * requests made so far as "METHOD URL".
 */
export function redirectTarget(
  answer: HttpAnswer,
  req: HttpRequest,
  before: readonly string[],
  facts: FailureFacts & { readonly follow: boolean },
): HttpRequest | undefined {
  if (![301, 302, 303, 307, 308].includes(answer.status)) return undefined;
  const { status } = answer;
  const fail = (message: string, hint: string) => unavailable({ kind: 'redirect', message, status, hint }, facts);
  const target = resolved(answer.headers.location, req.url);
  if (target === undefined) {
    throw fail(`${facts.base} redirects without saying where to (status ${status})`, 'Check the address');
  }
  const shown = shownTarget(target);
  if (target.origin !== new URL(req.url).origin) {
    throw foreignRedirect(target, req, status, facts);
  }
  if (!facts.follow) {
    throw fail(
      `${facts.base} redirects to ${shown}, and redirects are not to be followed`,
      `Allow them: ${facts.names.followRedirects}`,
    );
  }
  const next = nextRequest(req, target, status);
  const line = `${next.method} ${next.url}`;
  if (before.length >= MOST_REDIRECTS || before.includes(line) || line === `${req.method} ${req.url}`) {
    throw fail(
      `${facts.base} redirects in a circle, by way of ${shown}`,
      'Check the address, and the proxy in front of the server',
    );
  }
  return next;
}

/** Another server, or the same one by https: then the address is known that would have been right. */
function foreignRedirect(target: URL, req: HttpRequest, status: number, facts: FailureFacts): UnavailableError {
  const message = `${facts.base} redirects to another server: ${shownTarget(target)}`;
  const other = baseOf(target, req);
  if (other === undefined) {
    const hint = 'That may be a login page: this server wants credentials, or another address';
    return unavailable({ kind: 'redirect', message, status, hint }, facts);
  }
  const same = target.hostname === new URL(req.url).hostname ? { betterUrl: other } : {};
  const hint = `If you trust it, ask it directly: ${facts.names.server(other)}`;
  return unavailable({ kind: 'redirect', message, status, hint, ...same }, facts);
}

function shownTarget(target: URL): string {
  return shorten(target.origin + target.pathname, 200);
}

/** 307 and 308 repeat the request as it was. The others become a GET, as browsers do; the parameters go along. */
function nextRequest(req: HttpRequest, target: URL, status: number): HttpRequest {
  const repeats = status === 307 || status === 308;
  return {
    ...req,
    method: repeats ? req.method : 'GET',
    url: target.href,
    params: target.search === '' || (repeats && req.method === 'POST') ? req.params : new URLSearchParams(),
  };
}

function resolved(location: string | undefined, from: string): URL | undefined {
  if (location === undefined || location === '') return undefined;
  try {
    const url = new URL(location, from);
    url.username = '';
    url.password = '';
    url.hash = '';
    return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
  } catch {
    return undefined;
  }
}

/** The base address over there, when the redirect keeps the path of the API: typically http to https. */
function baseOf(target: URL, req: HttpRequest): string | undefined {
  const api = /\/(api\/v1|-)\/.*$/.exec(new URL(req.url).pathname)?.[0];
  const path = target.pathname.replace(/\/$/, '');
  return api !== undefined && path.endsWith(api) && isPlainPath(path)
    ? target.origin + path.slice(0, -api.length)
    : undefined;
}
