import { afterEach, expect, it } from 'vitest';
import type { Labels } from '../../src/model/labels.ts';
import type { Fetched } from '../../src/scrape/fetch.ts';
import { startScraping } from '../../src/scrape/loop.ts';
import type { TargetConfig } from '../../src/scrape/target.ts';
import { type Listener, listen } from '../../src/server/listen.ts';
import { embeddedSource } from '../../src/source/embedded.ts';
import type { Source } from '../../src/source/source.ts';
import { MemoryStorage } from '../../src/tsdb/memory-storage.ts';

const END = 1_700_000_000_000;
const LARGE = '/api/v1/query_range?query=busy%20%2B%20busy&start=1699996400&end=1700000000&step=12';

/** Much to evaluate and little to answer. */
const LONG = `/api/v1/query_range?query=${encodeURIComponent('sum(busy ^ busy ^ busy ^ busy ^ busy)')}&start=1699996400&end=1700000000&step=2`;

/** Compressing large answers is not what this is about. */
const PLAIN = { headers: { 'accept-encoding': 'identity' } };

let server: Listener | undefined;
afterEach(() => server?.close());

/** A thousand series for an hour. */
function storageOf(): MemoryStorage {
  const storage = new MemoryStorage();
  const length = 240;
  const times = Float64Array.from({ length }, (_, i) => END - (length - 1 - i) * 15_000);
  for (let n = 0; n < 1000; n++) {
    const labels: Labels = { __name__: 'busy', n: String(n) };
    storage.columnsFor(labels).fill(times, new Float64Array(length).fill(n / 7));
  }
  storage.append({ __name__: 'small' }, { ms: END, value: 1 });
  return storage;
}

/** `onRange` is called when a range query begins to be evaluated. */
async function serve(storage: MemoryStorage, onRange: () => void = () => undefined): Promise<Listener> {
  const source = embeddedSource({ storage, name: 'here', now: () => END });
  const watched: Source = {
    ...source,
    range: (query, options) => {
      onRange();
      return source.range(query, options);
    },
  };
  server = await listen({ source: watched, now: () => END, metrics: async () => '' }, { host: '127.0.0.1', port: 0 });
  return server;
}

it('answers a small query that came while a large one is evaluated before it', async () => {
  const order: string[] = [];
  let begun = () => {};
  const beginning = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const { url } = await serve(storageOf(), () => begun());
  const ask = async (name: string, path: string) => {
    const response = await fetch(url + path, PLAIN);
    expect(response.status).toBe(200);
    order.push(name);
    await response.arrayBuffer();
  };
  const large = ask('large', LARGE);
  await beginning;
  await ask('small', '/api/v1/query?query=small');
  await large;
  expect(order).toEqual(['small', 'large']);
});

it('goes on scraping between the turns of large queries', async () => {
  let scrapes = 0;
  let before = 0;
  const { url } = await serve(storageOf(), () => {
    before = scrapes;
  });
  const target: TargetConfig = {
    job: 'here',
    url: 'http://127.0.0.1/metrics',
    labels: { job: 'here', instance: 'here' },
    intervalMs: 5,
    timeoutMs: 5,
    sampleLimit: 0,
    bodySizeLimit: 0,
  };
  const fetched = async (): Promise<Fetched> => {
    scrapes++;
    return { kind: 'ok', text: 'here 1\n', format: 'text' };
  };
  const loop = startScraping({ targets: [target], storage: new MemoryStorage(), now: Date.now, fetch: fetched });
  await (await fetch(url + LONG, PLAIN)).arrayBuffer();
  const during = scrapes - before;
  await loop.stop();
  // One or two find their way around an evaluation that lets nothing in between.
  expect(during).toBeGreaterThan(4);
});
