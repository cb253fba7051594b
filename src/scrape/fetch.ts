import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type Dispatcher, request } from 'undici';
import type { ExpositionFormat } from '../exposition/parse.ts';
import { contentTypeProblem, formatOf, networkProblem } from './fetch-words.ts';

/** What to ask and how long to wait. Times in milliseconds. */
export type FetchOptions = {
  readonly url: string;
  readonly timeoutMs: number;
  /** The answer, unpacked, may have this many bytes. */
  readonly bodySizeLimit: number;
  readonly dispatcher?: Dispatcher;
  readonly signal?: AbortSignal;
};

export type Fetched =
  | { readonly kind: 'ok'; readonly text: string; readonly format: ExpositionFormat }
  /** `message` is what Prometheus shows as the target's last error. */
  | { readonly kind: 'failed'; readonly message: string };

/** Asks a target for its metrics as Prometheus does; whatever goes wrong becomes Prometheus' own words. Never throws. */
export async function fetchMetrics(options: FetchOptions): Promise<Fetched> {
  const deadline = AbortSignal.timeout(options.timeoutMs);
  const signal = options.signal === undefined ? deadline : AbortSignal.any([deadline, options.signal]);
  let answered = false;
  try {
    const response = await follow(options, signal);
    answered = true;
    if ('failed' in response) return failed(response.failed);
    return await readAnswer(response, options.bodySizeLimit);
  } catch (error) {
    const late = deadline.aborted || options.signal?.aborted === true;
    const problem = late ? 'context deadline exceeded' : networkProblem(error, options.url, answered);
    return failed(answered ? problem : `Get ${JSON.stringify(options.url)}: ${problem}`);
  }
}

/** The protocols Prometheus 3 asks for, without the binary one. https://prometheus.io/docs/instrumenting/content_negotiation/ */
const ACCEPT =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,' +
  'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1';
const MAX_REDIRECTS = 10;

type Answer = Dispatcher.ResponseData;

async function follow(options: FetchOptions, signal: AbortSignal): Promise<Answer | { readonly failed: string }> {
  let url = options.url;
  for (let redirects = 0; ; redirects++) {
    const response = await request(url, {
      signal,
      headers: {
        accept: ACCEPT,
        'accept-encoding': 'gzip',
        'user-agent': 'prom-tutor',
        'x-prometheus-scrape-timeout-seconds': String(options.timeoutMs / 1000),
      },
      ...(options.dispatcher === undefined ? {} : { dispatcher: options.dispatcher }),
    });
    const location = response.headers.location;
    if (response.statusCode < 300 || response.statusCode >= 400 || typeof location !== 'string') return response;
    response.body.destroy();
    response.body.on('error', () => undefined);
    if (redirects + 1 >= MAX_REDIRECTS) {
      return { failed: `Get ${JSON.stringify(location)}: stopped after ${MAX_REDIRECTS} redirects` };
    }
    url = new URL(location, url).href;
  }
}

async function readAnswer(response: Answer, limit: number): Promise<Fetched> {
  const { body } = response;
  const refuse = (message: string): Fetched => {
    body.on('error', () => undefined);
    body.destroy();
    return failed(message);
  };
  if (response.statusCode !== 200) {
    return refuse(`server returned HTTP status ${response.statusCode} ${response.statusText}`.trimEnd());
  }
  const unpacked = response.headers['content-encoding'] === 'gzip' ? unzip(body) : body;
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of unpacked as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > limit) return refuse('body size limit exceeded');
    pieces.push(piece);
  }
  const type = response.headers['content-type'];
  const problem = contentTypeProblem(typeof type === 'string' ? type : '');
  if (problem !== undefined) return failed(problem);
  return { kind: 'ok', text: Buffer.concat(pieces).toString('utf8'), format: formatOf(type as string) };
}

function unzip(body: Readable): Readable {
  const gunzip = createGunzip();
  body.on('error', (error) => gunzip.destroy(error));
  return body.pipe(gunzip);
}

function failed(message: string): Fetched {
  return { kind: 'failed', message };
}
