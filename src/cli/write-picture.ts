import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { UserError } from '../model/errors.ts';

/** Throws `UserError` when a picture cannot stand at this path: it is a folder or a device, or its folder is missing. */
export async function checkPicturePath(path: string, cwd: string): Promise<string> {
  const full = resolve(cwd, path);
  const there = await kindOf(full);
  if (there === 'folder') {
    throw new UserError(`--svg ${path} is a folder`, {
      hint: `Name a file in it: --svg ${path.replace(/[/\\]+$/, '')}/chart.svg`,
    });
  }
  if (there === 'other') {
    throw new UserError(`--svg ${path} is no ordinary file`, { hint: 'Use --svg - for standard output.' });
  }
  if (there === 'nothing' && (await kindOf(dirname(full))) !== 'folder') {
    throw new UserError(`the folder of --svg ${path} does not exist`, {
      hint: `Make it first: mkdir -p ${dirname(path)}`,
    });
  }
  return full;
}

/** Writes the picture in one step: who looks at the file sees the old one or the new one, never a part. */
export async function writePicture(full: string, svg: string): Promise<void> {
  try {
    await writeFileAtomic(full, svg);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    throw new UserError(`the picture cannot be written: ${error.message}`, {
      hint: 'Name a file in a folder that you may write to, or use --svg - for standard output.',
      cause: error,
    });
  }
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'other' | 'nothing'> {
  try {
    const found = await stat(path);
    return found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'other';
  } catch {
    return 'nothing';
  }
}
