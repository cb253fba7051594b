import { describe, expect, it } from 'vitest';
import { stateNames } from '../../src/advise/states.ts';
import type { Series } from '../../src/model/query-result.ts';
import { type StateNames, statesOf } from '../../src/render/states.ts';
import { durations, renderTimeline } from '../../src/render/timeline.ts';
import { styleOf } from '../helpers/styles.ts';

const GRID = { startMs: 0, endMs: 300_000, stepMs: 60_000 };

/** Values a minute apart; undefined where there is no sample. */
function series(...values: readonly (number | undefined)[]): Series {
  return {
    labels: {},
    samples: values.flatMap((value, at) => (value === undefined ? [] : [{ ms: at * 60_000, value }])),
  };
}

function told(values: readonly (number | undefined)[], names: StateNames = {}): string {
  const found = statesOf([series(...values)], GRID, names);
  return found?.series.map((one) => durations(one, found)).join() ?? 'no states';
}

describe('statesOf', () => {
  it.each<[readonly (number | undefined)[], StateNames, string]>([
    [[1, 1, 1, 1, 1, 1], { 0: 'down', 1: 'up' }, 'up 5m'],
    [[1, 0, 0, 1, 1, 1], { 0: 'down', 1: 'up' }, 'down 2m, up 3m'],
    [[1, undefined, undefined, 1, 1, 1], { 1: 'up' }, 'up 3m, no sample 2m'],
    [[undefined, undefined, 2, 2], {}, '2 2m, no sample 3m'],
    [[0, -0, 0, 0, 0, 0], {}, '0 5m'],
    [[Number.NaN, 1, 1, 1, 1, 1], {}, '1 4m, NaN 1m'],
    [[1, 0.5, 1], {}, 'no states'],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9], {}, 'no states'],
  ])('of %j named %j: %s', (values, names, expected) => {
    expect(told(values, names)).toBe(expected);
  });

  it.each<[readonly number[], StateNames, string]>([
    [[0, 1], { 0: 'down', 1: 'up' }, 'D U'],
    [[0, 1], { 0: 'open', 1: 'other' }, '0 1'],
    [[0, 7], { 0: 'down' }, '0 7'],
    [[-1, 12], {}, 'A B'],
  ])('letters of %j named %j: %s', (values, names, expected) => {
    expect(
      statesOf([series(...values)], GRID, names)
        ?.states.map(({ letter }) => letter)
        .join(' '),
    ).toBe(expected);
  });
});

it('ranks states by how often they are seen', () => {
  const found = statesOf([series(0, 1, 1), series(1, 2)], GRID);
  expect(found?.states.map(({ value, rank }) => `${value}: ${rank}`)).toEqual(['0: 1', '1: 0', '2: 2']);
});

describe('renderTimeline', () => {
  it('loses no short state, however narrow', () => {
    const text = renderTimeline([series(1, 0, 1, 0, 1, 0)], styleOf({ ascii: true, width: 40 }), GRID) ?? '';
    const band = text.split('\n').find((line) => /^ {2}1/.test(line)) ?? '';
    expect(band.match(/[01]/g)?.join('')).toBe('101010');
  });

  it('refuses measurements', () => {
    expect(renderTimeline([series(0.1, 0.2)], styleOf(), GRID)).toBeUndefined();
  });
});

describe('stateNames', () => {
  const BREAKER = { 0: 'closed', 1: 'half-open', 2: 'open' };
  const UP = { 0: 'down', 1: 'up' };
  it.each<[string, StateNames | undefined]>([
    ['up', UP],
    ['up{job="x"} == 0', UP],
    ['min by (job) (up)', UP],
    ['max by (provider) (sse_circuit_breaker_state)', BREAKER],
    ['max_over_time(up[5m])', UP],
    ['sum(up)', undefined],
    ['up == bool 0', undefined],
    ['up + 1', undefined],
    ['1 - up', undefined],
    ['up or sse_circuit_breaker_state', undefined],
    ['constructor', undefined],
    ['up{', undefined],
  ])('of %s: %j', (query, expected) => {
    expect(stateNames(query)).toEqual(expected);
  });
});
