import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EMPTY_PROGRESS, type Progress, recordPosition } from '../../src/tutor/progress.ts';
import { progressFile } from '../../src/tutor/progress-file.ts';
import { sampleLesson as lesson } from '../helpers/sample-lesson.ts';

const clock = { now: () => Date.now(), sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)) };

let folder = '';
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'prom-tutor-progress-')), 'state', 'prom-tutor');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () => progressFile(folder, clock);
const at = (unit: number) => (progress: Progress) => recordPosition(progress, lesson, unit);
const unitIn = (text: string) => (JSON.parse(text) as Progress).lessons.sample?.position?.unit;

describe('the progress file', () => {
  it('begins empty and writes nothing until something is done', async () => {
    expect(await open().load()).toEqual({ progress: EMPTY_PROGRESS, notices: [] });
    expect(existsSync(folder)).toBe(false);
  });

  it('gives back what was saved, keeps the state before as a backup, leaves nothing else', async () => {
    await open().update(at(1));
    await open().update(at(2));
    expect((await open().load()).progress.lessons.sample?.position?.unit).toBe(2);
    expect(unitIn(readFileSync(`${open().path}.backup`, 'utf8'))).toBe(1);
    expect(readdirSync(folder).sort()).toEqual(['progress.json', 'progress.json.backup']);
  });

  it.skipIf(process.platform === 'win32')('can be read by its owner alone', async () => {
    await open().update(at(1));
    await open().update(at(2));
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it.each([
    ['{ "version": 1, "less', 'it is not JSON'],
    ['', 'it is empty'],
    ['[]', 'it has no version'],
    ['{"version": 1, "lessons": {"up": {"exercises": {"a": {"number": "x"}}}}}', 'a field in it has the wrong type'],
    ['{"version": 1, "lessons": 5}', 'a field in it has the wrong type'],
  ])('sets %s aside, says so, and goes on with the backup', async (text, reason) => {
    await open().update(at(1));
    await open().update(at(2));
    writeFileSync(open().path, text);
    const { progress, notices } = await open().load();
    expect(progress.lessons.sample?.position?.unit).toBe(1);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain(reason);
    const aside = readdirSync(folder).find((name) => name.includes('damaged'));
    expect(readFileSync(join(folder, aside ?? ''), 'utf8')).toBe(text);
    expect((await open().load()).notices).toEqual([]);
  });

  it('starts anew when the backup is damaged, too', async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(open().path, 'x');
    writeFileSync(`${open().path}.backup`, 'y');
    const { progress, notices } = await open().update(at(3));
    expect(progress.lessons.sample?.position?.unit).toBe(3);
    expect(notices[0]).toContain('progress starts anew');
  });

  it('never touches the file of a newer version', async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(open().path, '{"version": 2, "lessons": []}');
    await expect(open().load()).rejects.toThrow(/written by a newer prom-tutor \(format 2, this one knows 1\)/);
    await expect(open().update(at(1))).rejects.toThrow(/newer/);
    expect(readFileSync(open().path, 'utf8')).toBe('{"version": 2, "lessons": []}');
  });

  it('says what is wrong when the folder cannot be used', async () => {
    mkdirSync(join(folder, '..'), { recursive: true });
    writeFileSync(folder, 'a file, not a folder');
    await expect(open().update(at(1))).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining('progress cannot be kept in'),
      hint: expect.stringContaining('XDG_STATE_HOME'),
    });
  });

  it('takes a lock that a dead process left', async () => {
    mkdirSync(folder, { recursive: true });
    const lock = `${open().path}.lock`;
    writeFileSync(lock, '');
    const old = new Date(Date.now() - 60_000);
    utimesSync(lock, old, old);
    await open().update(at(1));
    expect(existsSync(lock)).toBe(false);
  });

  it('waits for a lock, and gives up with a clear word', async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${open().path}.lock`, '');
    let now = Date.now();
    const impatient = {
      now: () => now,
      sleep: async (ms: number) => {
        now += ms * 100;
        utimesSync(`${open().path}.lock`, new Date(now), new Date(now));
      },
    };
    await expect(progressFile(folder, impatient).update(at(1))).rejects.toThrow(/another prom-tutor keeps .* locked/);
  });

  it('adds up what two sessions do at once', async () => {
    const bump = (slug: string) => (progress: Progress) => ({
      ...progress,
      lessons: {
        ...progress.lessons,
        [slug]: { exercises: {}, position: { unit: (progress.lessons[slug]?.position?.unit ?? 0) + 1, of: 100 } },
      },
    });
    await Promise.all(Array.from({ length: 30 }, (_, index) => open().update(bump(index % 2 === 0 ? 'a' : 'b'))));
    const { lessons } = (await open().load()).progress;
    expect([lessons.a?.position?.unit, lessons.b?.position?.unit]).toEqual([15, 15]);
  });

  it('adds up what several processes do at once', async () => {
    const source = (name: string) =>
      pathToFileURL(fileURLToPath(new URL(`../../src/tutor/${name}`, import.meta.url))).href;
    const script = `
      import { progressFile } from ${JSON.stringify(source('progress-file.ts'))};
      const clock = { now: () => Date.now(), sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) };
      const file = progressFile(${JSON.stringify(folder)}, clock);
      for (let i = 0; i < 10; i++) await file.update((progress) => {
        const unit = (progress.lessons.a?.position?.unit ?? 0) + 1;
        return { ...progress, lessons: { a: { exercises: {}, position: { unit, of: 100 } } } };
      });
    `;
    const script2 = join(mkdtempSync(join(tmpdir(), 'prom-tutor-process-')), 'bump.mjs');
    writeFileSync(script2, script);
    const run = () =>
      promisify(execFile)(process.execPath, ['--import', 'tsx', script2], {
        cwd: fileURLToPath(new URL('../..', import.meta.url)),
      });
    await Promise.all([run(), run(), run()]);
    expect((await open().load()).progress.lessons.a?.position?.unit).toBe(30);
  });
});
