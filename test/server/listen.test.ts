import { afterEach, expect, it } from 'vitest';
import { type Listener, listen } from '../../src/server/listen.ts';
import { embeddedSource } from '../../src/source/embedded.ts';
import { MemoryStorage } from '../../src/tsdb/memory-storage.ts';

let server: Listener | undefined;
afterEach(() => server?.close());

const QUERY = `1 + ${' '.repeat(30_000)}1`;

it.each([
  ['/api/v1/query?query=', '"2"'],
  ['/graph?g0.expr=', 'class="result"'],
])('%s takes a query of 100 kB in the address, as Prometheus does', async (path, said) => {
  const source = embeddedSource({ storage: new MemoryStorage(), name: 'here', now: () => 0 });
  server = await listen({ source, now: () => 0, metrics: async () => '' }, { host: '127.0.0.1', port: 0 });
  const response = await fetch(`${server.url}${path}${encodeURIComponent(QUERY)}`);
  expect(response.status).toBe(200);
  expect(await response.text()).toContain(said);
});

it('refuses an address with a broken escape as a fault of who asks', async () => {
  const source = embeddedSource({ storage: new MemoryStorage(), name: 'here', now: () => 0 });
  server = await listen({ source, now: () => 0, metrics: async () => '' }, { host: '127.0.0.1', port: 0 });
  const response = await fetch(`${server.url}/api/v1/label/%zz/values`);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ errorType: 'bad_data', error: 'invalid URL escape in "%zz"' });
});
