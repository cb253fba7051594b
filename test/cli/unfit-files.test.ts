import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { fakeIo } from '../helpers/fake-io.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'prom-tutor-unfit-'));
  execFileSync('/bin/sh', ['-c', 'mkfifo pipe pipe.yml'], { cwd: home });
  writeFileSync(join(home, 'dump.txt'), 'up 1\n');
  writeFileSync(join(home, 'notes.md'), 'mine\n');
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function run(argv: readonly string[], input = '') {
  const env = { XDG_STATE_HOME: join(home, 'state'), XDG_CONFIG_HOME: join(home, 'config'), PATH: '/nonexistent' };
  const io = fakeIo({ env, homeDir: home, cwd: home, columns: 80, input });
  return { code: await main(argv, io), err: io.errText() };
}

const NO_FILE = 'a device or a pipe, not a file';

// A pipe that nobody writes to, and a device without an end: whoever opens them waits for ever.
describe.skipIf(process.platform === 'win32')('where a file is meant', () => {
  it.each<[readonly string[], string]>([
    [['query', 'up', '--data', 'pipe'], NO_FILE],
    [['query', 'up', '--data', '/dev/zero'], NO_FILE],
    [['grade', 'pipe'], NO_FILE],
    [['grade', '/dev/zero'], NO_FILE],
    [['grade', '.'], 'that is a folder'],
    [['progress', 'import', 'pipe'], NO_FILE],
    [['dashboard', '--file', 'pipe'], NO_FILE],
    [['dashboard', '--file', '.'], 'that is a folder'],
    [['lint', 'pipe.yml', '--offline'], NO_FILE],
    [['query', 'up', '--config', 'pipe'], 'not a file'],
    [['query', 'up', '--config', '/dev/zero'], 'not a file'],
    [['query', 'up', '-s', 'http://127.0.0.1:9', '--http.config.file', 'pipe'], NO_FILE],
    [['query', 'up', '-s', 'http://127.0.0.1:9', '--token-file', 'pipe'], NO_FILE],
    [['query', 'up', '-s', 'http://127.0.0.1:9', '--token-file', '/dev/zero'], NO_FILE],
    [['lessons', '--course', '/etc/passwd'], '--course: /etc/passwd is no folder'],
    [['lesson', '1', '--course', 'pipe'], '--course: pipe is no folder'],
    [['query', 'up', '--data', 'dump.txt', '--range', '5m', '--svg', 'pipe'], 'is no ordinary file'],
    [['doctor', '--report=notes.md'], 'is no report: nothing is written over it'],
    [['doctor', '--report=pipe'], NO_FILE],
    [['progress', 'export', 'notes.md'], 'Name a file that is not there yet'],
  ])('%j is refused in words', async (argv, words) => {
    const { code, err } = await run(argv);
    expect([1, 2]).toContain(code);
    expect(err).toContain(words);
    expect(err).not.toMatch(/internal error|ENOTDIR|EISDIR/);
    expect(readFileSync(join(home, 'notes.md'), 'utf8')).toBe('mine\n');
  });

  it.each([
    ['\\i pipe', NO_FILE],
    ['\\o! pipe', NO_FILE],
    ['\\o notes.md', 'notes.md is there already'],
  ])('explore refuses %s', async (line, words) => {
    const { err } = await run(['explore', '--data', 'dump.txt'], `${line}\n`);
    expect(err.replace(/\s+/g, ' ')).toContain(words);
  });
});
