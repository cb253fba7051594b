import { UsageError } from '../model/errors.ts';
import { NotPlainFile, readPlainFile } from './plain-file.ts';

/**
 * The text of a file that holds a token, a password or a certificate, without white space around it. Throws
 * `UsageError` naming the file and what it was for, never its content.
 */
export async function readSecretFile(path: string, purpose: string): Promise<string> {
  try {
    return (await readPlainFile(path, MOST_BYTES)).trim();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const why = error instanceof NotPlainFile ? error.message : (REASONS[code] ?? code);
    throw new UsageError(`cannot read the file with the ${purpose}, ${path}: ${why}`, {
      hint: 'Check the path and the permissions of the file',
    });
  }
}

/** A chain of certificates is far smaller. */
const MOST_BYTES = 1_000_000;

const REASONS: { readonly [code: string]: string | undefined } = {
  ENOENT: 'there is no such file',
  EACCES: 'this account may not read it',
};
