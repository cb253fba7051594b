import { afterEach, describe, expect, it } from 'vitest';
import {
  PrometheusClient,
  type PrometheusClientOptions,
  QueryError,
  UnavailableError,
} from '../../src/client/index.ts';
import { type Answer, json, type Loopback, loopback, success, vectorOf } from '../helpers/loopback.ts';
import { freePort } from '../helpers/prometheus.ts';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

async function asking(answer: Answer, options: PrometheusClientOptions = {}) {
  const server = await loopback(answer);
  const client = new PrometheusClient({ url: server.url, env: {}, ...options });
  open.push(client, server);
  return { server, client };
}

const sent = (server: Loopback) => {
  const seen = server.seen.at(-1);
  return `${seen?.method} ${seen?.url.split('?')[0]} ${[...(seen?.params ?? [])].map((pair) => pair.join('=')).join(' ')}`.trim();
};

describe('where the server is', () => {
  it.each<[PrometheusClientOptions, string]>([
    [{ url: 'http://a:1', env: { PROM_TUTOR_URL: 'http://b' } }, 'http://a:1'],
    [{ env: { PROM_TUTOR_URL: 'http://b', PROMETHEUS_URL: 'http://c', PROMQL_HOST: 'd' } }, 'http://b'],
    [{ env: { PROMETHEUS_URL: 'http://c', PROMQL_HOST: 'd' } }, 'http://c'],
    [{ env: { PROMETHEUS_URL: '', PROMQL_HOST: 'd:9090' } }, 'http://d:9090'],
    [{ env: {} }, 'http://localhost:9090'],
    [{ url: 'localhost:9091/prom/', env: {} }, 'http://localhost:9091/prom'],
    [{ url: 'http://me:pw@a', env: {} }, 'http://a'],
  ])('%j', (options, url) => {
    expect(new PrometheusClient(options).url).toBe(url);
  });

  it('is found in the environment of the process', () => {
    process.env.PROM_TUTOR_URL = 'http://from-the-process:9090';
    try {
      expect(new PrometheusClient().url).toBe('http://from-the-process:9090');
    } finally {
      delete process.env.PROM_TUTOR_URL;
    }
  });

  it('is an error at once when it is no address', () => {
    expect(() => new PrometheusClient({ url: '' })).toThrow(UnavailableError);
  });
});

describe('what it asks', () => {
  const list: Answer = (_, response) => success(response, []);
  it.each<[string, Answer, (client: PrometheusClient) => Promise<unknown>, string]>([
    ['query', vectorAnswer, (client) => client.query('up'), 'POST /api/v1/query query=up'],
    [
      'query at a time',
      vectorAnswer,
      (client) => client.query('up', { time: '2026-01-31T12:00:00Z', limit: 3 }),
      'POST /api/v1/query query=up limit=3 time=1769860800',
    ],
    [
      'queryRange with dates',
      (_, response) => success(response, { resultType: 'matrix', result: [] }),
      (client) => client.queryRange('up', { start: new Date(0), end: 3600, step: '15s' }),
      'POST /api/v1/query_range query=up start=0 end=3600 step=15',
    ],
    [
      'series',
      list,
      (client) => client.series('up', { start: 1, end: 2 }),
      'POST /api/v1/series match[]=up start=1 end=2',
    ],
    ['series of several', list, (client) => client.series(['a', 'b']), 'POST /api/v1/series match[]=a match[]=b'],
    ['labels', list, (client) => client.labels({ match: 'up' }), 'POST /api/v1/labels match[]=up'],
    ['labelValues', list, (client) => client.labelValues('job', { limit: 2 }), 'GET /api/v1/label/job/values limit=2'],
    [
      'metadata',
      (_, response) => success(response, {}),
      (client) => client.metadata('up'),
      'GET /api/v1/metadata metric=up',
    ],
    [
      'targets',
      (_, response) => success(response, { activeTargets: [] }),
      (client) => client.targets(),
      'GET /api/v1/targets state=active',
    ],
  ])('%s', async (_, answer, ask, expected) => {
    const { server, client } = await asking(answer);
    await ask(client);
    expect(sent(server)).toBe(expected);
  });

  function vectorAnswer(...[, response]: Parameters<Answer>): void {
    vectorOf(response, {});
  }

  it('proves who asks', async () => {
    const { server, client } = await asking(vectorAnswer, {
      auth: { kind: 'bearer', token: async () => 't0k' },
      orgId: 'team-a',
      headers: { 'X-A': '1' },
    });
    await client.query('up');
    expect(server.seen[0]?.headers).toMatchObject({
      authorization: 'Bearer t0k',
      'x-scope-orgid': 'team-a',
      'x-a': '1',
    });
    expect(server.seen[0]?.headers['user-agent']).toMatch(/^prom-tutor\/\d/);
  });

  it.each([
    (client: PrometheusClient) => client.queryRange('up', { start: 'yesterday', end: 1, step: 1 }),
    (client: PrometheusClient) => client.queryRange('up', { start: 0, end: 1, step: '0s' }),
    (client: PrometheusClient) => client.query('up', { time: 'now' }),
    (client: PrometheusClient) => client.labels({ start: 'now' }),
  ])('rejects times that are none, before asking', async (ask) => {
    const { server, client } = await asking(vectorAnswer);
    await expect(ask(client)).rejects.toBeInstanceOf(TypeError);
    expect(server.seen).toEqual([]);
  });
});

describe('what it answers', () => {
  it('numbers', async () => {
    const { client } = await asking((_, response) => vectorOf(response, { __name__: 'up', job: 'a' }, '0.5'));
    const result = await client.query('up');
    expect(client.extractScalarValue(result)).toBe(0.5);
    expect(client.extractVectorValues(result)).toEqual(new Map([['up{job="a"}', 0.5]]));
  });

  it('errors of the query', async () => {
    const { client } = await asking((_, response) =>
      json(
        response,
        { status: 'error', errorType: 'bad_data', error: '1:4: parse error: unexpected end of input' },
        400,
      ),
    );
    const error = await client.query('up{').catch((thrown) => thrown);
    expect(error).toBeInstanceOf(QueryError);
    expect(error).toMatchObject({ message: 'unexpected end of input', position: { line: 1, column: 4 } });
  });

  it('errors of the server, with hints that name the options of the library', async () => {
    const { client } = await asking((_, response) => response.writeHead(401, { 'www-authenticate': 'Bearer' }).end());
    await expect(client.query('up')).rejects.toMatchObject({
      kind: 'auth',
      hint: "Give credentials: auth: { kind: 'bearer', token }",
    });
    const gone = new PrometheusClient({ url: `localhost:${await freePort()}`, env: {} });
    open.push(gone);
    await expect(gone.query('up')).rejects.toBeInstanceOf(UnavailableError);
  });

  it('nothing more once it is closed', async () => {
    const { client } = await asking((_, response) => vectorOf(response, {}));
    await client.query('up');
    await client.close();
    await client.close();
    await expect(client.query('up')).rejects.toMatchObject({ kind: 'reset' });
    const { server, client: never } = await asking((_, response) => vectorOf(response, {}));
    await never.close();
    await expect(never.query('up')).rejects.toMatchObject({ kind: 'reset' });
    expect(server.seen).toEqual([]);
  });
});
