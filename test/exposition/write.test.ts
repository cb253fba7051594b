import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExpositionParser } from '../../src/exposition/parse.ts';
import { seriesLabels } from '../../src/exposition/series.ts';
import { type MetricFamily, seriesText, writeOpenMetrics } from '../../src/exposition/write.ts';

const columns = (...samples: [ms: number, value: number][]) => ({
  timesMs: Float64Array.from(samples, ([ms]) => ms),
  values: Float64Array.from(samples, ([, value]) => value),
});
const written = (...families: MetricFamily[]) => [...writeOpenMetrics(families)].join('');

describe('OpenMetrics text', () => {
  it('has help, type and samples of each family, and an end', () => {
    const text = written(
      {
        name: 'sse_requests',
        type: 'counter',
        help: 'Requests.',
        series: [
          {
            name: 'sse_requests_total',
            labels: { provider: 'openai' },
            ...columns([1_700_000_000_005, 3], [1_700_000_015_005, 4.5]),
          },
          { name: 'sse_requests_total', labels: { provider: 'mistral' }, ...columns([1_700_000_000_005, 0]) },
        ],
      },
      { name: 'up', type: 'gauge', help: 'Up.', series: [{ name: 'up', labels: {}, ...columns([0, 1]) }] },
    );
    expect(text).toBe(
      [
        '# HELP sse_requests Requests.',
        '# TYPE sse_requests counter',
        'sse_requests_total{provider="openai"} 3 1700000000.005',
        'sse_requests_total{provider="openai"} 4.5 1700000015.005',
        'sse_requests_total{provider="mistral"} 0 1700000000.005',
        '# HELP up Up.',
        '# TYPE up gauge',
        'up 1 0.000',
        '# EOF',
        '',
      ].join('\n'),
    );
  });

  it('ends properly without any family', () => {
    expect(written()).toBe('# EOF\n');
  });

  it.each([
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
    [0.1 + 0.2, '0.30000000000000004'],
    [1e21, '1e+21'],
    [1e-9, '1e-9'],
  ])('writes %s as %s', (value, text) => {
    const series = [{ name: 'a', labels: {}, ...columns([1500, value]) }];
    expect(written({ name: 'a', type: 'gauge', help: 'A.', series })).toContain(`\na ${text} 1.500\n`);
  });

  it.each([
    ['up', {}, 'up'],
    ['up', { job: 'a "b" \\ c\nd' }, 'up{job="a \\"b\\" \\\\ c\\nd"}'],
    ['my.metric', { job: 'x' }, '{"my.metric",job="x"}'],
    ['my "metric"', {}, '{"my \\"metric\\""}'],
    ['up', { 'a.b': 'x', c: 'y' }, 'up{"a.b"="x",c="y"}'],
    ['job:up:sum', { le: '+Inf' }, 'job:up:sum{le="+Inf"}'],
  ])('writes the series %s %j', (name, labels, text) => {
    expect(seriesText(name, labels)).toBe(text);
  });

  it('comes in pieces that are not large', () => {
    const series = Array.from({ length: 40 }, (_, i) => ({
      name: 'a',
      labels: { i: String(i) },
      ...columns(...Array.from({ length: 5_000 }, (_, at): [number, number] => [at * 1000, at])),
    }));
    const pieces = [...writeOpenMetrics([{ name: 'a', type: 'gauge', help: 'A.', series }])];
    expect(pieces.length).toBeGreaterThan(2);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(2 << 20);
    expect(pieces.join('').split('\n').length).toBe(2 + 40 * 5_000 + 1 + 1);
  });
});

describe('whatever is written', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 12 });
  const names = fc.oneof(
    fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/),
    text.filter((name) => name !== ''),
  );
  const samples = fc.array(fc.tuple(fc.integer({ min: 0, max: 4e12 }), fc.double()), { minLength: 1, maxLength: 5 });
  const family = fc.record({
    name: names,
    help: text,
    series: fc.array(
      fc.record({
        labels: fc.dictionary(
          names.filter((name) => name !== '__name__'),
          text.filter((value) => value !== ''),
        ),
        samples,
      }),
      { minLength: 1, maxLength: 3 },
    ),
  });

  it('is read back as it was', () => {
    fc.assert(
      fc.property(fc.array(family, { maxLength: 3 }), (families) => {
        const expected: unknown[] = [];
        const read: unknown[] = [];
        const given = families.map(({ name, help, series }): MetricFamily => {
          expected.push(['help', name, help], ['type', name, 'gauge']);
          return {
            name,
            type: 'gauge',
            help,
            series: series.map(({ labels, samples: pairs }) => {
              for (const [ms, value] of pairs) expected.push([{ __name__: name, ...labels }, value, ms]);
              return { name, labels, ...columns(...pairs) };
            }),
          };
        });
        const parser = new ExpositionParser('openmetrics', {
          sample: (series, value, ms, type, line) =>
            void read.push([{ ...seriesLabels(series, type, line) }, value, ms]),
          metadata: (kind, name, content) => void read.push([kind, name, content]),
        });
        parser.push(written(...given));
        parser.end();
        expect(read).toEqual(expected.map((entry) => (Array.isArray(entry) ? entry : [])));
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});
