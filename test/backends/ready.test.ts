import { afterEach, describe, expect, it } from 'vitest';
import { appReady, historyReady, prometheusReady, targetsFresh, waitUntil } from '../../src/backends/ready.ts';
import { UserError } from '../../src/model/errors.ts';
import { httpSource } from '../../src/source/http.ts';
import type { Source } from '../../src/source/source.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { type Answer, type Loopback, loopback } from '../helpers/loopback.ts';

const system = fakeIo();
const never = new AbortController().signal;
const patient = { signal: never, timeoutMs: 5_000 };

const open: (Loopback | Source)[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** A server that answers, and a source that asks it. */
async function serving(answer: Answer): Promise<{ readonly server: Loopback; readonly source: Source }> {
  const server = await loopback(answer);
  const source = httpSource({ url: server.url });
  open.push(source, server);
  return { server, source };
}

const json = (data: unknown) => JSON.stringify({ status: 'success', data });

describe('waitUntil', () => {
  it('ends with the last reason when time is up', async () => {
    let tries = 0;
    const waiting = waitUntil(system, 'The thing', { signal: never, timeoutMs: 300 }, async () => `try ${++tries}`);
    await expect(waiting).rejects.toMatchObject({
      name: 'BackendUnavailable',
      message: expect.stringMatching(/^The thing did not come up within 0 s: try \d+$/),
      hint: expect.stringContaining('prom-tutor logs'),
      exitCode: 3,
    });
    expect(tries).toBeGreaterThan(2);
  });

  it('takes what a person could fix for "not yet", and a bug for a bug', async () => {
    let tries = 0;
    await waitUntil(system, 'x', patient, async () => {
      if (++tries < 3) throw new UserError('not yet');
      return undefined;
    });
    expect(tries).toBe(3);
    const bug = waitUntil(system, 'x', patient, async () => {
      throw new TypeError('a bug');
    });
    await expect(bug).rejects.toThrow(TypeError);
  });

  it('ends at once when the person does', async () => {
    const ending = new AbortController();
    setTimeout(() => ending.abort(new Error('enough')), 50);
    const waiting = waitUntil(system, 'x', { signal: ending.signal, timeoutMs: 60_000 }, async () => 'never');
    await expect(waiting).rejects.toThrow('enough');
  });
});

describe('appReady', () => {
  it('waits until the instance answers with its own metrics', async () => {
    const answers: [number, string][] = [
      [503, ''],
      [200, '# HELP something else\n'],
      [200, 'sse_requests_total{provider="openai"} 1\n'],
    ];
    let asked = 0;
    const { server } = await serving((_seen, response) => {
      const [status, body] = answers[Math.min(asked++, answers.length - 1)] ?? [500, ''];
      response.writeHead(status).end(body);
    });
    await appReady(system, 'sse-app', server.url, patient);
    expect(asked).toBe(3);
  });

  it.each([
    [404, '', '/metrics answers 404'],
    [200, 'up 1\n', '/metrics holds no sse_requests_total'],
  ])('tells what is there instead (%i %j)', async (status, body, words) => {
    const { server } = await serving((_seen, response) => response.writeHead(status).end(body));
    await expect(appReady(system, 'sse-app', server.url, { signal: never, timeoutMs: 100 })).rejects.toThrow(words);
  });

  it('waits for one that nobody listens for yet', async () => {
    const { server } = await serving((_seen, response) => response.end());
    await server.close();
    await expect(appReady(system, 'sse-app', server.url, { signal: never, timeoutMs: 100 })).rejects.toThrow(
      'no answer yet',
    );
  });
});

describe('prometheusReady', () => {
  it('waits out a start, in its own words', async () => {
    let asked = 0;
    const { source } = await serving((_seen, response) => {
      if (++asked < 3) response.writeHead(503, { 'content-type': 'text/plain' }).end('Service Unavailable');
      else response.writeHead(200).end('Prometheus Server is Ready.\n');
    });
    await prometheusReady(system, source, patient);
    expect(asked).toBe(3);
  });
});

describe('historyReady', () => {
  it('wants samples in the middle of the history and at its end', async () => {
    const scenario = { t0Ms: 1_700_000_000_000, seed: 1, historyMs: 7_200_000 };
    let loaded = false;
    const times = new Set<number>();
    const { source } = await serving(({ params }, response) => {
      const time = Number(params.get('time'));
      times.add(scenario.t0Ms / 1000 - time);
      const result = time < scenario.t0Ms / 1000 - 1_800 || loaded ? [{ metric: {}, value: [time, '1'] }] : [];
      loaded = times.size > 1;
      response.writeHead(200, { 'content-type': 'application/json' }).end(json({ resultType: 'vector', result }));
    });
    await historyReady(system, source, scenario, patient);
    expect([...times]).toEqual([3_600, 30]);
  });
});

describe('targetsFresh', () => {
  const sinceMs = Date.UTC(2026, 0, 1, 12);
  const target = (instance: string, health: string, lastScrape: string, lastError = '') => ({
    discoveredLabels: {},
    labels: { instance, job: 'sse-streaming' },
    scrapePool: 'sse-streaming',
    scrapeUrl: `http://${instance}/metrics`,
    globalUrl: '',
    lastError,
    lastScrape,
    lastScrapeDuration: 0.01,
    health,
    scrapeInterval: '15s',
    scrapeTimeout: '10s',
  });
  const BEFORE = '2026-01-01T11:59:59Z';
  const AFTER = '2026-01-01T12:00:01Z';
  const NEVER = '0001-01-01T00:00:00Z';

  async function ask(targets: readonly object[]) {
    const { server, source } = await serving((_seen, response) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(json({ activeTargets: targets, droppedTargets: [] })),
    );
    const news: string[] = [];
    const waiting = { signal: never, timeoutMs: 100, onNews: (text: string) => news.push(text) };
    const fresh = targetsFresh(system, source, sinceMs, 2, waiting);
    return { fresh, news, server };
  }

  it('ends when all are up with a newer scrape, and never asks for `up`', async () => {
    const { fresh, news, server } = await ask([target('a', 'up', AFTER), target('b', 'up', AFTER)]);
    expect((await fresh).map(({ labels }) => labels.instance)).toEqual(['a', 'b']);
    expect(news).toEqual(['2 of 2 targets scraped']);
    expect(server.seen.map(({ url }) => url.split('?')[0])).toEqual(['/api/v1/targets']);
  });

  it.each([
    [[target('a', 'up', AFTER), target('b', 'up', BEFORE)], 'b has not been scraped yet'],
    [[target('a', 'up', AFTER), target('b', 'unknown', NEVER)], 'b has not been scraped yet'],
    [[target('a', 'up', AFTER), target('b', 'down', AFTER, 'connection refused')], 'b: connection refused'],
    [[target('a', 'up', AFTER)], 'only 1 of 2 targets are configured'],
  ])('goes on waiting otherwise, case %#', async (targets, words) => {
    const { fresh } = await ask(targets);
    await expect(fresh).rejects.toThrow(words);
  });
});
