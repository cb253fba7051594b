import { describe, expect, it } from 'vitest';
import { brokenConstraints, constraintWords, usesName } from '../../src/tutor/constraints.ts';
import type { Constraint } from '../../src/tutor/lesson.ts';

describe('what an answer is written with', () => {
  const cases: readonly [string, readonly string[], readonly string[]][] = [
    ['up', ['up'], ['offset', 'by', 'bool', '@', 'on', '=']],
    ['up offset 5m', ['offset'], ['@']],
    ['up @ 0', ['@'], ['offset']],
    ['sum by (job) (rate(x{a=~"b"}[5m]))', ['sum', 'by', 'rate', 'x', '=~'], ['without', '=', 'increase', 'subquery']],
    ['sum without (job) (x)', ['without'], ['by']],
    ['a / on (b) group_left (c) d', ['/', 'on', 'group_left'], ['ignoring', 'group_right']],
    ['a / ignoring (b) d', ['ignoring'], ['on']],
    ['a / d', ['/'], ['on', 'ignoring', 'group_left']],
    ['a == bool 1', ['==', 'bool'], ['!=']],
    ['max_over_time(sum(x)[5m:15s])', ['subquery', 'max_over_time'], ['max']],
    ['{__name__="x"}', ['x'], ['=']],
    ['not promql (', [], ['promql']],
  ];
  it.each(cases)('%s', (query, used, unused) => {
    for (const name of used) expect([name, usesName(query, name)]).toEqual([name, true]);
    for (const name of unused) expect([name, usesName(query, name)]).toEqual([name, false]);
  });

  it('is held against the constraints, and said in words', () => {
    const constraints: readonly Constraint[] = [
      { kind: 'uses', name: 'rate' },
      { kind: 'not', name: 'sum' },
    ];
    expect(brokenConstraints(constraints, 'rate(x[5m])')).toEqual([]);
    const broken = brokenConstraints(constraints, 'sum(x)');
    expect(constraintWords(broken)).toBe('The result is right. The task wants it with `rate` and without `sum`.');
  });
});
