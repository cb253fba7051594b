import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StackState } from '../../src/backends/state.ts';
import { readStack, removeStack, stackFile, writeStack } from '../../src/backends/state-file.ts';

const state: StackState = {
  version: 1,
  toolVersion: '0.1.0',
  backend: 'binary',
  id: 'a1b2c3',
  phase: 'running',
  startedMs: 1_700_000_000_000,
  urls: { prometheus: 'http://localhost:9090', apps: ['http://localhost:8000', 'http://localhost:8001'] },
  scenario: { t0Ms: 1_700_000_000_000, seed: 1, historyMs: 21_600_000 },
  token: 'secret',
  processes: [{ name: 'prometheus', pid: 4711, startedAt: '123' }],
  dir: '/somewhere',
};

let dir = '';
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'prom-tutor-state-')), 'prom-tutor');
});
afterEach(() => rm(join(dir, '..'), { recursive: true, force: true }));

async function write(document: unknown): Promise<void> {
  await mkdir(dir, { recursive: true });
  await writeFile(stackFile(dir), typeof document === 'string' ? document : JSON.stringify(document));
}

describe('the state file', () => {
  it('is nothing before the first start', async () => {
    expect(await readStack(dir)).toEqual({ kind: 'none', state: undefined, notice: undefined });
  });

  it('gives back what was written, for its owner alone', async () => {
    await writeStack(dir, state);
    expect(await readStack(dir)).toEqual({ kind: 'ok', state, notice: undefined });
    if (process.platform !== 'win32') {
      expect((await stat(stackFile(dir))).mode & 0o777).toBe(0o600);
      expect((await stat(dir)).mode & 0o777).toBe(0o700);
    }
  });

  it('leaves no temporary file beside it and is gone after its removal', async () => {
    await writeStack(dir, state);
    await writeStack(dir, { ...state, phase: 'starting' });
    expect(await readdir(dir)).toEqual(['stack.json']);
    await removeStack(dir);
    await removeStack(dir);
    expect(await readdir(dir)).toEqual([]);
  });

  it('keeps fields that a later tool added', async () => {
    await write({ ...state, later: true });
    expect((await readStack(dir)).state).toMatchObject({ later: true, id: 'a1b2c3' });
  });

  it.each([
    ['', 'it is empty'],
    ['{"version": 1, "backend"', 'it is not JSON'],
    ['[]', 'it has no version'],
    ['null', 'it has no version'],
    [{ ...state, version: 0 }, 'wrong field: version'],
    [{ ...state, backend: 'podman' }, 'wrong field: backend'],
    [{ ...state, phase: 'done' }, 'wrong field: phase'],
    [{ ...state, startedMs: '1' }, 'wrong field: startedMs'],
    [{ ...state, urls: { prometheus: 'localhost', apps: [] } }, 'wrong field: urls.prometheus'],
    [{ ...state, urls: { ...state.urls, apps: ['file:///etc/passwd'] } }, 'wrong field: urls.apps[0]'],
    [{ ...state, urls: { ...state.urls, grafana: 3000 } }, 'wrong field: urls.grafana'],
    [{ ...state, scenario: { ...state.scenario, t0Ms: null } }, 'wrong field: scenario.t0Ms'],
    [{ ...state, processes: [{ name: 'x', pid: -1, startedAt: '' }] }, 'wrong field: processes[0].pid'],
    [{ ...state, processes: [{ name: 'x', pid: 1, startedAt: '' }] }, 'wrong field: processes[0].pid'],
    [{ ...state, processes: {} }, 'wrong field: processes'],
  ])('sets %j aside and says why: %s', async (document, reason) => {
    await write(document);
    const text = await readFile(stackFile(dir), 'utf8');
    const read = await readStack(dir);
    expect(read).toMatchObject({ kind: 'damaged', state: undefined });
    expect(read.notice).toContain(`(${reason})`);
    expect(await readdir(dir)).toEqual(['stack.json.damaged']);
    expect(await readFile(join(dir, 'stack.json.damaged'), 'utf8')).toBe(text);
  });

  it('never writes over what was set aside before', async () => {
    for (const text of ['one', 'two', 'three']) {
      await write(text);
      await readStack(dir);
    }
    expect((await readdir(dir)).sort()).toEqual(['stack.json.damaged', 'stack.json.damaged-2', 'stack.json.damaged-3']);
  });

  it('leaves the file of a newer tool alone', async () => {
    await write({ version: 2, other: 'fields' });
    const read = await readStack(dir);
    expect(read).toMatchObject({ kind: 'newer', state: undefined });
    expect(read.notice).toContain('newer prom-tutor (format 2, this one knows 1)');
    expect(await readdir(dir)).toEqual(['stack.json']);
  });

  it('explains a folder that cannot be used', async () => {
    await mkdir(join(dir, '..'), { recursive: true });
    await writeFile(dir, 'a file where the folder should be');
    await expect(readStack(dir)).rejects.toMatchObject({
      name: 'UserError',
      hint: expect.stringContaining('XDG_STATE_HOME'),
    });
    await expect(writeStack(dir, state)).rejects.toMatchObject({ name: 'UserError' });
  });

  it('is gone after its removal, also when it was just being written, with what a killed process left of it', async () => {
    await writeStack(dir, state);
    await writeFile(`${stackFile(dir)}.123456`, 'half');
    const writing = writeStack(dir, { ...state, phase: 'starting' });
    await removeStack(dir);
    await writing;
    expect(await readdir(dir)).toEqual([]);
  });
});
