import { readFile } from 'node:fs/promises';
import { UsageError } from '../model/errors.ts';

/**
 * The text of a file that holds a token, a password or a certificate, without white space around it. Throws
 * `UsageError` naming the file and what it was for, never its content.
 */
export async function readSecretFile(path: string, purpose: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    throw new UsageError(`cannot read the file with the ${purpose}, ${path}: ${REASONS[code] ?? code}`, {
      hint: 'Check the path and the permissions of the file',
    });
  }
}

const REASONS: { readonly [code: string]: string | undefined } = {
  ENOENT: 'there is no such file',
  EACCES: 'this account may not read it',
  EISDIR: 'that is a folder',
};
