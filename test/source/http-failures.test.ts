import { createServer, type Socket } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { EXIT, QueryError, UnavailableError, type UnavailableKind } from '../../src/model/errors.ts';
import { httpSource } from '../../src/source/http.ts';
import type { HttpSourceOptions } from '../../src/source/http-options.ts';
import { type Answer, json, type Loopback, loopback, success } from '../helpers/loopback.ts';
import { freePort } from '../helpers/prometheus.ts';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

async function serving(answer: Answer): Promise<Loopback> {
  const server = await loopback(answer);
  open.push(server);
  return server;
}

/** Asks `up` and gives what was thrown. */
async function failureOf(url: string, options: Partial<HttpSourceOptions> = {}): Promise<unknown> {
  const source = httpSource({ url, timeoutMs: 2_000, ...options });
  open.push(source);
  return source.instant('up').then(
    (result) => expect.fail(`an answer came: ${JSON.stringify(result)}`),
    (error: unknown) => error,
  );
}

async function unavailableOf(url: string, options: Partial<HttpSourceOptions> = {}): Promise<UnavailableError> {
  const error = await failureOf(url, options);
  expect(error).toBeInstanceOf(UnavailableError);
  return error as UnavailableError;
}

type Case = {
  readonly name: string;
  readonly answer: Answer;
  readonly options?: Partial<HttpSourceOptions>;
  readonly kind: UnavailableKind;
  readonly status?: number;
  readonly says: RegExp;
  readonly hint?: RegExp;
};

const page = '<!DOCTYPE html>\n<html><head><title>Sign in\n · Example \x1b[31mSSO</title></head><body>…</body></html>';

const CASES: readonly Case[] = [
  {
    name: 'an HTML login page',
    answer: (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(page),
    kind: 'html',
    status: 200,
    says: /answers with a web page \("Sign in · Example \x1b\[31mSSO"\) instead of the Prometheus API \(status 200\)/,
    hint: /--token-file/,
  },
  {
    name: 'an HTML page that calls itself JSON',
    answer: (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(page),
    kind: 'not-json',
    says: /calls its answer JSON, but it is not: <!DOCTYPE html>/,
  },
  {
    name: 'plain text with status 200',
    answer: (_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('# HELP up\nup 1\n'),
    kind: 'not-json',
    says: /does not answer as the Prometheus API does \(status 200, text\/plain\): # HELP up$/,
  },
  {
    name: 'nothing at all',
    answer: (_, response) => response.writeHead(204).end(),
    kind: 'not-json',
    status: 204,
    says: /an empty body/,
  },
  {
    name: 'JSON of something else',
    answer: (_, response) => json(response, { detail: 'Not here' }, 200),
    kind: 'not-json',
    says: /answers JSON, but not as the Prometheus API does \(status 200\): \{"detail":"Not here"\}/,
  },
  {
    name: 'JSON null',
    answer: (_, response) => json(response, null),
    kind: 'not-json',
    says: /answers JSON, but not as/,
  },
  {
    name: 'a success whose data is another shape',
    answer: (_, response) => success(response, { resultType: 'vector', result: [{ metric: {}, value: [1, 2] }] }),
    kind: 'not-json',
    says: /data\.result\[0\]\.value holds a value that is not a text/,
  },
  {
    name: 'a result type nobody knows',
    answer: (_, response) => success(response, { resultType: '__proto__', result: [] }),
    kind: 'not-json',
    says: /data\.resultType is not a known type/,
  },
  {
    name: 'a body cut short of its length',
    answer: (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
      response.write('{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"b');
      setTimeout(() => response.destroy(), 20);
    },
    kind: 'truncated',
    says: /broke off before its end/,
  },
  {
    name: 'chunks that stop coming with the connection',
    answer: (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"status":"succ');
      setTimeout(() => response.destroy(), 20);
    },
    kind: 'truncated',
    says: /broke off before its end/,
  },
  {
    name: 'a body that ends with the connection, in the middle of the JSON',
    answer: (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', connection: 'close' });
      response.end('{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"b"},');
    },
    kind: 'truncated',
    says: /broke off before its end/,
  },
  {
    name: 'JSON with a mistake in the middle',
    answer: (_, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"success",,"data":{}}'),
    kind: 'not-json',
    says: /calls its answer JSON, but it is not: \{"status":"success",,/,
  },
  {
    name: 'gzip cut short',
    answer: (_, response) => {
      const whole = gzipSync(JSON.stringify({ status: 'success', data: { resultType: 'vector', result: [] } }));
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(whole.subarray(0, whole.length - 12));
    },
    kind: 'truncated',
    says: /broke off before its end/,
  },
  {
    name: 'something that is not the gzip it says it is',
    answer: (_, response) =>
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end('{"status":"s"}'),
    kind: 'not-json',
    says: /says its answer is compressed, but it cannot be decompressed/,
  },
  {
    name: 'something that is not the brotli it says it is',
    answer: (_, response) =>
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'br' }).end('{"status":"s"}'),
    kind: 'not-json',
    says: /says its answer is compressed, but it cannot be decompressed/,
  },
  {
    name: 'an encoding nobody asked for',
    answer: (_, response) =>
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'zstd' }).end('xx'),
    kind: 'not-json',
    says: /answers in the encoding "zstd"/,
  },
  {
    name: 'a gzip bomb',
    answer: (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync(Buffer.alloc(64 * 1024 * 1024, ' ')));
    },
    options: { maxBytes: 1024 * 1024 },
    kind: 'too-large',
    says: /is larger than 1 MB, the limit of --max-response/,
    hint: /topk.*raise the limit: --max-response 512MB/,
  },
  {
    name: 'a brotli bomb',
    answer: (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'br' });
      response.end(brotliCompressSync(Buffer.alloc(16 * 1024 * 1024, ' ')));
    },
    options: { maxBytes: 1024 * 1024 },
    kind: 'too-large',
    says: /is larger than 1 MB/,
  },
  {
    name: 'a huge body with its length told',
    answer: (_, response) => json(response, { status: 'success', data: 'x'.repeat(200_000) }),
    options: { maxBytes: 100_000 },
    kind: 'too-large',
    says: /is larger than 97.7 kB/,
  },
  {
    name: 'an endless body over the cap',
    answer: (_, response) => endless(response, { 'content-type': 'application/json' }, 0),
    options: { maxBytes: 300_000 },
    kind: 'too-large',
    says: /is larger than 293 kB/,
  },
  {
    name: 'an endless body that trickles',
    answer: (_, response) => endless(response, { 'content-type': 'application/json' }, 20),
    options: { timeoutMs: 400 },
    kind: 'timeout',
    says: /began to answer, but was not done in time \(limit 0.4 s\)/,
    hint: /--timeout/,
  },
  {
    name: 'an endless web page, of which the beginning is enough',
    answer: (_, response) => endless(response, { 'content-type': 'text/html' }, 0),
    kind: 'html',
    says: /answers with a web page/,
  },
  {
    name: 'a body that stalls',
    answer: (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"status":');
    },
    options: { timeoutMs: 300 },
    kind: 'timeout',
    says: /began to answer, but was not done in time \(limit 0.3 s\)/,
  },
  {
    name: 'a compressed body that stalls',
    answer: (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.write(gzipSync('{"status":').subarray(0, 12));
    },
    options: { timeoutMs: 300 },
    kind: 'timeout',
    says: /began to answer/,
  },
  {
    name: 'no answer at all',
    answer: () => undefined,
    options: { timeoutMs: 300 },
    kind: 'timeout',
    says: /did not answer in time \(limit 0.3 s\)/,
  },
  {
    name: 'a connection closed without an answer',
    answer: (_, response) => response.destroy(),
    kind: 'reset',
    says: /closed the connection without an answer/,
  },
  {
    name: '503 of a Prometheus that reads its data',
    answer: (_, response) =>
      response
        .writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'x-prometheus-stopping': 'false' })
        .end('Service Unavailable'),
    kind: 'starting',
    status: 503,
    says: /is still starting/,
    hint: /try again in a few seconds/,
  },
  {
    name: '503 of a Prometheus that ends',
    answer: (_, response) =>
      response
        .writeHead(503, { 'content-type': 'text/plain', 'x-prometheus-stopping': 'true' })
        .end('Service Unavailable'),
    kind: 'starting',
    says: /is shutting down/,
  },
  {
    name: '503 in plain text',
    answer: (_, response) => response.writeHead(503, { 'content-type': 'text/plain' }).end('no healthy upstream\n'),
    kind: 'server-error',
    status: 503,
    says: /failed with status 503: no healthy upstream/,
    hint: /no working server behind it$/,
  },
  {
    name: '503 with a time to wait',
    answer: (_, response) =>
      response.writeHead(503, { 'content-type': 'text/plain', 'retry-after': '17' }).end('later'),
    kind: 'server-error',
    says: /status 503: later/,
    hint: /it says to wait 17 s/,
  },
  {
    name: '502 as the page of a proxy',
    answer: (_, response) =>
      response.writeHead(502, { 'content-type': 'text/html' }).end('<html><title>502 Bad Gateway</title>'),
    kind: 'server-error',
    status: 502,
    says: /failed with status 502: 502 Bad Gateway$/,
    hint: /the server behind it does not/,
  },
  {
    name: '500 that calls itself JSON and is not',
    answer: (_, response) => response.writeHead(500, { 'content-type': 'application/json' }).end('panic: oh no'),
    kind: 'server-error',
    says: /failed with status 500: panic: oh no/,
  },
  {
    name: '401 that wants a password',
    answer: (_, response) =>
      response
        .writeHead(401, { 'content-type': 'text/plain', 'www-authenticate': 'Basic realm="metrics"' })
        .end('Unauthorized'),
    kind: 'auth',
    status: 401,
    says: /wants to know who asks \(status 401, asking for Basic realm="metrics"\)/,
    hint: /--user NAME --password-file FILE$/,
  },
  {
    name: '401 that wants a token',
    answer: (_, response) => response.writeHead(401, { 'www-authenticate': 'Bearer' }).end(),
    kind: 'auth',
    says: /asking for Bearer/,
    hint: /--token-file FILE$/,
  },
  {
    name: '401 that says nothing',
    answer: (_, response) => response.writeHead(401, { 'content-type': 'text/html' }).end(page),
    kind: 'auth',
    says: /wants to know who asks \(status 401\)/,
    hint: /--user.*--token-file/,
  },
  {
    name: '401 to a password',
    answer: (_, response) => response.writeHead(401, { 'www-authenticate': 'Basic' }).end('Unauthorized'),
    options: { auth: { kind: 'basic', username: 'me', password: 'hunter2' } },
    kind: 'auth',
    says: /refused the credentials/,
    hint: /Check user name and password/,
  },
  {
    name: '401 to a token',
    answer: (_, response) => response.writeHead(401).end('Unauthorized'),
    options: { auth: { kind: 'authorization', scheme: 'Bearer', credentials: 'hunter2' } },
    kind: 'auth',
    says: /refused the credentials/,
    hint: /token: it may have expired/,
  },
  {
    name: '401 of Mimir without a tenant',
    answer: (_, response) => response.writeHead(401, { 'content-type': 'text/plain' }).end('no org id'),
    kind: 'auth',
    says: /wants to know the tenant: no org id/,
    hint: /--org-id TENANT/,
  },
  {
    name: '403 to somebody it knows',
    answer: (_, response) => response.writeHead(403, { 'content-type': 'text/plain' }).end('viewers only'),
    options: { auth: { kind: 'basic', username: 'me', password: 'hunter2' } },
    kind: 'auth',
    status: 403,
    says: /knows who asks, but does not allow it \(status 403\): viewers only/,
  },
  {
    name: '403 in the JSON of the API',
    answer: (_, response) => json(response, { status: 'error', errorType: 'x', error: 'denied' }, 403),
    kind: 'auth',
    says: /wants to know who asks \(status 403\)/,
  },
  {
    name: '429 in plain text',
    answer: (_, response) => response.writeHead(429, { 'retry-after': '5' }).end('slow down'),
    kind: 'rate-limited',
    status: 429,
    says: /too many questions \(status 429\): slow down/,
    hint: /Ask less often; it says to wait 5 s/,
  },
  {
    name: '429 in the JSON of the API',
    answer: (_, response) =>
      json(response, { status: 'error', errorType: 'too_many_requests', error: 'too many outstanding requests' }, 429),
    kind: 'rate-limited',
    says: /too many outstanding requests/,
  },
  {
    name: '404 where nothing else is found',
    answer: (_, response) => response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n'),
    kind: 'not-found',
    status: 404,
    says: /has no Prometheus API: \/api\/v1\/query answers 404/,
    hint: /-s http:\/\/127\.0\.0\.1:\d+\/prometheus$/,
  },
  {
    name: 'TLS wanted, told in words',
    answer: (_, response) =>
      response
        .writeHead(400, { 'content-type': 'text/plain' })
        .end('Client sent an HTTP request to an HTTPS server.\n'),
    kind: 'tls',
    says: /wants TLS/,
    hint: /-s https:\/\/127\.0\.0\.1:\d+$/,
  },
  {
    name: '400 that is not of the API',
    answer: (_, response) => response.writeHead(400, { 'content-type': 'text/plain' }).end('bad request: no\n'),
    kind: 'not-json',
    status: 400,
    says: /status 400, text\/plain\): bad request: no/,
  },
];

function endless(response: Parameters<Answer>[1], headers: Record<string, string>, everyMs: number): void {
  response.writeHead(200, headers);
  const piece = Buffer.alloc(everyMs === 0 ? 65_536 : 10, ' ');
  const timer = setInterval(
    () => {
      while (response.write(piece) && everyMs === 0 && !response.destroyed);
    },
    Math.max(1, everyMs),
  );
  response.on('close', () => clearInterval(timer));
}

describe('a server that gives no usable answer', () => {
  it.each(CASES)('$name: $kind', async ({ answer, options, kind, status, says, hint }) => {
    const server = await serving(answer);
    const error = await unavailableOf(server.url, options);
    expect({ kind: error.kind, url: error.url, exitCode: error.exitCode }).toEqual({
      kind,
      url: server.url,
      exitCode: EXIT.unavailable,
    });
    if (status !== undefined) expect(error.status).toBe(status);
    expect(error.message).toMatch(says);
    if (hint !== undefined) expect(error.hint).toMatch(hint);
    expect(`${error.message}${error.hint}`).not.toContain('hunter2');
  });

  it('is not asked a second time after a refusal', async () => {
    const server = await serving((_, response) => response.writeHead(401).end());
    await unavailableOf(server.url);
    expect(server.seen).toHaveLength(1);
  });
});

describe('no server at all', () => {
  it('nothing listens', async () => {
    const port = await freePort();
    const error = await unavailableOf(`localhost:${port}`);
    expect(error.kind).toBe('refused');
    expect(error.message).toBe(`nothing listens at http://localhost:${port} (connection refused)`);
    expect(error.hint).toContain('prom-tutor start');
  });

  it('a host that does not exist', async () => {
    const error = await unavailableOf('http://prometheus.invalid:9090');
    expect(error.kind).toBe('dns');
    expect(error.message).toBe('there is no host named prometheus.invalid');
  });

  it.each(['', '   ', 'ftp://example.com', 'http://', 'http://a b', 'http://[::1', 'http://u:hunter2@a b/'])(
    'an address that is none: %j',
    (url) => {
      expect(() => httpSource({ url })).toThrow(UnavailableError);
      try {
        httpSource({ url });
      } catch (error) {
        expect(error).toMatchObject({ kind: 'bad-url', exitCode: EXIT.unavailable });
        expect(`${(error as UnavailableError).message} ${(error as UnavailableError).url}`).not.toContain('hunter2');
      }
    },
  );

  it('something that does not speak HTTP', async () => {
    const server = await raw((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    const error = await unavailableOf(server.url);
    expect(error.kind).toBe('not-json');
    expect(error.message).toBe(`${server.url} does not speak HTTP`);
  });

  it('something that takes the connection and says nothing to the TLS greeting', async () => {
    const server = await raw(() => undefined);
    const error = await unavailableOf(server.url.replace('http:', 'https:'), {
      connectTimeoutMs: 300,
      timeoutMs: 8_000,
    });
    expect(error.kind).toBe('timeout');
    expect(error.message).toMatch(/no connection to .* came about in time/);
  });

  it('something that does not speak TLS', async () => {
    const server = await serving((_, response) => response.end());
    const error = await unavailableOf(server.url.replace('http:', 'https:'));
    expect(error.kind).toBe('tls');
    expect(error.hint).toContain(server.url);
  });

  async function raw(onConnection: (socket: Socket) => void) {
    const server = createServer(onConnection);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    const { port } = server.address() as { port: number };
    open.push({ close: async () => server.close() });
    return { url: `http://127.0.0.1:${port}` };
  }
});

describe('errors the API tells', () => {
  const CASES_OF_THE_API = [
    {
      name: 'a parse error with its place',
      status: 400,
      body: { errorType: 'bad_data', error: 'invalid parameter "query": 1:6: parse error: unclosed left parenthesis' },
      message: 'unclosed left parenthesis',
      position: { line: 1, column: 6 },
    },
    {
      name: 'a parse error of an older version',
      status: 400,
      body: { errorType: 'bad_data', error: '2:3: parse error: unexpected end of input' },
      message: 'unexpected end of input',
      position: { line: 2, column: 3 },
    },
    {
      name: 'a parse error without a place',
      status: 400,
      body: { errorType: 'bad_data', error: 'unknown position: parse error: no expression found in input' },
      message: 'no expression found in input',
      position: undefined,
    },
    {
      name: 'a query that cannot be evaluated',
      status: 422,
      body: { errorType: 'execution', error: 'found duplicate series for the match group {}' },
      message: 'found duplicate series for the match group {}',
      position: undefined,
    },
    {
      name: 'a query that took too long',
      status: 503,
      body: { errorType: 'timeout', error: 'query timed out in expression evaluation' },
      message: 'query timed out in expression evaluation',
      position: undefined,
    },
    {
      name: 'an error without words',
      status: 500,
      body: { errorType: 'internal' },
      message: 'the server names no reason',
      position: undefined,
    },
    {
      name: 'an error with status 200',
      status: 200,
      body: { errorType: '422', error: 'cannot evaluate' },
      message: 'cannot evaluate',
      position: undefined,
    },
  ] as const;

  it.each(CASES_OF_THE_API)('$name', async ({ status, body, message, position }) => {
    const server = await serving((_, response) => json(response, { status: 'error', ...body }, status));
    const error = await failureOf(server.url);
    expect(error).toBeInstanceOf(QueryError);
    expect(error).toMatchObject({ message, status, errorType: body.errorType, query: 'up', exitCode: EXIT.failed });
    expect((error as QueryError).position).toEqual(position);
  });

  it('counts columns in characters where Prometheus counts bytes', async () => {
    const server = await serving((_, response) =>
      json(response, { status: 'error', errorType: 'bad_data', error: '1:17: parse error: unexpected <bop:+>' }, 400),
    );
    const source = httpSource({ url: server.url });
    open.push(source);
    // In bytes the + is the 17th, in UTF-16 units the 12th: é takes two bytes, 𝄞 four (and two units), ∑ three.
    await expect(source.instant('{a="é𝄞∑"} + )')).rejects.toMatchObject({ position: { line: 1, column: 12 } });
  });

  it('shortens what is longer than anybody reads', async () => {
    const server = await serving((_, response) =>
      json(response, { status: 'error', errorType: 'execution', error: 'x'.repeat(100_000) }, 422),
    );
    const error = (await failureOf(server.url)) as QueryError;
    expect(error.message.length).toBeLessThan(2_100);
    expect(error.message).toContain('(98000 more characters)');
  });
});
