import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/** Why a path is nothing that can be read whole; `code` as those of the system. */
export class NotPlainFile extends Error {
  override readonly name = 'NotPlainFile';
  readonly code: 'EISDIR' | 'ENOTFILE' | 'EFBIG';

  constructor(code: NotPlainFile['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * The text of a file that a person named. Anything else is refused before it is opened: opening a pipe that nobody writes
 * to waits for ever, and a device may have no end. What a shell hands over as `<(…)` is read. Throws `NotPlainFile`, and
 * what the system says as it is.
 */
export async function readPlainFile(path: string, mostBytes: number): Promise<string> {
  await checkPlainFile(path, mostBytes);
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > mostBytes) throw tooLarge(mostBytes);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** The same without reading; throws as `readPlainFile` does. */
export async function checkPlainFile(path: string, mostBytes = Number.POSITIVE_INFINITY): Promise<void> {
  const found = await stat(path);
  if (found.isDirectory()) throw new NotPlainFile('EISDIR', 'that is a folder');
  if (found.isFile()) {
    if (found.size > mostBytes) throw tooLarge(mostBytes);
    return;
  }
  if ((found.isFIFO() || found.isSocket()) && HANDED_OVER.test(path)) return;
  throw new NotPlainFile('ENOTFILE', 'that is a device or a pipe, not a file');
}

/** Files that are open already, by their numbers. */
const HANDED_OVER = /^\/(?:dev\/(?:stdin|fd\/\d+)|proc\/(?:self|\d+)\/fd\/\d+)$/;

function tooLarge(mostBytes: number): NotPlainFile {
  return new NotPlainFile('EFBIG', `it is larger than ${Math.round(mostBytes / 1e6)} MB`);
}
