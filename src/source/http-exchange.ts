import type { Dispatcher } from 'undici';
import { ACCEPT_ENCODING, readBody } from './http-body.ts';
import type { TraceEvent } from './http-options.ts';
import { errors, request } from './undici-parts.ts';

/** One request. Parameters travel in the form of a POST or in the query of a GET. */
export type HttpRequest = {
  readonly method: 'GET' | 'POST';
  /** Without parameters and credentials. */
  readonly url: string;
  readonly params: URLSearchParams;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
};

/** What came back, decompressed; of a body that is no JSON only the beginning. Header names are in small letters. */
export type HttpAnswer = {
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

/** How far an exchange had come when it failed. */
export type Phase = 'before-answer' | 'reading-answer';

/** An exchange that broke off. The cause is what undici, zlib or `readBody` threw. */
export class ExchangeError extends Error {
  override readonly name = 'ExchangeError';
  readonly phase: Phase;

  constructor(cause: unknown, phase: Phase) {
    super('the exchange failed', { cause });
    this.phase = phase;
  }
}

export type Wire = {
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
  readonly maxBytes: number;
  /** Called when the status line and the headers are there. */
  readonly onAnswering?: () => void;
  readonly trace: (event: TraceEventWithoutId) => void;
};

type TraceEventWithoutId = TraceEvent extends infer E
  ? E extends { readonly id: number }
    ? Omit<E, 'id'>
    : never
  : never;

/** Of an answer that is not JSON only the beginning matters. */
const EXCERPT_BYTES = 64 * 1024;

/** Sends one request and reads its whole answer; no redirect is followed. Throws `ExchangeError`, or the signal's reason. */
export async function exchange(wire: Wire, req: HttpRequest): Promise<HttpAnswer> {
  wire.trace({ kind: 'request', method: req.method, url: req.url });
  let phase: Phase = 'before-answer';
  try {
    const response = await send(wire, req);
    phase = 'reading-answer';
    wire.onAnswering?.();
    const headers = flat(response.headers);
    const json = isJson(headers);
    const body = await readBody(response.body, {
      encoding: headers['content-encoding'],
      maxBytes: json ? wire.maxBytes : Math.min(EXCERPT_BYTES, wire.maxBytes),
      excerpt: !json,
    });
    wire.trace({ kind: 'answer', status: response.statusCode, bytes: body.length });
    return { url: req.url, status: response.statusCode, headers, body };
  } catch (error) {
    wire.trace({ kind: 'failed', reason: wire.signal.aborted ? 'ended on this side' : reasonOf(error) });
    wire.signal.throwIfAborted();
    throw new ExchangeError(error, phase);
  }
}

/** Whether the server calls its answer JSON. */
export function isJson(headers: Readonly<Record<string, string>>): boolean {
  return /^\s*[\w.-]+\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(headers['content-type'] ?? '');
}

function send(wire: Wire, req: HttpRequest) {
  const query = req.params.toString();
  const form = req.method === 'POST';
  const url = form || query === '' ? req.url : `${req.url}${req.url.includes('?') ? '&' : '?'}${query}`;
  return request(url, {
    method: req.method,
    dispatcher: wire.dispatcher,
    signal: wire.signal,
    headersTimeout: 0,
    bodyTimeout: 0,
    headers: {
      accept: 'application/json',
      'accept-encoding': ACCEPT_ENCODING,
      ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
      ...mutable(req.headers),
    },
    ...(form ? { body: query } : {}),
  });
}

function mutable(headers: HttpRequest['headers']): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  );
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.UndiciError || error instanceof Error)
    return (error as NodeJS.ErrnoException).code ?? error.name;
  return 'unknown';
}
