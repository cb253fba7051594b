import { describe, expect, it } from 'vitest';
import { Engine, type EngineOptions, type EngineResult } from '../../src/promql/engine/engine.ts';
import { ALL_FEATURES } from '../../src/promql/features.ts';
import { MemoryStorage } from '../../src/tsdb/memory-storage.ts';

/** `count` series of a counter that grows by one a second, a sample every 15 s for an hour. */
function storageOf(count: number): MemoryStorage {
  const storage = new MemoryStorage();
  for (let series = 0; series < count; series++) {
    const columns = storage.columnsFor({
      __name__: 'ticks_total',
      series: `${series}`,
      job: series % 2 === 0 ? 'a' : 'b',
    });
    for (let ms = 0; ms <= 3_600_000; ms += 15_000) columns.append({ ms, value: ms / 1000 });
  }
  return storage;
}

async function instant(query: string, options: EngineOptions = {}, storage = storageOf(2)): Promise<EngineResult> {
  return new Engine(storage, options).instant({ query, ms: 3_600_000 });
}

describe('results', () => {
  it('has the shape of the query', async () => {
    expect(await instant('1 + 1')).toMatchObject({ kind: 'ok', data: { kind: 'scalar', ms: 3_600_000, value: 2 } });
    expect(await instant('"x"')).toMatchObject({ data: { kind: 'string', value: 'x' } });
    expect(await instant('ticks_total{series="0"}[15s]')).toMatchObject({
      data: { kind: 'matrix', series: [{ samples: [{ ms: 3_600_000, value: 3600 }] }] },
    });
    expect(await instant('sum by (job) (ticks_total)')).toMatchObject({
      data: {
        kind: 'vector',
        samples: [
          { labels: { job: 'a' }, ms: 3_600_000, value: 3600 },
          { labels: { job: 'b' }, ms: 3_600_000, value: 3600 },
        ],
      },
    });
  });

  it('orders the series of a range query by their labels and leaves gaps out', async () => {
    const engine = new Engine(storageOf(3));
    const result = await engine.range({
      query: 'ticks_total > 3560',
      startMs: 3_540_000,
      endMs: 3_600_000,
      stepMs: 20_000,
    });
    expect(result).toMatchObject({
      kind: 'ok',
      data: {
        kind: 'matrix',
        series: [
          { labels: { job: 'a', series: '0' }, samples: [{ ms: 3_580_000, value: 3570 }, { ms: 3_600_000 }] },
          { labels: { job: 'a', series: '2' } },
          { labels: { job: 'b', series: '1' } },
        ],
      },
    });
  });

  it('says warnings and infos with their place', async () => {
    expect(await instant('rate(ticks_total[5m])\n  + quantile_over_time(7, ticks_total[1m])')).toMatchObject({
      warnings: ['PromQL warning: quantile value should be between 0 and 1, got 7 (2:24)'],
      infos: [],
    });
    expect(await instant('rate({job="a"}[5m])')).toMatchObject({ infos: [] });
    const gauge = new MemoryStorage();
    gauge.append({ __name__: 'heat' }, { ms: 3_550_000, value: 1 });
    gauge.append({ __name__: 'heat' }, { ms: 3_590_000, value: 2 });
    expect(await instant('  rate(heat[5m])', {}, gauge)).toMatchObject({
      infos: [
        'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "heat" (1:8)',
      ],
    });
  });
});

describe('errors', () => {
  it.each([
    [
      'rate(x)',
      'bad_data',
      '1:6: parse error: expected type range vector in call to function "rate", got instant vector',
    ],
    [
      'ticks_total * on (job) ticks_total',
      'execution',
      /^found duplicate series for the match group \{job="a"\} on the right/,
    ],
    ['topk(1e30, ticks_total)', 'execution', 'Scalar value 1e+30 overflows int64'],
    [
      'label_replace(ticks_total, "series", "", "", "")',
      'execution',
      'vector cannot contain metrics with the same labelset',
    ],
  ])('%s', async (query, errorType, message) => {
    const result = await instant(query, {}, storageOf(3));
    expect(result).toMatchObject({
      kind: 'error',
      errorType,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
  });

  it('refuses what cannot be drawn over time', async () => {
    const engine = new Engine(storageOf(1));
    const range = { startMs: 0, endMs: 60_000, stepMs: 15_000 };
    const refused = { kind: 'error', errorType: 'bad_data' };
    expect(await engine.range({ query: 'ticks_total[5m]', ...range })).toMatchObject({
      ...refused,
      message: 'invalid expression type "range vector" for range query, must be Scalar or instant Vector',
    });
    expect(await engine.range({ query: '"text"', ...range })).toMatchObject({
      ...refused,
      message: 'invalid expression type "string" for range query, must be Scalar or instant Vector',
    });
  });

  it('drops names at once, or at the end of the query when that is put off', async () => {
    const query = 'sum by (__name__) (abs(ticks_total))';
    const nameless = { kind: 'ok', data: { samples: [{ labels: {} }] } };
    expect(await instant(query)).toMatchObject(nameless);
    expect(await instant(query, { features: ALL_FEATURES })).toMatchObject(nameless);
    const both = new MemoryStorage();
    for (const name of ['a', 'b']) both.append({ __name__: name }, { ms: 3_600_000, value: 1 });
    expect(await instant('sum by (__name__) (abs({__name__=~"a|b"}))', {}, both)).toMatchObject({
      message: 'vector cannot contain metrics with the same labelset',
    });
    expect(await instant('count(abs({__name__=~"a|b"}))', { features: ALL_FEATURES }, both)).toMatchObject({
      data: { samples: [{ value: 2 }] },
    });
  });
});

describe('limits', () => {
  it('has at most 11,000 points per series', async () => {
    const engine = new Engine(storageOf(1));
    const request = { query: 'ticks_total', startMs: 0, stepMs: 100 };
    expect((await engine.range({ ...request, endMs: 1_100_000 })).kind).toBe('ok');
    expect(await engine.range({ ...request, endMs: 1_100_100 })).toMatchObject({
      kind: 'error',
      errorType: 'bad_data',
      message:
        'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    });
  });

  it.each([
    'ticks_total',
    'sum_over_time(ticks_total[1h])',
    'count_over_time(vector(1)[1h:1s])',
    'max_over_time(vector(1)[1000d:1ms])',
  ])('holds at most so many samples: %s', async (query) => {
    expect(await instant(query, { maxSamples: 100 }, storageOf(200))).toMatchObject({
      kind: 'error',
      errorType: 'execution',
      message: 'query processing would load too many samples into memory in query execution',
    });
  });

  it('counts what is in memory at once, not what has been', async () => {
    const query = `abs(${'abs('.repeat(20)}ticks_total${')'.repeat(20)})`;
    const options = { maxSamples: 1000 };
    const engine = new Engine(storageOf(10), options);
    const range = { startMs: 0, endMs: 600_000, stepMs: 15_000 };
    expect((await engine.range({ query, ...range })).kind).toBe('ok');
    expect((await engine.range({ query: 'ticks_total + ticks_total', ...range })).kind).toBe('error');
  });

  it.each([
    ['operators', `ticks_total${' + ticks_total'.repeat(990)}`],
    ['parentheses', `${'('.repeat(480)}ticks_total${')'.repeat(480)}`],
    ['calls', `${'abs('.repeat(480)}ticks_total${')'.repeat(480)}`],
    ['signs', `${'-'.repeat(480)}ticks_total`],
    ['subqueries', `${'max_over_time('.repeat(100)}ticks_total${'[1m:])'.repeat(100)}`],
  ])('evaluates what it can read, however deep: %s', async (_what, query) => {
    expect((await instant(query)).kind).toBe('ok');
  });

  it.each([
    [{ startMs: 1000, endMs: 0, stepMs: 1000 }, 'end timestamp must not be before start time'],
    [
      { startMs: 0, endMs: 1000, stepMs: 0 },
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    ],
  ])('refuses a range that is none: %o', async (range, message) => {
    expect(await new Engine(storageOf(1)).range({ query: 'ticks_total', ...range })).toMatchObject({
      errorType: 'bad_data',
      message,
    });
  });

  it('ends after its time', async () => {
    let clock = 0;
    const result = await instant('sum(ticks_total)', { timeoutMs: 1000, now: () => (clock += 300) });
    expect(result).toMatchObject({
      kind: 'error',
      errorType: 'timeout',
      message: 'query timed out in expression evaluation',
    });
  });

  it('ends within 50 ms of being told to, while other work goes on', async () => {
    const engine = new Engine(storageOf(50));
    const controller = new AbortController();
    let told = process.cpuUsage();
    let ticks = 0;
    const other = setInterval(() => ticks++, 5);
    setTimeout(() => {
      told = process.cpuUsage();
      controller.abort();
    }, 100);
    const result = await engine.range({
      query: 'sum(stddev_over_time(ticks_total[1h])) + sum(quantile_over_time(0.5, ticks_total[1h:1s]))',
      startMs: 0,
      endMs: 3_600_000,
      stepMs: 1000,
      signal: controller.signal,
    });
    const { user, system } = process.cpuUsage(told);
    clearInterval(other);
    expect(result).toMatchObject({
      kind: 'error',
      errorType: 'canceled',
      message: 'query was canceled in expression evaluation',
    });
    // Time of the processor, so that a busy machine does not count against it.
    expect((user + system) / 1000).toBeLessThan(50);
    expect(ticks).toBeGreaterThan(0);
  });
});
