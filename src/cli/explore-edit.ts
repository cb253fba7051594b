import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { UsageError, UserError } from '../model/errors.ts';
import { safe } from '../render/safe.ts';
import type { ExploreRoom } from './explore-room.ts';
import type { Io } from './io.ts';

/**
 * Lets the person edit a query in their editor and gives what they saved; undefined when nothing is left of it. The
 * editor has the terminal to itself. It gets the file's name as a word of its own, and no shell reads anything.
 */
export async function editQuery({ context }: ExploreRoom, query: string): Promise<string | undefined> {
  const { io } = context;
  if (!context.interactive)
    throw new UsageError('an editor needs a terminal', { hint: 'Write the query where \\e stands.' });
  const folder = await mkdtemp(join(tmpdir(), 'prom-tutor-'));
  const file = join(folder, 'query.promql');
  try {
    await writeFile(file, `${query}\n`, { mode: 0o600 });
    await runEditor(io, file);
    const text = (await readFile(file, 'utf8')).trim();
    const empty = text.split('\n').every((line) => /^\s*(?:#.*)?$/.test(line));
    if (empty) context.note('The file is empty: nothing is run.');
    return empty ? undefined : text;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runEditor(io: Io, file: string): Promise<void> {
  const [program = '', ...args] = editorWords(io);
  // Ctrl-C is a key of many editors: only the end of the session ends this one.
  const { exitCode, failed, code } = await execa(program, [...args, file], {
    stdio: 'inherit',
    cwd: io.cwd,
    env: { ...io.env },
    extendEnv: false,
    reject: false,
  });
  if (code === 'ENOENT') {
    throw new UserError(`there is no editor "${safe(program)}"`, {
      hint: 'Name one: export VISUAL=nano, before prom-tutor explore.',
    });
  }
  if (failed)
    throw new UserError(
      `${program} ended with ${exitCode === undefined ? 'a signal' : `exit code ${exitCode}`}: nothing is run`,
    );
}

/** `$VISUAL` or `$EDITOR` as words: quotes hold one together. */
export function editorWords({ env, platform }: Pick<Io, 'env' | 'platform'>): readonly string[] {
  const named = [env.VISUAL, env.EDITOR].find((text) => text !== undefined && text.trim() !== '');
  if (named === undefined) return [platform === 'win32' ? 'notepad' : 'vi'];
  return [...named.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
}
