import { createHash } from 'node:crypto';
import { chmod, type FileHandle, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import writeFileAtomic from 'write-file-atomic';
import { makeFolder } from '../lib/paths.ts';
import { holdsSecret } from './history-secrets.ts';

/** What was typed on one server, kept from day to day in a file of its own that only its owner can read. */
export type HistoryStore = {
  readonly path: string;
  /** The oldest first, each text once, where it was typed last. `notice` says why nothing could be read. */
  load(): Promise<{ readonly entries: readonly string[]; readonly notice?: string }>;
  /** Adds a text of one or more lines. Never rejects: a prompt goes on when nothing can be written. */
  add(text: string): Promise<HistoryAddition>;
};

/** `secret`: it looks as if it held one. `left-out`: it is empty, begins with a space or is endless. */
export type HistoryAddition = 'kept' | 'secret' | 'left-out' | 'unwritable';

/**
 * The history of a server below the state folder. `server` is its address, of which credentials are left out, or the name
 * of whatever answers; two servers never share a file. `nowMs` is the clock, in milliseconds since 1970.
 */
export function historyStore(stateFolder: string, server: string, nowMs: () => number): HistoryStore {
  const folder = join(stateFolder, 'history');
  const path = join(folder, `${fileNameFor(server)}.jsonl`);
  return {
    path,
    async load() {
      try {
        await chmod(folder, 0o700);
        await chmod(path, 0o600);
        const { lines, bytes } = await readLines(path);
        const entries = latest(lines);
        if (lines.length > MOST_ENTRIES * 2 || bytes > MOST_BYTES) await locked(path, nowMs, () => shorten(path));
        return { entries };
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return { entries: [] };
        return { entries: [], notice: `what was typed before cannot be read: ${path} (${codeOf(error) ?? 'unknown'})` };
      }
    },
    async add(text) {
      const entry = text.trimEnd();
      if (entry.trim() === '' || /^\s/.test(entry) || entry.length > LONGEST_ENTRY) return 'left-out';
      if (holdsSecret(entry)) return 'secret';
      try {
        await makeFolder(folder, 0o700);
        await locked(path, nowMs, () => append(path, `${JSON.stringify({ ms: nowMs(), text: entry })}\n`));
        return 'kept';
      } catch {
        return 'unwritable';
      }
    },
  };
}

/** Entries that are offered; the file may hold twice as many before it is written anew. */
const MOST_ENTRIES = 1_000;
const LONGEST_ENTRY = 20_000;
const MOST_BYTES = 4_000_000;

/** The address alone tells servers apart; what a name may hold is no matter of file systems then. */
function fileNameFor(server: string): string {
  return createHash('sha256').update(withoutCredentials(server)).digest('hex').slice(0, 24);
}

function withoutCredentials(server: string): string {
  if (!URL.canParse(server)) return server;
  const { protocol, host, pathname } = new URL(server);
  return `${protocol}//${host}${pathname.replace(/\/+$/, '')}`;
}

/** The last lines of the file that tell something; damaged ones are left out. */
async function readLines(path: string): Promise<{ readonly lines: readonly string[]; readonly bytes: number }> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const length = Math.min(size, MOST_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    const text = buffer.toString('utf8', 0, bytesRead);
    return { lines: text.split('\n').flatMap(entryOf), bytes: size };
  } finally {
    await file.close();
  }
}

function entryOf(line: string): readonly string[] {
  try {
    const { text } = JSON.parse(line);
    return typeof text === 'string' && text !== '' && text.length <= LONGEST_ENTRY ? [text] : [];
  } catch {
    return [];
  }
}

function latest(lines: readonly string[]): readonly string[] {
  const seen = new Set([...lines].reverse());
  return [...seen].slice(0, MOST_ENTRIES).reverse();
}

/** In one write, behind what others may have added; a line that a crash has broken off does not take this one with it. */
async function append(path: string, line: string): Promise<void> {
  const file = await open(path, 'a+', 0o600);
  try {
    await file.write((await endsOpen(file)) ? `\n${line}` : line);
  } finally {
    await file.close();
  }
}

async function endsOpen(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer.toString() !== '\n';
}

async function shorten(path: string): Promise<void> {
  const { lines } = await readLines(path);
  const kept = latest(lines).map((text) => `${JSON.stringify({ text })}\n`);
  await writeFileAtomic(path, kept.join(''), { mode: 0o600 });
}

/** A lock older than this belongs to nobody any more; milliseconds. */
const FORGOTTEN_MS = 5_000;
const TRIES = 100;

/**
 * Runs the work while no other prompt writes the file. Whoever cannot have the lock in about two seconds does without: a
 * line is appended in one piece anyway.
 */
async function locked(path: string, nowMs: () => number, work: () => Promise<void>): Promise<void> {
  const lock = `${path}.lock`;
  let mine = false;
  for (let tries = 0; tries < TRIES && !mine; tries++) {
    mine = await open(lock, 'wx', 0o600).then(
      (file) => file.close().then(() => true),
      (error) => {
        if (codeOf(error) === 'EEXIST') return false;
        throw error;
      },
    );
    if (mine) break;
    const made = await stat(lock).catch(() => undefined);
    if (made !== undefined && nowMs() - made.mtimeMs > FORGOTTEN_MS) await rm(lock, { force: true });
    else await pause(20);
  }
  try {
    await work();
  } finally {
    if (mine) await rm(lock, { force: true });
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
