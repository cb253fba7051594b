import { open, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { UserError } from '../model/errors.ts';

/**
 * Throws `UserError` when a picture cannot stand at this path: it is a folder or a device, its folder is missing, or a file
 * is there that is no picture. An older picture is replaced.
 */
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
  if (there === 'file' && !/^\s*(?:$|<(?:\?xml|svg|!--))/.test(await headOf(full))) {
    throw new UserError(`--svg ${path} is there already and is no picture: nothing is written over it`, {
      hint: 'Name another file, or remove that one first.',
    });
  }
  const folder = /[/\\]$/.test(path) ? path : dirname(path);
  if (there === 'nothing' && (await kindOf(resolve(cwd, folder))) !== 'folder') {
    throw new UserError(`the folder of --svg ${path} does not exist`, {
      hint: `Make it first: mkdir -p ${folder}`,
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

/** The first bytes of a file, empty where it cannot be read. */
async function headOf(path: string): Promise<string> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return '';
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
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
