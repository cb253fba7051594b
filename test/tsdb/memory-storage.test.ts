import { describe, expect, it } from 'vitest';
import type { Labels } from '../../src/model/labels.ts';
import { compileMatcher, matchersOf } from '../../src/promql/matcher.ts';
import { parseSelector } from '../../src/promql/parse.ts';
import { MemoryStorage } from '../../src/tsdb/memory-storage.ts';

const ALL = { startMs: 0, endMs: 1_000_000 };

function filled(): MemoryStorage {
  const storage = new MemoryStorage();
  for (const labels of [
    { __name__: 'up', job: 'web', instance: 'b' },
    { __name__: 'up', job: 'api', instance: 'a' },
    { __name__: 'up', job: 'api' },
    { __name__: 'down', job: 'api', constructor: 'x' },
  ]) {
    for (const ms of [1000, 2000, 3000]) storage.append(labels, { ms, value: ms / 1000 });
  }
  return storage;
}

function select(storage: MemoryStorage, selector: string, range = ALL): readonly Labels[] {
  const parsed = parseSelector(selector);
  if (parsed.kind === 'error') throw new Error(parsed.diagnostics[0].message);
  return storage.select(parsed.matchers.map(compileMatcher), range).map(({ labels }) => labels);
}

describe('select', () => {
  it.each<[string, readonly string[]]>([
    ['up', ['api a', 'web b', 'api']],
    ['up{job="api"}', ['api a', 'api']],
    ['up{job="api",instance=""}', ['api']],
    ['up{job="api",instance!=""}', ['api a']],
    ['up{job=~"api|web",instance=~"[ab]"}', ['api a', 'web b']],
    ['up{job!~"a.+"}', ['web b']],
    ['{job=~".+",instance!~".+"}', ['api', 'api']],
    ['{__name__=~"up|down",job="web"}', ['web b']],
    ['up{nope="x"}', []],
    ['nope', []],
    ['{constructor="x"}', ['api']],
    ['up{toString!="x",hasOwnProperty=""}', ['api a', 'web b', 'api']],
  ])('%s', (selector, found) => {
    const shown = select(filled(), selector).map(({ job, instance }) => [job, instance].filter(Boolean).join(' '));
    expect(shown).toEqual(found);
  });

  it('gives the samples of the range, both ends included, and only series that have some', () => {
    const storage = filled();
    storage.append({ __name__: 'up', job: 'late' }, { ms: 9000, value: 1 });
    const [columns] = storage.select([], { startMs: 2000, endMs: 3000 });
    expect([...(columns?.times ?? [])]).toEqual([2000, 3000]);
    expect([...(columns?.values ?? [])]).toEqual([2, 3]);
    expect(select(storage, 'up', { startMs: 4000, endMs: 9000 })).toEqual([{ __name__: 'up', job: 'late' }]);
  });

  it('gives the same labels object every time, and columns that later samples leave alone', () => {
    const storage = filled();
    const [first] = storage.select([], ALL);
    const before = [...(first?.times ?? [])];
    for (let ms = 4000; ms < 200_000; ms += 1000)
      for (const { labels } of storage.select([], ALL)) storage.append(labels, { ms, value: 0 });
    storage.truncate(100_000);
    expect([...(first?.times ?? [])]).toEqual(before);
    expect(storage.select([], ALL)[0]?.labels).toBe(first?.labels);
  });
});

describe('append', () => {
  it('takes samples in order, and the same one twice', () => {
    const storage = new MemoryStorage();
    const labels = { __name__: 'x' };
    expect(storage.append(labels, { ms: 2000, value: 1 })).toBe('ok');
    expect(storage.append(labels, { ms: 2000, value: 1 })).toBe('ok');
    expect(storage.append(labels, { ms: 2000, value: 2 })).toBe('duplicate sample for timestamp');
    expect(storage.append(labels, { ms: 1000, value: 1 })).toBe('out of order sample');
    expect(storage.append(labels, { ms: 3000, value: Number.NaN })).toBe('ok');
    expect(storage.append(labels, { ms: 3000, value: Number.NaN })).toBe('ok');
    expect(storage.append(labels, { ms: 3000, value: 0, stale: true })).toBe('duplicate sample for timestamp');
    expect(storage.append(labels, { ms: 4000, value: 0, stale: true })).toBe('ok');
    expect(storage.columnsFor(labels).ended).toBe(true);
    expect(storage.size).toMatchObject({ series: 1, samples: 3 });
  });

  it('takes an empty label for none', () => {
    const storage = new MemoryStorage();
    storage.append({ __name__: 'x', a: '' }, { ms: 1, value: 1 });
    storage.append({ __name__: 'x' }, { ms: 2, value: 1 });
    expect(storage.size).toMatchObject({ series: 1, samples: 2 });
  });

  it('keeps labels apart that look alike', () => {
    const storage = new MemoryStorage();
    storage.append({ a: 'b","c":"d' }, { ms: 1, value: 1 });
    storage.append({ a: 'b', c: 'd' }, { ms: 1, value: 1 });
    storage.append(Object.fromEntries([['__proto__', 'x']]), { ms: 1, value: 1 });
    expect(storage.size.series).toBe(3);
    expect(storage.labelNames()).toContain('__proto__');
  });
});

describe('labels', () => {
  it('lists names and values, of all series or of some', () => {
    const storage = filled();
    expect([...storage.labelNames()].sort()).toEqual(['__name__', 'constructor', 'instance', 'job']);
    expect([...storage.labelValues('job')].sort()).toEqual(['api', 'web']);
    const up = matchersOf({ kind: 'vector', name: 'up', matchers: [], span: { start: 0, end: 0 } }).map(compileMatcher);
    expect([...storage.labelNames(up, ALL)].sort()).toEqual(['__name__', 'instance', 'job']);
    expect([...storage.labelValues('instance', up, ALL)].sort()).toEqual(['a', 'b']);
    expect(storage.labelValues('instance', up, { startMs: 5000, endMs: 6000 })).toEqual([]);
  });
});

describe('retention', () => {
  it('forgets old samples and the series that are left without any', () => {
    const storage = filled();
    storage.append({ __name__: 'up', job: 'web', instance: 'b' }, { ms: 9000, value: 1 });
    storage.truncate(3001);
    expect(storage.size).toMatchObject({ series: 1, samples: 1 });
    expect(storage.labelValues('job')).toEqual(['web']);
    expect(select(storage, '{job=~".+"}')).toEqual([{ __name__: 'up', instance: 'b', job: 'web' }]);
    storage.clear();
    expect(storage.size).toEqual({ series: 0, samples: 0, bytes: 0 });
  });

  it('takes whole columns as they are, also shared ones, and goes on from them without touching them', () => {
    const storage = new MemoryStorage();
    const times = Float64Array.of(1000, 2000);
    const values = Float64Array.of(5, 6);
    const [a, b] = ['a', 'b'].map((x) => storage.columnsFor({ __name__: 'x', x }));
    a?.fill(times, values);
    b?.fill(times, Float64Array.of(7, 8));
    expect(storage.size).toMatchObject({ series: 2, samples: 4 });
    expect(a?.append({ ms: 1500, value: 9 })).toBe('out of order sample');
    expect(a?.append({ ms: 3000, value: 9 })).toBe('ok');
    expect([...(a?.range(ALL)?.values ?? [])]).toEqual([5, 6, 9]);
    expect([...(b?.range(ALL)?.times ?? [])]).toEqual([1000, 2000]);
    expect([...times, ...values]).toEqual([1000, 2000, 5, 6]);
    expect(() => a?.fill(times, values)).toThrow('cannot be filled');
  });

  it('keeps memory flat over a day of samples when old ones are dropped', () => {
    const storage = new MemoryStorage();
    let peak = 0;
    for (let ms = 0; ms < 86_400_000; ms += 15_000) {
      for (let series = 0; series < 20; series++) storage.append({ __name__: 'x', s: `${series}` }, { ms, value: ms });
      if (ms % 600_000 === 0) storage.truncate(ms - 3 * 3_600_000);
      if (ms > 6 * 3_600_000) peak = Math.max(peak, storage.size.bytes);
    }
    expect(storage.size.samples).toBeLessThan(20 * 4 * 60 * 3.5);
    expect(peak).toBeLessThan(20 * 4 * 60 * 3.5 * 16 * 2);
  });
});
