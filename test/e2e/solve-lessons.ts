import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Exercise, exercisesOf } from '../../src/tutor/lesson.ts';
import { findLesson, loadCourse } from '../../src/tutor/load-lessons.ts';
import { mergeProgress } from '../../src/tutor/merge-progress.ts';
import type { Progress } from '../../src/tutor/progress.ts';
import { type LessonStack, startTutor } from '../helpers/lesson-stack.ts';
import type { Terminal } from '../helpers/terminal.ts';

const course = loadCourse();

/** Whole lessons, typed at their prompts in a terminal, on a stack with the written history. */
export function solveLessons(startStack: () => Promise<LessonStack>): void {
  let stack: LessonStack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack?.close());

  it('lesson 2: mistakes, hints, Ctrl-C, resumed and solved', async () => {
    await using first = startTutor(['lesson', '2'], stack.stateHome, { rows: 40 });
    await first.waitFor('plain text (screen readers): ');
    first.enter();
    await toTask(first, '2.1');
    for (const [answer, told] of [
      ['up(job="sse-streaming")', 'Selectors use braces.'],
      ['up{job="sse"}', 'The job is called sse-streaming.'],
      ['up', 'A filter in braces keeps'],
    ] as const) {
      first.enter(answer);
      await first.waitFor('Not yet');
      await first.waitFor(told);
      await first.waitFor('promql> ');
    }
    expect(first.sinceMark()).toContain('Stuck? hint gives you a nudge');
    for (const expected of ['Hint 1 of 4:', 'type hint once more', 'Hint 2 of 4:']) {
      first.enter('hint');
      await first.waitFor(expected);
      await first.waitFor('promql> ');
    }
    first.enter('up{job="sse-streaming"}');
    await first.waitFor('Correct.');
    await toTask(first, '2.2');
    first.enter('up == bool 0');
    await first.waitFor('keeps every row and answers 0 or 1');
    await first.waitFor('promql> ');
    first.type('up ==');
    await first.waitFor('up ==');
    first.press('ctrl-c');
    await first.waitFor('Saved. Go on with: prom-tutor lesson 2');
    expect((await first.exit()).code).toBe(130);

    await using second = startTutor(['lesson'], stack.stateHome, { rows: 40 });
    await second.waitFor('exercise 2 of ');
    await second.waitFor('promql> up ==');
    second.enter(' 0');
    await second.waitFor('Correct.');
    await second.waitFor('sse-app-2:8000');
    await toTask(second, '2.3');
    second.enter('avg(up)');
    await second.waitFor('That includes Prometheus itself.');
    await second.waitFor('0.6667');
    await second.waitFor('promql> ');
    second.enter('avg(up{job="sse-streaming"})');
    await second.waitFor('Correct.');
    for (const exercise of exercisesOf(findLesson(course, 'up')).slice(3)) await solve(second, 2, exercise);
    await toEnd(second);
    await second.waitFor(`all ${exercisesOf(findLesson(course, 'up')).length} exercises solved`);
    second.enter();
    expect((await second.exit()).code).toBe(0);

    const { lessons } = progress();
    const tried = Object.values(lessons.up?.exercises ?? {}).map(({ attempts, hints }) => [attempts, hints]);
    expect(tried.slice(0, 3)).toEqual([
      [4, 2],
      [2, 0],
      [2, 0],
    ]);
  });

  // Most of a lesson is waiting for prompts, so several are taken at a time, each by a learner with a folder of their own.
  it.concurrent.each(course.lessons.filter(({ number }) => number !== 2).map((lesson) => [lesson.slug]))(
    'lesson %s: every solution, put on the line by `solution`, is right',
    async (slug) => {
      const lesson = findLesson(course, slug);
      const home = join(stack.stateHome, slug);
      mkdirSync(join(home, 'prom-tutor'), { recursive: true });
      copyFileSync(join(stack.stateHome, 'prom-tutor', 'stack.json'), join(home, 'prom-tutor', 'stack.json'));
      copyFileSync(progressFile(), progressFile(slug));
      await using terminal = startTutor(['lesson', slug], home, { rows: 60, timeoutMs: 60_000 });
      for (const exercise of exercisesOf(lesson)) {
        await solve(terminal, lesson.number, exercise);
      }
      await toEnd(terminal);
      await terminal.waitFor(`all ${exercisesOf(lesson).length} exercises solved`);
      terminal.enter('quit');
      expect((await terminal.exit()).code).toBe(0);
      expect(terminal.raw()).not.toMatch(/\(no data\)|internal error|error:/);
    },
  );

  it('says that every lesson is done, when what each learner did comes together', async () => {
    const apart = course.lessons.filter(({ number }) => number !== 2).map(({ slug }) => progress(slug));
    writeFileSync(progressFile(), JSON.stringify(apart.reduce(mergeProgress, progress())));
    await using terminal = startTutor([], stack.stateHome);
    await terminal.waitFor('all lessons are done');
    terminal.enter('q');
    expect((await terminal.exit()).code).toBe(0);
  });

  /** What the learner of a lesson kept, or the one who takes lesson 2. */
  function progress(slug = ''): Progress {
    return JSON.parse(readFileSync(progressFile(slug), 'utf8')) as Progress;
  }

  function progressFile(slug = ''): string {
    return join(stack.stateHome, slug, 'prom-tutor', 'progress.json');
  }
}

/** Lets `solution` put the answer on the line, and sends it. */
async function solve(terminal: Terminal, lesson: number, exercise: Exercise): Promise<void> {
  await toTask(terminal, `${lesson}.${exercise.number}`);
  if (exercise.kind === 'fix') terminal.press('ctrl-u');
  terminal.enter('solution');
  await terminal.waitFor('Solution:');
  await terminal.waitFor('It stands on your line');
  await terminal.waitFor(ANSWERS);
  terminal.enter();
  await terminal.waitFor('Correct');
}

/** What waits for an answer. */
const ANSWERS = /(promql|choose|number|report)> /;

/** What Enter leads on from, what wants a guess, and what is skipped: nothing runs that it could be done to. */
const ON = '(Enter|choose|does it)> ';

/** Goes on by Enter, guessing 1 where a guess is asked for, until this task is shown and its prompt waits. */
async function toTask(terminal: Terminal, id: string): Promise<void> {
  const task = new RegExp(`${ON}|(Task|Question|Number|Report) ${id.replace('.', '\\.')}:`);
  for (;;) {
    const found = await terminal.waitFor(task);
    if (!/> $/.test(found)) break;
    terminal.enter(toGoOn(found));
  }
  await terminal.waitFor(ANSWERS);
  terminal.mark();
}

async function toEnd(terminal: Terminal): Promise<void> {
  const end = new RegExp(`${ON}|End of lesson`);
  for (;;) {
    const found = await terminal.waitFor(end);
    if (found.startsWith('End')) return;
    terminal.enter(toGoOn(found));
  }
}

function toGoOn(prompt: string): string {
  if (prompt.startsWith('choose')) return '1';
  return prompt.startsWith('does it') ? 'skip' : '';
}
