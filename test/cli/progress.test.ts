import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exercisesOf } from '../../src/tutor/lesson.ts';
import { loadCourse } from '../../src/tutor/load-lessons.ts';
import { type Rows, tableSource } from '../helpers/table-source.ts';
import { type TableStack, tableStack } from '../helpers/table-stack.ts';

const app: Rows = [[{ __name__: 'up', instance: 'a', job: 'sse-streaming' }, 1]];
const rows: Rows = [...app, [{ __name__: 'up', instance: 'b', job: 'prometheus' }, 1]];

let stack: TableStack;
beforeEach(async () => {
  const source = tableSource({
    up: rows,
    'count(up)': [[{}, 2]],
    'up{job="sse-streaming"}': app,
    'avg(up{job="sse-streaming"})': [[{}, 1]],
  });
  stack = await tableStack(source);
});
afterEach(() => stack.close());

const course = loadCourse();
const all = course.lessons.reduce((sum, lesson) => sum + exercisesOf(lesson).length, 0);

/** Solves up/1 and up/3, misses up/1 once before. */
async function work(): Promise<void> {
  await stack.run(['check', 'up/1', 'up']);
  await stack.run(['check', 'up/1', 'up{job="sse-streaming"}']);
  await stack.run(['check', 'up/3', 'avg(up{job="sse-streaming"})']);
}

const solvedIds = async () => {
  const { out } = await stack.run(['progress', '--json']);
  type Shown = { readonly exercises: readonly { readonly id: string; readonly solved: boolean }[] };
  const { lessons } = JSON.parse(out) as { readonly lessons: readonly Shown[] };
  return lessons.flatMap(({ exercises }) => exercises.filter(({ solved }) => solved).map(({ id }) => id));
};

describe('progress', () => {
  it('begins with nothing and says what is next', async () => {
    const { code, out } = await stack.run(['progress']);
    expect(code).toBe(0);
    expect(out).toBe(`Nothing is begun yet.\n0 of ${all} exercises solved.\nnext: prom-tutor lesson scrape\n`);
  });

  it('shows exercise by exercise what is solved', async () => {
    await work();
    const { out } = await stack.run(['progress']);
    expect(out).toMatch(/up\/1 +2\.1 +solved +2 +0/);
    expect(out).toMatch(/up\/2 +2\.2 +open +0 +0/);
    expect(out).toMatch(/up\/3 +2\.3 +solved +1 +0/);
    expect(out).toContain(`2 of ${all} exercises solved.`);
    expect((await stack.run(['lessons'])).out).toMatch(/up .* 2 of \d+ solved/);
  });

  it('gives JSON', async () => {
    await work();
    const { lessons, file, review } = JSON.parse((await stack.run(['progress', '--json'])).out);
    expect(file).toBe(join(stack.folder, 'progress.json'));
    expect(review).toEqual({ due: [], nextAt: expect.any(String) });
    expect(lessons[1]).toMatchObject({ slug: 'up', state: 'begun', solved: 2 });
    expect(lessons[1].exercises[0]).toEqual({
      id: 'up/1',
      kind: 'query',
      solved: true,
      updated: false,
      skipped: false,
      attempts: 2,
      hints: 0,
      solvedAt: expect.any(String),
      lastLine: 'up{job="sse-streaming"}',
      solvedWith: 'up{job="sse-streaming"}',
    });
  });

  it('is carried elsewhere and added to what is there, without loss', async () => {
    await work();
    const exported = join(stack.folder, 'exported.json');
    const { out } = await stack.run(['progress', 'export', exported]);
    expect(out).toContain(`Exported to ${exported}`);
    expect((await stack.run(['progress', 'export'])).out).toBe(readFileSync(exported, 'utf8'));
    await stack.run(['progress', 'reset', 'up/1', '--yes']);
    await stack.run(['check', 'up/3', 'up']);
    const imported = await stack.run(['progress', 'import', exported]);
    expect(imported.code).toBe(0);
    expect(imported.out).toContain('Imported: 1 more exercise solved. Nothing was lost');
    expect(await solvedIds()).toEqual(['up/1', 'up/3']);
    const { lessons } = JSON.parse(readFileSync(join(stack.folder, 'progress.json'), 'utf8'));
    const kept = Object.values(lessons.up.exercises as Record<string, { number: number; attempts: number }>);
    expect(kept.map(({ number, attempts }) => [number, attempts]).sort()).toEqual([
      [1, 2],
      [3, 2],
    ]);
    expect((await stack.run(['progress', 'import', '-'], { input: readFileSync(exported, 'utf8') })).out).toContain(
      'Imported: 0 more exercises solved.',
    );
  });

  it.each([
    [['2.1'], ['up/3']],
    [['up/3'], ['up/1']],
    [['up'], []],
    [['2'], []],
    [['all'], []],
    [['rate'], ['up/1', 'up/3']],
  ])('resets %j', async (what, left) => {
    await work();
    const { code, out } = await stack.run(['progress', 'reset', ...what, '--yes']);
    expect(code).toBe(0);
    expect(out).toContain('Forgotten:');
    expect(await solvedIds()).toEqual(left);
    expect(readFileSync(join(stack.folder, 'progress.json.backup'), 'utf8')).toContain('solvedAt');
  });

  it('asks before it forgets, and says what is lost', async () => {
    await work();
    const { code, err } = await stack.run(['progress', 'reset', 'up']);
    expect(code).toBe(2);
    expect(err).toContain('lesson 2 up would be forgotten, with 2 solved exercises');
    expect(err).toContain('--yes');
    expect(await solvedIds()).toEqual(['up/1', 'up/3']);
  });

  it.each([
    ['y\n', 0, []],
    ['Yes\n', 0, []],
    ['n\n', 1, ['up/1', 'up/3']],
    ['\n', 1, ['up/1', 'up/3']],
    ['', 1, ['up/1', 'up/3']],
  ])('takes %j at the question', async (input, code, left) => {
    await work();
    const found = await stack.run(['progress', 'reset', 'up'], { tty: true, input, env: { TERM: 'dumb' } });
    expect(found.out).toContain('Forget lesson 2 up, with 2 solved exercises? y/N>');
    expect(found.code).toBe(code);
    expect(await solvedIds()).toEqual(left);
  });

  it.each([
    [['progress', 'exprot'], 2, 'unknown action "exprot"'],
    [['progress', 'export', '/'], 1, '/ cannot be written'],
    [['progress', 'import'], 2, 'name the file'],
    [['progress', 'import', '/nonexistent'], 2, '/nonexistent cannot be read'],
    [['progress', 'import', 'package.json'], 1, 'package.json cannot be used'],
    [['progress', 'reset'], 2, 'say what to forget'],
    [['progress', 'reset', 'nope', '--yes'], 2, 'there is no lesson "nope"'],
    [['progress', 'reset', '2.9', '--yes'], 2, 'has no exercise 9'],
  ])('%j is refused in words', async (argv, code, message) => {
    const found = await stack.run(argv);
    expect(found.code).toBe(code);
    expect(found.err).toContain(message);
  });
});
