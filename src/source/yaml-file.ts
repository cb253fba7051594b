import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { type Document, parseDocument } from 'yaml';
import { UserError } from '../model/errors.ts';
import { NotPlainFile, readPlainFile } from './plain-file.ts';

const MOST_BYTES = 20_000_000;

/** The text of a file that a person may have written; undefined when there is none. Throws `UserError`. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return (await readPlainFile(path, MOST_BYTES)).replace(/^\uFEFF/, '');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    const why = error instanceof NotPlainFile ? error.message : (REASONS[code] ?? code);
    throw new UserError(`${path} cannot be read: ${why}`, {
      hint: 'Check the path and who owns it.',
    });
  }
}

/** Writes the whole file or nothing; a new one is for its owner alone, a link stays a link. Throws `UserError`. */
export async function writeText(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const existing = await readText(path);
    await writeFileAtomic(path, text, existing === undefined ? { mode: 0o600 } : {});
  } catch (error) {
    if (error instanceof UserError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? '';
    throw new UserError(`${path} cannot be written: ${REASONS[code] ?? code}`, {
      hint: 'Check the path, who owns the folder, and whether the disk is full.',
    });
  }
}

/** A YAML text after a change; comments and order stay as they are. The text must have been read without errors. */
export function changedYaml(text: string, change: (document: Document) => void): string {
  const document = parseDocument(text);
  change(document);
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

const REASONS: { readonly [code: string]: string | undefined } = {
  EACCES: 'this account may not',
  EPERM: 'this account may not',
  EROFS: 'the disk is read-only',
  EISDIR: 'that is a folder',
  ENOTDIR: 'a part of the path is no folder',
  EEXIST: 'a part of the path is no folder',
  ENOSPC: 'the disk is full',
};
