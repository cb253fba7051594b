import { appendFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lastLines, newLines } from '../../src/backends/file-lines.ts';
import { fakeIo } from '../helpers/fake-io.ts';

const system = fakeIo({ platform: process.platform, env: process.env });

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'prom-tutor-files-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('lastLines', () => {
  const long = Array.from({ length: 5_000 }, (_, index) => `line ${index} ${'x'.repeat(60)}`);

  it.each([
    ['', 3, []],
    ['one', 3, ['one']],
    ['one\ntwo\n', 3, ['one', 'two']],
    ['one\ntwo\nthree\n', 2, ['two', 'three']],
    ['one\n\n', 2, ['one', '']],
    ['one\ntwo\n', 0, []],
    [`${long.join('\n')}\n`, 2, long.slice(-2)],
    [`${long.join('\n')}\n`, 4_999, long.slice(1)],
  ])('of a file, case %#', async (text, count, lines) => {
    const path = join(dir, 'log');
    await writeFile(path, text);
    expect(await lastLines(path, count)).toEqual({ lines, end: Buffer.byteLength(text) });
  });

  it('are none where there is no file', async () => {
    expect(await lastLines(join(dir, 'none'), 3)).toEqual({ lines: [], end: 0 });
  });
});

describe('newLines', () => {
  it('gives whole lines as they come, in pieces or after the file began anew', async () => {
    const path = join(dir, 'log');
    await writeFile(path, 'old\n');
    const ending = new AbortController();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const line of newLines(system, path, 4, ending.signal)) seen.push(line);
    })();
    await appendFile(path, 'half of ');
    await system.sleep(300);
    expect(seen).toEqual([]);
    await appendFile(path, 'a line\nsecond\n');
    await expect.poll(() => seen).toEqual(['half of a line', 'second']);
    await truncate(path, 0);
    await system.sleep(300);
    await appendFile(path, 'anew\n');
    await expect.poll(() => seen.at(-1)).toBe('anew');
    ending.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
  });
});
