import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { StackState } from '../backends/state.ts';

/** How much of the end of a log is read. */
const TAIL_BYTES = 4096;

/** The last line of a process' log, as evidence; empty when there is no log. */
export async function lastLogLines(state: StackState, name: string): Promise<readonly string[]> {
  const path = join(state.dir, `${name}.log`);
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const start = Math.max(0, size - TAIL_BYTES);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(TAIL_BYTES), 0, TAIL_BYTES, start);
      const line = buffer.subarray(0, bytesRead).toString('utf8').trimEnd().split('\n').at(-1) ?? '';
      return line === '' ? [`${path} is empty`] : [`last line of ${path}: ${line}`];
    } finally {
      await file.close();
    }
  } catch {
    return [];
  }
}
