import { resolve } from 'node:path';
import { UsageError } from '../model/errors.ts';
import type { Features } from '../promql/features.ts';
import { counted } from '../render/text.ts';
import { type DumpBytes, fileBytes, streamBytes } from '../source/dump-bytes.ts';
import { embeddedSource } from '../source/embedded.ts';
import { type ReadDump, readDump } from '../source/read-dump.ts';
import type { Connection } from './connect.ts';
import type { Context } from './context.ts';
import { sayNote } from './say-note.ts';

/** What `--data` goes with. */
export type DumpOptions = {
  readonly data?: string;
  readonly server?: string;
  readonly enableFeature?: Features;
};

/** Answers from a dump as if it were a server; its last sample is what counts as now. Throws `UserError`. */
export async function connectDump(context: Context, path: string, options: DumpOptions): Promise<Connection> {
  if (options.server !== undefined) {
    throw new UsageError('--data and --server exclude each other', { hint: 'Ask the file, or the server.' });
  }
  const dump = await openDump(context, path);
  const nowMs = dump.lastMs ?? dump.atMs;
  const source = embeddedSource({
    storage: dump.storage,
    name: dump.name,
    now: () => nowMs,
    engine: options.enableFeature === undefined ? {} : { features: options.enableFeature },
    metadata: () => dump.metadata,
  });
  return { source, url: dump.name, origin: 'data', stack: undefined, nowMs };
}

/** Reads the dump of `--data` and says on stderr what of it could not be used. Ctrl-C ends the reading. */
export async function openDump(context: Context, path: string): Promise<ReadDump> {
  const { io } = context;
  const dump = await readDump(await bytesOf(context, path), { nowMs: io.now(), signal: io.signal });
  for (const note of troubles(dump)) sayNote(context, note);
  return dump;
}

async function bytesOf({ io }: Context, path: string): Promise<DumpBytes> {
  if (path !== '-') return fileBytes(resolve(io.cwd, path), path);
  const letGo = () => io.stdin.destroy();
  io.signal.addEventListener('abort', letGo, { once: true });
  try {
    const pieces = io.stdin.map((piece: Buffer | string) => (typeof piece === 'string' ? Buffer.from(piece) : piece));
    return await streamBytes(pieces as AsyncIterable<Buffer>, 'standard input');
  } catch (error) {
    io.signal.throwIfAborted();
    throw error;
  } finally {
    io.signal.removeEventListener('abort', letGo);
  }
}

/** Milliseconds that are read as seconds, or the other way round, end up in the first weeks of 1970. */
const EARLY_MS = 1e11;

function troubles({ name, format, storage, refused, lastMs }: ReadDump): readonly string[] {
  const notes: string[] = [];
  if (lastMs === undefined) notes.push(`${name} holds no samples`);
  if (refused > 0) {
    const left =
      refused === 1
        ? '1 sample is left out: its series has'
        : `${counted(refused, 'sample')} are left out: their series have`;
    notes.push(`${left} another value at that moment, or later ones before it in ${name}`);
  }
  if (format === 'text' && lastMs !== undefined && lastMs < EARLY_MS && storage.size.samples > 0) {
    notes.push(
      `the timestamps of ${name} lie in 1970: the text format counts milliseconds. A dump in seconds is OpenMetrics and ends with # EOF`,
    );
  }
  return notes;
}
