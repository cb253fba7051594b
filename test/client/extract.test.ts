import { describe, expect, it } from 'vitest';
import { extractScalarValue, extractVectorValues } from '../../src/client/extract.ts';
import { labelText } from '../../src/client/label-text.ts';
import { labelsOf } from '../../src/model/labels.ts';
import type { NativeHistogram, QueryData, QueryResult } from '../../src/model/query-result.ts';

const answer = (data: QueryData): QueryResult => ({ data, warnings: [], infos: [] });
const histogram: NativeHistogram = { count: 1, sum: 1, buckets: [] };
const row = (value: number | NativeHistogram, labels = {}) => ({ labels, ms: 1_000, value });
const vector = (...samples: ReturnType<typeof row>[]) => answer({ kind: 'vector', samples });
const matrix = (...all: (readonly (number | NativeHistogram)[])[]) =>
  answer({
    kind: 'matrix',
    series: all.map((values, index) => ({
      labels: { i: String(index) },
      samples: values.map((value, at) => ({ ms: at * 1000, value })),
    })),
  });

describe('extractScalarValue', () => {
  it.each<[string, QueryResult, number | undefined]>([
    ['a scalar', answer({ kind: 'scalar', ms: 1, value: 42 }), 42],
    ['a vector of one row', vector(row(7)), 7],
    ['a zero', vector(row(0)), 0],
    ['NaN', vector(row(Number.NaN)), Number.NaN],
    ['no data', vector(), undefined],
    ['two rows', vector(row(1), row(2)), undefined],
    ['a native histogram', vector(row(histogram)), undefined],
    ['a matrix of one point', matrix([5]), 5],
    ['a matrix of one series with two points', matrix([5, 6]), undefined],
    ['a matrix of two series', matrix([5], [6]), undefined],
    ['an empty matrix', matrix(), undefined],
    ['a string', answer({ kind: 'string', ms: 1, value: '42' }), undefined],
  ])('of %s', (_, result, expected) => {
    expect(extractScalarValue(result)).toBe(expected);
  });
});

describe('extractVectorValues', () => {
  it.each<[string, QueryResult, readonly (readonly [string, number])[]]>([
    [
      'a vector, in its order',
      vector(row(2, { __name__: 'up', job: 'b' }), row(1, { __name__: 'up', job: 'a' })),
      [
        ['up{job="b"}', 2],
        ['up{job="a"}', 1],
      ],
    ],
    ['a vector without labels', vector(row(3)), [['{}', 3]]],
    ['a vector with a native histogram', vector(row(histogram), row(1, { a: 'b' })), [['{a="b"}', 1]]],
    [
      'a matrix: the last point of each series',
      matrix([1, 2], [3], [1, histogram], []),
      [
        ['{i="0"}', 2],
        ['{i="1"}', 3],
      ],
    ],
    ['a scalar', answer({ kind: 'scalar', ms: 1, value: 4 }), [['{}', 4]]],
    ['a string', answer({ kind: 'string', ms: 1, value: '4' }), []],
    ['a label named __proto__', vector(row(1, labelsOf([['__proto__', 'x']]))), [['{__proto__="x"}', 1]]],
  ])('of %s', (_, result, expected) => {
    expect([...extractVectorValues(result)]).toEqual(expected);
  });
});

describe('labelText', () => {
  it.each([
    [{}, '{}'],
    [{ __name__: 'up' }, 'up'],
    [{ __name__: 'a:b', job: 'x' }, 'a:b{job="x"}'],
    [{ b: '2', a: '1' }, '{a="1", b="2"}'],
    [{ __name__: 'http.requests', 'a.b': 'c' }, '{"http.requests", "a.b"="c"}'],
    [{ a: 'quote " backslash \\ newline \n end' }, '{a="quote \\" backslash \\\\ newline \\n end"}'],
  ])('%j is %s', (labels, text) => {
    expect(labelText(labels)).toBe(text);
  });
});
