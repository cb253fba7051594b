import { connect } from 'node:net';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createApp, type RunningApp } from '../../src/app/app.ts';
import { history } from '../../src/app/history.ts';
import { OFFSET } from '../../src/app/layout.ts';
import type { RelivedLife } from '../../src/app/past-life.ts';
import { seededRandom } from '../../src/app/random.ts';
import { INSTANCES, type InstanceName, METRICS } from '../../src/app/schema.ts';
import { simulate } from '../../src/app/simulate.ts';
import { lastScrapeMs } from '../../src/app/story.ts';
import { writeOpenMetrics } from '../../src/exposition/write.ts';
import { metric, samplesOf, scenario, testWorld, until, withApp } from './helpers.ts';

const TOKEN = 'token-of-this-test';

function ask(app: RunningApp, body: unknown, init: RequestInit = {}): Promise<Response> {
  return fetch(`${app.url}/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...init,
  });
}

async function eventsOf(response: Response): Promise<EventSourceMessage[]> {
  const events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => events.push(event) });
  const decoder = new TextDecoder();
  for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>)
    parser.feed(decoder.decode(piece, { stream: true }));
  return events;
}

function postFault(app: RunningApp, body: unknown, token = TOKEN): Promise<Response> {
  return fetch(`${app.url}/admin/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
}

async function setFault(app: RunningApp, body: unknown): Promise<void> {
  expect((await postFault(app, body)).status).toBe(200);
}

type Problem = { status: number; type: string; message: string; providers?: string[] };

async function problem(response: Response): Promise<Problem> {
  const body = (await response.json()) as { error: Omit<Problem, 'status'> };
  return { status: response.status, ...body.error };
}

describe.concurrent('POST /stream', () => {
  it('streams tokens while they come, then an end with the usage', async () => {
    await withApp({}, async (app) => {
      const response = await ask(app, { provider: 'mistral', prompt: 'What is a counter?' });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
      const events = await eventsOf(response);
      const tokens = events.filter(({ event }) => event === 'token').map(({ data }) => JSON.parse(data));
      expect(tokens.length).toBeGreaterThanOrEqual(10);
      expect(tokens.map(({ index }) => index)).toEqual(tokens.map((_, i) => i));
      expect(tokens.map(({ text }) => text).join('')).toMatch(/^\w.*\w/);
      expect(events.at(-1)?.event).toBe('end');
      expect(JSON.parse(events.at(-1)?.data ?? '')).toEqual({
        provider: 'mistral',
        finish_reason: 'stop',
        usage: { prompt_tokens: 4, completion_tokens: tokens.length },
      });
      expect(await metric(app, 'sse_requests_total', { provider: 'mistral', status: 'success' })).toBe(1);
      expect(await metric(app, 'sse_first_token_seconds_count', { provider: 'mistral' })).toBe(1);
    });
  });

  it('takes as long as the distribution says, and measures it', async () => {
    await withApp({}, async (app) => {
      const before = performance.now();
      await Promise.all(
        Array.from({ length: 30 }, async () => eventsOf(await ask(app, { provider: 'mistral', prompt: 'x' }))),
      );
      const tookSeconds = (performance.now() - before) / 1000;
      const sum = await metric(app, 'sse_request_duration_seconds_sum', { provider: 'mistral' });
      expect(await metric(app, 'sse_request_duration_seconds_count', { provider: 'mistral' })).toBe(30);
      expect(sum / 30).toBeGreaterThan(0.3);
      expect(sum / 30).toBeLessThan(Math.min(1, tookSeconds));
    });
  });

  const invalid: [name: string, body: unknown, says: RegExp][] = [
    ['no JSON', '{"provider":', /the body is not JSON/],
    ['no object', '"openai"', /provider must be one of openai, anthropic, mistral; prompt must be a text/],
    ['nothing', {}, /provider must be one of .*; prompt must be/],
    ['an unknown provider', { provider: 'gemini', prompt: 'x' }, /one of openai, anthropic, mistral, not "gemini"/],
    ['a name every object has', { provider: 'constructor', prompt: 'x' }, /not "constructor"/],
    ['an empty prompt', { provider: 'openai', prompt: '  ' }, /prompt must be a text that is not empty/],
    ['a prompt that is no text', { provider: 'openai', prompt: 7 }, /prompt must be a text/],
    ['a prompt that is too long', { provider: 'openai', prompt: 'x'.repeat(4_001) }, /not be longer than 4000/],
  ];
  it.each(invalid)('says what is wrong with %s', async (_name, body, says) => {
    await withApp({}, async (app) => {
      const answer = await problem(await ask(app, body));
      expect(answer).toMatchObject({ status: 400, type: 'invalid_request' });
      expect(answer.message).toMatch(says);
      expect(await metric(app, 'sse_requests_total', { provider: 'openai', status: 'error' })).toBe(0);
    });
  });

  it('lists the providers where one is unknown', async () => {
    await withApp({}, async (app) => {
      const answer = await problem(await ask(app, { provider: 'gemini', prompt: 'x' }));
      expect(answer).toMatchObject({ providers: ['openai', 'anthropic', 'mistral'] });
    });
  });

  it('refuses bodies that are too large, announced or not, and other content types', async () => {
    await withApp({}, async (app) => {
      const large = JSON.stringify({ provider: 'openai', prompt: 'x'.repeat(20_000) });
      expect(await problem(await ask(app, large))).toMatchObject({ status: 413, type: 'too_large' });
      const unannounced = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode(large));
          controller.close();
        },
      });
      const response = await ask(app, '', { body: unannounced, duplex: 'half' } as RequestInit);
      expect(await problem(response)).toMatchObject({ status: 413, type: 'too_large' });
      const form = await ask(app, 'provider=openai', {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      expect(await problem(form)).toMatchObject({ status: 415, type: 'unsupported_media_type' });
    });
  });

  it('stops generating when the client leaves', async () => {
    await withApp({ token: TOKEN }, async (app) => {
      await setFault(app, { fault: 'slow-provider', provider: 'openai', factor: 8 });
      const leaving = new AbortController();
      const response = await ask(app, { provider: 'openai', prompt: 'x' }, { signal: leaving.signal });
      expect(await metric(app, 'sse_active_connections', { provider: 'openai' })).toBe(1);
      leaving.abort();
      await expect(eventsOf(response)).rejects.toThrow();
      await until(
        () => metric(app, 'sse_active_connections', { provider: 'openai' }),
        (value) => value === 0,
        1_000,
      );
      expect(await metric(app, 'sse_requests_total', { provider: 'openai', status: 'success' })).toBe(1);
    });
  });

  it('stops waiting when the client leaves before the first token', async () => {
    await withApp({ token: TOKEN }, async (app) => {
      await setFault(app, { fault: 'slow-provider', provider: 'anthropic', factor: 14 });
      const leaving = new AbortController();
      const asked = ask(app, { provider: 'anthropic', prompt: 'x' }, { signal: leaving.signal });
      await until(
        () => metric(app, 'sse_active_connections', { provider: 'anthropic' }),
        (value) => value === 1,
      );
      leaving.abort();
      await expect(asked).rejects.toThrow();
      await until(
        () => metric(app, 'sse_active_connections', { provider: 'anthropic' }),
        (value) => value === 0,
        1_000,
      );
    });
  });

  it('comes to an end for a client that does not read meanwhile', async () => {
    await withApp({}, async (app) => {
      const socket = connect(app.port, app.host);
      const body = JSON.stringify({ provider: 'mistral', prompt: 'x' });
      socket.write(
        `POST /stream HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
      socket.pause();
      await until(
        () => metric(app, 'sse_requests_total', { provider: 'mistral', status: 'success' }),
        (value) => value === 1,
      );
      const received = await new Promise<string>((resolve) => {
        let text = '';
        socket.on('data', (piece) => {
          text += piece.toString();
          if (text.includes('event: end')) resolve(text);
        });
        socket.resume();
      });
      expect(received).toContain('event: token');
      socket.destroy();
    });
  });
});

describe.concurrent('failures of an upstream', () => {
  const kinds: [fault: object, provider: string, statuses: number[], types: string[]][] = [
    [{ fault: 'provider-outage', ratio: 1 }, 'openai', [502, 504], ['upstream_5xx', 'timeout']],
    [{ fault: 'rate-limits', ratio: 1 }, 'anthropic', [429], ['rate_limit']],
  ];
  it.each(kinds)(
    '%j show as statuses before the first token and as error events after it',
    async (fault, provider, statuses, types) => {
      await withApp({ token: TOKEN }, async (app) => {
        await setFault(app, { ...fault, provider });
        const answers = await Promise.all(
          Array.from({ length: 25 }, async () => {
            const response = await ask(app, { provider, prompt: 'x' });
            if (response.status !== 200) {
              if (response.status === 429) expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
              return { status: response.status, type: (await problem(response)).type };
            }
            const last = (await eventsOf(response)).at(-1);
            expect(last?.event).toBe('error');
            return { status: 200, type: JSON.parse(last?.data ?? '{}').type };
          }),
        );
        expect(answers.filter(({ status }) => status !== 200).length).toBeGreaterThan(5);
        for (const { status, type } of answers) {
          expect([...statuses, 200]).toContain(status);
          expect(types).toContain(type);
        }
        expect(await metric(app, 'sse_requests_total', { provider, status: 'error' })).toBe(25);
        for (const type of new Set(answers.map((answer) => answer.type as string)))
          expect(await metric(app, 'sse_errors_total', { provider, type })).toBe(
            answers.filter((answer) => answer.type === type).length,
          );
      });
    },
  );

  it('open the breaker after two minutes, which then refuses with a time to come back, and tries again', async () => {
    let aheadMs = 0;
    const now = () => Date.now() + aheadMs;
    await withApp(
      { token: TOKEN },
      async (app, world) => {
        await setFault(app, { fault: 'rate-limits', provider: 'openai', ratio: 1 });
        for (let quarter = 0; quarter < 9; quarter++) {
          await Promise.all(Array.from({ length: 4 }, () => ask(app, { provider: 'openai', prompt: 'x' })));
          aheadMs += 15_000;
        }
        const refused = await ask(app, { provider: 'openai', prompt: 'x' });
        expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(300);
        expect(await problem(refused)).toMatchObject({ status: 503, type: 'circuit_open' });
        expect(await metric(app, 'sse_circuit_breaker_state', { provider: 'openai' })).toBe(2);
        expect(await metric(app, 'sse_errors_total', { provider: 'openai', type: 'circuit_open' })).toBeGreaterThan(0);
        expect((await ask(app, { provider: 'anthropic', prompt: 'x' })).status).not.toBe(503);
        aheadMs += 360_000;
        expect(await metric(app, 'sse_circuit_breaker_state', { provider: 'openai' })).toBe(1);
        aheadMs += 120_000;
        expect(await metric(app, 'sse_circuit_breaker_state', { provider: 'openai' })).toBe(0);
        expect(world.lines.filter((line) => line.startsWith('circuit breaker of openai'))).toEqual([
          'circuit breaker of openai: open',
          'circuit breaker of openai: half-open',
          'circuit breaker of openai: closed',
        ]);
      },
      { now },
    );
  });
});

describe('GET /metrics', () => {
  it('is in the format Prometheus 3 insists on and holds the whole schema', async () => {
    await withApp({}, async (app) => {
      const response = await fetch(`${app.url}/metrics`);
      expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
      const text = await response.text();
      for (const { name, type, help } of Object.values(METRICS)) {
        expect(text).toContain(`# HELP ${name} ${help}\n`);
        expect(text).toContain(`# TYPE ${name} ${type}\n`);
      }
      const samples = samplesOf(text, 'text');
      expect(samples.size).toBe(70);
      expect(await metric(app, 'sse_app_info', { version: '1.4.2' })).toBe(1);
      expect(await metric(app, 'process_cpu_seconds_total')).toBe(1.25);
      expect(await metric(app, 'process_resident_memory_bytes')).toBe(50e6);
    });
  });
});

describe('other paths', () => {
  it('tell their health', async () => {
    await withApp({ instance: 'sse-app-2:8000' }, async (app) => {
      expect(await (await fetch(`${app.url}/healthz`)).json()).toEqual({
        status: 'ok',
        instance: 'sse-app-2:8000',
        version: '1.5.0-canary.1',
      });
      expect((await fetch(`${app.url}/healthz?x=1`, { method: 'HEAD' })).status).toBe(200);
    });
  });

  const wrong: [method: string, path: string, status: number, allow: string | null][] = [
    ['GET', '/', 404, null],
    ['GET', '/constructor', 404, null],
    ['GET', '/metrics/', 404, null],
    ['GET', '/stream', 405, 'POST'],
    ['POST', '/metrics', 405, 'GET'],
    ['DELETE', '/admin/faults', 405, 'GET, POST'],
  ];
  it.each(wrong)('%s %s answers %i', async (method, path, status, allow) => {
    await withApp({}, async (app) => {
      const response = await fetch(`${app.url}${path}`, { method });
      expect([response.status, response.headers.get('allow')]).toEqual([status, allow]);
      expect((await problem(response)).message).toBeTruthy();
    });
  });
});

describe('/admin/faults', () => {
  it('is closed without a token, with a wrong one and where none was set', async () => {
    await withApp({ token: TOKEN }, async (app) => {
      for (const response of [
        await postFault(app, { fault: 'clear' }, 'wrong'),
        await fetch(`${app.url}/admin/faults`),
      ]) {
        expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
        expect(await problem(response)).toMatchObject({ status: 401, type: 'unauthorized' });
      }
    });
    await withApp({}, async (app) => {
      expect(await problem(await postFault(app, { fault: 'clear' }, 'undefined'))).toMatchObject({ status: 403 });
    });
  });

  it('lists what is set, replaces what is set again, and clears it', async () => {
    await withApp({ token: TOKEN }, async (app, world) => {
      const listed = async (response: Response) =>
        ((await response.json()) as { faults: Record<string, unknown>[] }).faults.map(({ sinceMs, ...rest }) => {
          expect(Math.abs(Date.now() - (sinceMs as number))).toBeLessThan(5_000);
          return rest;
        });
      const slow = { fault: 'slow-provider', provider: 'openai', amount: 6 };
      expect(await listed(await postFault(app, { fault: 'slow-provider', provider: 'openai' }))).toEqual([slow]);
      const limits = { fault: 'rate-limits', provider: 'openai', amount: 0.25 };
      expect(await listed(await postFault(app, { fault: 'rate-limits', provider: 'openai' }))).toHaveLength(2);
      expect(await listed(await postFault(app, { fault: 'rate-limits', provider: 'openai', ratio: 0.25 }))).toEqual([
        slow,
        limits,
      ]);
      expect(
        await listed(await postFault(app, { fault: 'slow-provider', provider: 'mistral', factor: 2 })),
      ).toHaveLength(3);
      const get = await fetch(`${app.url}/admin/faults`, { headers: { authorization: `bearer ${TOKEN}` } });
      expect(await listed(get)).toHaveLength(3);
      expect(await listed(await postFault(app, { fault: 'clear', provider: 'mistral' }))).toEqual([slow, limits]);
      expect(await listed(await postFault(app, { fault: 'clear' }))).toEqual([]);
      expect(world.lines.at(-1)).toBe('faults cleared: all');
    });
  });

  const invalid: [body: unknown, says: RegExp][] = [
    [[], /must be a JSON object/],
    [{}, /fault must be one of "provider-outage".*"clear"; provider must be one of "openai"/],
    [{ fault: 'toString', provider: 'openai' }, /^fault must be one of/],
    [{ fault: 'provider-outage' }, /^provider must be one of/],
    [{ fault: 'clear', provider: 'gemini' }, /^provider must be one of/],
    [{ fault: 'provider-outage', provider: 'openai', ratio: 2 }, /^ratio must be a number from 0 to 1$/],
    [{ fault: 'provider-outage', provider: 'openai', factor: 2 }, /^"factor" is not a field of this fault$/],
    [{ fault: 'slow-provider', provider: 'openai', factor: '3' }, /^factor must be a number from 1 to 20$/],
    [{ fault: 'scrape-path', provider: 'openai' }, /^"provider" is not a field of this fault$/],
    [{ fault: 'scrape-path', ratio: 1 }, /^"ratio" is not a field of this fault$/],
    [{ fault: 'scrape-path', seconds: 0 }, /^seconds must be a number from 1 to 86400$/],
    [{ fault: 'instance-stopped' }, /^seconds is missing/],
    [{ fault: 'clear', seconds: 5 }, /^"seconds" is not a field of clear$/],
  ];
  it.each(invalid)('says what is wrong with %j', async (body, says) => {
    await withApp({ token: TOKEN }, async (app) => {
      const answer = await problem(await postFault(app, body));
      expect(answer).toMatchObject({ status: 400, type: 'invalid_request' });
      expect(answer.message).toMatch(says);
    });
  });
});

describe('GET /admin/metrics', () => {
  it('says why when Prometheus is away, unknown or something else', async () => {
    const away = { status: 503, type: 'prometheus_unavailable' };
    await withApp({}, async (app) => {
      expect(await problem(await fetch(`${app.url}/admin/metrics`))).toMatchObject(away);
    });
    await withApp({ prometheusUrl: 'http://127.0.0.1:1' }, async (app) => {
      const answer = await problem(await fetch(`${app.url}/admin/metrics`));
      expect(answer).toMatchObject(away);
      expect(answer.message).toContain('127.0.0.1:1');
    });
    await withApp({}, async (other) => {
      await withApp({ prometheusUrl: other.url }, async (app) => {
        expect(await problem(await fetch(`${app.url}/admin/metrics`))).toMatchObject(away);
      });
    });
  });
});

describe('shutting down', () => {
  it('tells open streams and waiting requests so, within a second', async () => {
    const world = testWorld({ random: seededRandom('close') });
    const app = await createApp({ instance: 'sse-app:8000', port: 0, token: TOKEN }, world);
    for (const provider of ['openai', 'anthropic'])
      await setFault(app, { fault: 'slow-provider', provider, factor: 9 });
    const asked = Array.from({ length: 12 }, () => ask(app, { provider: 'openai', prompt: 'x' }));
    const first = await Promise.race(asked);
    expect(first.status).toBe(200);
    const before = performance.now();
    await app.close();
    expect(performance.now() - before).toBeLessThan(5_000);
    const endings = await Promise.all(
      asked.map(async (one) => {
        const response = await one;
        return response.status === 200 ? (await eventsOf(response)).at(-1)?.data : (await problem(response)).type;
      }),
    );
    expect(endings).toContain('{"type":"shutdown","message":"the service is shutting down"}');
    for (const ending of endings) expect(ending).toContain('shutdown');
    await expect(fetch(`${app.url}/healthz`)).rejects.toThrow();
  });

  it('is not kept waiting by connections that do nothing', async () => {
    const app = await createApp({ instance: 'sse-app:8000', port: 0 }, testWorld());
    const sockets = await Promise.all(
      ['', 'POST /stream HTTP/1.1\r\ncontent-length: 5\r\n\r\n{'].map(
        (text) =>
          new Promise<ReturnType<typeof connect>>((resolve) => {
            const socket = connect(app.port, app.host, () => {
              socket.write(text);
              resolve(socket);
            });
            socket.on('error', () => undefined);
          }),
      ),
    );
    const before = performance.now();
    await app.close();
    expect(performance.now() - before).toBeLessThan(5_000);
    for (const socket of sockets) socket.destroy();
  });

  it('says which port is taken', async () => {
    await withApp({}, async (app) => {
      const second = createApp({ instance: 'sse-app-2:8000', port: app.port }, testWorld());
      await expect(second).rejects.toThrow(`cannot listen on 127.0.0.1:${app.port}: the port is taken`);
    });
  });
});

/** Every series of the written past with its last value. */
const lastWritten = once(() => samplesOf([...writeOpenMetrics(history(scenario()))].join(''), 'openmetrics'));

describe('going on from the written past', () => {
  afterEach(() => void vi.useRealTimers());

  const lastLifeOf = once(() => new Map(simulate(scenario()).map(({ instance, lastLife }) => [instance, lastLife])));
  const ways = {
    'living its last process again': () => ({ scenario: scenario() }),
    'taking over from the simulation': (name: InstanceName) => ({ earlier: lastLifeOf().get(name) as RelivedLife }),
  } as const;
  const cases = INSTANCES.flatMap(({ name }) => (Object.keys(ways) as (keyof typeof ways)[]).map((way) => [name, way]));

  it.each(cases as [InstanceName, keyof typeof ways][])(
    '%s, %s, shows at first exactly what was written last, in every series',
    async (instance, way) => {
      const written = new Map(
        [...lastWritten()].flatMap(([key, value]) => {
          const labels = Object.fromEntries(JSON.parse(key) as [string, string][]);
          const { instance: own, job, ...rest } = labels;
          const isOfApp = own === instance && job === 'sse-streaming' && !/^(up|scrape_)/.test(rest.__name__ ?? '');
          return isOfApp ? [[JSON.stringify(Object.entries(rest).sort()), value] as const] : [];
        }),
      );
      const endMs = lastScrapeMs(scenario(), instance);
      // Time stands still, or streams of the past that are about to end would do so before they can be looked at.
      vi.useFakeTimers({ toFake: ['setTimeout'] });
      await withApp(
        { instance, ...ways[way](instance) },
        async (app) => {
          const text = await (await fetch(`${app.url}/metrics`)).text();
          const shown = new Map(
            [...samplesOf(text, 'text')].map(([key, value]) => [
              JSON.stringify(Object.entries(Object.fromEntries(JSON.parse(key))).sort()),
              value,
            ]),
          );
          const measured = /process_resident_memory_bytes|nodejs_heap_size_used_bytes|nodejs_eventloop_lag_seconds/;
          const comparable = (samples: Map<string, number>) =>
            new Map([...samples].filter(([key]) => !measured.test(key)).sort());
          expect(shown.size).toBe(written.size);
          expect(comparable(shown)).toEqual(comparable(written));
        },
        { now: () => endMs },
      );
    },
  );

  it('lets the streams that were open then end in their time', async () => {
    const busy = findBusyEnd();
    await withApp({ scenario: busy }, async (app) => {
      const active = () => metric(app, 'sse_active_connections', { provider: 'openai' });
      const ended = () => metric(app, 'sse_requests_total', { provider: 'openai', status: 'success' });
      const seconds = () => metric(app, 'sse_request_duration_seconds_sum', { provider: 'openai' });
      const [openAtFirst, endedAtFirst, secondsAtFirst] = [await active(), await ended(), await seconds()];
      expect(openAtFirst).toBeGreaterThan(0);
      await until(active, (value) => value === 0, 8_000);
      expect((await ended()) - endedAtFirst).toBeGreaterThan(0);
      expect((await seconds()) - secondsAtFirst).toBeLessThan(60);
    });
  });

  it('leaves nothing running when it is closed before they end', async () => {
    const app = await createApp({ instance: 'sse-app:8000', port: 0, scenario: findBusyEnd() }, testWorld());
    const before = performance.now();
    await app.close();
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});

/** A seed whose past ends with open streams of openai on instance 1. */
const findBusyEnd = once(() => {
  for (let seed = 1; ; seed++) {
    const [first] = simulate(scenario(seed));
    if ((first?.rows.at(-1)?.[OFFSET.active] ?? 0) >= 3) return scenario(seed);
  }
});

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
