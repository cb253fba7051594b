import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { answerTokens } from './answer-text.ts';
import { HttpProblem, readJson } from './http.ts';
import { PROVIDERS, type Provider, type UpstreamFailure } from './providers.ts';
import type { Random } from './random.ts';
import type { StreamingService, Ticket } from './service.ts';

export type StreamContext = {
  readonly service: StreamingService;
  readonly random: Random;
  now(): number;
  /** One for every open stream; aborting it ends the stream with a word of farewell. */
  readonly open: Set<AbortController>;
};

const PROMPT_LIMIT = 4_000;

/**
 * `POST /stream`: asks a provider and passes its tokens on as server-sent events while they come. An answer is at most a
 * few kilobytes, so a client that does not read them costs no more than that.
 */
export async function streamRoute(
  request: IncomingMessage,
  response: ServerResponse,
  context: StreamContext,
): Promise<void> {
  const { provider, prompt } = parseAsk(await readJson(request));
  const admission = context.service.begin(provider, context.now());
  if (admission.kind === 'refused') throw refusal(provider, admission.retryAfterMs);

  const { ticket } = admission;
  const over = new AbortController();
  const leave = () => over.abort();
  if (response.destroyed) leave();
  response.once('close', leave);
  context.open.add(over);
  try {
    await play(ticket, prompt, response, { ...context, over: over.signal });
  } catch (error) {
    if (!over.signal.aborted) throw error;
    context.service.abandon(ticket, context.now());
    if (!response.destroyed) sayGoodbye(response);
  } finally {
    context.open.delete(over);
    response.off('close', leave);
  }
}

type Ask = { readonly provider: Provider; readonly prompt: string };

function parseAsk(body: unknown): Ask {
  const problems: string[] = [];
  const { provider, prompt } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const known = PROVIDERS.find((name) => name === provider);
  if (known === undefined)
    problems.push(
      `provider must be one of ${PROVIDERS.join(', ')}${typeof provider === 'string' ? `, not ${JSON.stringify(provider.slice(0, 40))}` : ''}`,
    );
  if (typeof prompt !== 'string' || prompt.trim() === '') problems.push('prompt must be a text that is not empty');
  else if (prompt.length > PROMPT_LIMIT) problems.push(`prompt must not be longer than ${PROMPT_LIMIT} characters`);
  if (known === undefined || problems.length > 0)
    throw new HttpProblem(400, 'invalid_request', problems.join('; '), { details: { problems, providers: PROVIDERS } });
  return { provider: known, prompt: prompt as string };
}

/** Lets an admitted request happen in real time. Rejects when the client leaves or the app shuts down. */
async function play(
  ticket: Ticket,
  prompt: string,
  response: ServerResponse,
  context: StreamContext & { readonly over: AbortSignal },
): Promise<void> {
  const { service, now, over } = context;
  const { firstTokenMs, endMs, tokens, failure } = ticket.answer;
  const until = async (afterMs: number) => {
    const left = ticket.startedMs + afterMs - now();
    if (left > 0) await pause(left, undefined, { signal: over });
    over.throwIfAborted();
  };

  if (firstTokenMs === undefined) {
    await until(endMs);
    service.finish(ticket, now());
    throw upstreamProblem(ticket.provider, failure ?? 'timeout');
  }

  await until(firstTokenMs);
  service.firstToken(ticket, now());
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  const texts = answerTokens(tokens, context.random);
  for (const [index, text] of texts.entries()) {
    await until(firstTokenMs + ((endMs - firstTokenMs) * index) / texts.length);
    response.write(eventText('token', { index, text }));
  }
  await until(endMs);
  service.finish(ticket, now());
  if (failure !== undefined) {
    response.end(eventText('error', { type: failure, message: FAILURES[failure].message(ticket.provider) }));
    return;
  }
  const usage = { prompt_tokens: prompt.trim().split(/\s+/).length, completion_tokens: tokens };
  response.end(eventText('end', { provider: ticket.provider, finish_reason: 'stop', usage }));
}

function eventText(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** What a client sees of each upstream failure when no token has been sent yet. */
const FAILURES: {
  readonly [K in UpstreamFailure]: { readonly status: number; readonly message: (provider: Provider) => string };
} = {
  timeout: { status: 504, message: (provider) => `${provider} did not answer in time` },
  rate_limit: { status: 429, message: (provider) => `${provider} takes no more requests right now` },
  upstream_5xx: { status: 502, message: (provider) => `${provider} answered with a server error` },
};

function upstreamProblem(provider: Provider, failure: UpstreamFailure): HttpProblem {
  const { status, message } = FAILURES[failure];
  return new HttpProblem(status, failure, message(provider), {
    ...(failure === 'rate_limit' ? { headers: { 'retry-after': '1' } } : {}),
  });
}

function refusal(provider: Provider, retryAfterMs: number): HttpProblem {
  return new HttpProblem(503, 'circuit_open', `the circuit breaker keeps requests away from ${provider}`, {
    headers: { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1000))) },
  });
}

/** The app ends: an open stream is told so, a request that still waits gets a status. */
function sayGoodbye(response: ServerResponse): void {
  const message = 'the service is shutting down';
  if (response.destroyed) return;
  if (response.headersSent) {
    response.end(eventText('error', { type: 'shutdown', message }));
    return;
  }
  throw new HttpProblem(503, 'shutdown', message, { headers: { 'retry-after': '5', connection: 'close' } });
}
