import type { Dispatcher } from 'undici';
import { UnavailableError } from '../model/errors.ts';
import { connectionsTo, shownProxy } from './http-dispatcher.ts';
import { ExchangeError, exchange, type HttpAnswer } from './http-exchange.ts';
import { exchangeFailure, type FailureFacts, unavailable } from './http-failures.ts';
import { HTTP_DEFAULTS, type HttpSourceOptions, type OAuth2Options, secretText } from './http-options.ts';
import { firstLine } from './http-words.ts';

export type Tokens = {
  /** A token that is still good for a while. Throws `UnavailableError` of kind `auth` when none is to be had. */
  get(signal: AbortSignal): Promise<string>;
  /** Forgets the token, after the server refused it; false when there is nothing to renew. */
  renew(): boolean;
  close(): Promise<void>;
};

/** Tokens by the client credentials grant (RFC 6749, section 4.4), kept until shortly before they expire. */
export function tokenSource(options: HttpSourceOptions, facts: FailureFacts): Tokens {
  if (options.auth?.kind !== 'oauth2') return { get: async () => '', renew: () => false, close: async () => undefined };
  const { oauth2 } = options.auth;
  const monotonicMs = options.monotonicMs ?? (() => performance.now());
  const connections = connectionsTo(oauth2.tokenUrl, {
    connectTimeoutMs: options.connectTimeoutMs ?? HTTP_DEFAULTS.connectTimeoutMs,
    tls: oauth2.tls,
    proxy: oauth2.proxy,
  });
  let current: { readonly token: string; readonly goodUntil: number } | undefined;
  return {
    async get(signal) {
      if (current !== undefined && monotonicMs() < current.goodUntil) return current.token;
      const fresh = await fetchToken(oauth2, await connections.get(), signal, facts);
      current = { token: fresh.token, goodUntil: monotonicMs() + fresh.lifetimeMs - EARLY_MS };
      return fresh.token;
    },
    renew() {
      const had = current !== undefined;
      current = undefined;
      return had;
    },
    close: () => connections.destroy(),
  };
}

/** A token is renewed this long before it expires, so that none expires on its way. */
const EARLY_MS = 10_000;

/** RFC 6749 leaves the lifetime out of the answer when it is agreed on elsewhere; then we ask again every five minutes. */
const DEFAULT_LIFETIME_MS = 300_000;

const TOKEN_BYTES = 1024 * 1024;

async function fetchToken(oauth2: OAuth2Options, dispatcher: Dispatcher, signal: AbortSignal, facts: FailureFacts) {
  const tokenFacts = {
    ...facts,
    base: shownUrl(oauth2.tokenUrl),
    maxBytes: TOKEN_BYTES,
    proxy: shownProxy(oauth2.tokenUrl, oauth2.proxy),
  };
  const secret = await secretText(oauth2.clientSecret);
  const send = (inHeader: boolean) => {
    const params = new URLSearchParams({ grant_type: 'client_credentials', ...oauth2.endpointParams });
    if (oauth2.scopes.length > 0) params.set('scope', oauth2.scopes.join(' '));
    if (!inHeader) {
      params.set('client_id', oauth2.clientId);
      params.set('client_secret', secret);
    }
    const credentials = Buffer.from(`${encodeURIComponent(oauth2.clientId)}:${encodeURIComponent(secret)}`);
    const headers = inHeader ? { authorization: `Basic ${credentials.toString('base64')}` } : {};
    const wire = { dispatcher, signal, maxBytes: TOKEN_BYTES, trace: () => undefined };
    return exchange(wire, { method: 'POST', url: oauth2.tokenUrl, params, headers });
  };
  try {
    // RFC 6749 2.3.1: servers must take the credentials in the header, and may take them in the form instead.
    const first = await send(true);
    const answer = first.status === 400 || first.status === 401 ? await send(false) : first;
    return readToken(answer, tokenFacts);
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    const failure = exchangeFailure(error, tokenFacts);
    throw new UnavailableError({
      kind: failure.kind,
      message: `no OAuth 2.0 token: ${failure.message}`,
      url: facts.base,
      cause: failure,
      ...(failure.hint === undefined ? {} : { hint: failure.hint }),
    });
  }
}

function readToken(answer: HttpAnswer, facts: FailureFacts): { readonly token: string; readonly lifetimeMs: number } {
  const text = answer.body.toString('utf8');
  const body = parsed(text);
  if (answer.status === 200 && typeof body.access_token === 'string' && body.access_token !== '') {
    const seconds = Number(body.expires_in);
    return { token: body.access_token, lifetimeMs: seconds > 0 ? seconds * 1000 : DEFAULT_LIFETIME_MS };
  }
  const told = [body.error, body.error_description].filter((part) => typeof part === 'string').join(': ');
  const reason = answer.status === 200 ? 'it holds no access_token' : firstLine(told === '' ? text : told);
  throw unavailable(
    {
      kind: 'auth',
      status: answer.status,
      message: `no OAuth 2.0 token: ${facts.base} answered with status ${answer.status}: ${reason}`,
      hint: 'Check client_id, client_secret, scopes and token_url of the HTTP configuration',
    },
    facts,
  );
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function shownUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
