import { constants } from 'node:fs';
import { chmod, copyFile, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { makeFolder } from '../lib/paths.ts';
import { UserError } from '../model/errors.ts';
import { EMPTY_PROGRESS, PROGRESS_VERSION, type Progress } from './progress.ts';
import { type ReadProgress, readProgress } from './read-progress.ts';

/** Where progress is kept. Both methods throw `UserError` when the folder cannot be used or a newer version wrote it. */
export type ProgressFile = {
  readonly path: string;
  load(): Promise<LoadedProgress>;
  /**
   * Changes what is saved: reads the file anew under a lock, applies the change, writes. So two sessions at once add up
   * instead of overwriting each other, as long as changes are made from what they are given.
   */
  update(change: (progress: Progress) => Progress): Promise<LoadedProgress>;
};

/** `notices`: sentences for the person, such as that a damaged file was set aside. */
export type LoadedProgress = { readonly progress: Progress; readonly notices: readonly string[] };

type Clock = { now(): number; sleep(ms: number): Promise<void> };

/** The progress file in the state folder: `progress.json`, one backup, readable by its owner alone. */
export function progressFile(stateFolder: string, clock: Clock): ProgressFile {
  const path = join(stateFolder, 'progress.json');
  return {
    path,
    load: () => explained(path, () => load(path, clock)),
    update: (change) =>
      explained(path, () =>
        locked(path, clock, async () => {
          const loaded = await recovered(path, clock);
          const progress = change(loaded.progress);
          await save(path, progress);
          return { ...loaded, progress };
        }),
      ),
  };
}

/** Reads without a lock (writes are atomic); only setting a damaged file aside needs one. */
async function load(path: string, clock: Clock): Promise<LoadedProgress> {
  const found = await read(path);
  return found.kind === 'ok'
    ? { progress: found.progress, notices: [] }
    : locked(path, clock, () => recovered(path, clock));
}

async function recovered(path: string, clock: Clock): Promise<LoadedProgress> {
  const found = await read(path);
  return found.kind === 'ok' ? { progress: found.progress, notices: [] } : recover(path, clock, found.reason);
}

async function read(path: string): Promise<Exclude<ReadProgress, { readonly kind: 'newer' }>> {
  const text = await textOf(path);
  if (text === undefined) return { kind: 'ok', progress: EMPTY_PROGRESS };
  const found = readProgress(text);
  if (found.kind === 'newer') throw newerError(path, found.version);
  return found;
}

/** Sets a damaged file aside, never deletes it, and goes on with the backup when that one is good. */
async function recover(path: string, clock: Clock, reason: string): Promise<LoadedProgress> {
  const aside = `${path}.damaged-${new Date(clock.now()).toISOString().replace(/[:.]/g, '')}`;
  await rename(path, aside);
  const backup = await textOf(backupOf(path));
  const found = backup === undefined ? undefined : readProgress(backup);
  const first = `The progress file was damaged (${reason}). It was set aside as ${aside}.`;
  if (found?.kind !== 'ok') {
    return { progress: EMPTY_PROGRESS, notices: [`${first} There was no usable backup: progress starts anew.`] };
  }
  await writeFileAtomic(path, textFor(found.progress), { mode: 0o600 });
  return { progress: found.progress, notices: [`${first} The backup took its place; the last answer may be missing.`] };
}

async function save(path: string, progress: Progress): Promise<void> {
  await copyFile(path, backupOf(path)).then(
    () => chmod(backupOf(path), 0o600),
    (error: unknown) => {
      if (!hasCode(error, 'ENOENT')) throw error;
    },
  );
  await writeFileAtomic(path, textFor(progress), { mode: 0o600 });
}

/** A lock is held for milliseconds; one older than this was left by a process that died. */
const STALE_LOCK_MS = 5_000;
const LOCK_PATIENCE_MS = 10_000;

async function locked<T>(path: string, clock: Clock, work: () => Promise<T>): Promise<T> {
  await makeFolder(dirname(path));
  const lock = `${path}.lock`;
  const giveUpAt = clock.now() + LOCK_PATIENCE_MS;
  while (!(await takeLock(lock))) {
    if (clock.now() > giveUpAt) {
      throw new UserError(`another prom-tutor keeps ${path} locked`, {
        hint: `End it, or remove ${lock} when none is running.`,
      });
    }
    await dropStaleLock(lock, clock);
    await clock.sleep(20);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function takeLock(lock: string): Promise<boolean> {
  try {
    const handle = await open(lock, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
    await handle.close();
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

async function dropStaleLock(lock: string, clock: Clock): Promise<void> {
  const found = await stat(lock).catch(() => undefined);
  if (found !== undefined && clock.now() - found.mtimeMs > STALE_LOCK_MS) await rm(lock, { force: true });
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Turns what the file system refuses into words; anything else goes on as it is. */
async function explained<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError || !(error instanceof Error) || !('code' in error)) throw error;
    throw new UserError(`progress cannot be kept in ${path}: ${error.message}`, {
      hint: 'Make the folder writable, or set XDG_STATE_HOME to one that is.',
      cause: error,
    });
  }
}

function newerError(path: string, version: number): UserError {
  return new UserError(
    `${path} was written by a newer prom-tutor (format ${version}, this one knows ${PROGRESS_VERSION})`,
    {
      hint: 'Update prom-tutor, or set XDG_STATE_HOME to another folder to start anew there.',
    },
  );
}

function backupOf(path: string): string {
  return `${path}.backup`;
}

function textFor(progress: Progress): string {
  return `${JSON.stringify(progress, undefined, 2)}\n`;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
