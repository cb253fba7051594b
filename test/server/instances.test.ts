import { expect, it } from 'vitest';
import { handle, type ServerDeps } from '../../src/server/handle.ts';
import { sampleSource } from '../helpers/sample-source.ts';

const done: string[] = [];
const deps: ServerDeps = {
  source: sampleSource(),
  now: () => 0,
  metrics: async () => '',
  instances: {
    token: 'secret',
    run: async (service, action) => {
      done.push(`${action} ${service}`);
      return { ok: service === 'sse-app-2', message: 'what came of it' };
    },
  },
};

const ask = (query: string, init: RequestInit, more: Partial<ServerDeps> = {}) =>
  handle(new Request(`http://localhost/-/instances${query}`, init), { ...deps, ...more });
const POST = { method: 'POST', headers: { authorization: 'Bearer secret' } };

it.each([
  ['without the token', {}, { method: 'POST' }, 403],
  ['with another token', {}, { method: 'POST', headers: { authorization: 'Bearer other' } }, 403],
  ['where there are none', { instances: undefined }, POST, 403],
  ['by a GET', {}, { headers: { authorization: 'Bearer secret' } }, 405],
])('instances are not controlled %s', async (_how, more, init, status) => {
  const answer = await ask('?service=sse-app-2&action=stop', init, more as Partial<ServerDeps>);
  expect([answer.status, done]).toEqual([status, []]);
});

it('instances are controlled with the token, and the answer says what came of it', async () => {
  const ok = await ask('?service=sse-app-2&action=stop', POST);
  expect([ok.status, await ok.text(), done]).toEqual([200, 'what came of it', ['stop sse-app-2']]);
  expect((await ask('?service=prometheus&action=stop', POST)).status).toBe(400);
});
