import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { exercisesOf } from '../../src/tutor/lesson.ts';
import { loadCourse } from '../../src/tutor/load-lessons.ts';
import { lessonStatus, type Progress } from '../../src/tutor/progress.ts';
import { BIN } from '../helpers/lesson-stack.ts';
import { startTerminal } from '../helpers/terminal.ts';
import { walkCourse } from './whole-course.ts';

// Nineteen lessons, typed one line after the other.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 60_000 });

describe.skipIf(process.platform === 'win32')('the whole course, from a shell prompt', () => {
  const home = mkdtempSync(join(tmpdir(), 'prom-tutor-course-walk-'));
  const programs = join(home, 'bin');
  const env = {
    // Neither docker nor prometheus is found, so the stack is the embedded one and nothing of the machine is touched.
    PATH: programs,
    HOME: home,
    XDG_STATE_HOME: join(home, 'state'),
    PS1: '$ ',
    LANG: 'C.UTF-8',
  };

  beforeAll(() => {
    spawnSync('mkdir', ['-p', programs]);
    symlinkSync(process.execPath, join(programs, 'node'));
    symlinkSync(BIN, join(programs, 'prom-tutor'));
    for (const name of ['env', 'sh', 'cat']) {
      const found = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
      symlinkSync(found, join(programs, name));
    }
  });
  afterAll(() => {
    spawnSync(process.execPath, [BIN, 'stop'], { env });
    rmSync(home, { recursive: true, force: true });
  });

  it('is reached to its end by typing only what the screen suggests', async () => {
    const course = loadCourse();
    await using terminal = startTerminal('/bin/sh', ['-i'], {
      cwd: home,
      env,
      rows: 50,
      columns: 100,
      timeoutMs: 60_000,
    });
    const walk = await walkCourse(terminal, 'prom-tutor', 1);
    const ids = course.lessons.flatMap((lesson) =>
      exercisesOf(lesson).map(({ number }) => `${lesson.number}.${number}`),
    );
    expect([...new Set(walk.exercises)]).toEqual(ids);
    expect(walk.seen).toBeGreaterThanOrEqual(1);
    const { lessons } = JSON.parse(
      readFileSync(join(home, 'state', 'prom-tutor', 'progress.json'), 'utf8'),
    ) as Progress;
    const progress: Progress = { version: 1, lessons };
    const left = course.lessons.filter((lesson) => {
      const { state, solved, exercises } = lessonStatus(progress, lesson);
      return state !== 'done' || solved !== exercises.length;
    });
    expect(left.map(({ slug }) => slug)).toEqual([]);
    expect(terminal.raw()).not.toMatch(/\(no data\)|internal error|error:/);
    const after = spawnSync(process.execPath, [BIN, 'fault', 'list', '--json'], { env, encoding: 'utf8' });
    const { faults } = JSON.parse(after.stdout) as { readonly faults: readonly { readonly on: readonly unknown[] }[] };
    expect(faults.filter(({ on }) => on.length > 0)).toEqual([]);
  });
});
