import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processRow } from '../../src/backends/process-table.ts';
import { stackLockHolder, withStackLock } from '../../src/backends/stack-lock.ts';
import { fakeIo } from '../helpers/fake-io.ts';

const system = fakeIo({ platform: process.platform, env: process.env });

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'prom-tutor-lock-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const quiet = { signal: new AbortController().signal, onWait: () => undefined };

/** A promise and what settles it. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe('the lock of the stack', () => {
  it('gives back what the work gives, and is gone afterwards', async () => {
    expect(await withStackLock(system, dir, quiet, async () => 42)).toBe(42);
    expect(await readdir(dir)).toEqual([]);
  });

  it('says that the state folder cannot be written to, without a stack', async () => {
    const file = join(dir, 'a-file');
    await writeFile(file, '');
    const locked = withStackLock(system, join(file, 'prom-tutor'), quiet, async () => 42);
    await expect(locked).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining('cannot be written to (ENOTDIR)'),
      exitCode: 3,
    });
  });

  it('is gone after work that throws', async () => {
    const work = withStackLock(system, dir, quiet, () => Promise.reject(new Error('no')));
    await expect(work).rejects.toThrow('no');
    expect(await readdir(dir)).toEqual([]);
  });

  it('lets five at once through one by one', async () => {
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await system.sleep(5);
      inside--;
    };
    const apart = () => ({ ...quiet, signal: new AbortController().signal });
    await Promise.all(Array.from({ length: 5 }, () => withStackLock(system, dir, apart(), work)));
    expect(most).toBe(1);
    expect(await readdir(dir)).toEqual([]);
  });

  it('names its holder to those who ask and those who wait', async () => {
    const { opened, open } = gate();
    const first = withStackLock(system, dir, quiet, () => opened);
    await expect.poll(() => stackLockHolder(system, dir)).toMatchObject({ pid: process.pid });
    const waited: number[] = [];
    const second = withStackLock(system, dir, { ...quiet, onWait: (pid) => waited.push(pid) }, async () => 'mine');
    await expect.poll(() => waited).toEqual([process.pid]);
    open();
    await first;
    expect(await second).toBe('mine');
    expect(waited).toHaveLength(1);
    expect(await stackLockHolder(system, dir)).toBeUndefined();
  });

  it('can be waited for until one gives up', async () => {
    const { opened, open } = gate();
    const first = withStackLock(system, dir, quiet, () => opened);
    await expect.poll(() => readdir(dir)).toEqual(['stack.lock']);
    const ending = new AbortController();
    const options = { signal: ending.signal, onWait: () => ending.abort(new Error('enough')) };
    await expect(withStackLock(system, dir, options, async () => 'never')).rejects.toThrow('enough');
    open();
    await first;
  });

  it.each([
    ['its holder has died', async () => ({ name: 'prom-tutor', pid: 2 ** 22 + 1, startedAt: '1' })],
    [
      'its pid belongs to somebody else now',
      async () => ({
        name: 'prom-tutor',
        pid: process.pid,
        startedAt: `${(await processRow(system, process.pid))?.startedAt}0`,
      }),
    ],
    ['it is damaged', async () => 'not an object'],
  ])('is taken over when %s', async (_why, content) => {
    await writeFile(join(dir, 'stack.lock'), JSON.stringify(await content()));
    expect(await stackLockHolder(system, dir)).toBeUndefined();
    let inside = 0;
    const work = async () => {
      expect(++inside).toBe(1);
      await system.sleep(5);
      inside--;
    };
    await Promise.all(Array.from({ length: 5 }, () => withStackLock(system, dir, quiet, work)));
    expect(await readdir(dir)).toEqual([]);
  });

  it('is taken over even if one died while taking it over', async () => {
    await writeFile(join(dir, 'stack.lock'), '{}');
    await writeFile(join(dir, 'stack.lock.breaking'), '');
    const later = { ...system, now: () => Date.now() + 60_000 };
    expect(await withStackLock(later, dir, quiet, async () => 'mine')).toBe('mine');
    expect(await readdir(dir)).toEqual([]);
  });
});
