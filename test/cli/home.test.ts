import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { exercisesOf } from '../../src/tutor/lesson.ts';
import { findLesson, loadCourse } from '../../src/tutor/load-lessons.ts';
import { type Progress, recordAnswer, recordFinish, recordPosition } from '../../src/tutor/progress.ts';
import { progressFile } from '../../src/tutor/progress-file.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { emptyStateHome, startSampleStack } from '../helpers/lesson-stack.ts';

let stack: Awaited<ReturnType<typeof startSampleStack>>;
beforeAll(async () => {
  stack = await startSampleStack();
});
afterAll(() => stack.close());

async function home(stateHome: string, env: Readonly<Record<string, string>> = {}, argv: readonly string[] = []) {
  const io = fakeIo({ env: { XDG_STATE_HOME: stateHome, LANG: 'C.UTF-8', ...env } });
  const code = await main(argv, io);
  return { code, out: io.outText(), err: io.errText() };
}

async function withProgress(change: (progress: Progress) => Progress): Promise<string> {
  const stateHome = emptyStateHome();
  await progressFile(join(stateHome, 'prom-tutor'), fakeIo()).update(change);
  return stateHome;
}

const course = loadCourse();
const up = findLesson(course, 'up');

describe('prom-tutor alone, in a pipe', () => {
  it('prints the commands and asks nothing', async () => {
    const { code, out, err } = await home(emptyStateHome());
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('stack   not running');
    expect(out).toContain('lesson  1 scrape: From /metrics to a time series, about 8 min');
    expect(out).toMatch(/prom-tutor start +start the demo service/);
    expect(out).toMatch(/prom-tutor lesson 1 +take the lesson/);
  });

  it('recommends only commands that exist', async () => {
    const { out } = await home(emptyStateHome());
    const named = [...out.matchAll(/^ {2}prom-tutor ([a-z]+)/gm)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(3);
    const help = await home(emptyStateHome(), {}, ['--help']);
    for (const name of named) expect(help.out).toMatch(new RegExp(`^ +${name}\\b`, 'm'));
  });

  it('names the running stack', async () => {
    const { out } = await home(stack.stateHome);
    expect(out).toContain(`stack   running (binary), Prometheus at ${stack.url}`);
    expect(out).not.toContain('prom-tutor start ');
  });

  it('does not believe a state file whose server is gone', async () => {
    const other = await startSampleStack();
    await other.stop();
    try {
      expect((await home(other.stateHome)).out).toContain('stack   not running');
    } finally {
      await other.close();
    }
  });

  it('says where one left', async () => {
    const query = exercisesOf(up)[1]!;
    const stateHome = await withProgress((progress) =>
      recordPosition(
        recordAnswer(progress, up, exercisesOf(up)[0]!, { line: 'up', solved: true, atMs: 0 }),
        up,
        up.units.indexOf(query),
      ),
    );
    const { out } = await home(stateHome);
    expect(out).toMatch(
      new RegExp(`lesson {2}2 up: Your first query: up, exercise 2 of ${exercisesOf(up).length}, about \\d min left`),
    );
    expect(out).toMatch(/prom-tutor lesson 2 +go on with the lesson/);
  });

  it('goes on with the next lesson when one is done', async () => {
    const stateHome = await withProgress((progress) => recordFinish(recordPosition(progress, up, 0), up, 0));
    expect((await home(stateHome)).out).toContain('lesson  3 selectors:');
  });

  it('says what is due for review', async () => {
    const stateHome = await withProgress((progress) =>
      recordAnswer(progress, up, exercisesOf(up)[0]!, { line: 'nope', solved: false, atMs: 0 }),
    );
    expect((await home(stateHome)).out).toContain('review  1 exercise to answer again: prom-tutor review');
  });

  it('says so when everything is done', async () => {
    const stateHome = await withProgress((progress) =>
      course.lessons.reduce((before, lesson) => recordFinish(before, lesson, 0), progress),
    );
    expect((await home(stateHome)).out).toContain('all lessons are done');
  });

  it('gives the same as JSON', async () => {
    const { out } = await home(stack.stateHome, {}, ['--json']);
    expect(JSON.parse(out)).toMatchObject({
      stack: { backend: 'binary', url: stack.url },
      next: { command: 'prom-tutor lesson 1', number: 1, slug: 'scrape', begun: false },
    });
  });

  it('is plain text for a screen reader', async () => {
    const { out } = await home(emptyStateHome(), { ACCESSIBLE: '1' });
    expect(out).toContain('stack: not running');
    expect(out.split('\n').filter((line) => line.length > 72)).toEqual([]);
  });
});
