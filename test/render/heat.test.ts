import { describe, expect, it } from 'vitest';
import type { NativeHistogram, Series } from '../../src/model/query-result.ts';
import { heatsOf } from '../../src/render/heat.ts';
import { renderHeatmap } from '../../src/render/heatmap.ts';
import { styleOf } from '../helpers/styles.ts';

const GRID = { startMs: 0, endMs: 120_000, stepMs: 60_000 };
const ROOM = { columns: 100, rows: 24 };

/** A bucket with a value for each step; undefined where there is no sample. */
function bucket(le: string, ...values: readonly (number | undefined)[]): Series {
  const samples = values.flatMap((value, step) => (value === undefined ? [] : [{ ms: step * 60_000, value }]));
  return { labels: { job: 'x', le }, samples };
}

function native(...steps: readonly (readonly [number, number, number][])[]): Series {
  const samples = steps.map((buckets, step) => {
    const value: NativeHistogram = {
      count: buckets.reduce((sum, [, , count]) => sum + count, 0),
      sum: 1,
      buckets: buckets.map(([lower, upper, count]) => ({ boundaries: 0, lower, upper, count })),
    };
    return { ms: step * 60_000, value };
  });
  return { labels: { job: 'n' }, samples };
}

/** `lower..upper: cells`, the lowest row first. */
function rows(series: readonly Series[], room = ROOM): readonly string[] {
  return heatsOf(series, GRID, room).flatMap((heat) =>
    heat.rows.map(({ lower, upper, cells }) => `${lower}..${upper}: ${cells.map((cell) => cell ?? '-').join(' ')}`),
  );
}

describe('heatsOf', () => {
  it.each<[string, readonly Series[], readonly string[]]>([
    [
      'makes cumulative buckets into buckets of their own',
      [bucket('0.5', 1, 2, 4), bucket('1', 3, 2, 9), bucket('+Inf', 3, 5, 9)],
      ['0..0.5: 1 2 4', '0.5..1: 2 0 5', '1..Infinity: 0 3 0'],
    ],
    ['orders bounds as numbers', [bucket('10', 3, 3, 3), bucket('2.5', 1, 1, 1)], ['0..2.5: 1 1 1', '2.5..10: 2 2 2']],
    [
      'takes the nearest lower bucket where one is missing',
      [bucket('1', 1, undefined, 1), bucket('2', 4, 4, 4)],
      ['0..1: 1 - 1', '1..2: 3 4 3'],
    ],
    ['never goes below nothing', [bucket('1', 2, 2, 2), bucket('2', 1.999, 2, 2)], ['0..1: 2 2 2', '1..2: 0 0 0']],
    ['leaves NaN out', [bucket('1', Number.NaN, 2, 2)], ['0..1: - 2 2']],
    [
      'begins without end where bounds are negative',
      [bucket('-1', 1, 1, 1), bucket('1', 2, 2, 2)],
      ['-Infinity..-1: 1 1 1', '-1..1: 1 1 1'],
    ],
    [
      'takes native buckets as they are',
      [
        native(
          [
            [0, 1, 3],
            [1, 2, 4],
          ],
          [[1, 2, 5]],
        ),
      ],
      ['0..1: 3 0 -', '1..2: 4 5 -'],
    ],
    [
      'keeps to the coarser bounds when the resolution changed',
      [
        native(
          [
            [1, 2, 3],
            [2, 4, 4],
          ],
          [[1, 4, 9]],
        ),
      ],
      ['1..4: 7 9 -'],
    ],
    ['ignores series without buckets', [{ labels: {}, samples: [{ ms: 0, value: 1 }] }], []],
    ['ignores bounds that are no numbers', [bucket('much', 1)], []],
  ])('%s', (_, series, expected) => {
    expect(rows(series)).toEqual(expected);
  });

  it('adds neighbours up where there are too many rows, and takes the mean where there are too many steps', () => {
    const series = [bucket('1', 1, 3, 5), bucket('2', 2, 6, 10), bucket('3', 4, 8, 12)];
    expect(rows(series, { columns: 2, rows: 2 })).toEqual(['0..2: 4 10', '2..3: 2 2']);
    expect(heatsOf(series, GRID, { columns: 2, rows: 2 })[0]).toMatchObject({ stepsPerColumn: 2, bucketsPerRow: 2 });
  });

  it('has a histogram for each label set beside le', () => {
    const other = { ...bucket('1', 1, 1, 1), labels: { job: 'y', le: '1' } };
    expect(heatsOf([bucket('1', 1, 1, 1), other], GRID, ROOM).map(({ labels }) => labels)).toEqual([
      { job: 'x' },
      { job: 'y' },
    ]);
  });
});

describe('renderHeatmap', () => {
  const series = [
    bucket('1', 0, 4, undefined),
    bucket('2', 4, 4, undefined),
    { labels: { a: 'b' }, samples: [{ ms: 0, value: 1 }] },
  ];

  it('says what it leaves out and what a blank is', () => {
    const text = renderHeatmap(series, styleOf({ ascii: true, width: 60 }), { ...GRID, cell: 'observations' });
    expect(text).toContain('blank: no sample');
    expect(text).toContain('1 series without buckets not drawn');
    expect(text.split('\n').find((line) => line.startsWith('<= 1'))).toMatch(/^<= 1 \+\.+#+$/);
  });

  it('is words in accessible mode', () => {
    const spoken = renderHeatmap(series.slice(0, 2), styleOf({ accessible: true }), { ...GRID, unit: 'seconds' });
    const text = spoken.replaceAll('\n', ' ');
    expect(text).toContain('The histogram job x: 2 buckets; the fullest is above 0 up to 1 seconds, with 50 percent');
    expect(text).toContain('Bucket 2 of 2, above 1 up to 2 seconds: falls from 4 observations at');
  });
});

it('draws counts whose sums are beyond all numbers', () => {
  const huge = Number.MAX_VALUE;
  const buckets = Array.from({ length: 60 }, (_, index) => [index, index + 1, huge] as [number, number, number]);
  const drawn = renderHeatmap([native(buckets, buckets, [[0, 60, 1]])], styleOf({ width: 40 }), GRID);
  expect(drawn.split('\n').length).toBeGreaterThan(5);
});
