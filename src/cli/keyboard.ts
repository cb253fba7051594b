import { type Key, keyDecoder } from '../explorer/editor/keys.ts';
import type { Io } from './io.ts';

/** A lone Escape is a key when nothing follows it for this long, in milliseconds. */
const ESCAPE_MS = 50;

export type KeyListener = {
  /** The keys that came together: more than one when they were pasted, or typed faster than we look. */
  onKeys(keys: readonly Key[]): void;
  /** The input is at its end. */
  onEnd(): void;
};

/** Listens to the keys of a terminal in raw mode. Gives the way to end that; the input is then paused, as it was found. */
export function listenToKeys(input: Io['stdin'], { onKeys, onEnd }: KeyListener, escapeMs = ESCAPE_MS): () => void {
  const decoder = keyDecoder();
  let timer: NodeJS.Timeout | undefined;
  const give = (keys: readonly Key[]) => {
    if (keys.length > 0) onKeys(keys);
  };
  const onData = (chunk: Buffer | string) => {
    clearTimeout(timer);
    const keys = decoder.take(chunk);
    if (decoder.waiting()) timer = setTimeout(() => give(decoder.flush()), escapeMs);
    give(keys);
  };
  input.on('data', onData);
  input.on('end', onEnd);
  // Reading from a window that was closed is an error: nobody types there any more.
  input.on('error', onEnd);
  if (input.readableEnded) setImmediate(onEnd);
  input.resume();
  return () => {
    clearTimeout(timer);
    input.off('data', onData);
    input.off('end', onEnd);
    input.off('error', onEnd);
    input.pause();
  };
}
