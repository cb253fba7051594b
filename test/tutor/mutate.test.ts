import { describe, expect, it } from 'vitest';
import { parse } from '../../src/promql/parse.ts';
import { scenarioGround } from '../../src/tutor/ground.ts';
import type { QueryExercise } from '../../src/tutor/lesson.ts';
import { mutantsOf } from '../../src/tutor/mutants.ts';
import { mutateExercise } from '../../src/tutor/mutate.ts';
import { normalised } from '../../src/tutor/recognise.ts';
import { ADVISE_T0_MS, scenarioSource } from '../helpers/advise-source.ts';

describe('wrong answers made from a right one', () => {
  const cases: readonly [string, readonly string[]][] = [
    ['rate(x[5m])', ['increase(x[5m])', 'irate(x[5m])', 'x', 'rate(x[10m])', 'rate(x[1m])', 'rate(x[5m] offset 5m)']],
    [
      'sum by (a, b) (x)',
      [
        'avg by (a, b) (x)',
        'max by (a, b) (x)',
        'x',
        'sum(x)',
        'sum without (a, b) (x)',
        'sum by (a) (x)',
        'sum by (provider, b) (x)',
      ],
    ],
    ['a / b', ['b / a', 'a', 'b', 'a * b']],
    ['x == 2', ['x == bool 2', 'x', 'x != 2', 'x > 2', 'x == 20']],
    ['x == bool 2', ['x == 2']],
    ['x{status="error"}', ['x', 'x{status!="error"}', 'x{status="success"}']],
    [
      'histogram_quantile(0.99, sum by (le) (rate(b[5m])))',
      [
        'histogram_quantile(0.5, sum by (le) (rate(b[5m])))',
        'histogram_quantile(99, sum by (le) (rate(b[5m])))',
        'sum by (le) (rate(b[5m]))',
        'histogram_quantile(0.99, sum(rate(b[5m])))',
        'histogram_quantile(0.99, rate(b[5m]))',
      ],
    ],
    ['x offset 1h', ['x', 'x offset 2h']],
    ['topk(1, x)', ['topk(2, x)', 'bottomk(1, x)', 'x']],
    ['a and on (p) b', ['a or on (p) b', 'a unless on (p) b', 'a and b', 'b and on (p) a', 'a and ignoring (p) b']],
    ['a * on (i) group_left (v) b', ['a * on (i) group_left () b', 'a * on (i) b', 'a * on (i) group_right (v) b']],
    [
      'max_over_time(sum(x)[30m:15s])',
      ['max_over_time(sum(x)[1h:15s])', 'max_over_time(sum(x)[30m:1m])', 'sum(x)', 'avg_over_time(sum(x)[30m:15s])'],
    ],
  ];
  it.each(cases)('%s', (query, expected) => {
    const made = mutantsOf(query).map((mutant) => normalised(mutant.query));
    for (const one of expected) expect(made).toContain(normalised(one));
    expect(made).not.toContain(normalised(query));
    expect(new Set(made).size).toBe(made.length);
    for (const { query: text } of mutantsOf(query)) expect(parse(text).kind).toBe('ok');
  });

  it('leaves alone what is multiplied by 0, except for its labels', () => {
    const made = mutantsOf('a or sum by (provider) (rate(b[5m])) * 0').map(({ query }) => query);
    expect(made).not.toContain('a or sum by (provider) (irate(b[5m])) * 0');
    expect(made).toContain('a or sum by (instance) (rate(b[5m])) * 0');
  });
});

const source = await scenarioSource();

const exercise: QueryExercise = {
  kind: 'query',
  line: 1,
  id: 'x/1',
  number: 1,
  hash: 'h',
  task: 'P95 of the whole service.',
  at: 'quiet',
  reference: 'histogram_quantile(0.95, sum by (le) (rate(sse_request_duration_seconds_bucket[5m])))',
  accept: [],
  acceptWithNote: [],
  compare: 'values',
  nan: 'ignore',
  window: 'fixed',
  constraints: [],
  misconceptions: [],
  detected: [],
  equivalents: [],
  hints: [],
  why: '',
};

describe('trying them', () => {
  const ground = scenarioGround(source, { t0Ms: ADVISE_T0_MS });
  const INCREASE = 'histogram_quantile(0.95, sum by (le) (increase(sse_request_duration_seconds_bucket[5m])))';
  const AVG = 'histogram_quantile(0.95, avg by (le) (rate(sse_request_duration_seconds_bucket[5m])))';

  it('tells which would pass', async () => {
    const { tried, survivors } = await mutateExercise(exercise, ground);
    expect(tried).toBeGreaterThan(20);
    expect(survivors.map(({ query }) => query).sort()).toEqual([AVG, INCREASE]);
  });

  it('lets those be that the lesson accepts or lists, and names entries that nothing meets', async () => {
    const listed = {
      ...exercise,
      acceptWithNote: [{ query: AVG, message: 'N' }],
      equivalents: [
        { query: INCREASE, reason: 'Proportions are all that counts.' },
        { query: 'up', reason: 'None.' },
      ],
    };
    const { survivors, listed: met, idle } = await mutateExercise(listed, ground);
    expect(survivors).toEqual([]);
    expect(met).toEqual([{ query: INCREASE, change: 'rate to increase', reason: 'Proportions are all that counts.' }]);
    expect(idle).toEqual(['up']);
  });

  it('does not try windows where the task leaves them open', async () => {
    const fixed = await mutateExercise(exercise, ground);
    const free = await mutateExercise({ ...exercise, window: 'free' }, ground);
    expect(fixed.tried - free.tried).toBe(2);
    expect(free.survivors).toEqual(fixed.survivors);
  });

  it('counts an answer that looks at another time as wrong even where the results are the same', async () => {
    const { survivors } = await mutateExercise({ ...exercise, reference: 'up{job="prometheus"}' }, ground);
    expect(survivors.filter(({ change }) => change.includes('offset'))).toEqual([]);
  });
});
