import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QueryData } from '../../src/model/query-result.ts';
import { commonFactor, compareResults } from '../../src/tutor/compare.ts';

const mode = { compare: 'values', nan: 'ignore' } as const;

function vector(rows: readonly (readonly [Record<string, string>, number])[]): QueryData {
  return { kind: 'vector', samples: rows.map(([labels, value]) => ({ labels, ms: 0, value })) };
}

const rows = fc.uniqueArray(
  fc.tuple(
    fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), fc.constantFrom('x', 'y')),
    fc.double({ noNaN: true }),
  ),
  { selector: ([labels]) => JSON.stringify(Object.entries(labels).sort()), maxLength: 6 },
);

describe('comparing results', () => {
  it('finds every result equal to itself in any order', () => {
    fc.assert(
      fc.property(rows, fc.array(fc.nat(), { minLength: 6, maxLength: 6 }), (some, keys) => {
        const shuffled = some.map((row, index) => [keys[index] ?? 0, row] as const).sort(([a], [b]) => a - b);
        expect(compareResults(vector(some), vector(shuffled.map(([, row]) => row)), mode).kind).toBe('equal');
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it('finds a result without one of its rows different', () => {
    fc.assert(
      fc.property(
        rows.filter((some) => some.length > 0),
        fc.nat(),
        (some, pick) => {
          const rest = some.filter((_, index) => index !== pick % some.length);
          const found = compareResults(vector(some), vector(rest), mode);
          expect(found.kind === 'rows' && found.missing.length).toBe(1);
          const reverse = compareResults(vector(rest), vector(some), mode);
          expect(reverse.kind === 'rows' && reverse.extra.length).toBe(1);
        },
      ),
      { seed: 7, numRuns: 300 },
    );
  });

  it('pairs rows that become the same without their names by their values', () => {
    const a = vector([
      [{ __name__: 'p', l: 'x' }, 1],
      [{ __name__: 'q', l: 'x' }, 2],
    ]);
    const b = vector([
      [{ l: 'x' }, 2],
      [{ l: 'x' }, 1],
    ]);
    expect(compareResults(a, b, mode).kind).toBe('equal');
    expect(
      compareResults(
        a,
        vector([
          [{ l: 'x' }, 2],
          [{ l: 'x' }, 2],
        ]),
        mode,
      ).kind,
    ).toBe('values');
    expect(compareResults(a, vector([[{ l: 'x' }, 2]]), mode).kind).toBe('rows');
  });

  it('compares range vectors sample by sample', () => {
    const matrix = (...values: number[]): QueryData => ({
      kind: 'matrix',
      series: [{ labels: { a: 'x' }, samples: values.map((value, index) => ({ ms: index * 1000, value })) }],
    });
    expect(compareResults(matrix(1, 2, 3), matrix(1, 2, 3), mode).kind).toBe('equal');
    expect(compareResults(matrix(1, 2, 3), matrix(1, 9, 3), mode).kind).toBe('values');
    expect(compareResults(matrix(1, 2, 3), matrix(2, 3), mode).kind).toBe('values');
  });

  it('compares native histograms', () => {
    const histogram = (count: number): QueryData => ({
      kind: 'vector',
      samples: [
        { labels: {}, ms: 0, value: { count, sum: 2, buckets: [{ boundaries: 0, lower: 1, upper: 2, count }] } },
      ],
    });
    expect(compareResults(histogram(3), histogram(3), mode).kind).toBe('equal');
    expect(compareResults(histogram(3), histogram(4), mode).kind).toBe('values');
    expect(compareResults(histogram(3), vector([[{}, 3]]), mode).kind).toBe('values');
  });

  it.each<[string, [number, number][], number | undefined]>([
    [
      'one factor',
      [
        [1, 60],
        [2, 120],
      ],
      60,
    ],
    [
      'zeros aside',
      [
        [0, 0],
        [2, 120],
      ],
      60,
    ],
    ['only zeros', [[0, 0]], undefined],
    [
      'two factors',
      [
        [1, 60],
        [2, 100],
      ],
      undefined,
    ],
    [
      'a zero that became something',
      [
        [0, 1],
        [2, 120],
      ],
      undefined,
    ],
    ['infinity', [[1, Number.POSITIVE_INFINITY]], undefined],
  ])('finds a common factor: %s', (_name, pairs, factor) => {
    const found = commonFactor(pairs.map(([reference, answer]) => ({ labels: {}, reference, answer })));
    expect(found).toBe(factor);
  });
});
