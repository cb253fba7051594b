import { describe, expect, it } from 'vitest';
import { checkLesson } from '../../src/tutor/check-lessons.ts';
import { scenarioGround } from '../../src/tutor/ground.ts';
import type { Demo, Lesson, QueryExercise, Unit } from '../../src/tutor/lesson.ts';
import { sampleLesson } from '../helpers/sample-lesson.ts';
import { type Entry, type Rows, TABLE_T0_MS, tableSource } from '../helpers/table-source.ts';

const rows: Rows = [[{ job: 'app' }, 2]];

const table: Record<string, Entry> = {
  good: rows,
  same: rows,
  noted: rows,
  wrong: [[{ job: 'app' }, 3]],
  other: [[{ job: 'app' }, 4]],
  bad: { error: 'broken' },
  nothing: [],
  'nothing > 1': [],
};

const exercise: QueryExercise = {
  kind: 'query',
  line: 10,
  id: 'x/1',
  number: 1,
  hash: 'h',
  task: 'Do it.',
  at: 'quiet',
  reference: 'good',
  accept: ['same'],
  acceptWithNote: [{ query: 'noted', message: 'A note.' }],
  compare: 'values',
  nan: 'ignore',
  window: 'fixed',
  constraints: [],
  detected: [],
  equivalents: [],
  misconceptions: [
    { query: 'wrong', message: 'Wrong.' },
    { query: 'bad', message: 'Bad.' },
  ],
  hints: ['a', 'b', 'c', 'It is `good`.'],
  why: 'So.',
};

const demo: Demo = {
  kind: 'demo',
  line: 5,
  query: 'good',
  show: { view: 'table', at: 'quiet', live: false, rangeMs: 0, stepMs: 0 },
  before: '',
  after: '',
};

const lesson: Lesson = {
  ...sampleLesson,
  file: 'l.md',
  units: [demo, exercise],
  neighbours: [{ query: 'good', text: 'again' }],
};

async function findingsOf(change: Partial<Lesson>): Promise<readonly string[]> {
  const ground = scenarioGround(tableSource(table), { t0Ms: TABLE_T0_MS });
  const { findings } = await checkLesson({ ...lesson, ...change }, ground);
  return findings.map(({ line, message }) => `${line}: ${message}`);
}

const withExercise = (change: Partial<QueryExercise>): Partial<Lesson> => ({
  units: [demo, { ...exercise, ...change }],
});
const withUnits = (...units: readonly Unit[]): Partial<Lesson> => ({ units: [...units, demo] });

describe('proving a lesson', () => {
  it('finds nothing in a good one, and says what it looked at', async () => {
    const ground = scenarioGround(tableSource(table), { t0Ms: TABLE_T0_MS });
    expect(await checkLesson(lesson, ground)).toMatchObject({ findings: [], queries: 7 });
  });

  const cases: readonly [string, Partial<Lesson>, readonly (string | RegExp)[]][] = [
    [
      'a reference that fails',
      withExercise({ reference: 'bad', hints: ['', '', '', 'bad'] }),
      ['10: x/1: the reference fails: broken'],
    ],
    [
      'a reference that is always empty',
      withExercise({ reference: 'nothing', hints: ['', '', '', 'nothing'] }),
      ['10: x/1: the reference is empty at every moment'],
    ],
    [
      'an accepted answer that differs',
      withExercise({ accept: ['wrong'], misconceptions: [] }),
      [/^10: x\/1: accepted `wrong` differs from the reference at quiet, half-open/],
    ],
    [
      'an accepted answer that fails',
      withExercise({ accept: ['bad'], misconceptions: [] }),
      [/accepted `bad` differs/],
    ],
    [
      'a note to an answer that differs',
      withExercise({ acceptWithNote: [{ query: 'other', message: 'N' }] }),
      [/accepted `other` differs/, /`other` does not get its note \(verdict: wrong\)/],
    ],
    [
      'a wrong answer that is right',
      withExercise({ misconceptions: [{ query: 'same', message: 'M' }] }),
      ['10: x/1: wrong answer `same` equals the reference at every moment'],
    ],
    [
      'a pattern that does not fit its example',
      withExercise({ misconceptions: [{ query: 'wrong', pattern: '^x', message: 'M' }] }),
      [/the pattern does not fit its own example `wrong`/],
    ],
    [
      'two wrong answers with the same results',
      {
        units: [
          demo,
          {
            ...exercise,
            misconceptions: [
              { query: 'wrong', message: 'A' },
              { query: 'twin', message: 'B' },
            ],
          },
        ],
      },
      [/the wrong answers `wrong` and `twin` have the same results and different hints/],
    ],
    [
      'a last hint without the solution',
      withExercise({ hints: ['a', 'b', 'c', 'd'] }),
      ['10: x/1: the last hint does not contain the reference'],
    ],
    [
      'a demo that returns nothing',
      withUnits({ ...demo, query: 'nothing' }),
      ['5: the demo `nothing` returns nothing at quiet'],
    ],
    [
      'a graph that returns nothing',
      withUnits({ ...demo, query: 'nothing', show: { ...demo.show, view: 'graph', rangeMs: 1000, stepMs: 1000 } }),
      ['5: the demo `nothing` returns nothing at quiet'],
    ],
    ['a demo that fails', withUnits({ ...demo, query: 'bad' }), ['5: the demo `bad` fails: broken']],
    [
      'a query in prose that fails',
      withUnits({ kind: 'read', line: 3, text: 'Try\n\n```promql\ngood\nbad\n```' }),
      ['3: the query `bad` fails: broken'],
    ],
    ['a neighbour that fails', { neighbours: [{ query: 'bad', text: 't' }] }, ['1: the query `bad` fails: broken']],
    [
      'a number in prose that cannot be had',
      withUnits({ kind: 'read', line: 3, text: 'It is {{ nothing | 0 }}.' }),
      [/^3: \{\{ nothing @ quiet \}\}: the result is not what "decimals" needs/],
    ],
    [
      'a number in a hint that cannot be had',
      withExercise({ hints: ['{{ bad }}', 'b', 'c', 'good'] }),
      [/^10: \{\{ bad @ quiet \}\}: broken/],
    ],
    [
      'a line that is too wide',
      withUnits({ kind: 'read', line: 3, text: 'x'.repeat(73) }),
      [/^3: wider than 72 columns \(73\)/],
    ],
    [
      'a line that becomes too wide with its number',
      withUnits({ kind: 'read', line: 3, text: `${'x'.repeat(70)} {{ good | 3 }}` }),
      [/^3: wider than 72 columns \(76\)/],
    ],
    ['a summary that is too wide', { summary: ['a', 'b', 'c'.repeat(80)] }, [/^1: wider than 72/]],
    [
      'a screen that is too long',
      withUnits({ kind: 'read', line: 3, title: 'T', text: Array.from({ length: 15 }, () => 'line').join('\n') }),
      ['5: 16 lines to read before there is something to do; 15 are enough'],
    ],
  ];
  it.each(cases)('finds %s', async (_name, change, expected) => {
    const twin = { ...table, twin: table.wrong! };
    const ground = scenarioGround(tableSource(twin), { t0Ms: TABLE_T0_MS });
    const { findings } = await checkLesson({ ...lesson, ...change }, ground);
    const found = findings.map(({ line, message }) => `${line}: ${message}`);
    expect(found).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) {
      if (typeof pattern === 'string') expect(found[index]).toBe(pattern);
      else expect(found[index]).toMatch(pattern);
    }
  });

  it('finds a wrong answer whose hint another entry takes away', async () => {
    const misconceptions = [
      { query: 'other', pattern: '.', message: 'First.' },
      { query: 'bad', message: 'Bad.' },
    ];
    expect(await findingsOf(withExercise({ misconceptions }))).toEqual([]);
    const equalTexts = [
      { query: 'wrong', message: 'First.' },
      { query: 'wrong', message: 'Second.' },
    ];
    expect(await findingsOf(withExercise({ misconceptions: equalTexts }))).toEqual([
      '10: x/1: wrong answer `wrong` does not get its hint but "First."',
      '10: x/1: the wrong answers `wrong` and `wrong` have the same results and different hints',
    ]);
  });
});
