import { describe, expect, it } from 'vitest';
import { refusal } from '../../src/server/guard.ts';
import { handle, type ServerDeps } from '../../src/server/handle.ts';
import { listen } from '../../src/server/listen.ts';
import { embeddedSource } from '../../src/source/embedded.ts';
import { MemoryStorage } from '../../src/tsdb/memory-storage.ts';

describe('who is served', () => {
  it.each([
    ['GET', 'localhost:9090', undefined, true],
    ['GET', '127.0.0.1:9090', undefined, true],
    ['GET', '127.1.2.3', undefined, true],
    ['GET', '[::1]:9090', undefined, true],
    ['GET', 'LOCALHOST:1', undefined, true],
    ['GET', 'prometheus:9090', undefined, true],
    ['GET', 'evil.example:9090', undefined, false],
    ['GET', '127.0.0.1.evil.example', undefined, false],
    ['GET', 'localhost.evil.example', undefined, false],
    ['GET', '10.0.0.1:9090', undefined, false],
    ['GET', 'localhost@evil.example', undefined, false],
    ['GET', '', undefined, false],
    ['GET', 'localhost', 'https://evil.example', true],
    ['POST', 'localhost', undefined, true],
    ['POST', 'localhost', 'http://localhost:3000', true],
    ['POST', 'localhost', 'https://evil.example', false],
    ['DELETE', 'localhost', 'null', false],
  ])('%s Host %j Origin %j: %s', (method, host, origin, served) => {
    const headers = new Headers({ host, ...(origin === undefined ? {} : { origin }) });
    const request = { method, headers } as Request;
    const reason = refusal(request, new URL('http://localhost/'), ['prometheus']);
    expect(reason === undefined).toBe(served);
  });
});

const TOKEN = 'a'.repeat(32);

/** A server of everything there is, and what came of asking it. */
function whole() {
  const done: string[] = [];
  const deps: ServerDeps = {
    source: embeddedSource({ storage: new MemoryStorage(), name: 'here', now: () => 0 }),
    now: () => 0,
    metrics: async () => 'up 1\n',
    quit: { token: TOKEN, run: () => done.push('quit') },
    instances: {
      token: TOKEN,
      run: async (service, action) => {
        done.push(`${action} ${service}`);
        return { ok: true, message: 'done' };
      },
    },
  };
  return {
    done,
    ask: async (method: string, path: string, headers: Readonly<Record<string, string>>) =>
      (await handle(new Request(`http://localhost:9090${path}`, { method, headers }), deps)).status,
  };
}

const EVERYWHERE = [
  '/',
  '/graph?g0.expr=1',
  '/targets',
  '/alerts',
  '/rules',
  '/metrics',
  '/-/healthy',
  '/-/quit',
  '/-/instances?service=sse-app&action=stop',
  '/api/v1/query?query=1',
  '/api/v1/write',
  '/nothing',
];

describe('a page of somebody else', () => {
  it.each(EVERYWHERE)('that has its name point here gets nothing from %s', async (path) => {
    const { ask, done } = whole();
    const token = { authorization: `Bearer ${TOKEN}` };
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS']) {
      expect(await ask(method, path, { host: 'evil.example:9090', ...token })).toBe(403);
      expect(await ask(method, path, { host: 'localhost.evil.example', ...token })).toBe(403);
    }
    expect(done).toEqual([]);
  });

  it.each(EVERYWHERE)('changes nothing through %s', async (path) => {
    const { ask, done } = whole();
    for (const origin of [
      'https://evil.example',
      'null',
      'http://localhost.evil.example:9090',
      'http://127.0.0.1.evil.example',
    ]) {
      for (const method of ['POST', 'PUT', 'DELETE']) {
        const headers = { host: 'localhost:9090', origin, authorization: `Bearer ${TOKEN}` };
        expect(await ask(method, path, headers)).toBe(403);
      }
    }
    expect(done).toEqual([]);
  });
});

describe('what ends or stops something', () => {
  it.each([
    ['GET', '/-/quit', `Bearer ${TOKEN}`, 405, []],
    ['POST', '/-/quit', '', 403, []],
    ['POST', '/-/quit', 'Bearer ', 403, []],
    ['POST', '/-/quit', `Bearer ${TOKEN}x`, 403, []],
    ['POST', '/-/quit', `Basic ${TOKEN}`, 403, []],
    ['POST', `/-/quit?token=${TOKEN}`, '', 403, []],
    ['POST', '/-/quit', `Bearer ${TOKEN}`, 200, ['quit']],
    ['GET', '/-/instances?service=a&action=stop', `Bearer ${TOKEN}`, 405, []],
    ['POST', '/-/instances?service=a&action=stop', '', 403, []],
    ['POST', '/-/instances?service=a&action=stop', `Bearer ${TOKEN}`, 200, ['stop a']],
  ])('%s %s with %j: %i', async (method, path, authorization, status, happened) => {
    const { ask, done } = whole();
    expect(
      await ask(method, path, { host: 'localhost:9090', ...(authorization === '' ? {} : { authorization }) }),
    ).toBe(status);
    expect(done).toEqual(happened);
  });
});

describe('where it listens', () => {
  const source = embeddedSource({ storage: new MemoryStorage(), name: 'here', now: () => 0 });
  const deps: ServerDeps = { source, now: () => 0, metrics: async () => '' };

  it.each(['0.0.0.0', '::', '', '10.0.0.1', '192.168.1.1', 'example.org', '127.0.0.1.evil.example', '::ffff:10.0.0.1'])(
    'is not %j',
    async (host) => {
      await expect(listen(deps, { host, port: 0 })).rejects.toThrow('is not a loopback address');
    },
  );

  it.each(['127.0.0.1', 'localhost'])('may be %s', async (host) => {
    const listener = await listen(deps, { host, port: 0 });
    expect(listener.url).toBe(`http://${host}:${listener.port}`);
    await listener.close();
  });
});

it('evaluates nothing for a method that a page does not take', async () => {
  let asked = 0;
  const storage = new MemoryStorage();
  const real = embeddedSource({ storage, name: 'here', now: () => 0 });
  const source = {
    ...real,
    name: 'here',
    instant: (...args: Parameters<typeof real.instant>) => {
      asked++;
      return real.instant(...args);
    },
    buildInfo: () => {
      asked++;
      throw new Error('nobody may ask');
    },
  };
  const request = new Request('http://localhost/graph?g0.expr=up', { method: 'POST', headers: { host: 'localhost' } });
  expect((await handle(request, { source, now: () => 0, metrics: async () => '' })).status).toBe(405);
  expect(asked).toBe(0);
});
