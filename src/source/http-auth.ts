import { UsageError } from '../model/errors.ts';
import { type HttpAuth, type HttpSourceOptions, type Secret, secretText } from './http-options.ts';
import type { ServerUrl } from './http-url.ts';

/** What credentials a source sends, for the words about a refusal. */
export type SentAuth = 'none' | 'basic' | 'other';

/** Where the token of an OAuth 2.0 source comes from. */
export type TokenSource = () => Promise<string>;

export function sentAuth(options: HttpSourceOptions, server: ServerUrl): SentAuth {
  if (Object.keys(options.headers ?? {}).some((name) => name.toLowerCase() === 'authorization')) return 'other';
  if (options.auth !== undefined) return options.auth.kind === 'basic' ? 'basic' : 'other';
  return server.username === undefined ? 'none' : 'basic';
}

/**
 * The headers of every request: who asks, and what the caller adds. A header given by name wins over `auth`, and `auth`
 * over the credentials of the URL. Throws `UsageError` for what no header can hold; its message never shows a value.
 */
export async function requestHeaders(
  options: HttpSourceOptions,
  server: ServerUrl,
  userAgent: string,
  token: TokenSource,
): Promise<Record<string, string | string[]>> {
  const headers: Record<string, string | string[]> = { 'user-agent': userAgent };
  const auth = await authorization(options.auth ?? fromUrl(server), token);
  if (auth !== undefined) headers.authorization = checked('authorization', auth);
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    const values = await Promise.all((isList(value) ? value : [value]).map(secretText));
    const texts = values.map((text) => checked(name, text));
    headers[checkedName(name)] = texts.length === 1 ? (texts[0] ?? '') : texts;
  }
  return headers;
}

/** Whether a header may be set by hand: its name is one, and the HTTP client does not write it itself. */
export function isSettableHeader(name: string): boolean {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(name) && !RESERVED.has(name.toLowerCase());
}

const RESERVED: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'keep-alive',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

function fromUrl(server: ServerUrl): HttpAuth | undefined {
  if (server.username === undefined && server.password === undefined) return undefined;
  return { kind: 'basic', username: server.username ?? '', password: server.password ?? '' };
}

async function authorization(auth: HttpAuth | undefined, token: TokenSource): Promise<string | undefined> {
  switch (auth?.kind) {
    case undefined:
      return undefined;
    case 'basic':
      return `Basic ${base64(`${await secretText(auth.username)}:${await secretText(auth.password)}`)}`;
    case 'authorization':
      return `${auth.scheme} ${await secretText(auth.credentials)}`;
    case 'oauth2':
      return `Bearer ${await token()}`;
  }
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

function isList(value: Secret | readonly Secret[]): value is readonly Secret[] {
  return Array.isArray(value);
}

function checkedName(name: string): string {
  if (isSettableHeader(name)) return name.toLowerCase();
  throw new UsageError(
    RESERVED.has(name.toLowerCase()) ? `the header "${name}" cannot be set` : `"${name}" is not the name of a header`,
    { hint: 'A header looks like "X-Scope-OrgID: team-a"' },
  );
}

function checked(name: string, value: string): string {
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return value;
  throw new UsageError(`the value for the header "${name}" holds characters no header can hold`, {
    hint: 'Look for a line break or a letter outside Latin-1 in the token, the password or the header',
  });
}
