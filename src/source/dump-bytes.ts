import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { EXIT, UsageError, UserError } from '../model/errors.ts';
import { bytesText } from './http-words.ts';
import { checkPlainFile } from './plain-file.ts';

/** Where a dump comes from, as bytes that can be read more than once: one pass finds the format, one reads the samples. */
export type DumpBytes = {
  /** For messages: the path as typed, or "standard input". */
  readonly name: string;
  /** When it was written, in milliseconds since 1970; undefined where that is not known. */
  readonly writtenMs: number | undefined;
  read(): AsyncIterable<Buffer>;
};

/** The same bytes, unpacked where they are gzip (told by the first two bytes, not by the name). */
export type Unpacked = { readonly name: string; read(): AsyncIterable<Buffer> };

/** A larger dump does not fit into memory with all that hangs on it. */
export const MAX_DUMP_BYTES = 1024 ** 3;

/**
 * A file. What can be read only once, such as a pipe, is kept in memory. Throws `UsageError` when it cannot be read,
 * `UserError` when it is larger than `maxBytes`.
 */
export async function fileBytes(path: string, name: string, maxBytes = MAX_DUMP_BYTES): Promise<DumpBytes> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(name, error);
  });
  await checkPlainFile(path).catch((error: Error) => {
    throw unreadable(name, { message: error.message });
  });
  const read = () => named(createReadStream(path) as AsyncIterable<Buffer>, name);
  if (!found.isFile()) return streamBytes(read(), name, maxBytes);
  if (found.size > maxBytes) throw tooLarge(name, 'is', maxBytes);
  return { name, writtenMs: Math.floor(found.mtimeMs), read };
}

/** A stream, kept in memory as it came. Throws `UserError` when it is larger than `maxBytes`. */
export async function streamBytes(
  stream: AsyncIterable<Buffer>,
  name: string,
  maxBytes = MAX_DUMP_BYTES,
): Promise<DumpBytes> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of stream) {
    size += piece.length;
    if (size > maxBytes) throw tooLarge(name, 'is', maxBytes);
    pieces.push(piece);
  }
  return {
    name,
    writtenMs: undefined,
    async *read() {
      yield* pieces;
    },
  };
}

/** Reading throws `UserError` when the gzip data is damaged or unpacks to more than `maxBytes`. */
export async function unpack(bytes: DumpBytes, maxBytes = MAX_DUMP_BYTES): Promise<Unpacked> {
  const { name } = bytes;
  if (!(await isGzip(bytes))) return bytes;
  return { name, read: () => gunzipped(bytes, maxBytes) };
}

/** Stops at the bound, so that a small file that unpacks to a huge one costs no more than the bound. */
async function* gunzipped({ name, read }: DumpBytes, maxBytes: number): AsyncIterable<Buffer> {
  const unzip = createGunzip();
  const packed = read()[Symbol.asyncIterator]();
  const feeding = feed(packed, unzip);
  let size = 0;
  try {
    for await (const piece of unzip as AsyncIterable<Buffer>) {
      size += piece.length;
      if (size > maxBytes) throw tooLarge(name, 'unpacks to', maxBytes);
      yield piece;
    }
    await feeding;
  } catch (error) {
    if (error instanceof UserError || !isZlibError(error)) throw error;
    const reason = error.code === 'Z_BUF_ERROR' ? 'it ends in the middle' : error.message;
    throw new UserError(`${name} is damaged gzip data: ${reason}`, {
      hint: `To see where: gzip -t ${name}`,
      exitCode: EXIT.unavailable,
      cause: error,
    });
  } finally {
    unzip.destroy();
    await packed.return?.();
    await feeding.catch(() => undefined);
  }
}

async function feed(packed: AsyncIterator<Buffer>, unzip: ReturnType<typeof createGunzip>): Promise<void> {
  try {
    for (let next = await packed.next(); next.done !== true; next = await packed.next()) {
      if (unzip.destroyed) return;
      if (!unzip.write(next.value)) await drained(unzip);
    }
    unzip.end();
  } catch (error) {
    unzip.destroy(error as Error);
    throw error;
  }
}

function drained(unzip: ReturnType<typeof createGunzip>): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      unzip.off('drain', done).off('close', done);
      resolve();
    };
    if (unzip.destroyed) resolve();
    else unzip.on('drain', done).on('close', done);
  });
}

async function isGzip({ read }: DumpBytes): Promise<boolean> {
  let head = Buffer.alloc(0);
  for await (const piece of read()) {
    head = Buffer.concat([head, piece.subarray(0, 2)]);
    if (head.length >= 2) break;
  }
  return head[0] === 0x1f && head[1] === 0x8b;
}

async function* named(stream: AsyncIterable<Buffer>, name: string): AsyncIterable<Buffer> {
  try {
    yield* stream;
  } catch (error) {
    throw unreadable(name, error as NodeJS.ErrnoException);
  }
}

function unreadable(
  name: string,
  { code = '', message = '' }: { code?: string | undefined; message?: string },
): UsageError {
  return new UsageError(`cannot read ${name}: ${REASONS[code] ?? (message || code)}`, {
    hint: 'Give a metrics dump: the Prometheus text format or OpenMetrics, also gzip, or - for standard input.',
  });
}

const REASONS: { readonly [code: string]: string | undefined } = {
  ENOENT: 'there is no such file',
  EACCES: 'this account may not read it',
};

function tooLarge(name: string, verb: 'is' | 'unpacks to', maxBytes: number): UserError {
  return new UserError(`${name} ${verb} ${verb === 'is' ? 'larger' : 'more'} than ${bytesText(maxBytes)}`, {
    hint: 'All samples are held in memory here. Take fewer series or less time, or load it into a Prometheus: promtool tsdb create-blocks-from openmetrics',
    exitCode: EXIT.unavailable,
  });
}

function isZlibError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && String((error as NodeJS.ErrnoException).code ?? '').startsWith('Z_');
}
