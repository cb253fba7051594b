import { describe, expect, it } from 'vitest';
import { labelsKey } from '../../src/model/labels.ts';
import type { QueryData, QueryResult } from '../../src/model/query-result.ts';
import { type ResultOptions, renderResult } from '../../src/render/result.ts';
import type { Style } from '../../src/render/style.ts';
import { styleOf } from '../helpers/styles.ts';

const MS = Date.UTC(2025, 10, 22, 13, 0, 0);
const row = (labels: Record<string, string>, value: number) => ({ labels, ms: MS, value });

const UP: QueryData = {
  kind: 'vector',
  samples: [
    row({ __name__: 'up', instance: 'localhost:9090', job: 'prometheus' }, 1),
    row({ __name__: 'up', instance: 'sse-app:8000', job: 'sse-streaming' }, 0),
  ],
};

const RATES: QueryData = {
  kind: 'vector',
  samples: [
    row({ provider: 'openai', job: 'sse-streaming' }, 5.766666666666667),
    row({ provider: 'anthropic', job: 'sse-streaming' }, 3.25),
    row({ provider: 'mistral', job: 'sse-streaming' }, Number.NaN),
  ],
};

const WINDOW: QueryData = {
  kind: 'matrix',
  series: [
    {
      labels: { job: 'a', provider: 'x' },
      samples: [15, 30, 45].map((second) => ({ ms: MS + second * 1000 + 1, value: second })),
    },
    { labels: { job: 'a', provider: 'y' }, samples: [{ ms: MS, value: 7 }] },
  ],
};

const HISTOGRAM: QueryData = {
  kind: 'vector',
  samples: [
    {
      labels: { a: 'b' },
      ms: MS,
      value: {
        count: 12,
        sum: 3.3,
        buckets: [
          { boundaries: 0, lower: 0.1, upper: 0.2, count: 8 },
          { boundaries: 3, lower: -0.1, upper: 0.1, count: 4 },
        ],
      },
    },
  ],
};

type Case = {
  readonly name: string;
  readonly data: QueryData;
  readonly style?: Partial<Style>;
  readonly options?: ResultOptions;
  readonly lines: readonly string[];
};

const CASES: readonly Case[] = [
  {
    name: 'says labels of all rows once',
    data: RATES,
    options: { unit: 'requests/s' },
    lines: [
      'all rows: job=sse-streaming',
      'value (requests/s)  provider',
      '──────────────────  ─────────',
      '             5.767  openai',
      '              3.25  anthropic',
      '               NaN  mistral',
      '3 rows, at 2025-11-22 13:00:00 UTC',
    ],
  },
  {
    name: 'hoists nothing in the wide form',
    data: UP,
    options: { wide: true },
    lines: [
      'value  metric  instance        job',
      '─────  ──────  ──────────────  ─────────────',
      '    1  up      localhost:9090  prometheus',
      '    0  up      sse-app:8000    sse-streaming',
      '2 rows, at 2025-11-22 13:00:00 UTC',
    ],
  },
  {
    name: 'keeps the order of the answer unless told otherwise',
    data: RATES,
    options: { byLabels: true, headless: true },
    lines: ['all rows: job=sse-streaming', ' 3.25  anthropic', '  NaN  mistral', '5.767  openai'],
  },
  {
    name: 'puts bounds of buckets in the order of numbers',
    data: {
      kind: 'vector',
      samples: ['+Inf', '10.0', '2.5', '0.1'].map((le, index) => row({ le }, index)),
    },
    options: { byLabels: true, headless: true },
    lines: ['3  0.1', '2  2.5', '1  10.0', '0  +Inf'],
  },
  {
    name: 'numbers the rows for screen readers, the value last',
    data: RATES,
    style: { accessible: true },
    options: { unit: 'requests/s' },
    lines: [
      'All rows: job sse-streaming',
      'Result row 1 of 3: provider openai, value 5.767 requests/s',
      'Result row 2 of 3: provider anthropic, value 3.25 requests/s',
      'Result row 3 of 3: provider mistral, value NaN, not a number',
      '3 rows, at 2025-11-22 13:00:00 UTC',
    ],
  },
  {
    name: 'makes blocks of rows below 60 columns',
    data: UP,
    style: { width: 40 },
    lines: [
      'all rows: metric=up',
      'value: 1',
      'instance: localhost:9090',
      'job: prometheus',
      '',
      'value: 0',
      'instance: sse-app:8000',
      'job: sse-streaming',
      '',
      '2 rows, at 2025-11-22 13:00:00 UTC',
    ],
  },
  {
    name: 'says how many rows are not shown, and how to see them',
    data: RATES,
    options: { limit: 1 },
    lines: [
      'all rows: job=sse-streaming',
      'value  provider',
      '─────  ────────',
      '5.767  openai',
      '+2 more; --limit 0 shows all',
      '3 rows, at 2025-11-22 13:00:00 UTC',
    ],
  },
  {
    name: 'shows how rows changed since the frame before',
    data: RATES,
    options: {
      before: new Map([
        [labelsKey({ provider: 'openai', job: 'sse-streaming' }), 5],
        [labelsKey({ provider: 'mistral', job: 'sse-streaming' }), Number.NaN],
      ]),
    },
    lines: [
      'all rows: job=sse-streaming',
      'value  provider     change',
      '─────  ─────────  ────────',
      '5.767  openai     ▲ 0.7667',
      ' 3.25  anthropic       new',
      '  NaN  mistral           =',
      '3 rows, at 2025-11-22 13:00:00 UTC',
    ],
  },
  {
    name: 'names states',
    data: UP,
    options: { states: { 0: 'down', 1: 'up' }, headless: true },
    lines: ['all rows: metric=up', '  1 up  localhost:9090  prometheus', '0 down  sse-app:8000    sse-streaming'],
  },
  {
    name: 'says that a row has no labels',
    data: { kind: 'vector', samples: [row({}, 42)] },
    lines: ['value  labels', '─────  ──────', '   42  {}', '1 row, at 2025-11-22 13:00:00 UTC'],
  },
  {
    name: 'does not mistake a label named metric for the name',
    data: { kind: 'vector', samples: [row({ __name__: 'a', metric: 'b' }, 1)] },
    options: { headless: false },
    lines: [
      'value  __name__  metric',
      '─────  ────────  ──────',
      '    1  a         b',
      '1 row, at 2025-11-22 13:00:00 UTC',
    ],
  },
  {
    name: 'shows a scalar as what it is',
    data: { kind: 'scalar', ms: MS, value: 2.5 },
    lines: ['2.5', 'a scalar: one number without labels, at 2025-11-22 13:00:00 UTC'],
  },
  {
    name: 'shows a string with its quotes, and nothing that acts on the terminal',
    data: { kind: 'string', ms: MS, value: 'a"\x1b[2J\n\u009b' },
    lines: ['"a\\"\\u001b[2J\\n\\x9b"', 'a string, at 2025-11-22 13:00:00 UTC'],
  },
  {
    name: 'lists the samples of each series',
    data: WINDOW,
    options: { letters: true, limit: 2 },
    lines: [
      'all rows: job=a',
      'A  {provider="x"}  3 samples',
      'value  time 2025-11-22',
      '─────  ───────────────',
      '   15  13:00:15.001',
      '   30  13:00:30.001',
      '+1 more sample; --limit 0 shows all',
      '',
      'B  {provider="y"}  1 sample',
      'value  time 2025-11-22',
      '─────  ───────────────',
      '    7  13:00:00',
      '',
      '2 series, 4 samples',
    ],
  },
  {
    name: 'reads series and samples out',
    data: WINDOW,
    style: { accessible: true },
    options: { limit: 1 },
    lines: [
      'All rows: job a',
      'Series 1 of 2: {provider="x"}, 3 samples',
      'Sample 1 of 3: value 15, time 2025-11-22 13:00:15.001',
      '+2 more samples; --limit 0 shows all',
      '+1 more series; --limit 0 shows all',
      '',
      '2 series, 4 samples',
    ],
  },
  {
    name: 'draws the buckets of native histograms',
    data: HISTOGRAM,
    lines: [
      '                                   value  a',
      '────────────────────────────────────────  ─',
      'histogram: count 12, sum 3.3, mean 0.275  b',
      '',
      'Buckets of row 1, {a="b"}:',
      ` (0.1, 0.2]  8  ${'█'.repeat(40)}`,
      `[-0.1, 0.1]  4  ${'█'.repeat(20)}`,
      '1 row, at 2025-11-22 13:00:00 UTC',
    ],
  },
  {
    name: 'is never blank',
    data: { kind: 'vector', samples: [] },
    lines: ['Empty: no series has a value at that time.'],
  },
  {
    name: 'is never blank over a range either',
    data: { kind: 'matrix', series: [] },
    lines: ['Empty: no series has a sample in that time.'],
  },
  {
    name: 'shows times where rows have different ones',
    data: { kind: 'vector', samples: [row({ a: '1' }, 1), { labels: { a: '2' }, ms: MS + 1000, value: 2 }] },
    options: { headless: true },
    lines: ['1  1  2025-11-22 13:00:00 UTC', '2  2  2025-11-22 13:00:01 UTC'],
  },
];

describe('renderResult', () => {
  it.each(CASES)('$name', ({ data, style, options, lines }) => {
    const result: QueryResult = { data, warnings: [], infos: [] };
    expect(renderResult(result, styleOf(style), options).split('\n')).toEqual(lines);
  });
});
