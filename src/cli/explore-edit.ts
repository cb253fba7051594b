import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../model/errors.ts';
import { editFile } from './edit-file.ts';
import type { ExploreRoom } from './explore-room.ts';

/**
 * Lets the person edit a query in their editor, in a file that only they can read, and gives what they saved; undefined
 * when nothing is left of it.
 */
export async function editQuery({ context }: ExploreRoom, query: string): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'prom-tutor-'));
  const file = join(folder, 'query.promql');
  try {
    await writeFile(file, `${query}\n`, { mode: 0o600 });
    await edited(() => editFile(context, file));
    const text = (await readFile(file, 'utf8')).trim();
    const empty = text.split('\n').every((line) => /^\s*(?:#.*)?$/.test(line));
    if (empty) context.note('The file is empty: nothing is run.');
    return empty ? undefined : text;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The file is gone afterwards, so nobody is told to open it. */
async function edited(edit: () => Promise<void>): Promise<void> {
  try {
    await edit();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`${error.message}; nothing is run`, {
      hint: 'Name another one: export VISUAL=nano before prom-tutor explore.',
      exitCode: error.exitCode,
      cause: error,
    });
  }
}
