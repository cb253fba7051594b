import { describe, expect, it } from 'vitest';
import { scenarioGround } from '../../src/tutor/ground.ts';
import { judge } from '../../src/tutor/judge.ts';
import { readNumber } from '../../src/tutor/judge-number.ts';
import type { NumberExercise, ReportExercise } from '../../src/tutor/lesson.ts';
import { type Entry, TABLE_T0_MS, tableSource } from '../helpers/table-source.ts';

const START_S = (TABLE_T0_MS - 20 * 60_000) / 1000;

const table: Record<string, Entry> = {
  right: [[{}, 12.5]],
  other: [[{ a: 'b' }, 40]],
  two: [
    [{ a: '1' }, 1],
    [{ a: '2' }, 2],
  ],
  zero: [[{}, 0]],
  began: [[{}, START_S]],
  ratio: [[{}, 0.42]],
  opened: [[{}, 360]],
};

const ground = scenarioGround(tableSource(table), { t0Ms: TABLE_T0_MS });

const number: NumberExercise = {
  kind: 'number',
  line: 1,
  id: 'x/1',
  number: 1,
  hash: 'h',
  task: 'How long?',
  at: 'quiet',
  show: {
    kind: 'demo',
    line: 1,
    query: 'right',
    show: { view: 'table', at: 'quiet', live: false, rangeMs: 0, stepMs: 0 },
    before: '',
    after: '',
  },
  query: 'right',
  unit: 'seconds',
  tolerance: 0.02,
  misconceptions: [{ query: 'other', message: 'That is the other one, {{ other | 0 }}.' }],
  hints: ['', '', '', '12.5'],
  why: 'So it is.',
};

describe('a number read off the screen', () => {
  const cases: readonly [string, string, RegExp][] = [
    ['12.5', 'right', /So it is/],
    ['12.6 seconds', 'right', /So it is/],
    ['about 12.4 s', 'right', /So it is/],
    ['12,5', 'right', /So it is/],
    ['12', 'wrong', /12 is too small by a little/],
    ['100', 'wrong', /100 is too large by far/],
    ['40', 'wrong', /^That is the other one, 40\.$/],
    ['12500', 'wrong', /wrong unit: 1000 times too large/],
    ['0.0125 seconds', 'wrong', /wrong unit: 1000 times too small/],
    ['-12.5', 'wrong', /wrong sign/],
    ['many', 'error', /That is no number\. Type one, in seconds/],
    ['', 'error', /Nothing was typed/],
  ];
  it.each(cases)('%s is %s', async (answer, verdict, message) => {
    const found = await judge(number, answer, ground);
    expect(found.verdict).toBe(verdict);
    expect(found.solved).toBe(verdict === 'right');
    expect(found.feedback[0]?.message).toMatch(message);
  });

  it('may be 0, and then nothing else will do', async () => {
    const zero = { ...number, query: 'zero', misconceptions: [] };
    expect((await judge(zero, '0', ground)).solved).toBe(true);
    expect((await judge(zero, '0.001', ground)).solved).toBe(false);
  });

  it('cannot be judged on data that does not have it', async () => {
    const { verdict, solved } = await judge({ ...number, query: 'two' }, '1', ground);
    expect([verdict, solved]).toEqual(['empty', false]);
  });

  const written: readonly [string, string, number | undefined][] = [
    ['1,234', '', 1234],
    ['1 234.5', '', 1234.5],
    ['1,5', '', 1.5],
    ['1e3', '', 1000],
    ['~ 17 %', '%', 17],
    ['= 3', '', 3],
    ['-0.5', '', -0.5],
    ['.5', '', 0.5],
    ['8.7 requests per second', 'requests per second', 8.7],
    ['8.7 apples', 'requests per second', undefined],
    ['1.2.3', '', undefined],
    ['twelve', '', undefined],
  ];
  it.each(written)('is read: %s with the unit "%s"', (text, unit, value) => {
    expect(readNumber(text, unit)).toBe(value);
  });
});

const report: ReportExercise = {
  kind: 'report',
  line: 1,
  id: 'x/2',
  number: 2,
  hash: 'h',
  task: 'Write it.',
  at: 'quiet',
  rubric: [
    { kind: 'words', any: ['anthropic'], missing: 'Which provider was it?' },
    { kind: 'time', query: 'began', withinMs: 60_000, missing: 'When did it begin? The data says {{ ratio | 2 }}.' },
    { kind: 'value', query: 'ratio', tolerance: 0.2, missing: 'How bad was it?' },
    { kind: 'value', query: 'opened', tolerance: 0.2, missing: 'How long was it open?' },
  ],
  example: '',
  hints: [],
  why: '',
};

describe('a report', () => {
  const good = 'From 11:40 on Anthropic failed: 42 % of all requests; the breaker was open for 6 minutes.';
  const cases: readonly [string, string, readonly RegExp[]][] = [
    ['says everything', good, []],
    ['has the time with seconds', good.replace('11:40', '11:40:30'), []],
    ['has the time of the zone', good.replace('11:40', '12:40'), []],
    ['counts back', good.replace('From 11:40 on', '20 minutes ago'), []],
    ['has shares and seconds', good.replace('42 %', '0.4').replace('6 minutes', '350 s'), []],
    ['names no provider', good.replace('Anthropic', 'somebody'), [/Which provider/]],
    ['has another time', good.replace('11:40', '11:50'), [/When did it begin\? The data says 0\.42/]],
    ['has other numbers', good.replace('42 %', '3 %').replace('6 min', '60 min'), [/How bad/, /How long/]],
    ['says little', 'Something broke.', [/Which/, /When/, /How bad/, /How long/]],
  ];
  it.each(cases)('%s', async (_name, answer, missing) => {
    const { solved, feedback } = await judge(report, answer, ground, { timeZone: 'Europe/Berlin' });
    expect(solved).toBe(missing.length === 0);
    const said = feedback.filter(({ kind }) => kind === 'misconception').map(({ message }) => message);
    expect(said).toHaveLength(missing.length);
    for (const [index, pattern] of missing.entries()) expect(said[index]).toMatch(pattern);
    if (!solved) expect(feedback[0]?.message).toContain(`${4 - missing.length} of 4 things`);
  });

  it('reads times in UTC where no other zone is shown', async () => {
    expect((await judge(report, good.replace('11:40', '12:40'), ground)).solved).toBe(false);
  });
});
