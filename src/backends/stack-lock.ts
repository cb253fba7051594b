import { link, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../lib/paths.ts';
import { EXIT, UserError } from '../model/errors.ts';
import { processRow } from './process-table.ts';
import { isRunning } from './processes.ts';
import { isText } from './shape.ts';
import type { ProcessRecord } from './state.ts';
import { hasCode } from './stored-json.ts';
import type { System } from './world.ts';

/**
 * Runs `work` while no other prom-tutor changes the stack. While another one does, waits for it; `onWait` is told once
 * who that is. A lock whose holder has died is taken over. Rejects with the signal's reason when aborted while waiting.
 */
export async function withStackLock<T>(
  system: System,
  stateDir: string,
  options: { readonly signal: AbortSignal; onWait(holderPid: number): void },
  work: () => Promise<T>,
): Promise<T> {
  await usable(stateDir, () => makeFolder(stateDir));
  const lock = join(stateDir, LOCK_FILE);
  let told = false;
  while (!(await usable(stateDir, () => tryLock(system, lock)))) {
    options.signal.throwIfAborted();
    const holder = await holderOf(lock);
    if (holder === undefined || !(await isRunning(system, holder))) {
      await breakLock(system, lock);
      continue;
    }
    if (!told) options.onWait(holder.pid);
    told = true;
    await system.sleep(200, options.signal);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

/** The prom-tutor that is changing the stack at this moment; undefined when none is, or the one that was has died. */
export async function stackLockHolder(system: System, stateDir: string): Promise<ProcessRecord | undefined> {
  const holder = await holderOf(join(stateDir, LOCK_FILE));
  return holder !== undefined && (await isRunning(system, holder)) ? holder : undefined;
}

const LOCK_FILE = 'stack.lock';

/** Where nothing can be written no stack can be kept: that is the person's to mend, not a bug. */
async function usable<T>(stateDir: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const code = UNUSABLE.find((known) => hasCode(error, known));
    if (code === undefined) throw error;
    throw new UserError(`the state folder ${stateDir} cannot be written to (${code})`, {
      hint: 'Free or mend it, or set XDG_STATE_HOME to a folder of your own. More: prom-tutor doctor',
      exitCode: EXIT.unavailable,
      cause: error,
    });
  }
}

const UNUSABLE = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENOENT', 'EEXIST', 'ENOSPC', 'EDQUOT'];

/** The lock appears with its content in one step, so that nobody ever reads half of it. */
async function tryLock(system: System, lock: string): Promise<boolean> {
  const own = `${lock}.${system.pid}.${system.randomHex(4)}`;
  const startedAt = (await processRow(system, system.pid))?.startedAt ?? '';
  await writeFile(own, JSON.stringify({ name: 'prom-tutor', pid: system.pid, startedAt }), { mode: 0o600 });
  try {
    await link(own, lock);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

async function holderOf(lock: string): Promise<ProcessRecord | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(lock, 'utf8'));
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('startedAt' in value)) return undefined;
    const { pid, startedAt } = value;
    if (typeof pid !== 'number' || isText(startedAt, '') !== undefined) return undefined;
    return { name: 'prom-tutor', pid, startedAt: String(startedAt) };
  } catch {
    return undefined;
  }
}

/** One that breaks a lock holds this second one for microseconds; if it died right then, its trace goes after this time. */
const BREAKING_MS = 5_000;

/** Removes the lock of a dead holder. Only one at a time may look and remove, or the second would remove a fresh lock. */
async function breakLock(system: System, lock: string): Promise<void> {
  const breaker = `${lock}.breaking`;
  try {
    await writeFile(breaker, '', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    const found = await stat(breaker).catch(() => undefined);
    if (found !== undefined && system.now() - found.mtimeMs > BREAKING_MS) await rm(breaker, { force: true });
    await system.sleep(50);
    return;
  }
  try {
    const holder = await holderOf(lock);
    if (holder === undefined || !(await isRunning(system, holder))) await rm(lock, { force: true });
  } finally {
    await rm(breaker, { force: true });
  }
}
