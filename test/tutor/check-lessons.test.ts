import { describe, expect, it } from 'vitest';
import { checkLesson } from '../../src/tutor/check-lessons.ts';
import { scenarioGround } from '../../src/tutor/ground.ts';
import type {
  Demo,
  ErrorExercise,
  Lesson,
  NumberExercise,
  QueryExercise,
  ReportExercise,
  Unit,
} from '../../src/tutor/lesson.ts';
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
  'abs(good)': rows,
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

const number: NumberExercise = {
  kind: 'number',
  line: 20,
  id: 'x/2',
  number: 2,
  hash: 'h',
  task: 'Read.',
  at: 'quiet',
  show: {
    kind: 'demo',
    line: 20,
    query: 'good',
    show: { view: 'table', at: 'quiet', live: false, rangeMs: 0, stepMs: 0 },
    before: '',
    after: '',
  },
  query: 'good',
  unit: 's',
  tolerance: 0.02,
  misconceptions: [{ query: 'wrong', message: 'The other one.' }],
  hints: ['a', 'b', 'c', 'It is {{ good | 0 }}.'],
  why: 'So.',
};

const failing: ErrorExercise = {
  kind: 'error',
  line: 30,
  id: 'x/3',
  number: 3,
  hash: 'h',
  task: 'Why?',
  options: [
    { key: 'a', text: 'yes', right: true, feedback: 'y' },
    { key: 'b', text: 'no', right: false, feedback: 'n' },
  ],
  several: false,
  hints: [],
  query: 'bad',
  fixed: 'good',
};

const written: ReportExercise = {
  kind: 'report',
  line: 40,
  id: 'x/4',
  number: 4,
  hash: 'h',
  task: 'Write.',
  at: 'quiet',
  rubric: [
    { kind: 'words', any: ['anthropic'], missing: 'Who was it?' },
    { kind: 'value', query: 'good', tolerance: 0.2, missing: 'How many?' },
  ],
  example: 'It was anthropic, {{ good | 0 }} times.',
  hints: [],
  why: '',
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
    const units = [demo, number, failing, written];
    expect(await checkLesson({ ...lesson, units }, ground)).toMatchObject({ findings: [], queries: 8 });
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
      [/`other` is to be accepted with a note and differs from the reference at quiet/],
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
      'an accepted answer that keeps no constraint',
      withExercise({ reference: 'abs(good)', constraints: [{ kind: 'uses', name: 'abs' }], hints: ['abs(good)'] }),
      [
        /^10: x\/1: accepted `same` is refused: The result is right\. The task wants it with `abs`\./,
        /`noted` does not get its note/,
      ],
    ],
    [
      'a reference that keeps no constraint',
      withExercise({ constraints: [{ kind: 'not', name: 'good' }], accept: [], acceptWithNote: [] }),
      [/^10: x\/1: the reference itself is refused: The result is right\. The task wants it without `good`\./],
    ],
    [
      'a detector that does not exist',
      withExercise({ detected: [{ detector: 'M99', query: 'wrong' }] }),
      ['10: x/1: there is no detector M99'],
    ],
    [
      'a wrong answer that its detector does not see',
      withExercise({ misconceptions: [], detected: [{ detector: 'M34', query: 'wrong' }] }),
      [/^10: x\/1: wrong answer `wrong` is not answered by M34 but with difference "/],
    ],
    [
      'an equivalent that is none',
      withExercise({ equivalents: [{ query: 'bad', reason: 'R' }] }),
      ['10: x/1: `bad` is listed as equivalent and fails: broken'],
    ],
    [
      'a broken query that is right',
      { units: [demo, { ...exercise, kind: 'fix', broken: 'good' }] },
      ['10: x/1: the broken query `good` is judged right'],
    ],
    [
      'a number that is not one',
      { units: [demo, { ...number, query: 'nothing' }] },
      ['20: x/2: `nothing` does not give one row with a number at quiet'],
    ],
    [
      'a wrong number that is right',
      { units: [demo, { ...number, misconceptions: [{ query: 'same', message: 'M' }] }] },
      ['20: x/2: the wrong number `same` is 2, which is judged right'],
    ],
    [
      'a last hint without the number',
      { units: [demo, { ...number, hints: ['a', 'b', 'c', 'It is 3.'] }] },
      ['20: x/2: the last hint does not contain the number'],
    ],
    ['an error that is none', { units: [demo, { ...failing, query: 'good' }] }, ['30: x/3: `good` does not fail']],
    [
      'a mended query that fails',
      { units: [demo, { ...failing, fixed: 'bad' }] },
      ['30: x/3: `bad` is meant to run and fails: broken'],
    ],
    [
      'a report whose example does not do',
      { units: [demo, { ...written, example: 'It is openai.' }] },
      [/^40: x\/4: its own example is refused: .*Who was it\?/],
    ],
    [
      'a rubric that asks for nothing',
      { units: [demo, { ...written, rubric: [{ kind: 'words', any: ['.'], missing: 'M' }] }] },
      ['40: x/4: line 1 of the rubric is met by any sentence'],
    ],
    ['a source that is not there', { sources: ['nothing'] }, ['1: the source `nothing` returns nothing at any moment']],
    [
      'a picture that cannot be drawn',
      withUnits({ kind: 'picture', line: 7, of: 'buckets', query: 'good', at: 'quiet', before: '', after: '' }),
      [/^7: the picture of `good` cannot be drawn: /],
    ],
    [
      'a last hint without the solution',
      withExercise({ hints: ['a', 'b', 'c', 'd'] }),
      ['10: x/1: the last hint does not contain the reference'],
    ],
    [
      'a demo that returns nothing',
      withUnits({ ...demo, query: 'nothing' }),
      [/^5: the demo `nothing` returns nothing at quiet/],
    ],
    [
      'a graph that returns nothing',
      withUnits({ ...demo, query: 'nothing', show: { ...demo.show, view: 'graph', rangeMs: 1000, stepMs: 1000 } }),
      [/^5: the demo `nothing` returns nothing at quiet/],
    ],
    ['a demo that fails', withUnits({ ...demo, query: 'bad' }), [/^5: the demo `bad` fails: broken/]],
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
