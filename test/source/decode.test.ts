import { describe, expect, it } from 'vitest';
import {
  decodeBuildInfo,
  decodeEnvelope,
  decodeMetadata,
  decodeNames,
  decodeQuery,
  decodeSeries,
  decodeTargets,
  ShapeError,
} from '../../src/source/decode.ts';

const envelope = (data: unknown, extra: object = {}) => decodeEnvelope({ status: 'success', data, ...extra });
const query = (resultType: string, result: unknown) => decodeQuery(envelope({ resultType, result })).data;

const H = (count: string) => ({
  count,
  sum: '-Inf',
  buckets: [
    [0, '0.5', '1', '3'],
    [1, '-1', '-0.5', '1'],
    [3, '-0.001', '0.001', '2'],
    [2, '1', '+Inf', '4'],
  ],
});
const decodedH = (count: number) => ({
  count,
  sum: Number.NEGATIVE_INFINITY,
  buckets: [
    { boundaries: 0, lower: 0.5, upper: 1, count: 3 },
    { boundaries: 1, lower: -1, upper: -0.5, count: 1 },
    { boundaries: 3, lower: -0.001, upper: 0.001, count: 2 },
    { boundaries: 2, lower: 1, upper: Number.POSITIVE_INFINITY, count: 4 },
  ],
});

describe('results of queries', () => {
  it.each<[string, string, unknown, unknown]>([
    [
      'a vector, in the order it came',
      'vector',
      [
        { metric: { __name__: 'b' }, value: [1.0004, '1'] },
        { metric: { __name__: 'a', empty: '' }, value: [1_795_374_665.473, '-2.5e-7'] },
        { metric: {}, value: [0, 'NaN'] },
      ],
      {
        kind: 'vector',
        samples: [
          { labels: { __name__: 'b' }, ms: 1_000, value: 1 },
          { labels: { __name__: 'a' }, ms: 1_795_374_665_473, value: -2.5e-7 },
          { labels: {}, ms: 0, value: Number.NaN },
        ],
      },
    ],
    [
      'a vector with a native histogram',
      'vector',
      [{ metric: { a: 'b' }, histogram: [2, H('10')] }],
      { kind: 'vector', samples: [{ labels: { a: 'b' }, ms: 2_000, value: decodedH(10) }] },
    ],
    [
      'a native histogram without buckets',
      'vector',
      [{ metric: {}, histogram: [2, { count: '0', sum: '0' }] }],
      { kind: 'vector', samples: [{ labels: {}, ms: 2_000, value: { count: 0, sum: 0, buckets: [] } }] },
    ],
    [
      'a matrix of floats',
      'matrix',
      [
        {
          metric: { a: 'b' },
          values: [
            [1, '+Inf'],
            [2, '-Inf'],
            [3, '0'],
          ],
        },
      ],
      {
        kind: 'matrix',
        series: [
          {
            labels: { a: 'b' },
            samples: [
              { ms: 1_000, value: Number.POSITIVE_INFINITY },
              { ms: 2_000, value: Number.NEGATIVE_INFINITY },
              { ms: 3_000, value: 0 },
            ],
          },
        ],
      },
    ],
    [
      'a matrix of floats and native histograms in one series, in time order',
      'matrix',
      [
        {
          metric: {},
          values: [
            [1, '1'],
            [3, '3'],
          ],
          histograms: [[2, H('2')]],
        },
      ],
      {
        kind: 'matrix',
        series: [
          {
            labels: {},
            samples: [
              { ms: 1_000, value: 1 },
              { ms: 2_000, value: decodedH(2) },
              { ms: 3_000, value: 3 },
            ],
          },
        ],
      },
    ],
    ['an empty vector', 'vector', [], { kind: 'vector', samples: [] }],
    ['a scalar', 'scalar', [1.5, '42'], { kind: 'scalar', ms: 1_500, value: 42 }],
    ['a string', 'string', [1.5, 'NaN\u001b'], { kind: 'string', ms: 1_500, value: 'NaN\u001b' }],
  ])('%s', (_, type, result, expected) => {
    expect(query(type, result)).toEqual(expected);
  });

  it.each<[string, string, unknown, string]>([
    ['a number where a text belongs', 'scalar', [1, 2], 'data.result holds a value that is not a text'],
    ['a word', 'scalar', [1, 'many'], 'data.result holds a value that is not a number'],
    ['an empty text', 'scalar', [1, ''], 'data.result holds a value that is not a number'],
    ['hexadecimal infinity of JavaScript', 'scalar', [1, 'Infinity'], 'data.result holds a value that is not a number'],
    ['a time as text', 'scalar', ['1', '2'], 'data.result holds a time that is not a number'],
    ['three of a pair', 'scalar', [1, '2', 3], 'data.result is not a pair of time and value'],
    ['a vector that is none', 'vector', {}, 'data.result is not a list'],
    ['a row that is null', 'vector', [null], 'data.result[0] is not an object'],
    ['a row without value', 'vector', [{ metric: {} }], 'data.result[0].value is not a list'],
    [
      'a label that is no text',
      'vector',
      [{ metric: { a: 1 }, value: [1, '1'] }],
      'data.result[0].metric is not a text',
    ],
    [
      'a bucket of an unknown rule',
      'vector',
      [{ metric: {}, histogram: [1, { count: '1', sum: '1', buckets: [[4, '0', '1', '1']] }] }],
      'data.result[0].histogram.buckets holds an unknown boundary rule',
    ],
    ['a type of the future', 'table', [], 'data.resultType is not a known type'],
  ])('refuses %s', (_, type, result, message) => {
    expect(() => query(type, result)).toThrow(new ShapeError(message));
  });

  it('keeps the body as it came and collects annotations from both places', () => {
    const body = {
      status: 'success',
      isPartial: true,
      data: { resultType: 'vector', result: [], warnings: ['w2', 'w1'], infos: ['i1'] },
      warnings: ['w1', 7],
      infos: null,
    };
    const result = decodeQuery(decodeEnvelope(body));
    expect(result.envelope?.json()).toBe(body);
    expect(result.warnings).toEqual(['w1', 'w2']);
    expect(result.infos).toEqual(['i1']);
  });
});

describe('lists', () => {
  it('series', () => {
    const { items, warnings } = decodeSeries(
      envelope([JSON.parse('{"__name__":"up","__proto__":"x"}')], { warnings: ['results truncated due to limit'] }),
    );
    expect(items.map((labels) => Object.entries(labels))).toEqual([
      [
        ['__name__', 'up'],
        ['__proto__', 'x'],
      ],
    ]);
    expect(warnings).toEqual(['results truncated due to limit']);
  });

  it('names, and null for none as some servers send it', () => {
    expect(decodeNames(envelope(['a', 'b'])).items).toEqual(['a', 'b']);
    expect(decodeNames(envelope(null)).items).toEqual([]);
    expect(() => decodeNames(envelope([1]))).toThrow('data[0] is not a text');
  });
});

describe('metadata', () => {
  it('by family, names such as __proto__ included', () => {
    const data: unknown = JSON.parse('{"up":[{"type":"gauge","help":"h","unit":""}],"__proto__":[{"type":"counter"}]}');
    expect([...decodeMetadata(envelope(data))]).toEqual([
      ['up', [{ type: 'gauge', help: 'h', unit: '' }]],
      ['__proto__', [{ type: 'counter', help: '', unit: '' }]],
    ]);
  });
});

describe('targets', () => {
  it('as Prometheus sends them', () => {
    const data = {
      activeTargets: [
        {
          discoveredLabels: {},
          labels: { instance: 'a:1', job: 'j' },
          scrapePool: 'j',
          scrapeUrl: 'http://a:1/metrics',
          lastError: '',
          lastScrape: '2026-01-31T12:00:00.123456789+01:00',
          lastScrapeDuration: 0.0025,
          health: 'up',
          scrapeInterval: '1m30s',
          scrapeTimeout: '10s',
        },
        { labels: {}, lastScrape: '0001-01-01T00:00:00Z', health: 'new', lastError: 'x', scrapeInterval: '15s' },
      ],
    };
    expect(decodeTargets(envelope(data))).toEqual([
      {
        labels: { instance: 'a:1', job: 'j' },
        scrapePool: 'j',
        scrapeUrl: 'http://a:1/metrics',
        health: 'up',
        lastError: '',
        lastScrapeMs: Date.UTC(2026, 0, 31, 11, 0, 0, 123),
        lastScrapeDurationMs: 2.5,
        scrapeIntervalMs: 90_000,
      },
      {
        labels: {},
        scrapePool: '',
        scrapeUrl: '',
        health: 'unknown',
        lastError: 'x',
        lastScrapeMs: undefined,
        lastScrapeDurationMs: 0,
        scrapeIntervalMs: 15_000,
      },
    ]);
  });
});

describe('build information', () => {
  it('is taken as far as it goes', () => {
    expect(decodeBuildInfo(envelope({ version: '2.24.0' }))).toEqual({ version: '2.24.0', revision: '' });
    expect(() => decodeBuildInfo(envelope([]))).toThrow(ShapeError);
  });
});
