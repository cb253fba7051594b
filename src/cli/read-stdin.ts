import { UsageError } from '../model/errors.ts';
import type { Io } from './io.ts';

/** Longer texts on standard input are not what was meant. */
const MOST_CHARACTERS = 1_000_000;

/** All of standard input as text. Rejects with the signal's reason on Ctrl-C, and lets go of the stream then. */
export async function readStdin({ stdin, signal }: Pick<Io, 'stdin' | 'signal'>): Promise<string> {
  const letGo = () => stdin.destroy();
  signal.addEventListener('abort', letGo, { once: true });
  try {
    signal.throwIfAborted();
    let text = '';
    stdin.setEncoding('utf8');
    for await (const chunk of stdin) {
      text += String(chunk);
      if (text.length > MOST_CHARACTERS) {
        throw new UsageError('standard input is larger than a query can be', { hint: 'Is it the right file?' });
      }
    }
    signal.throwIfAborted();
    return text;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', letGo);
  }
}
