import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { QueryData } from '../../src/model/query-result.ts';
import {
  envelopeOf,
  floatText,
  MACHINE_FORMATS,
  type MachineFormat,
  type MachineOptions,
  machinePieces,
} from '../../src/render/machine.ts';

const MS = Date.UTC(2025, 10, 22, 13, 0, 0);

const VECTOR: QueryData = {
  kind: 'vector',
  samples: [
    { labels: { __name__: 'up', job: 'a,b' }, ms: MS, value: 1 },
    { labels: { __name__: 'up', job: 'say "x"', 'x.y': ' z' }, ms: MS + 123, value: Number.NaN },
    { labels: { job: 'a\x1b[2J\n\tb' }, ms: MS, value: 1e22 },
  ],
};

const MATRIX: QueryData = {
  kind: 'matrix',
  series: [
    {
      labels: { __name__: 'up' },
      samples: [
        { ms: MS, value: 1 },
        { ms: MS + 15_000, value: 0.5 },
      ],
    },
    { labels: {}, samples: [{ ms: MS, value: Number.POSITIVE_INFINITY }] },
  ],
};

const HISTOGRAM: QueryData = {
  kind: 'vector',
  samples: [
    {
      labels: { a: 'b' },
      ms: MS,
      value: {
        count: 14,
        sum: 0.045451,
        buckets: [{ boundaries: 0, lower: 0.001953125, upper: 0.0021298979153618314, count: 1 }],
      },
    },
  ],
};

const EMPTY: QueryData = { kind: 'vector', samples: [] };
const SCALAR: QueryData = { kind: 'scalar', ms: MS, value: -0 };
const STRING: QueryData = { kind: 'string', ms: MS, value: 'a\nb' };

const CASES: readonly (readonly [MachineFormat, string, QueryData, MachineOptions, readonly string[]])[] = [
  [
    'csv',
    'a vector',
    VECTOR,
    {},
    [
      '__name__,job,x.y,value,timestamp',
      'up,"a,b",,1,2025-11-22T13:00:00Z',
      'up,"say ""x"""," z",NaN,2025-11-22T13:00:00.123Z',
      ',a\\x1b[2J\\n\\tb,,10000000000000000000000,2025-11-22T13:00:00Z',
    ],
  ],
  ['csv', 'without a head', VECTOR, { headless: true, limit: 1 }, ['up,"a,b",1,2025-11-22T13:00:00Z']],
  ['csv', 'nothing', EMPTY, {}, ['value,timestamp']],
  [
    'tsv',
    'a matrix',
    MATRIX,
    {},
    [
      '__name__\tvalue\ttimestamp',
      'up\t1\t2025-11-22T13:00:00Z',
      'up\t0.5\t2025-11-22T13:00:15Z',
      '\t+Inf\t2025-11-22T13:00:00Z',
    ],
  ],
  ['raw', 'a matrix', MATRIX, {}, ['1', '0.5', '+Inf']],
  ['raw', 'a scalar', SCALAR, {}, ['-0']],
  ['raw', 'a string', STRING, {}, ['a\\nb']],
  [
    'jsonl',
    'a matrix',
    MATRIX,
    {},
    [
      '{"metric":{"__name__":"up"},"values":[[1763816400,"1"],[1763816415,"0.5"]]}',
      '{"metric":{},"values":[[1763816400,"+Inf"]]}',
    ],
  ],
  [
    'jsonl',
    'a native histogram',
    HISTOGRAM,
    {},
    [
      '{"metric":{"a":"b"},"histogram":[1763816400,{"count":"14","sum":"0.045451","buckets":[[0,"0.001953125","0.0021298979153618314","1"]]}]}',
    ],
  ],
  ['jsonl', 'a scalar', SCALAR, {}, ['{"value":[1763816400,"-0"]}']],
  ['jsonl', 'nothing', EMPTY, {}, ['']],
  [
    'promql',
    'a vector',
    VECTOR,
    {},
    [
      'up{job="a,b"} => 1 @[1763816400]',
      'up{job="say \\"x\\"", x.y=" z"} => NaN @[1763816400.123]',
      '{job="a\\x1b[2J\\n\\tb"} => 10000000000000000000000 @[1763816400]',
    ],
  ],
  ['promql', 'a matrix', MATRIX, {}, ['up =>', '1 @[1763816400]', '0.5 @[1763816415]', '{} =>', '+Inf @[1763816400]']],
  ['promql', 'a scalar', SCALAR, {}, ['scalar: -0 @[1763816400]']],
  [
    'promql',
    'a native histogram',
    HISTOGRAM,
    {},
    ['{a="b"} => Count: 14.000000, Sum: 0.045451, Buckets: [(0.001953125,0.0021298979153618314]:1] @[1763816400]'],
  ],
];

const text = (...args: Parameters<typeof machinePieces>) => [...machinePieces(...args)].join('');

describe('machinePieces', () => {
  it.each(CASES)('writes %s of %s', (format, _name, data, options, lines) => {
    expect(text({ data, warnings: [], infos: [] }, format, options).split('\n')).toEqual(lines);
  });

  it('has a case for every form, and README names it', () => {
    const tried = new Set<string>(['json', ...CASES.map(([format]) => format)]);
    expect(MACHINE_FORMATS.filter((format) => !tried.has(format))).toEqual([]);
    const [, named = ''] = /Formats: `([^`]+)`/.exec(readFileSync('README.md', 'utf8')) ?? [];
    expect(named.split(/\s+/)).toEqual(expect.arrayContaining([...MACHINE_FORMATS]));
  });

  it('passes the envelope of the API on as it came, warnings included', () => {
    const envelope = { status: 'success', data: { resultType: 'vector', result: [] }, warnings: ['w'], extra: [1.5] };
    const body = { json: () => envelope, text: () => [JSON.stringify(envelope)] };
    expect(JSON.parse(text({ data: EMPTY, warnings: ['w'], infos: [], envelope: body }, 'json'))).toEqual(envelope);
  });

  it('loses no character in JSON, and none of them can act on a terminal', () => {
    const value = 'a\x1b\u009b\u202e\u2028\x7f"\\';
    const shown = text({ data: { kind: 'string', ms: MS, value }, warnings: [], infos: [] }, 'json');
    expect(shown).not.toMatch(/[^\x20-\x7e]/);
    expect(JSON.parse(shown).data.result[1]).toBe(value);
  });

  it('makes an envelope where no API has given one', () => {
    expect(envelopeOf({ data: MATRIX, warnings: ['w'], infos: [] })).toEqual({
      status: 'success',
      data: {
        resultType: 'matrix',
        result: [
          {
            metric: { __name__: 'up' },
            values: [
              [1763816400, '1'],
              [1763816415, '0.5'],
            ],
          },
          { metric: {}, values: [[1763816400, '+Inf']] },
        ],
      },
      warnings: ['w'],
    });
  });
});

it.each([
  [0, '0'],
  [1e21, '1000000000000000000000'],
  [1.2345e25, '12345000000000000000000000'],
  [1e-7, '0.0000001'],
  [-1.25e-9, '-0.00000000125'],
  [5e-324, `0.${'0'.repeat(323)}5`],
  [0.1, '0.1'],
])('writes %f as Go does: %s', (value, text) => {
  expect(floatText(value)).toBe(text);
});
