import { requestHeaders } from './http-auth.ts';
import { connectionsTo } from './http-dispatcher.ts';
import { ExchangeError, exchange, type HttpAnswer, type HttpRequest, type Wire } from './http-exchange.ts';
import { closedFailure, exchangeFailure, type FailureFacts, isReset, timeoutFailure } from './http-failures.ts';
import { tokenSource } from './http-oauth2.ts';
import { HTTP_DEFAULTS, type HttpSourceOptions } from './http-options.ts';
import { redirectTarget } from './http-redirect.ts';
import type { ServerUrl } from './http-url.ts';

/** Sends one request with our headers, follows its redirects, and gives whatever the server answers. */
export type Send = (request: Omit<HttpRequest, 'headers'>) => Promise<HttpAnswer>;

/** `graceMs` is waited beyond the limit, for a server that was told the limit and says itself that it was reached. */
export type Limits = {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs: number;
  readonly graceMs?: number;
};

/** The connections to one server. */
export type Session = {
  /**
   * Does the exchanges of one question within one limit of time; nothing of it outlives the question. Throws
   * `UnavailableError` for exchanges that break off or take too long, and the signal's reason when aborted.
   */
  run<T>(limits: Limits, work: (send: Send) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

export function httpSession(server: ServerUrl, options: HttpSourceOptions, facts: FailureFacts): Session {
  const token = tokenSource(options, facts);
  const connections = connectionsTo(server.base, {
    connectTimeoutMs: options.connectTimeoutMs ?? HTTP_DEFAULTS.connectTimeoutMs,
    tls: options.tls,
    proxy: options.proxy,
  });
  let answeredBefore = false;
  let closed = false;
  let lastId = 0;

  const traced = (wire: Omit<Wire, 'trace'>): Wire => {
    const id = ++lastId;
    return { ...wire, trace: (event) => options.onTrace?.({ ...event, id }) };
  };

  const once = async (wire: Omit<Wire, 'trace'>, request: HttpRequest): Promise<HttpAnswer> => {
    const mayBeIdle = answeredBefore;
    try {
      const answer = await exchange(traced(wire), request);
      answeredBefore = true;
      return answer;
    } catch (error) {
      // A server may drop an idle connection at the very moment we use it again; that says nothing about the server.
      if (!(mayBeIdle && error instanceof ExchangeError && isReset(error))) throw error;
      return await exchange(traced(wire), request);
    }
  };

  const follow = async (wire: Omit<Wire, 'trace'>, first: HttpRequest): Promise<HttpAnswer> => {
    const before: string[] = [];
    for (let request = first; ; ) {
      const answer = await once(wire, request);
      const next = redirectTarget(answer, request, before, { ...facts, follow: options.followRedirects !== false });
      if (next === undefined) return answer;
      before.push(`${request.method} ${request.url}`);
      request = next;
    }
  };

  return {
    async run({ signal, timeoutMs, graceMs = 0 }, work) {
      signal?.throwIfAborted();
      if (closed) throw closedFailure(facts);
      const controller = new AbortController();
      const overdue = new Error('overdue');
      let answering = false;
      const stop = () => controller.abort(signal?.reason);
      signal?.addEventListener('abort', stop, { once: true });
      const timer = setTimeout(() => controller.abort(overdue), timeoutMs + graceMs);
      try {
        const wire = {
          dispatcher: options.dispatcher ?? (await connections.get()),
          signal: controller.signal,
          maxBytes: facts.maxBytes,
          onAnswering: () => {
            answering = true;
          },
        };
        const userAgent = options.userAgent ?? HTTP_DEFAULTS.userAgent;
        const headers = () => requestHeaders(options, server, userAgent, () => token.get(controller.signal));
        return await work(async (request) => {
          answering = false;
          const answer = await follow(wire, { ...request, headers: await headers() });
          if (answer.status !== 401 || !token.renew()) return answer;
          return await follow(wire, { ...request, headers: await headers() });
        });
      } catch (error) {
        if (error === overdue) throw timeoutFailure(timeoutMs, answering, facts);
        throw error instanceof ExchangeError ? exchangeFailure(error, facts) : error;
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener('abort', stop);
      }
    },
    async close() {
      closed = true;
      await Promise.all([token.close(), connections.destroy()]);
    },
  };
}
