import { describe, expect, it } from 'vitest';
import type { Fetched } from '../../src/scrape/fetch.ts';
import { ScrapeTarget, type TargetConfig } from '../../src/scrape/target.ts';
import { embeddedSource } from '../../src/source/embedded.ts';
import { MemoryStorage } from '../../src/tsdb/memory-storage.ts';

const config: TargetConfig = {
  job: 'demo',
  url: 'http://127.0.0.1:1/metrics',
  labels: { job: 'demo', instance: 'demo:1' },
  intervalMs: 15_000,
  timeoutMs: 10_000,
  sampleLimit: 0,
  bodySizeLimit: 1 << 20,
};

/** Scrapes one answer after the other, 15 s apart, and tells what instant queries see after each. */
async function scrapeAll(answers: readonly (string | Fetched)[], overrides: Partial<TargetConfig> = {}) {
  const storage = new MemoryStorage();
  const target = new ScrapeTarget({ ...config, ...overrides }, storage);
  let clock = 0;
  for (const [index, answer] of answers.entries()) {
    const fetched: Fetched = typeof answer === 'string' ? { kind: 'ok', text: answer, format: 'text' } : answer;
    await target.scrape(
      15_000 * (index + 1),
      async () => fetched,
      () => (clock += 5),
    );
  }
  const source = embeddedSource({ storage, name: 'the scraped samples', now: () => 15_000 * answers.length });
  const ask = async (query: string, turn = answers.length) => {
    const { data } = await source.instant(query, { timeMs: 15_000 * turn });
    if (data.kind !== 'vector') throw new Error(`got a ${data.kind}`);
    return data.samples.map(({ labels, value }) => [labels, value]);
  };
  return { target, ask, storage };
}

const down: Fetched = { kind: 'failed', message: 'server returned HTTP status 500 Internal Server Error' };
const target = { job: 'demo', instance: 'demo:1' };

describe('a scrape', () => {
  it('stores the samples under the labels of the target', async () => {
    const { ask } = await scrapeAll(['a{x="1"} 5\n']);
    expect(await ask('a')).toEqual([[{ __name__: 'a', x: '1', ...target }, 5]]);
  });

  it('keeps a label that the target has already as exported_', async () => {
    const { ask } = await scrapeAll(['a{job="mine",exported_job="older"} 5\n']);
    expect(await ask('a')).toEqual([
      [{ __name__: 'a', exported_exported_job: 'mine', exported_job: 'older', ...target }, 5],
    ]);
  });

  it.each([
    ['up', [1, 1, 0, 1]],
    ['scrape_samples_scraped', [2, 1, 0, 2]],
    ['scrape_series_added', [2, 0, 0, 2]],
    ['scrape_duration_seconds', [0.005, 0.005, 0.005, 0.005]],
  ])('reports %s', async (name, values) => {
    const { ask } = await scrapeAll(['a 1\nb 1\n', 'a 2\n', down, 'a 3\nb 3\n']);
    for (const [index, value] of values.entries())
      expect(await ask(name, index + 1)).toEqual([[{ __name__: name, ...target }, value]]);
  });

  it('ends a series that vanished, at once and only that', async () => {
    const { ask } = await scrapeAll(['a 1\nb 1\n', 'a 2\n']);
    expect(await ask('b', 1)).toHaveLength(1);
    expect(await ask('b', 2)).toEqual([]);
    expect(await ask('a', 2)).toHaveLength(1);
  });

  it('ends every series when the target fails, but rate still uses what the window holds', async () => {
    const { ask } = await scrapeAll(['a_total 0\n', 'a_total 15\n', down]);
    expect(await ask('a_total')).toEqual([]);
    expect(await ask('rate(a_total[1m])')).toHaveLength(1);
    expect(await ask('up')).toEqual([[{ __name__: 'up', ...target }, 0]]);
  });

  it('brings a series back with the next good scrape', async () => {
    const { ask } = await scrapeAll(['a 1\n', down, 'a 3\n']);
    expect(await ask('a')).toEqual([[{ __name__: 'a', ...target }, 3]]);
  });

  it.each([
    ['a broken line', 'a 1\nb one\n', {}, 'strconv.ParseFloat: parsing "one": invalid syntax while parsing: "b one"'],
    ['too many samples', 'a 1\nb 1\n', { sampleLimit: 1 }, 'sample limit exceeded'],
    ['a label twice', 'a{x="1",x="2"} 1\n', {}, 'label name "x" is not unique: invalid sample'],
  ])('with %s stores nothing and says why', async (_name, text, overrides, error) => {
    const { target: scraped, ask } = await scrapeAll([text], overrides);
    expect(scraped.state).toMatchObject({ health: 'down', lastError: error });
    expect(await ask('a')).toEqual([]);
    expect(await ask('up')).toEqual([[{ __name__: 'up', ...target }, 0]]);
  });

  it('keeps the first of two samples of one series', async () => {
    const { ask } = await scrapeAll(['a 1\na 2\n']);
    expect(await ask('a')).toEqual([[{ __name__: 'a', ...target }, 1]]);
  });

  it('takes timestamps of the target, and never ends such a series', async () => {
    const { ask } = await scrapeAll(['a 1 14000\n', 'b 1\n']);
    expect(await ask('timestamp(a)', 2)).toEqual([[target, 14]]);
  });

  it('remembers what the target says of its metrics', async () => {
    const { target: scraped } = await scrapeAll(['# HELP a_total Things.\n# TYPE a_total counter\na_total 1\n']);
    expect(scraped.state.metadata.get('a_total')).toEqual({ type: 'counter', help: 'Things.', unit: '' });
  });

  it('does not grow with series that come and go', async () => {
    const answers = Array.from({ length: 400 }, (_, turn) => `a{turn="${turn}"} 1\n`);
    const { storage, target: scraped } = await scrapeAll(answers);
    storage.truncate(15_000 * 399);
    expect(storage.size.series).toBeLessThan(15);
    await scraped.scrape(
      15_000 * 401,
      async () => ({ kind: 'ok', text: 'a{turn="0"} 7\n', format: 'text' }),
      () => 0,
    );
    const source = embeddedSource({ storage, name: 'test', now: () => 15_000 * 401 });
    expect((await source.instant('a')).data).toMatchObject({ samples: [{ value: 7 }] });
  });
});
