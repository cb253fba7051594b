import { brotliCompressSync, gzipSync } from 'node:zlib';
import { Agent } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { labelsOf } from '../../src/model/labels.ts';
import { httpSource } from '../../src/source/http.ts';
import type { HttpSourceOptions, TraceEvent } from '../../src/source/http-options.ts';
import type { Source } from '../../src/source/source.ts';
import { type Answer, json, type Loopback, loopback, success, vectorOf } from '../helpers/loopback.ts';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

async function asking(
  answer: Answer,
  options: Partial<HttpSourceOptions> = {},
): Promise<{ readonly server: Loopback; readonly source: Source }> {
  const server = await loopback(answer);
  const source = httpSource({ url: server.url, timeoutMs: 5_000, ...options });
  open.push(source, server);
  return { server, source };
}

describe('what is sent', () => {
  const emptyVector: Answer = (_, response) => success(response, { resultType: 'vector', result: [] });
  const emptyList: Answer = (_, response) => success(response, []);

  const CASES: readonly {
    readonly name: string;
    readonly answer: Answer;
    readonly ask: (source: Source) => Promise<unknown>;
    readonly sent: string;
    readonly params: readonly (readonly [string, string])[];
  }[] = [
    {
      name: 'an instant query',
      answer: emptyVector,
      ask: (source) => source.instant('1+1'),
      sent: 'POST /api/v1/query',
      params: [['query', '1+1']],
    },
    {
      name: 'an instant query with everything',
      answer: emptyVector,
      ask: (source) =>
        source.instant('a & b', {
          timeMs: 1_700_000_000_123,
          timeoutMs: 90_000,
          limit: 5,
          lookbackDeltaMs: 500,
          stats: true,
        }),
      sent: 'POST /api/v1/query',
      params: [
        ['query', 'a & b'],
        ['timeout', '90'],
        ['limit', '5'],
        ['lookback_delta', '0.5'],
        ['stats', 'true'],
        ['time', '1700000000.123'],
      ],
    },
    {
      name: 'a range query',
      answer: (_, response) => success(response, { resultType: 'matrix', result: [] }),
      ask: (source) => source.range('up', { startMs: 1_000, endMs: 61_000, stepMs: 15_000 }),
      sent: 'POST /api/v1/query_range',
      params: [
        ['query', 'up'],
        ['start', '1'],
        ['end', '61'],
        ['step', '15'],
      ],
    },
    {
      name: 'series',
      answer: emptyList,
      ask: (source) => source.series({ match: ['up', '{job="a+b"}'], startMs: 0, endMs: 5_000, limit: 3 }),
      sent: 'POST /api/v1/series',
      params: [
        ['match[]', 'up'],
        ['match[]', '{job="a+b"}'],
        ['start', '0'],
        ['end', '5'],
        ['limit', '3'],
      ],
    },
    {
      name: 'label names',
      answer: emptyList,
      ask: (source) => source.labelNames(),
      sent: 'POST /api/v1/labels',
      params: [],
    },
    {
      name: 'values of a label',
      answer: emptyList,
      ask: (source) => source.labelValues('job', { match: ['up'] }),
      sent: 'GET /api/v1/label/job/values?match%5B%5D=up',
      params: [['match[]', 'up']],
    },
    {
      name: 'values of a label whose name is no identifier',
      answer: emptyList,
      ask: (source) => source.labelValues('http.status_code/ü'),
      sent: 'GET /api/v1/label/U__http_2e_status__code_2f__fc_/values',
      params: [],
    },
    {
      name: 'metadata of one metric',
      answer: (_, response) => success(response, {}),
      ask: (source) => source.metadata({ metric: 'up', limit: 1 }),
      sent: 'GET /api/v1/metadata?metric=up&limit=1',
      params: [
        ['metric', 'up'],
        ['limit', '1'],
      ],
    },
    {
      name: 'targets',
      answer: (_, response) => success(response, { activeTargets: [] }),
      ask: (source) => source.targets(),
      sent: 'GET /api/v1/targets?state=active',
      params: [['state', 'active']],
    },
    {
      name: 'build information',
      answer: (_, response) => success(response, { version: '3.5.3' }),
      ask: (source) => source.buildInfo(),
      sent: 'GET /api/v1/status/buildinfo',
      params: [],
    },
  ];

  it.each(CASES)('$name', async ({ answer, ask, sent, params }) => {
    const { server, source } = await asking(answer);
    await ask(source);
    const [seen] = server.seen;
    expect(server.seen).toHaveLength(1);
    expect(`${seen?.method} ${seen?.url}`).toBe(sent);
    expect([...(seen?.params ?? [])]).toEqual(params);
    if (seen?.method === 'POST') {
      expect(seen.headers['content-type']).toBe('application/x-www-form-urlencoded');
    }
    expect(seen?.headers['accept-encoding']).toBe('gzip, br');
  });

  it.each([
    ['', '/api/v1/query'],
    ['/', '/api/v1/query'],
    ['/prometheus', '/prometheus/api/v1/query'],
    ['/prometheus//', '/prometheus/api/v1/query'],
    ['/select/0/prometheus/', '/select/0/prometheus/api/v1/query'],
    ['/prometheus/api/v1/query?query=up', '/prometheus/api/v1/query'],
    ['/prometheus/graph?g0.expr=up&g0.tab=1', '/prometheus/api/v1/query'],
  ])('below the base path %j', async (path, sent) => {
    const server = await loopback(emptyVector);
    const source = httpSource({ url: server.url + path });
    open.push(source, server);
    await source.instant('up');
    expect(server.seen[0]?.url).toBe(sent);
    expect(source.name).toBe(server.url + sent.replace('/api/v1/query', ''));
  });

  it('has the user agent, the headers and the credentials of the options', async () => {
    const { server, source } = await asking(emptyVector, {
      userAgent: 'prom-tutor/9.9',
      headers: { 'X-Scope-OrgID': 'team-a', 'x-many': ['1', async () => '2'] },
      auth: { kind: 'basic', username: 'me', password: async () => 'pä:ss' },
    });
    await source.instant('up');
    expect(server.seen[0]?.headers).toMatchObject({
      'user-agent': 'prom-tutor/9.9',
      'x-scope-orgid': 'team-a',
      'x-many': '1, 2',
      authorization: `Basic ${Buffer.from('me:pä:ss').toString('base64')}`,
    });
  });

  it.each<[string, Partial<HttpSourceOptions>, (port: number) => string, string]>([
    ['credentials of the URL', {}, (port) => `http://u%40x:p%2F:@127.0.0.1:${port}`, 'Basic dUB4OnAvOg=='],
    [
      'a token',
      { auth: { kind: 'authorization', scheme: 'Bearer', credentials: 't0k' } },
      (port) => `127.0.0.1:${port}`,
      'Bearer t0k',
    ],
    [
      'auth before the URL',
      { auth: { kind: 'authorization', scheme: 'Token', credentials: 'x' } },
      (port) => `a:b@127.0.0.1:${port}`,
      'Token x',
    ],
    ['a header before all', { headers: { Authorization: 'Mine 1' } }, (port) => `a:b@127.0.0.1:${port}`, 'Mine 1'],
  ])('proves who asks: %s', async (_, options, url, expected) => {
    const server = await loopback(emptyVector);
    const source = httpSource({ url: url(server.port), ...options });
    open.push(source, server);
    await source.instant('up');
    expect(server.seen[0]?.headers.authorization).toBe(expected);
    expect(source.name).toBe(server.url);
  });

  it.each<[string, Partial<HttpSourceOptions>, RegExp]>([
    [
      'a token with a line break',
      { auth: { kind: 'authorization', scheme: 'Bearer', credentials: 'hunter2\nX: y' } },
      /"authorization"/,
    ],
    ['a header value with a line break', { headers: { 'x-a': 'hunter2\r\nx-b: 1' } }, /"x-a"/],
    ['a header whose name is none', { headers: { 'x a': '1' } }, /"x a" is not the name of a header/],
    ['a header we write ourselves', { headers: { 'Content-Length': '1' } }, /"Content-Length" cannot be set/],
  ])('refuses %s, and does not show it', async (_, options, message) => {
    const { server, source } = await asking(emptyVector, options);
    const error = await source.instant('up').catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ name: 'UsageError', exitCode: 2, message: expect.stringMatching(message) });
    expect(String((error as Error).message)).not.toContain('hunter2');
    expect(server.seen).toEqual([]);
  });
});

describe('what comes back', () => {
  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['x-gzip', gzipSync],
    ['identity', (text: string) => Buffer.from(text)],
  ] as const)('in %s', async (encoding, compress) => {
    const { source } = await asking((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-encoding': encoding });
      response.end(compress('{"status":"success","data":{"resultType":"scalar","result":[1.5,"2"]}}'));
    });
    expect((await source.instant('2')).data).toEqual({ kind: 'scalar', ms: 1_500, value: 2 });
  });

  it('in many small pieces, cut inside characters', async () => {
    const { source } = await asking((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const bytes = Buffer.from(
        JSON.stringify({ status: 'success', data: { resultType: 'string', result: [1, 'é∑𝄞'.repeat(50)] } }),
      );
      let at = 0;
      const next = () => {
        if (at >= bytes.length) return void response.end();
        response.write(bytes.subarray(at, at + 7));
        at += 7;
        setImmediate(next);
      };
      next();
    });
    expect((await source.instant('""')).data).toEqual({ kind: 'string', ms: 1_000, value: 'é∑𝄞'.repeat(50) });
  });

  it('without a content type, when it looks like the API', async () => {
    const { source } = await asking((_, response) =>
      response.end('{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}'),
    );
    expect((await source.instant('2')).data).toMatchObject({ value: 2 });
  });

  it('as large as the cap exactly', async () => {
    const body = JSON.stringify({ status: 'success', data: { resultType: 'string', result: [1, 'x'.repeat(1000)] } });
    const answer: Answer = (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    const { source } = await asking(answer, { maxBytes: body.length });
    expect((await source.instant('""')).data.kind).toBe('string');
    const { source: smaller } = await asking(answer, { maxBytes: body.length - 1 });
    await expect(smaller.instant('""')).rejects.toMatchObject({ kind: 'too-large' });
  });

  it('with labels that try everything', async () => {
    const labels = labelsOf([
      ['__name__', 'up\x1b[31m'],
      ['__proto__', 'polluted'],
      ['constructor', '\x1b]0;title\x07\r\n\u202e'],
      ['toString', '\ud800'],
    ]);
    const { source } = await asking((_, response) =>
      success(response, { resultType: 'vector', result: [{ metric: labels, value: [1, '1'] }] }),
    );
    const { data } = await source.instant('up');
    if (data.kind !== 'vector') return expect.fail();
    const found = data.samples[0]?.labels ?? {};
    expect(Object.entries(found)).toEqual(Object.entries(labels));
    expect(Object.getPrototypeOf(found)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('servers that take GET only', () => {
  it.each([405, 501])('are asked by GET after a %i, and from then on', async (status) => {
    const { server, source } = await asking((seen, response) =>
      seen.method === 'POST' ? response.writeHead(status).end() : vectorOf(response, { job: 'a' }),
    );
    await source.instant('1+1');
    await source.series({ match: ['up'] }).catch(() => undefined);
    expect(server.seen.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET']);
    expect(server.seen[1]?.url).toBe('/api/v1/query?query=1%2B1');
  });

  it('tell their own refusal when GET is refused too', async () => {
    const { source } = await asking((_, response) => response.writeHead(405).end('nothing goes'));
    await expect(source.instant('up')).rejects.toMatchObject({ kind: 'not-json', status: 405 });
  });
});

describe('redirects', () => {
  it.each([301, 302, 303])('%i is followed by a GET with the parameters', async (status) => {
    const { server, source } = await asking((seen, response) =>
      seen.url.startsWith('/api/v1/query/')
        ? vectorOf(response, {})
        : response.writeHead(status, { location: '/api/v1/query/' }).end(),
    );
    await source.instant('1+1');
    expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /api/v1/query',
      'GET /api/v1/query/?query=1%2B1',
    ]);
  });

  it.each([307, 308])('%i is followed by the same form', async (status) => {
    const { server, source } = await asking(
      (seen, response) =>
        seen.url === '/b' ? vectorOf(response, {}) : response.writeHead(status, { location: '/b' }).end(),
      { auth: { kind: 'basic', username: 'me', password: 'pw' } },
    );
    await source.instant('1+1');
    expect(server.seen[1]).toMatchObject({ method: 'POST', url: '/b', body: 'query=1%2B1' });
    expect(server.seen[1]?.headers.authorization).toBe(server.seen[0]?.headers.authorization);
  });

  const CASES: readonly (readonly [string, (path: string, port: number) => string | undefined, RegExp, RegExp])[] = [
    [
      'to itself',
      () => '/api/v1/query',
      /redirects in a circle, by way of http:\/\/127\.0\.0\.1:\d+\/api\/v1\/query$/,
      /./,
    ],
    ['between two pages', (path) => (path.startsWith('/a?') ? '/b' : '/a'), /redirects in a circle/, /./],
    ['ever further', (path) => `${path.split('?')[0]}x`, /redirects in a circle/, /./],
    ['to nowhere', () => undefined, /redirects without saying where to \(status 302\)/, /./],
    ['to no web address', () => 'javascript:alert(1)', /without saying where to/, /./],
    [
      'to another host with a login page',
      () => 'https://u:hunter2@sso.example.com/login?next=secret#x',
      /redirects to another server: https:\/\/sso\.example\.com\/login$/,
      /login page/,
    ],
    [
      'to the same API over https',
      (_, port) => `https://127.0.0.1:${port}/api/v1/query`,
      /redirects to another server: https/,
      /-s https:\/\/127\.0\.0\.1:\d+$/,
    ],
  ];

  it.each(CASES)('%s end in one clear error', async (_, location, message, hint) => {
    const { server, source } = await asking((seen, response) => {
      const target = location(seen.url, server.port);
      response.writeHead(302, target === undefined ? {} : { location: target }).end();
    });
    const error = await source.instant('up').catch((thrown) => thrown);
    expect(error).toMatchObject({ kind: 'redirect', status: 302, message: expect.stringMatching(message) });
    expect(error.hint).toMatch(hint);
    expect(`${error.message}${error.hint}`).not.toContain('hunter2');
    expect(server.seen.length).toBeLessThanOrEqual(6);
  });

  it('are not followed when that is switched off', async () => {
    const { source } = await asking((_, response) => response.writeHead(302, { location: '/b' }).end(), {
      followRedirects: false,
    });
    await expect(source.instant('up')).rejects.toMatchObject({
      kind: 'redirect',
      message: expect.stringContaining('not to be followed'),
    });
  });

  it('never carry credentials to another server', async () => {
    const other = await loopback((_, response) => vectorOf(response, {}));
    open.push(other);
    const { source } = await asking((_, response) => response.writeHead(307, { location: other.url }).end(), {
      auth: { kind: 'basic', username: 'me', password: 'pw' },
    });
    await expect(source.instant('up')).rejects.toMatchObject({ kind: 'redirect' });
    expect(other.seen).toEqual([]);
  });
});

describe('a wrong prefix', () => {
  /** A Prometheus behind --web.external-url=…/PREFIX. */
  const behind =
    (prefix: string, front: string): Answer =>
    (seen, response) => {
      const path = seen.url.split('?')[0];
      if (path === '/') return void response.writeHead(302, { location: front }).end();
      if (path === `${prefix}/api/v1/query`) return success(response, { resultType: 'scalar', result: [1, '1'] });
      if (path === front) return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
      response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n');
    };

  it.each([
    ['', behind('/prometheus', '/prometheus'), '/prometheus'],
    ['', behind('/mon/prom', '/mon/prom/graph'), '/mon/prom'],
    ['/wrong', behind('', '/graph'), ''],
    ['/prometheus/graph', behind('/prometheus', '/elsewhere'), '/prometheus'],
    ['', behind('/prometheus', '/grafana/'), '/prometheus'],
  ])('%j is corrected', async (typed, answer, right) => {
    const server = await loopback(answer);
    const source = httpSource({ url: server.url + typed });
    open.push(source, server);
    await expect(source.instant('up')).rejects.toMatchObject({
      kind: 'not-found',
      status: 404,
      message: `${server.url}${typed} has no Prometheus API: ${typed}/api/v1/query answers 404`,
      hint: `Prometheus answers at another path: -s ${server.url}${right}`,
      betterUrl: server.url + right,
    });
  });

  it('is not corrected to a path that a shell would run', async () => {
    const { server, source } = await asking(behind('/$(reboot)', '/$(reboot)'));
    const error = await source.instant('up').catch((thrown) => thrown);
    expect(error.hint).toBe(`If Prometheus is below a path there, add it: -s ${server.url}/prometheus`);
    expect(error.betterUrl).toBeUndefined();
  });

  it('is quoted where a shell would read something into it', async () => {
    const server = await loopback((_, response) => response.writeHead(404).end('404'));
    const source = httpSource({ url: `${server.url}/a'b$(c)` });
    open.push(source, server);
    await expect(source.instant('up')).rejects.toMatchObject({
      hint: expect.stringContaining(`-s '${server.url}/a'\\''b$(c)/prometheus'`),
    });
  });

  it('is not blamed when only one endpoint is missing', async () => {
    const { server, source } = await asking(behind('', '/'));
    await expect(source.targets()).rejects.toMatchObject({
      kind: 'not-found',
      message: `${server.url} has no /api/v1/targets: not every server that speaks PromQL offers it`,
    });
  });
});

describe('connections', () => {
  it('are kept and used again', async () => {
    const { server, source } = await asking((_, response) => vectorOf(response, {}));
    for (let i = 0; i < 5; i++) await source.instant('up');
    expect(server.connections()).toBeLessThanOrEqual(2);
  });

  it('that went away while idle are replaced without a word', async () => {
    let times = 0;
    const { server, source } = await asking((_, response) => {
      times++;
      if (times === 2) response.destroy();
      else vectorOf(response, {});
    });
    await source.instant('up');
    await source.instant('up');
    expect(server.seen).toHaveLength(3);
  });

  it('that go away again and again are told', async () => {
    let times = 0;
    const { server, source } = await asking((_, response) => {
      times++;
      if (times > 1) response.destroy();
      else vectorOf(response, {});
    });
    await source.instant('up');
    await expect(source.instant('up')).rejects.toMatchObject({ kind: 'reset' });
    expect(server.seen).toHaveLength(3);
  });

  it('end when a question is aborted, with the reason given', async () => {
    let closed: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const controller = new AbortController();
    const reason = new Error('enough');
    const { source } = await asking((_, response) => {
      response.on('close', closed);
      controller.abort(reason);
    });
    await expect(source.instant('up', { signal: controller.signal })).rejects.toBe(reason);
    await ended;
  });

  it('are not opened for a question that is aborted already', async () => {
    const { server, source } = await asking((_, response) => vectorOf(response, {}));
    await expect(source.instant('up', { signal: AbortSignal.abort('no') })).rejects.toBe('no');
    expect(server.connections()).toBe(0);
  });

  it('are tried only as long as asked, or as long as the server may take', async () => {
    const { source } = await asking((_, response) => void setTimeout(() => vectorOf(response, {}), 400), {
      timeoutMs: 150,
    });
    await expect(source.instant('up')).rejects.toMatchObject({ kind: 'timeout' });
    expect((await source.instant('up', { timeoutMs: 1_000 })).data.kind).toBe('vector');
    // The server is told the limit, and gets a moment to say itself that it was reached.
    expect((await source.instant('up', { timeoutMs: 200 })).data.kind).toBe('vector');
  });

  it('that the caller brought stay open', async () => {
    const dispatcher = new Agent();
    open.push(dispatcher);
    const { source } = await asking((_, response) => vectorOf(response, {}), { dispatcher });
    await source.instant('up');
    await source.close();
    const { source: other } = await asking((_, response) => vectorOf(response, {}), { dispatcher });
    expect((await other.instant('up')).data.kind).toBe('vector');
  });

  it('are gone after close, and a question under way is told', async () => {
    const { source } = await asking(() => undefined);
    const question = source.instant('up');
    const told = expect(question).rejects.toMatchObject({
      kind: 'reset',
      message: expect.stringContaining('closed on this side'),
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await source.close();
    await told;
  });
});

describe('the trace', () => {
  it('tells every exchange, without credentials', async () => {
    const events: TraceEvent[] = [];
    const { server, source } = await asking(
      (seen, response) => (seen.method === 'POST' ? response.writeHead(405).end() : vectorOf(response, {})),
      { onTrace: (event) => events.push(event), auth: { kind: 'basic', username: 'me', password: 'hunter2' } },
    );
    await source.instant('up');
    expect(events).toEqual([
      { kind: 'request', id: 1, method: 'POST', url: `${server.url}/api/v1/query` },
      { kind: 'answer', id: 1, status: 405, bytes: 0 },
      { kind: 'request', id: 2, method: 'GET', url: `${server.url}/api/v1/query` },
      { kind: 'answer', id: 2, status: 200, bytes: expect.any(Number) },
    ]);
  });

  it('tells when we gave up', async () => {
    const events: TraceEvent[] = [];
    const { source } = await asking(() => undefined, { onTrace: (event) => events.push(event), timeoutMs: 100 });
    await source.instant('up').catch(() => undefined);
    expect(events.at(-1)).toEqual({ kind: 'failed', id: 1, reason: 'ended on this side' });
  });

  it('tells why nothing came', async () => {
    const events: TraceEvent[] = [];
    const source = httpSource({ url: 'http://x.invalid', onTrace: (event) => events.push(event) });
    open.push(source);
    await source.instant('up').catch(() => undefined);
    expect(events.at(-1)).toEqual({ kind: 'failed', id: 1, reason: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/) });
  });
});

describe('readiness', () => {
  const text = (body: string, status = 200): Answer => {
    return (_, response) => response.writeHead(status, { 'content-type': 'text/plain' }).end(body);
  };
  const at =
    (routes: Readonly<Record<string, Answer>>): Answer =>
    (seen, response) =>
      (routes[seen.url] ?? text('404 page not found\n', 404))(seen, response);

  it.each<[string, Answer, object]>([
    ['Prometheus', at({ '/-/ready': text('Prometheus Server is Ready.\n') }), { ready: true, reason: '' }],
    [
      'a Prometheus that starts',
      at({ '/-/ready': text('Service Unavailable', 503) }),
      { ready: false, reason: 'Service Unavailable' },
    ],
    ['Mimir', at({ '/ready': text('ready') }), { ready: true, reason: '' }],
    [
      'Mimir that starts',
      at({ '/ready': text('Some services are not Running', 503) }),
      { ready: false, reason: 'Some services are not Running' },
    ],
    [
      'a server that only answers queries',
      at({ '/api/v1/query?query=1': (_, response) => success(response, { resultType: 'scalar', result: [1, '1'] }) }),
      { ready: true, reason: '' },
    ],
  ])('of %s', async (_, answer, expected) => {
    const { source } = await asking(answer);
    expect(await source.ready()).toEqual(expected);
  });

  it.each<[string, Answer, string]>([
    ['a login page', (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'), 'html'],
    ['a wall', text('Unauthorized', 401), 'auth'],
    ['nothing at all', text('404', 404), 'not-found'],
    ['a broken proxy', text('bad gateway', 502), 'server-error'],
  ])('is not believed of %s', async (_, answer, kind) => {
    const { source } = await asking(answer);
    await expect(source.ready()).rejects.toMatchObject({ kind });
  });
});

describe('a certificate file that comes late', () => {
  it('is read at the next question, and closing does not trip over it', async () => {
    let there = false;
    const ca = async () => {
      if (!there) throw new Error('not there yet');
      return '';
    };
    const { source } = await asking((_, response) => vectorOf(response, {}), { tls: { ca } });
    await expect(source.instant('up')).rejects.toThrow('not there yet');
    there = true;
    expect((await source.instant('up')).data.kind).toBe('vector');
    const { source: never } = await asking(() => undefined, { tls: { ca: () => Promise.reject(new Error('never')) } });
    await expect(never.instant('up')).rejects.toThrow('never');
    await never.close();
  });
});

describe('json', () => {
  it('of errors keeps its place when only one selector was asked for', async () => {
    const { source } = await asking((_, response) =>
      json(
        response,
        {
          status: 'error',
          errorType: 'bad_data',
          error: 'invalid parameter "match[]": 1:4: parse error: unexpected end',
        },
        400,
      ),
    );
    await expect(source.series({ match: ['up{'] })).rejects.toMatchObject({
      query: 'up{',
      message: 'unexpected end',
      position: { line: 1, column: 4 },
    });
  });
});
