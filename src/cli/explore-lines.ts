import * as readline from 'node:readline';
import type { Context } from './context.ts';
import { isIncomplete } from './prompt-text.ts';

/** The inputs of a stream that is no terminal: lines, those of open brackets together. */
export type LineInput = {
  /** Undefined at the end. Rejects with the signal's reason when the program is to end. */
  next(): Promise<string | undefined>;
  close(): void;
};

/** Reads line by line, so that a program at the other end can wait for each answer. */
export function lineInput({ io }: Pick<Context, 'io'>): LineInput {
  const reader = readline.createInterface({ input: io.stdin, terminal: false, crlfDelay: Number.POSITIVE_INFINITY });
  const lines = reader[Symbol.asyncIterator]();
  const ended = new Promise<never>((_resolve, reject) => {
    if (io.signal.aborted) reject(io.signal.reason);
    io.signal.addEventListener('abort', () => reject(io.signal.reason), { once: true });
  });
  // Nobody may be reading when the signal comes.
  ended.catch(() => undefined);
  return {
    async next() {
      let text = '';
      for (;;) {
        const line = await Promise.race([lines.next(), ended]);
        if (line.done === true) return text.trim() === '' ? undefined : text;
        text = text === '' ? line.value : `${text}\n${line.value}`;
        const commented = text.split('\n').every((each) => /^\s*(?:#.*)?$/.test(each));
        if (commented) text = '';
        else if (text.trim().startsWith('\\') || !isIncomplete(text)) return text;
      }
    },
    close: () => reader.close(),
  };
}
