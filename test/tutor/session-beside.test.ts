import { describe, expect, it } from 'vitest';
import type { QueryData } from '../../src/model/query-result.ts';
import { besideOf } from '../../src/tutor/session-beside.ts';

const vector = (rows: Readonly<Record<string, number>>): QueryData => ({
  kind: 'vector',
  samples: Object.entries(rows).map(([a, value]) => ({ labels: { __name__: 'm', a }, ms: 0, value })),
});
const mode = { compare: 'values', nan: 'ignore', window: 'fixed' } as const;

describe('yours beside what was wanted', () => {
  it.each<[string, QueryData, QueryData, readonly string[] | undefined]>([
    ['equal results', vector({ x: 1 }), vector({ x: 1 }), undefined],
    ['other values', vector({ x: 1, y: 2 }), vector({ x: 1, y: 3 }), ['y 2 3', 'alike 1']],
    ['rows too many', vector({ x: 1, y: 2 }), vector({ x: 1 }), ['y 2 -', 'alike 1']],
    ['rows missing', vector({ x: 1 }), vector({ x: 1, y: 2 }), ['y - 2', 'alike 1']],
    [
      'rows and values',
      vector({ x: 1, y: 2, z: 3 }),
      vector({ x: 9, y: 2, w: 4 }),
      ['z 3 -', 'w - 4', 'x 1 9', 'alike 1'],
    ],
    ['nothing at all', vector({}), vector({ x: 1 }), ['x - 1', 'alike 0']],
    ['NaN that does not count', vector({ x: Number.NaN, y: 1 }), vector({ y: 2 }), ['y 1 2', 'alike 0']],
    ['another type', { kind: 'scalar', ms: 0, value: 1 }, vector({ x: 1 }), undefined],
  ])('%s', (_what, yours, wanted, expected) => {
    const beside = besideOf(yours, wanted, mode);
    const text = beside && [
      ...beside.rows.map(({ labels, yours: mine, wanted: theirs }) => `${labels.a} ${mine ?? '-'} ${theirs ?? '-'}`),
      `alike ${beside.inBoth}`,
    ];
    expect(text).toEqual(expected);
  });
});
