import { open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import type { System } from './world.ts';

const PIECE = 64 * 1024;

/** The last lines of a file, and where it ended then; none when there is no such file. */
export async function lastLines(
  path: string,
  count: number,
): Promise<{ readonly lines: readonly string[]; readonly end: number }> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return { lines: [], end: 0 };
  try {
    const { size } = await file.stat();
    const pieces: Buffer[] = [];
    let newlines = 0;
    for (let at = size; at > 0 && newlines <= count; ) {
      const length = Math.min(PIECE, at);
      at -= length;
      const { buffer } = await file.read(Buffer.alloc(length), 0, length, at);
      pieces.unshift(buffer);
      newlines += buffer.reduce((sum, byte) => sum + (byte === 10 ? 1 : 0), 0);
    }
    const lines = Buffer.concat(pieces).toString('utf8').replace(/\n$/, '').split('\n');
    const whole = size === 0 ? [] : lines;
    return { lines: count === 0 ? [] : whole.slice(-count), end: size };
  } finally {
    await file.close();
  }
}

/** How often a growing file is looked at; fast enough to feel live. */
const LOOK_MS = 250;

/** Lines that are added to a file from a position on. Goes on until it is aborted; a file that shrank is read from its start. */
export async function* newLines(
  system: Pick<System, 'sleep'>,
  path: string,
  from: number,
  signal: AbortSignal,
): AsyncIterable<string> {
  let at = from;
  let rest = '';
  const decoder = new StringDecoder('utf8');
  for (;;) {
    signal.throwIfAborted();
    const file = await open(path, 'r').catch(() => undefined);
    if (file !== undefined) {
      try {
        if ((await file.stat()).size < at) at = 0;
        for (;;) {
          const { bytesRead, buffer } = await file.read(Buffer.alloc(PIECE), 0, PIECE, at);
          if (bytesRead === 0) break;
          at += bytesRead;
          const lines = (rest + decoder.write(buffer.subarray(0, bytesRead))).split('\n');
          rest = lines.pop() ?? '';
          yield* lines;
        }
      } finally {
        await file.close();
      }
    }
    await system.sleep(LOOK_MS, signal);
  }
}
