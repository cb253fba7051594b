import { UnavailableError } from '../model/errors.ts';

/** A server to ask, taken apart. */
export type ServerUrl = {
  /** Where the API hangs: no credentials, no query, no slash at the end. Fit to be shown. */
  readonly base: string;
  readonly origin: string;
  /** From `user:password@` in the text; never part of what is shown. */
  readonly username?: string;
  readonly password?: string;
};

/**
 * Reads a server's address as people type it: with or without scheme, with a path for servers behind a prefix, with
 * credentials, or pasted from the address bar of the Prometheus page. Throws `UnavailableError` of kind `bad-url`.
 */
export function parseServerUrl(text: string, hint = HINT): ServerUrl {
  const trimmed = text.trim();
  if (trimmed === '') throw badUrl(text, 'the address of the server is empty', hint);
  const url = parse(withScheme(trimmed));
  if (url === undefined) throw badUrl(text, `"${withoutUserInfo(trimmed)}" is not the address of a server`, hint);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw badUrl(text, `"${withoutUserInfo(trimmed)}" is not an http:// or https:// address`, hint);
  }
  const base = url.origin + basePath(url);
  return {
    base,
    origin: url.origin,
    ...(url.username === '' ? {} : { username: decoded(url.username) }),
    ...(url.password === '' ? {} : { password: decoded(url.password) }),
  };
}

/** Whether an address holds credentials; false for what is no address. */
export function hasCredentials(text: string): boolean {
  const url = parse(withScheme(text.trim()));
  return url !== undefined && (url.username !== '' || url.password !== '');
}

/** `localhost:9090` parses as a URL of scheme "localhost", so the scheme is recognised by its two slashes. */
function withScheme(text: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || /^https?:[^\d]/i.test(text)) return text;
  if (text.startsWith('//')) return `http:${text}`;
  if (/^:\d+/.test(text)) return `http://localhost${text}`;
  return /^[^/]*:443(\/|$)/.test(text) ? `https://${text}` : `http://${text}`;
}

function parse(text: string): URL | undefined {
  try {
    const url = new URL(text);
    return url.hostname === '' ? undefined : url;
  } catch {
    return undefined;
  }
}

/** The path without what only a pasted address of one request or page has at its end. */
function basePath(url: URL): string {
  const path = url.pathname
    .replace(/\/+$/, '')
    .replace(/\/api\/v1(\/(query|query_range|series|labels|status\/buildinfo))?$/, '');
  return url.searchParams.has('g0.expr') ? path.replace(/\/(classic\/)?(graph|query)$/, '') : path;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** An address, or something like one, without what stands before an @. */
export function withoutUserInfo(text: string): string {
  const at = text.lastIndexOf('@');
  if (at === -1) return text;
  const [scheme = ''] = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text) ?? [];
  return scheme + text.slice(at + 1);
}

const HINT =
  'Write it like http://localhost:9090 or https://example.com/prometheus; IPv6 addresses stand in brackets: http://[::1]:9090';

function badUrl(text: string, message: string, hint: string): UnavailableError {
  return new UnavailableError({
    kind: 'bad-url',
    message,
    url: withoutUserInfo(text.trim()),
    hint,
  });
}
