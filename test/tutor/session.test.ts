import { describe, expect, it } from 'vitest';
import type { Choice, Demo, Lesson, QueryExercise } from '../../src/tutor/lesson.ts';
import { EMPTY_PROGRESS, lessonStatus, recordDraft } from '../../src/tutor/progress.ts';
import { readProgress } from '../../src/tutor/read-progress.ts';
import { openSession, takeActed, takeLine, takeVerdict } from '../../src/tutor/session.ts';
import { recordKept } from '../../src/tutor/session-record.ts';
import { screensOf } from '../../src/tutor/session-screens.ts';
import type { Kept, Next, Shown, Step } from '../../src/tutor/session-types.ts';
import type { Verdict } from '../../src/tutor/verdict.ts';
import { sampleLesson as lesson } from '../helpers/sample-lesson.ts';

const names = new Set(['up', 'sse_requests_total', 'skip']);
const opened = () => openSession(lesson, { unit: 0, solved: new Set(), recap: false });

/** Types the lines; `ok:` and `no:` in front of an answer say what the judge makes of it. */
function typing(lines: readonly string[], start: Step = opened()): Step {
  return lines.reduce((step, line) => {
    const [, judged, text = line] = /^(ok|no):(.*)$/.exec(line) ?? [];
    const next = takeLine(step.session, text, names);
    if (next.next.kind !== 'judge') {
      if (judged !== undefined) throw new Error(`${line} was not handed to the judge but: ${nextText(next.next)}`);
      return next;
    }
    const { exercise, answer } = next.next;
    const after = takeVerdict(next.session, exercise, answer, verdict(judged === 'ok'));
    return { ...after, keep: [...next.keep, ...after.keep] };
  }, start);
}

function verdict(solved: boolean): Verdict {
  return {
    solved,
    verdict: solved ? 'right' : 'wrong',
    feedback: [{ kind: solved ? 'why' : 'difference', message: 'because', evidence: [] }],
  };
}

function shownText(shown: Shown): string {
  switch (shown.kind) {
    case 'header': {
      const { exercise, minutesLeft, at, solved } = shown.header;
      if (shown.brief) return `brief ${at ?? '-'}`;
      return `header ${exercise === undefined ? '-' : `${exercise.number}/${exercise.of}`} ${minutesLeft}min ${at ?? '-'}${solved ? ' solved' : ''}`;
    }
    case 'read':
      return 'read';
    case 'question':
      return `${shown.unit.kind}`;
    case 'demo':
      return `demo ${shown.demo.query} @${shown.demo.show.at}`;
    case 'guess':
      return `guess ${shown.key}`;
    case 'verdict':
      return `${shown.verdict.verdict} ${shown.answer}${shown.full ? ' full' : ''}`;
    case 'hint':
      return `hint ${shown.level}`;
    case 'solution':
      return 'solution';
    case 'words':
      return `words ${shown.words.join(' ')}`;
    case 'end':
      return `end, open: ${shown.open.map(({ id }) => id).join(' ') || 'none'}`;
    case 'note':
      return shown.about === undefined ? shown.note : `${shown.note} ${shown.about}`;
    case 'recap':
    case 'all':
      return shown.kind;
    case 'picture':
    case 'broken':
    case 'fixed':
      return `${shown.kind} ${shown.unit.kind}`;
    case 'explain':
      return `explain ${shown.query} @${shown.at}`;
    case 'acted':
      return `acted ${shown.outcome.kind}`;
  }
}

function nextText(next: Next): string {
  if (next.kind === 'ask') {
    const line = next.solutionOf === undefined ? next.prefill : `solution of ${next.solutionOf.id}`;
    return line === undefined ? `ask ${next.for}` : `ask ${next.for} [${line}]`;
  }
  if (next.kind === 'run') return `run ${next.query} @${next.at}`;
  if (next.kind === 'act') return `act ${next.unit.actions.join(', ')}`;
  if (next.kind === 'leave') return next.to === undefined ? 'leave' : `leave to ${next.to}`;
  return `judge ${next.answer}`;
}

function keptText(kept: Kept): string {
  if (kept.kind === 'answer') return `answer ${kept.exercise.id} ${kept.line} ${kept.solved ? 'solved' : 'open'}`;
  if (kept.kind === 'position') return `position ${kept.unit}`;
  if (kept.kind === 'line') return `line ${kept.line}`;
  if (kept.kind === 'hint') return `hint ${kept.level}`;
  return kept.kind;
}

const trace = (step: Step) => [...step.show.map(shownText), nextText(step.next)];

const toQuery = ['', '1', ''];
const toChoice = [...toQuery, 'ok:up{job="sse-streaming"}', ''];
const toLast = [...toChoice, 'ok:a c', ''];

describe('the screens of a lesson', () => {
  it('put prose with the unit it leads to', () => {
    expect(screensOf(lesson).map(({ reads, unit, last }) => [reads.length, unit?.kind, last])).toEqual([
      [1, 'demo', 1],
      [0, 'predict', 2],
      [0, 'query', 3],
      [0, 'choice', 4],
      [0, 'query', 5],
    ]);
  });

  it('part long prose from the unit it leads to', () => {
    const [, demo] = lesson.units as [unknown, (typeof lesson.units)[number]];
    const long = { kind: 'read', line: 1, text: 'A long sentence about it. '.repeat(40) } as const;
    const screens = screensOf({ ...lesson, units: [long, demo] });
    expect(screens.map(({ reads, unit, last }) => [reads.length, unit?.kind, last])).toEqual([
      [1, undefined, 0],
      [0, 'demo', 1],
    ]);
    const start = openSession({ ...lesson, units: [long, demo] }, { unit: 0, solved: new Set(), recap: false });
    expect(trace(start)).toEqual(['header - 8min -', 'read', 'ask go']);
    expect(trace(typing([''], start))).toEqual(['brief quiet', 'demo up @quiet', 'ask go']);
    expect(trace(typing(['', 'again'], start))[0]).toBe('header - 4min quiet');
  });

  it('keep prose that nothing follows', () => {
    const read = lesson.units[0] as (typeof lesson.units)[number];
    const screens = screensOf({ ...lesson, units: [...lesson.units, read] });
    expect(screens.at(-1)).toMatchObject({ unit: undefined, last: 6 });
  });
});

describe('a lesson, line by line', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['begins with prose and demo', [], ['header - 8min quiet', 'read', 'demo up @quiet', 'ask go']],
    ['Enter leads to the prediction', [''], ['header - 7min target-down', 'predict', 'ask pick']],
    ['a prediction is run, then named', ['', '2'], ['demo up @target-down', 'guess b', 'ask go']],
    ['letters pick too', ['', 'a)'], ['demo up @target-down', 'guess a', 'ask go']],
    ['nothing is revealed without a guess', ['', ''], ['guess-first', 'ask pick']],
    ['unless one skips', ['', ':skip'], ['demo up @target-down', 'ask go']],
    ['a number that is not there', ['', '3'], ['pick-one 1 to 2', 'ask pick']],
    ['a query before guessing is only run', ['', 'sum(up)'], ['run sum(up) @target-down']],
    ['a query at Enter is only run', ['up == 0'], ['run up == 0 @quiet']],
    ['a query is asked for', toQuery, ['header 1/3 6min quiet', 'query', 'ask query']],
    ['Enter alone is no answer', [...toQuery, ''], ['type-an-answer', 'ask query']],
    ['a wrong answer', [...toQuery, 'no:up'], ['wrong up', 'ask query']],
    [
      'the third wrong answer offers a hint',
      [...toQuery, 'no:a1', 'no:a2', 'no:a3'],
      ['wrong a3', 'hint-offer', 'ask query'],
    ],
    ['the fourth does not', [...toQuery, 'no:a1', 'no:a2', 'no:a3', 'no:a4'], ['wrong a4', 'ask query']],
    [
      'the sixth does again',
      [...toQuery, ...Array.from({ length: 6 }, () => 'no:b1')],
      ['wrong b1', 'hint-offer', 'ask query'],
    ],
    ['a right answer', [...toQuery, 'ok:up == 1'], ['right up == 1', 'ask go']],
    ['a query after it is only run', [...toQuery, 'ok:up == 1', 'up'], ['run up @quiet']],
    ['a choice of several', toChoice, ['header 2/3 4min -', 'choice', 'ask pick']],
    ['of which several are picked', [...toChoice, 'no:3, 1'], ['wrong a c', 'ask pick']],
    ['or too many', [...toChoice, '1 2 9'], ['pick-several', 'ask pick']],
    ['the end', [...toLast, 'ok:up == 0', ''], ['end, open: none', 'ask end']],
    ['a query at the end', [...toLast, 'ok:up == 0', '', 'count(up)'], ['run count(up) @quiet']],
    ['Enter at the end leaves', [...toLast, 'ok:up == 0', '', ''], ['leave']],
    [
      'the end names what is open',
      [...toQuery, ':skip', ':skip', ':skip'],
      ['skipped sample/3', 'end, open: sample/1 sample/2 sample/3', 'ask end'],
    ],
  ])('%s', (_what, lines, expected) => expect(trace(typing(lines))).toEqual(expected));
});

describe('words', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['hint', [...toQuery, 'hint'], ['hint 1', 'ask query']],
    ['a second hint is asked for twice', [...toQuery, 'hint', 'hint'], ['hint-again 1', 'ask query']],
    ['and then given', [...toQuery, 'hint', 'hint', 'hint'], ['hint 2', 'ask query']],
    ['a try in between gives it at once', [...toQuery, 'hint', 'no:up1', 'hint'], ['hint 2', 'ask query']],
    [
      'a try forgets the first request',
      [...toQuery, 'hint', 'hint', 'no:up1', 'hint', 'hint'],
      ['hint-again 2', 'ask query'],
    ],
    [
      'four hints are all',
      [...toQuery, ...'hint no:b1 hint no:b1 hint no:b1 hint no:b1 hint'.split(' ')],
      ['hints-over', 'ask query'],
    ],
    ['the answer is the only hint of a choice without', [...toChoice, 'hint'], ['hint 1', 'ask pick']],
    ['and the last', [...toChoice, 'hint', 'hint'], ['hints-over', 'ask pick']],
    ['explain takes the demo apart', ['explain'], ['explain up @quiet', 'ask go']],
    [
      'explain takes the last query apart',
      [...toQuery, 'no:sum(up)', 'explain'],
      ['explain sum(up) @quiet', 'ask query'],
    ],
    ['explain tells no solution', [...toQuery, 'explain'], ['nothing-to-take-apart', 'ask query']],
    ['explain of a query in play', ['play', 'sum(up)', 'explain'], ['explain sum(up) @live', 'ask play']],
    ['review leaves', ['review'], ['leave to review']],
    ['no hints after it is solved', [...toQuery, 'ok:up', 'hint'], ['no-hint-here', 'ask go']],
    ['why after a wrong answer', [...toQuery, 'no:up1', 'why'], ['wrong up1 full', 'ask query']],
    ['why after a right answer', [...toQuery, 'ok:up', 'why'], ['right up full', 'ask go']],
    ['why before any', [...toQuery, 'why'], ['nothing-to-explain', 'ask query']],
    ['why is about this exercise only', [...toChoice, 'why'], ['nothing-to-explain', 'ask pick']],
    ['solution', [...toQuery, 'solution'], ['solution', 'ask query [solution of sample/1]']],
    ['solution of a choice', [...toChoice, 'solution'], ['solution', 'ask pick [solution of sample/2]']],
    ['no solution of a demo', ['solution'], ['no-solution-here', 'ask go']],
    ['skip, which is also a metric here', [...toQuery, 'skip'], ['wrong skip', 'ask query']],
    [':skip', [...toQuery, ':skip'], ['skipped sample/1', 'header 2/3 4min -', 'choice', 'ask pick']],
    ['back', [...toQuery, 'back'], ['header - 7min target-down', 'predict', 'ask pick']],
    ['back at the start', ['back'], ['at-start', 'ask go']],
    [
      'back from the end',
      [...toLast, 'ok:up == 0', '', 'back'],
      ['header 3/3 2min target-down solved', 'query', 'solved-before', 'ask query'],
    ],
    [
      'Enter leads on from a solved one',
      [...toLast, 'ok:up == 0', 'back', 'ok:a c', ''],
      ['header 3/3 2min target-down solved', 'query', 'solved-before', 'ask query'],
    ],
    ['again', [...toQuery, 'again'], ['header 1/3 6min quiet', 'query', 'ask query']],
    [
      'again shows what was revealed',
      ['', '1', 'text'],
      ['header - 7min target-down', 'predict', 'demo up @target-down', 'ask go'],
    ],
    ['again keeps count of the hints', [...toQuery, 'hint', 'again', 'hint'], ['hint-again 1', 'ask query']],
    ['all rows', ['all'], ['all', 'ask go']],
    ['all rows in play', ['play', 'more'], ['all', 'ask play']],
    ['capitals and blanks', [...toQuery, '  HINT '], ['hint 1', 'ask query']],
    ['quit', ['quit'], ['leave']],
    ['q', [...toQuery, 'q'], ['leave']],
    [
      '? in an exercise',
      [...toQuery, '?'],
      ['words hint solution skip back again all play test-out review quit ?', 'ask query'],
    ],
    ['? in a demo', ['?'], ['words explain skip again all play test-out review quit ?', 'ask go']],
    [
      '? at a choice without hints, after an answer',
      [...toChoice, 'no:b', '?'],
      ['words hint why solution skip back again all play test-out review quit ?', 'ask pick'],
    ],
    ['a misspelt word', [...toQuery, 'hnt'], ['did-you-mean hint', 'ask query']],
    ['a misspelt word with its colon', [...toQuery, ':sklp'], ['did-you-mean skip', 'ask query']],
    ['a word that is none', [...toQuery, ':frobnicate'], ['unknown-word :frobnicate', 'ask query']],
    ['a name that is no word is an answer', [...toQuery, 'no:upper_limit'], ['wrong upper_limit', 'ask query']],
    ['play', [...toQuery, 'play'], ['playing', 'ask play']],
    ['a query in play', [...toQuery, 'play', 'up'], ['run up @live']],
    ['hint in play', [...toQuery, 'play', 'hint'], ['playing', 'ask play']],
    ['? in play', [...toQuery, 'play', '?'], ['words explain all lesson quit ?', 'ask play']],
    [
      'back to lesson',
      [...toQuery, 'play', 'back to lesson'],
      ['back-in-lesson', 'header 1/3 6min quiet', 'query', 'ask query'],
    ],
    ['back to lesson without play', [...toQuery, 'lesson'], ['not-playing', 'ask query']],
    ['quit in play', ['play', 'quit'], ['leave']],
    ['test-out goes to the exercises', ['test-out'], ['test-out', 'header 1/3 6min quiet', 'query', 'ask query']],
    ['test-out goes on to the next one', ['test-out', 'ok:up', ''], ['header 2/3 4min -', 'choice', 'ask pick']],
    [
      'test-out passes over the solved',
      ['test-out', 'ok:up', 'back', 'back', '1', ''],
      ['header 2/3 4min -', 'choice', 'ask pick'],
    ],
    [
      'test-out passes over a solved exercise',
      ['test-out', ':skip', 'ok:a c', 'back', 'ok:up', ''],
      ['header 3/3 2min target-down', 'query', 'ask query'],
    ],
    ['test-out ends', ['test-out', 'ok:up', '', 'ok:a c', '', 'ok:up', ''], ['end, open: none', 'ask end']],
    ['test-out with nothing open', [...toLast, 'ok:up == 0', 'test-out'], ['nothing-open', 'ask go']],
  ])('%s', (_what, lines, expected) => expect(trace(typing(lines))).toEqual(expected));
});

describe('what is kept', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['where a screen ends', [''], ['position 2']],
    ['an answer as typed and as judged', [...toChoice, 'no:3 1'], ['line 3 1', 'answer sample/2 a c open']],
    ['a right answer', [...toQuery, 'ok:up'], ['line up', 'answer sample/1 up solved']],
    ['a query that was only run', ['up'], ['line up']],
    ['no words', [...toQuery, 'why'], []],
    ['a hint', [...toQuery, 'hint'], ['hint 1']],
    ['a skipped exercise', [...toQuery, ':skip'], ['skip', 'position 4']],
    ['the end', [...toLast, 'ok:up', ''], ['finish']],
    ['the end of a test-out only when nothing is open', ['test-out', ':skip', ':skip', ':skip'], ['skip']],
  ])('%s', (_what, lines, expected) => expect(typing(lines).keep.map(keptText)).toEqual(expected));
});

describe('going on where one left', () => {
  it.each([
    [0, 'header - 8min quiet'],
    [1, 'header - 8min quiet'],
    [3, 'header 1/3 6min quiet solved'],
    [5, 'header 3/3 2min target-down'],
  ])('at unit %i', (unit, expected) => {
    const step = openSession(lesson, { unit, solved: new Set(['sample/1']), recap: false });
    expect(trace(step)[0]).toBe(expected);
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ['begins with it', [], ['recap', 'ask go']],
    ['goes on with Enter', [''], ['header - 8min quiet', 'read', 'demo up @quiet', 'ask go']],
    ['shows it again', ['again'], ['recap', 'ask go']],
    ['is left behind', ['', 'back'], ['at-start', 'ask go']],
    ['has nothing before it', ['back'], ['at-start', 'ask go']],
    ['takes a query', ['up'], ['run up @quiet']],
  ])('a recap %s', (_what, lines, expected) => {
    const start = openSession(lesson, { unit: 0, solved: new Set(), recap: true });
    expect(trace(typing(lines, start))).toEqual(expected);
  });
});

describe('progress', () => {
  it('holds what was kept', () => {
    const kept = typing([...toQuery, 'no:up1', 'hint']).keep;
    const all = [...typing([...toQuery, 'ok:up']).keep, ...kept, { kind: 'finish' } as const];
    const status = lessonStatus(recordKept(EMPTY_PROGRESS, lesson, all, 1_700_000_000_000), lesson);
    expect(status).toMatchObject({ state: 'done', solved: 1 });
    expect(status.exercises[0]).toMatchObject({ solved: true, attempts: 1, hints: 1, lastLine: 'up' });
  });

  it('remembers typed lines once, and the unsent one', () => {
    const lines = ['up', 'up == 0', 'up'].map((line) => ({ kind: 'line', line }) as const);
    const kept = recordDraft(recordKept(EMPTY_PROGRESS, lesson, lines, 0), lesson, 'sum(');
    expect(kept.lessons.sample).toMatchObject({ lines: ['up == 0', 'up'], draft: 'sum(' });
    expect(recordDraft(kept, lesson, '').lessons.sample).not.toHaveProperty('draft');
    expect(readProgress(JSON.stringify(kept))).toEqual({ kind: 'ok', progress: kept });
  });
});

const ranging = { view: 'table', at: 'quiet', live: false, rangeMs: 0, stepMs: 0 } as const;
const [, sampleDemo, , sampleQuery, sampleChoice] = lesson.units as readonly [
  unknown,
  Demo,
  unknown,
  QueryExercise,
  Choice,
];
const demoAt = (at: 'quiet' | 'incident'): Demo => ({ ...sampleDemo, show: { ...ranging, at } });
const all: Lesson = {
  ...lesson,
  slug: 'all',
  units: [
    { kind: 'picture', line: 1, of: 'window', query: 'up[1m]', at: 'incident', before: '', after: '' },
    {
      kind: 'act',
      line: 2,
      task: 'Stop it.',
      actions: ['instance-stopped'],
      expect: 'up == 0',
      absent: false,
      withinMs: 90_000,
      meanwhile: '',
      after: '',
      undo: true,
      instead: demoAt('incident'),
    },
    { ...sampleQuery, kind: 'fix', id: 'all/1', number: 1, broken: 'up(', at: 'incident' },
    {
      kind: 'number',
      line: 4,
      id: 'all/2',
      number: 2,
      hash: 'n',
      task: 'How many?',
      at: 'incident',
      show: demoAt('incident'),
      query: 'sum(up)',
      unit: 'targets',
      tolerance: 0.02,
      misconceptions: [],
      hints: ['a', 'b', 'c', 'd'],
      why: 'So.',
    },
    { ...sampleChoice, kind: 'error', id: 'all/3', number: 3, query: 'up(', fixed: 'up' },
    {
      kind: 'report',
      line: 6,
      id: 'all/4',
      number: 4,
      hash: 'r',
      task: 'Tell.',
      at: 'incident',
      rubric: [{ kind: 'words', any: ['a'], missing: 'No.' }],
      example: 'All is well.',
      hints: ['a'],
      why: '',
    },
  ],
};

describe('the other kinds of units', () => {
  const from = (acts: boolean) => openSession(all, { unit: 0, solved: new Set(), recap: false, acts });
  const acting = (step: Step, kind: 'seen' | 'late' | 'left') => {
    if (step.next.kind !== 'act') throw new Error('nothing is to be done');
    return takeActed(step.session, step.next.unit, { kind });
  };
  const toFix = [''];
  const toNumber = [...toFix, '', 'ok:up', ''];
  const toError = [...toNumber, 'ok:3', ''];
  const toReport = [...toError, 'ok:1 3', ''];

  it.each<[string, readonly string[], readonly string[]]>([
    ['a picture', [], ['header - 8min incident', 'picture picture', 'ask go']],
    ['no service, nothing is done', [''], ['header - 7min incident', 'act-needs-stack', 'demo up @incident', 'ask go']],
    [
      'a fix puts the broken query on the line',
      [...toFix, ''],
      ['header 1/4 6min incident', 'broken fix', 'fix', 'mend-it', 'ask query [up(]'],
    ],
    ['a wrong fix stays there', [...toFix, '', 'no:up)'], ['wrong up)', 'ask query [up)]']],
    ['a word takes it away', [...toFix, '', 'hint'], ['hint 1', 'ask query']],
    ['explain takes the broken query apart', [...toFix, '', 'explain'], ['explain up( @incident', 'ask query']],
    [
      'a number shows what it is read from',
      toNumber,
      ['header 2/4 5min incident', 'demo up @incident', 'number', 'ask number'],
    ],
    ['a number is judged', [...toNumber, 'no:about 12.5 targets'], ['wrong about 12.5 targets', 'ask number']],
    ['with its own signs', [...toNumber, 'no:~1,200.5 req/s'], ['wrong ~1,200.5 req/s', 'ask number']],
    ['a query there is run', [...toNumber, '2 * sum(up)'], ['run 2 * sum(up) @incident']],
    ['a metric too', [...toNumber, 'up'], ['run up @incident']],
    ['anything else is no number', [...toNumber, 'a lot'], ['type-a-number', 'ask number']],
    ['the solution of a number', [...toNumber, 'solution'], ['solution', 'ask number [solution of all/2]']],
    ['an error shows the query first', toError, ['header 3/4 3min quiet', 'broken error', 'error', 'ask pick']],
    ['and its correction after success', [...toError, 'ok:a c'], ['right a c', 'fixed error', 'ask go']],
    ['a report', toReport, ['header 4/4 2min incident', 'report', 'ask report']],
    [
      'is judged whatever it says',
      [...toReport, 'no:Since 12:40 (by the log) up failed.'],
      ['wrong Since 12:40 (by the log) up failed.', 'ask report'],
    ],
    ['a query there is run, too', [...toReport, 'sum(up)'], ['run sum(up) @incident']],
    ['its last hint is the example', [...toReport, 'hint', 'no:x', 'hint'], ['hint 2', 'ask report']],
  ])('%s', (_what, lines, expected) => {
    expect(trace(typing(lines, from(false)))).toEqual(expected);
  });

  it('keep that the answer was shown, for review', () => {
    const kept = (lines: readonly string[]) => typing(lines, from(false)).keep;
    expect(kept([...toNumber, 'solution'])).toMatchObject([{ kind: 'solution', exercise: { id: 'all/2' } }]);
    expect(kept([...toReport, 'hint'])).toMatchObject([{ kind: 'hint', level: 1, last: false }]);
    expect(kept([...toReport, 'hint', 'no:x', 'hint'])).toMatchObject([{ kind: 'hint', level: 2, last: true }]);
  });

  it('do something to a running service, and wait for it', () => {
    const asked = typing([''], from(true));
    expect(trace(asked)).toEqual(['header - 7min live', 'act', 'ask act']);
    const done = typing([''], asked);
    expect(trace(done)).toEqual(['act instance-stopped']);
    expect(trace(acting(done, 'seen'))).toEqual(['acted seen', 'ask go']);
    expect(trace(acting(done, 'late'))).toEqual(['acted late', 'ask act']);
    expect(trace(typing([''], acting(done, 'late')))).toEqual(['act instance-stopped']);
    expect(trace(acting(done, 'left'))).toEqual(['acted left', 'demo up @incident', 'ask go']);
    expect(trace(typing(['up'], asked))).toEqual(['run up @live']);
    expect(trace(typing([':skip'], asked))).toEqual(['demo up @incident', 'ask go']);
  });
});

describe('a review', () => {
  const review = (ids: readonly string[]) =>
    openSession(lesson, {
      unit: 0,
      solved: new Set(['sample/1', 'sample/2', 'sample/3']),
      recap: true,
      only: { ids: new Set(ids), why: 'review' },
    });

  it('asks what is due, solved or not, and nothing else', () => {
    const start = review(['sample/1', 'sample/3']);
    expect(trace(start)).toEqual(['review', 'header 1/3 6min quiet', 'query', 'ask query']);
    expect(start.keep).toEqual([]);
    expect(trace(typing([''], start))).toEqual(['type-an-answer', 'ask query']);
    const next = typing(['ok:up', ''], start);
    expect(trace(next)).toEqual(['header 3/3 2min target-down', 'query', 'ask query']);
    expect(trace(typing(['ok:up == 0', ''], next))).toEqual(['end, open: none', 'leave']);
    expect(trace(typing([':skip'], next))).toEqual(['end, open: sample/3', 'leave']);
  });
});
