import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { contextOf, type GlobalOptions } from '../../src/cli/global-options.ts';
import { playLesson } from '../../src/cli/player.ts';
import type { Answer, Prompt, Question } from '../../src/cli/prompt.ts';
import type { FaultControl } from '../../src/model/fault.ts';
import { scenarioGround, serverGround } from '../../src/tutor/ground.ts';
import type { Act, Lesson } from '../../src/tutor/lesson.ts';
import type { Progress } from '../../src/tutor/progress.ts';
import { progressFile } from '../../src/tutor/progress-file.ts';
import { leavesOpenQuery } from '../../src/tutor/session-words.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { sampleLesson as lesson } from '../helpers/sample-lesson.ts';
import { SAMPLE_T0_MS, type SampleSource, sampleSource } from '../helpers/sample-source.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

type Play = {
  readonly code: number;
  /** Everything printed, each answer in its place after the label of its question. */
  readonly transcript: string;
  readonly questions: readonly Question[];
  readonly progress: () => Progress;
};

type PlayOptions = {
  readonly globals?: GlobalOptions;
  readonly columns?: number;
  readonly folder?: string;
  readonly server?: boolean;
  readonly prefills?: boolean;
  readonly end?: Answer;
  readonly source?: SampleSource;
  readonly before?: (line: string, source: SampleSource) => void;
  readonly lesson?: Lesson;
  readonly faults?: FaultControl;
};

/** Plays the sample lesson with these lines typed; then the input is at its end, unless `end` says otherwise. */
async function play(lines: readonly (string | Answer)[], options: PlayOptions = {}): Promise<Play> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'prom-tutor-player-'));
  folders.push(folder);
  const io = fakeIo({
    tty: true,
    columns: options.columns ?? 80,
    env: { LANG: 'C.UTF-8' },
    now: () => SAMPLE_T0_MS + 3_600_000,
  });
  const context = contextOf(io, { color: 'never', tz: 'UTC', ...options.globals });
  const source = options.source ?? sampleSource();
  const questions: Question[] = [];
  const left = [...lines];
  const prompt: Prompt = {
    canPrefill: options.prefills ?? true,
    ask: async (question) => {
      questions.push(question);
      const typed = left.shift();
      const line = typeof typed === 'object' && typed.kind === 'line' ? typed.text : (typed as string | undefined);
      if (line !== undefined) options.before?.(line, source);
      const answer: Answer =
        line === undefined
          ? (options.end ?? { kind: 'end' })
          : typeof typed === 'object'
            ? typed
            : { kind: 'line', text: line };
      context.out(`${question.label}${line ?? ''}`);
      return answer;
    },
  };
  const file = progressFile(folder, io);
  const { code } = await playLesson({
    context,
    prompt,
    lesson: options.lesson ?? lesson,
    ground: options.server ? serverGround(source, SAMPLE_T0_MS) : scenarioGround(source, { t0Ms: SAMPLE_T0_MS }),
    t0Ms: options.server ? undefined : SAMPLE_T0_MS,
    progress: file,
    returnCommand: 'prom-tutor lesson 2',
    nextCommand: 'prom-tutor lesson 4',
    recap: false,
    faults: options.faults,
  });
  const progress = () => JSON.parse(readFileSync(file.path, 'utf8')) as Progress;
  return { code, transcript: io.outText() + io.errText(), questions, progress };
}

const toQuery: readonly string[] = ['', '2', ''];
const whole = [...toQuery, 'up{job="sse-streaming"}', '', '1 3', '', 'up == 0', '', ''];

describe('a lesson played through', () => {
  it('shows every result at its moment and ends with 0', async () => {
    const { code, transcript } = await play(whole);
    expect(code).toBe(0);
    for (const text of [
      'lesson 2 sample · about 8 min left',
      'moment: quiet, 12:59:52 UTC, the end of the history: an ordinary moment,',
      'moment: target-down, 12:31:36 UTC, 28 minutes before the end of the',
      'promql> up',
      'your guess, 2: right.',
      'Task 2.1:',
      'Correct.',
      'next door: up{job!="sse-streaming"}',
      'all 3 exercises solved',
      'next: prom-tutor lesson 4',
    ]) {
      expect(transcript).toContain(text);
    }
  });

  it('keeps what was solved and asks for nothing twice', async () => {
    const { progress } = await play(whole);
    const kept = progress().lessons.sample;
    expect(Object.values(kept?.exercises ?? {}).map(({ solvedAt, attempts }) => [solvedAt, attempts])).toEqual([
      ['2025-11-22T14:00:00.000Z', 1],
      ['2025-11-22T14:00:00.000Z', 1],
      ['2025-11-22T14:00:00.000Z', 1],
    ]);
    expect(kept).toMatchObject({ finishedAt: '2025-11-22T14:00:00.000Z' });
    expect(kept?.lines).toEqual(['up{job="sse-streaming"}', '1 3', 'up == 0']);
  });
});

describe('a word while a bracket is open', () => {
  const brokenOff: Answer = { kind: 'line', text: 'hint', unfinished: 'sum(' };

  it('does what it does, and the query that was begun is on the line again', async () => {
    const { transcript, questions } = await play([...toQuery, brokenOff]);
    expect(transcript).toContain('Hint 1');
    expect(questions.at(-1)?.prefill).toBe('sum(');
    expect(questions.at(-1)?.breaksOff?.('quit')).toBe(true);
  });

  it('is shown the query where it cannot be put on the line', async () => {
    const { transcript } = await play([...toQuery, brokenOff], { prefills: false });
    expect(transcript).toContain('not sent yet: sum(');
  });

  it.each([
    ['hint', true],
    [' QUIT ', true],
    ['?', true],
    [':back', true],
    ['q', false],
    ['all', false],
    ['job', false],
    [':job', false],
    ['', false],
  ])('%j: %s', (typed, expected) => expect(leavesOpenQuery(typed)).toBe(expected));
});

describe('answers', () => {
  it.each<[string, string, readonly string[]]>([
    [
      'rows that are not wanted stand beside those that are',
      'up',
      ['Not yet.', 'yours', 'wanted', 'not wanted', 'localhost:9090', 'and 2 rows that are right'],
    ],
    ['an empty result says so', 'up{job="sse"}', ['Not yet: the query runs and finds nothing.', 'missing']],
    [
      "an error shows Prometheus' words and the place",
      'up(job="sse-streaming")',
      ['Not yet: the query cannot be run.', 'Prometheus says:', 'up(job="sse-streaming")', '^'],
    ],
    ['another type is told in words', '1', ['Not yet']],
  ])('%s', async (_what, answer, expected) => {
    const { transcript } = await play([...toQuery, answer]);
    for (const text of expected) expect(transcript).toContain(text);
    expect(transcript).not.toContain('Correct');
  });

  it('puts the solution on the line where it can', async () => {
    const { questions, transcript } = await play([...toQuery, 'solution']);
    expect(questions.at(-1)).toMatchObject({ prefill: 'up{job="sse-streaming"}' });
    expect(transcript).toContain('It stands on your line');
  });

  it('says what to type where it cannot', async () => {
    const { transcript } = await play([...toQuery, 'solution'], { prefills: false });
    expect(transcript).toContain('Type it to go on.');
  });

  it('gives older lines to the up key, and no words', async () => {
    const { questions } = await play([...toQuery, 'up', 'hint', 'why']);
    expect(questions.at(-1)?.history).toEqual(['up']);
  });
});

describe('trying things out', () => {
  it('runs a query at Enter at the moment of the screen', async () => {
    const { transcript } = await play(['', '2', 'up == 0']);
    expect(transcript).toContain('sse-app-2:8000');
    expect(transcript).toContain('1 row, at');
  });

  it('plays on the real clock', async () => {
    const { transcript } = await play(['', '2', '', 'play', 'up == 0', 'back to lesson']);
    expect(transcript).toContain('Free prompt on the real clock');
    expect(transcript).toContain('Empty: no series');
    expect(transcript.split('Back in the lesson')[1]).toContain('Task 2.1:');
  });

  it('shows all rows on request, and says when there are none to show', async () => {
    expect((await play([...toQuery, 'all'])).transcript).toContain('3 rows, at');
    expect((await play([...toQuery, 'all'])).transcript).not.toContain('no result to show');
  });

  it('explains a refused query with its place', async () => {
    expect((await play(['', '2', 'up{'])).transcript).toMatch(/Prometheus says: parse error: [\s\S]*\^/);
  });
});

describe('leaving and coming back', () => {
  it('saves, says how to come back, and gives 0 at the end of the input', async () => {
    const { code, transcript, progress } = await play(toQuery);
    expect(code).toBe(0);
    expect(transcript).toContain('Saved. Go on with: `prom-tutor lesson 2`');
    expect(progress()).toMatchObject({ current: 'sample', lessons: { sample: { position: { unit: 3, of: 6 } } } });
  });

  it('gives 130 after Ctrl-C, and the line that was being typed comes back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'prom-tutor-player-'));
    const first = await play(toQuery, { folder, end: { kind: 'interrupt', text: 'up{job=' } });
    expect(first.code).toBe(130);
    const second = await play([], { folder });
    expect(second.questions[0]).toMatchObject({ label: 'promql> ', prefill: 'up{job=' });
    const third = await play([], { folder });
    expect(third.questions[0]).not.toHaveProperty('prefill');
  });

  it('shows the unsent line where it cannot be put back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'prom-tutor-player-'));
    await play(toQuery, { folder, end: { kind: 'interrupt', text: 'up{job=' } });
    expect((await play([], { folder, prefills: false })).transcript).toContain('not sent yet: up{job=');
  });

  it('goes on at the exercise where one left, solved ones stay solved', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'prom-tutor-player-'));
    await play([...toQuery, 'up{job="sse-streaming"}', ''], { folder });
    const { transcript } = await play(['back'], { folder });
    expect(transcript).toContain('exercise 2 of 3');
    expect(transcript).toContain('exercise 1 of 3, solved');
    expect(transcript).toContain('You have solved this one.');
  });
});

describe('a server that goes away', () => {
  it('is told, nothing is judged, and the lesson goes on when it is back', async () => {
    const before = (line: string, source: SampleSource) => source.silence(line === 'up');
    const { transcript, progress } = await play([...toQuery, 'up', 'up{job="sse-streaming"}'], { before });
    expect(transcript).toContain('error: nothing listens there');
    expect(transcript).toContain('Correct.');
    expect(Object.values(progress().lessons.sample?.exercises ?? {})).toMatchObject([{ attempts: 1 }]);
  });
});

describe("a server of one's own", () => {
  it('is judged on its data and not recorded', async () => {
    const { transcript, progress } = await play([...toQuery, 'up{job="sse-streaming"}'], { server: true });
    expect(transcript).toContain("(on this server's data, not recorded)");
    expect(progress().lessons.sample?.exercises).toEqual({});
  });
});

const attempts = [
  ...toQuery,
  'up',
  'up{job="sse"}',
  'up(',
  'hint',
  'why',
  '?',
  'solution',
  'up{job="sse-streaming"}',
  '',
  '1',
  '1 3',
  '',
];

describe('every width and way of drawing', () => {
  it.each([40, 60, 80, 120])('stays within %i columns', async (columns) => {
    const { transcript } = await play([...attempts, 'up == 0', '', ''], { columns });
    const tooWide = transcript.split('\n').filter((line) => line.length > columns && !/^(promql|Enter)>/.test(line));
    expect(tooWide).toEqual([]);
  });

  it('keeps to ASCII where asked to', async () => {
    const { transcript } = await play([...attempts, 'up == 0', '', ''], { globals: { ascii: true } });
    expect(transcript).toMatch(/^[\x20-\x7e\n]*$/);
  });

  it('says the same with and without colour', async () => {
    const coloured = await play(attempts, { globals: { color: 'always' } });
    expect(coloured.transcript).toContain('\x1b[');
    // Without colour code keeps its backticks and headings get a rule, so only words are compared.
    const words = (text: string) => stripVTControlCharacters(text).replaceAll(/[`─]/g, '').split(/\s+/).join(' ');
    expect(words(coloured.transcript)).toBe(words((await play(attempts)).transcript));
  });

  it('is a plain transcript in accessible mode', async () => {
    const { transcript } = await play([...attempts, 'up == 0', '', ''], {
      globals: { accessible: true },
      prefills: false,
    });
    expect(transcript).not.toMatch(/[\x1b\r]/);
    const long = transcript.split('\n').filter((line) => line.length > 72 && !/^(Query|Your query):/.test(line));
    expect(long).toEqual([]);
    for (const text of [
      'Lesson 2 sample. About 8 minutes left',
      'Task 2.1:',
      'Wrong because:',
      'Hint 1 of 4:',
      'Your query: up',
      'Choice 1:',
      'Result row 1 of',
    ]) {
      expect(transcript).toContain(text);
    }
  });
});

/** Faults that only remember what was asked of them. */
function notedFaults(on: readonly string[] = []): FaultControl & { readonly asked: readonly string[] } {
  const asked: string[] = [];
  const news = (message: string) => ({ changed: true, message, look: undefined });
  return {
    asked,
    list: async () => on.map((name) => ({ name, on: [{ where: 'x', sinceMs: 0, untilMs: undefined }] }) as never),
    apply: async (words) => {
      asked.push(words);
      return news(`Stopped by ${words}.`);
    },
    clear: async (signal) => {
      signal?.throwIfAborted();
      asked.push('clear');
      return news('sse-app-2 runs again.');
    },
  };
}

const act: Act = {
  kind: 'act',
  line: 1,
  task: 'Stop the second instance.',
  actions: ['instance-stopped --instance sse-app-2'],
  expect: 'up',
  absent: false,
  withinMs: 90_000,
  meanwhile: 'The next scrape comes within 15 seconds.',
  after: 'There it is.',
  undo: true,
  instead: lesson.units.find((unit) => unit.kind === 'demo') as never,
};
const acting = (change: Partial<Act> = {}): Lesson => ({
  ...lesson,
  units: [{ ...act, ...change }, ...lesson.units.slice(0, 2)],
});

describe('an act', () => {
  it('is done by Enter, seen, and undone when the screen is left', async () => {
    const faults = notedFaults();
    const { transcript } = await play(['', '', ''], { lesson: acting(), faults });
    expect(faults.asked).toEqual(['instance-stopped --instance sse-app-2', 'clear']);
    const order = [
      'Do: Stop the second',
      'prom-tutor fault instance-stopped',
      'Stopped by',
      'Seen.',
      'There it is.',
      'sse-app-2 runs again.',
      'One number per target',
    ];
    const places = order.map((words) => transcript.indexOf(words));
    expect(
      places.every((place, index) => place > (places[index - 1] ?? -1)),
      `${places}`,
    ).toBe(true);
  });

  it.each<[string, readonly (string | Answer)[], Answer | undefined]>([
    ['by quit', ['', 'quit'], undefined],
    ['by the end of the input', [''], undefined],
    ['by Ctrl-C', [''], { kind: 'interrupt', text: '' }],
  ])('is undone when the lesson is left %s', async (_how, lines, end) => {
    const faults = notedFaults();
    const { transcript } = await play(lines, { lesson: acting({ undo: false }), faults, ...(end ? { end } : {}) });
    expect(faults.asked.at(-1)).toBe('clear');
    expect(transcript).toContain('The service runs as before: sse-app-2 runs again.');
    expect(transcript).toMatch(/runs again\.\n\nSaved\. Go on with/);
  });

  it('stays over the next screens where the lesson says so, and not over its end', async () => {
    const faults = notedFaults();
    const { transcript } = await play(['', '', '', '', ''], { lesson: acting({ undo: false }), faults });
    expect(faults.asked).toEqual(['instance-stopped --instance sse-app-2', 'clear']);
    expect(transcript.indexOf('runs again')).toBeGreaterThan(transcript.indexOf('One number per target'));
    expect(transcript.indexOf('runs again')).toBeLessThan(transcript.indexOf('End of lesson'));
  });

  it('need not be waited for: Enter goes on with the history', async () => {
    const faults = notedFaults();
    const { transcript } = await play(['', ''], { lesson: acting({ expect: 'up == 2' }), faults });
    expect(transcript).toContain('Waiting until this returns a row');
    expect(transcript).toContain('The next scrape comes within 15 seconds.');
    expect(transcript).toContain('waiting, Enter goes on>');
    expect(transcript).toContain('Not waited for. The same in the written history:');
  });

  it('is shown in the history where no service runs', async () => {
    const { transcript } = await play([''], { lesson: acting() });
    expect(transcript).toContain('Here something would be done to the running service. None runs');
  });

  it('says what is broken before it begins', async () => {
    const { transcript } = await play([], { lesson: acting(), faults: notedFaults(['slow-provider']) });
    expect(transcript.replace(/\s+/g, ' ')).toContain(
      'broken on purpose right now: slow-provider. To end it: prom-tutor fault clear',
    );
  });
});
