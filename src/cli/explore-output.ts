import { type FileHandle, open, stat } from 'node:fs/promises';
import { UserError } from '../model/errors.ts';

/** A file that results are written to. */
export type ExploreOutput = {
  readonly path: string;
  /** Adds a block and an empty line. Throws `UserError` when it cannot be written. */
  write(block: string): Promise<void>;
  close(): Promise<void>;
};

/**
 * Begins a file that only its owner reads; one that is there is emptied only with `forced`. `path` is absolute, `typed`
 * what stands in messages. Throws `UserError`.
 */
export async function openOutput(path: string, typed: string, forced: boolean): Promise<ExploreOutput> {
  const handle = await opened(path, typed, forced);
  return {
    path,
    async write(block) {
      try {
        await handle.appendFile(`${block}\n\n`);
      } catch (error) {
        throw new UserError(`${typed} cannot be written: ${textOf(error)}`, {
          hint: 'Write no longer with: \\o',
          cause: error,
        });
      }
    },
    close: () => handle.close(),
  };
}

async function opened(path: string, typed: string, forced: boolean): Promise<FileHandle> {
  const there = await stat(path).catch(() => undefined);
  if (there !== undefined && !there.isFile() && !there.isDirectory()) {
    throw new UserError(`${typed} is a device or a pipe, not a file`, { hint: 'Name a file: \\o results.txt' });
  }
  try {
    return await open(path, forced ? 'w' : 'wx', 0o600);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    if (error.code === 'EEXIST') {
      throw new UserError(`${typed} is there already`, { hint: `To empty it and write to it: \\o! ${typed}` });
    }
    throw new UserError(`${typed} cannot be written: ${textOf(error)}`, {
      hint: 'Name a file in a folder that you may write to: \\o results.txt',
      cause: error,
    });
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
