import { UnavailableError } from '../model/errors.ts';
import { type Envelope, ShapeError } from './decode.ts';
import { readAnswer } from './http-answers.ts';
import { sentAuth } from './http-auth.ts';
import { shownProxy } from './http-dispatcher.ts';
import type { HttpAnswer } from './http-exchange.ts';
import { unavailable } from './http-failures.ts';
import { HTTP_DEFAULTS, type HttpSourceOptions, MAX_BYTES_LIMIT } from './http-options.ts';
import { discoverBase } from './http-prefix.ts';
import { httpSession, type Send } from './http-session.ts';
import { parseServerUrl } from './http-url.ts';
import { CLI_NAMES } from './http-words.ts';

/** One question to the API. */
export type ApiCall = {
  /** Below the base: `/api/v1/query`. */
  readonly path: string;
  readonly params?: URLSearchParams;
  /** Whether the endpoint takes a form; otherwise it is asked by GET. */
  readonly form?: boolean;
  /** The PromQL an error may point into. */
  readonly query?: string;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds the server may take, where that is more than the source's own limit. */
  readonly timeoutMs?: number | undefined;
};

export type HttpApi = {
  /** The server as shown. */
  readonly base: string;
  /** Asks, and takes the answer apart with `decode`. */
  ask<T>(call: ApiCall, decode: (envelope: Envelope) => T): Promise<T>;
  /** GETs URLs of the same server, whatever they answer. */
  look<T>(signal: AbortSignal | undefined, work: (get: (url: string) => Promise<HttpAnswer>) => Promise<T>): Promise<T>;
  /** The reason why an answer is not the API's; throws it. */
  refuse(answer: HttpAnswer): never;
  close(): Promise<void>;
};

/** A server that was given a limit tells that it was reached; this long we wait for it to say so. */
const GRACE_MS = 1_000;

/** The Prometheus API of one server: forms with their fallback, envelopes, and the words for whatever goes wrong. */
export function httpApi(options: HttpSourceOptions): HttpApi {
  const server = parseServerUrl(options.url, options.hints?.['bad-url']);
  const { base } = server;
  const facts = {
    base,
    names: options.names ?? CLI_NAMES,
    maxBytes: Math.min(options.maxBytes ?? HTTP_DEFAULTS.maxBytes, MAX_BYTES_LIMIT),
    sentAuth: sentAuth(options, server),
    proxy: options.dispatcher === undefined ? shownProxy(base, options.proxy) : undefined,
    ...(options.hints === undefined ? {} : { hints: options.hints }),
  };
  const ownTimeoutMs = options.timeoutMs ?? HTTP_DEFAULTS.timeoutMs;
  const session = httpSession(server, options, facts);
  let formRefused = false;

  const fetchAnswer = async (send: Send, call: ApiCall): Promise<HttpAnswer> => {
    const request = { url: base + call.path, params: call.params ?? new URLSearchParams() };
    if (call.form !== true || formRefused) return send({ ...request, method: 'GET' });
    const answer = await send({ ...request, method: 'POST' });
    // Read-only proxies let GET through only.
    if (answer.status !== 405 && answer.status !== 501) return answer;
    formRefused = true;
    return send({ ...request, method: 'GET' });
  };

  return {
    base,
    async ask(call, decode) {
      const query = call.query ?? '';
      const limits = {
        signal: call.signal,
        timeoutMs: Math.max(ownTimeoutMs, call.timeoutMs ?? 0),
        graceMs: call.timeoutMs === undefined ? 0 : GRACE_MS,
      };
      return session.run(limits, async (send) => {
        const answer = await fetchAnswer(send, call);
        try {
          return readAnswer(answer, { ...facts, query }, decode);
        } catch (error) {
          if (error instanceof ShapeError) throw misshapen(error, answer);
          if (!(error instanceof UnavailableError && error.kind === 'not-found')) throw error;
          const better = await located(error, call, send);
          call.signal?.throwIfAborted();
          throw better;
        }
      });
    },
    look: (signal, work) =>
      session.run({ signal, timeoutMs: ownTimeoutMs }, (send) =>
        work((url) => send({ method: 'GET', url, params: new URLSearchParams() })),
      ),
    refuse(answer) {
      readAnswer(answer, { ...facts, query: '' }, () => undefined);
      throw misshapen(new ShapeError('the answer is not the page asked for'), answer);
    },
    close: () => session.close(),
  };

  function misshapen(error: ShapeError, { status }: HttpAnswer): UnavailableError {
    return unavailable(
      {
        kind: 'not-json',
        status,
        message: `${base} answers JSON, but not as the Prometheus API does: ${error.message}`,
        hint: 'Check the address: something else than Prometheus seems to answer there',
      },
      facts,
    );
  }

  /** A 404 with the address that would have been right, when there is one. */
  async function located(error: UnavailableError, call: ApiCall, send: Send): Promise<UnavailableError> {
    const found = await discoverBase(base, send);
    const told = { kind: error.kind, ...(error.status === undefined ? {} : { status: error.status }) };
    if (found === base) {
      const message = `${base} has no ${call.path}: not every server that speaks PromQL offers it`;
      return unavailable({ ...told, message }, facts);
    }
    const hint =
      found === undefined
        ? `If Prometheus is below a path there, add it: ${facts.names.server(`${base}/prometheus`)}`
        : `Prometheus answers at another path: ${facts.names.server(found)}`;
    const better = found === undefined ? {} : { betterUrl: found };
    return unavailable({ ...told, ...better, message: error.message, hint }, facts);
  }
}
