import { StringDecoder } from 'node:string_decoder';
import { QueryError, type UnavailableError, type UnavailableKind } from '../model/errors.ts';
import { parseErrorPosition } from '../model/position.ts';
import type { AnswerBody } from '../model/query-result.ts';
import { decodeEnvelope, type Envelope } from './decode.ts';
import { type HttpAnswer, isJson } from './http-exchange.ts';
import { type FailureFacts, unavailable } from './http-failures.ts';
import { firstLine, shorten } from './http-words.ts';
import { splitAnswer } from './json-rows.ts';

/** What is known about the question an answer belongs to. */
export type AnswerFacts = FailureFacts & {
  /** The PromQL of the question, or its only selector; empty where it had none. */
  readonly query: string;
  readonly sentAuth: 'none' | 'basic' | 'other';
};

/** Longest text of a server inside an error. */
const LONGEST_ERROR = 2_000;

/**
 * Reads an answer of the API, and takes it apart with `decode`; or throws the reason why it is none: `QueryError` for
 * errors the API tells in JSON and `UnavailableError` for everything else, with status 404 and kind `not-found` where no
 * API is at the URL. Rows of large answers are parsed one by one.
 */
export function readAnswer<T>(answer: HttpAnswer, facts: AnswerFacts, decode: (envelope: Envelope) => T): T {
  if (answer.body.length >= LARGE_BYTES && answer.status >= 200 && answer.status < 300) {
    try {
      const envelope = largeEnvelope(answer);
      if (envelope !== undefined) return decode(envelope);
    } catch (error) {
      // Whoever reads it as a whole says what is wrong with it.
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return decode(readEnvelope(answer, facts));
}

/** From here on an answer is not parsed as a whole. */
const LARGE_BYTES = 256 * 1024;

function largeEnvelope({ body }: HttpAnswer): Envelope | undefined {
  const split = splitAnswer(body);
  if (split === undefined) return undefined;
  const frame: unknown = JSON.parse(split.frame);
  if (!isEnvelope(frame) || frame.status !== 'success') return undefined;
  const raw: AnswerBody = { json: () => JSON.parse(body.toString('utf8')) as unknown, text: () => textPieces(body) };
  return decodeEnvelope(frame, raw, split.rows);
}

function* textPieces(body: Buffer): Iterable<string> {
  const decoder = new StringDecoder('utf8');
  for (let at = 0; at < body.length; at += PIECE_BYTES) yield decoder.write(body.subarray(at, at + PIECE_BYTES));
  yield decoder.end();
}

const PIECE_BYTES = 64 * 1024;

function readEnvelope(answer: HttpAnswer, facts: AnswerFacts): Envelope {
  const { status } = answer;
  if (status === 401 || status === 403 || status === 407) throw authFailure(answer, facts);
  const body = isJson(answer.headers) || unlabelledJson(answer) ? parse(answer, facts) : undefined;
  const envelope = isEnvelope(body) ? body : undefined;
  if (status === 429) throw tooMany(answer, envelope, facts);
  if (envelope?.status === 'error') throw queryError(answer, envelope, facts);
  if (status >= 200 && status < 300 && envelope?.status === 'success') return decodeEnvelope(envelope);
  throw foreignAnswer(answer, body, facts);
}

/** The reason why an answer that is not the API's cannot be used. */
function foreignAnswer(answer: HttpAnswer, body: unknown, facts: AnswerFacts): UnavailableError {
  const { base, names } = facts;
  const { status } = answer;
  const text = textOf(answer);
  const fail = (kind: UnavailableKind, message: string, hint?: string) =>
    unavailable({ kind, message, status, ...(hint === undefined ? {} : { hint }) }, facts);
  if (status === 404) return fail('not-found', `${base} has no Prometheus API: ${pathOf(answer)} answers 404`);
  if (status >= 500) return serverFailure(answer, text, facts);
  if (/HTTP request (was sent )?to (an )?HTTPS/i.test(text)) {
    const betterUrl = base.replace(/^http:/, 'https:');
    const hint = `Ask with https: ${names.server(betterUrl)}`;
    return unavailable({ kind: 'tls', message: `${base} wants TLS`, status, betterUrl, hint }, facts);
  }
  if (isHtml(answer, text)) {
    const title = titleOf(text);
    return fail(
      'html',
      `${base} answers with a web page${title === '' ? '' : ` ("${title}")`} instead of the Prometheus API (status ${status})`,
      `If that is a login page, this server wants credentials: ${names.basicAuth}, or ${names.token}. Otherwise check the address`,
    );
  }
  if (body !== undefined) {
    return fail(
      'not-json',
      `${base} answers JSON, but not as the Prometheus API does (status ${status}): ${firstLine(text)}`,
      'Check the address: something else than Prometheus seems to listen there',
    );
  }
  const type = answer.headers['content-type'] ?? 'no content type';
  const shown = text.trim() === '' ? 'an empty body' : firstLine(text);
  return fail(
    'not-json',
    `${base} does not answer as the Prometheus API does (status ${status}, ${shorten(type, 60)}): ${shown}`,
    'Check the address: something else than Prometheus seems to listen there',
  );
}

/** 5xx without the API's JSON: a server that is not ready, or a proxy without a server behind it. */
function serverFailure(answer: HttpAnswer, text: string, facts: AnswerFacts): UnavailableError {
  const { base } = facts;
  const { status, headers } = answer;
  const stopping = headers['x-prometheus-stopping'];
  if (status === 503 && stopping !== undefined) {
    const ends = stopping === 'true';
    return unavailable(
      {
        kind: 'starting',
        message: ends ? `Prometheus at ${base} is shutting down` : `Prometheus at ${base} is still starting`,
        status,
        hint: ends ? 'Start it again, or ask another server' : 'It reads its data first; try again in a few seconds',
      },
      facts,
    );
  }
  const detail = isHtml(answer, text) ? titleOf(text) : firstLine(text);
  const hints: { readonly [status: number]: string | undefined } = {
    502: 'A proxy answers, but the server behind it does not',
    503: `Whatever answers there has no working server behind it${retryAfter(headers)}`,
    504: 'A proxy answers, but the server behind it takes too long: ask for less',
  };
  return unavailable(
    {
      kind: 'server-error',
      message: `${base} failed with status ${status}${detail === '' ? '' : `: ${detail}`}`,
      status,
      hint: hints[status] ?? 'The logs of the server tell why',
    },
    facts,
  );
}

function authFailure(answer: HttpAnswer, facts: AnswerFacts): UnavailableError {
  const { base, names, sentAuth } = facts;
  const text = textOf(answer);
  const challenge = answer.headers['www-authenticate'] ?? '';
  const fail = (message: string, hint: string) =>
    unavailable({ kind: 'auth', message, status: answer.status, hint }, facts);
  if (/no org ?id|X-Scope-OrgID/i.test(text)) {
    return fail(`${base} wants to know the tenant: ${firstLine(text)}`, `Name it: ${names.orgId}`);
  }
  if (answer.status === 407) {
    return fail(
      'the proxy wants a user name and a password (407)',
      'Put them into its address: http://USER:PASSWORD@PROXY:PORT',
    );
  }
  const scheme = challenge === '' ? '' : `, asking for ${shorten(challenge, 120)}`;
  if (sentAuth === 'none') {
    return fail(`${base} wants to know who asks (status ${answer.status}${scheme})`, wantedHint(challenge, facts));
  }
  if (answer.status === 403) {
    return fail(
      `${base} knows who asks, but does not allow it (status 403)${detail(answer, text)}`,
      'Use an account that may read metrics',
    );
  }
  return fail(`${base} refused the credentials (status 401${scheme})`, credentialsHint(facts));
}

/** What to give for a challenge (RFC 9110, 11.6.1): it may offer several schemes, the first we can do is told. */
function wantedHint(challenge: string, { base, names }: AnswerFacts): string {
  if (/\bbasic\b/i.test(challenge)) return `Give credentials: ${names.basicAuth}`;
  if (/\bbearer\b/i.test(challenge)) return `Give credentials: ${names.token}`;
  if (/\.amazonaws\.com$/.test(new URL(base).hostname) || /AWS4-HMAC/i.test(challenge)) {
    return 'It wants requests signed for AWS (SigV4), which is not done here: put aws-sigv4-proxy in between, and ask that';
  }
  const scheme = /^\s*([\w-]+)/.exec(challenge)?.[1];
  return scheme === undefined
    ? `Give credentials: ${names.basicAuth}, or ${names.token}`
    : `${scheme} is not done here. If it takes a ready-made header as well, give that: ${names.header}`;
}

function credentialsHint({ base, sentAuth, names }: AnswerFacts): string {
  if (sentAuth === 'other' && new URL(base).hostname.endsWith('.grafana.net')) {
    return `Grafana Cloud wants basic authentication: the numeric instance id as name, the access token as password: ${names.basicAuth}`;
  }
  return sentAuth === 'basic' ? 'Check user name and password' : 'Check the token: it may have expired';
}

function tooMany(answer: HttpAnswer, envelope: ApiBody | undefined, facts: AnswerFacts): UnavailableError {
  const told = typeof envelope?.error === 'string' ? shorten(envelope.error, LONGEST_ERROR) : '';
  return unavailable(
    {
      kind: 'rate-limited',
      message: `${facts.base} gets too many questions (status 429)${told === '' ? detail(answer, textOf(answer)) : `: ${told}`}`,
      status: 429,
      hint: `Ask less often${retryAfter(answer.headers)}`,
    },
    facts,
  );
}

function retryAfter(headers: Readonly<Record<string, string>>): string {
  const value = headers['retry-after'] ?? '';
  if (/^\d{1,6}$/.test(value)) return `; it says to wait ${value} s`;
  return value === '' ? '' : `; it says to wait until ${shorten(value, 40)}`;
}

function queryError(answer: HttpAnswer, body: ApiBody, facts: AnswerFacts): QueryError {
  const text = typeof body.error === 'string' ? body.error : 'the server names no reason';
  const { message, position } = parseErrorPosition(text, facts.query);
  return new QueryError({
    message: shorten(message, LONGEST_ERROR),
    query: facts.query,
    errorType: typeof body.errorType === 'string' ? shorten(body.errorType, 40) : 'unknown',
    status: answer.status,
    ...(position === undefined ? {} : { position }),
  });
}

function parse(answer: HttpAnswer, facts: AnswerFacts): unknown {
  const text = textOf(answer).replace(/^\ufeff/, '');
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (answer.status >= 500) return undefined;
    const ends = /end of JSON|Unterminated/i.test(String(error)) || !/[}\]]\s*$/.test(text);
    const begins = /^\s*[{[]/.test(text);
    throw unavailable(
      {
        kind: begins && ends ? 'truncated' : 'not-json',
        message:
          begins && ends
            ? `the answer of ${facts.base} broke off before its end`
            : `${facts.base} calls its answer JSON, but it is not: ${firstLine(text)}`,
        status: answer.status,
        hint:
          begins && ends
            ? 'Try again. If it stays so, a proxy in between or the server itself is cutting answers: ask for less'
            : 'Check the address: something else than Prometheus seems to listen there',
      },
      facts,
    );
  }
}

type ApiBody = { readonly status: unknown; readonly error?: unknown; readonly errorType?: unknown };

function isEnvelope(body: unknown): body is ApiBody {
  return (
    typeof body === 'object' &&
    body !== null &&
    'status' in body &&
    (body.status === 'success' || body.status === 'error')
  );
}

/** Some proxies drop the content type; a body that looks like the envelope is then tried. */
function unlabelledJson(answer: HttpAnswer): boolean {
  return answer.headers['content-type'] === undefined && /^\s*\{\s*"/.test(textOf(answer));
}

function isHtml(answer: HttpAnswer, text: string): boolean {
  return (
    /^\s*(text\/html|application\/xhtml)/i.test(answer.headers['content-type'] ?? '') ||
    /^\s*<(!doctype html|html)/i.test(text)
  );
}

function titleOf(html: string): string {
  const title = /<title[^>]*>([^<]*)/i.exec(html)?.[1] ?? '';
  return shorten(title.replace(/\s+/g, ' ').trim(), 80);
}

function detail(answer: HttpAnswer, text: string): string {
  const line = isHtml(answer, text) ? titleOf(text) : firstLine(text);
  return line === '' ? '' : `: ${line}`;
}

function pathOf(answer: HttpAnswer): string {
  return new URL(answer.url).pathname;
}

function textOf(answer: HttpAnswer): string {
  return answer.body.toString('utf8');
}
