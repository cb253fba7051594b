import { symbolsOf } from '../render/symbols.ts';
import type { Context } from './context.ts';

const QUIET_MS = 1_000;
const HEARTBEAT_MS = 30_000;

/**
 * Runs a piece of work and says on a terminal, from its second second on, that it goes on and how it is stopped. The line
 * is gone when the work is done; for screen readers there are whole lines instead, and few of them.
 */
export async function withProgress<T>(context: Context, doing: string, work: () => Promise<T>): Promise<T> {
  const { io, errStyle } = context;
  if (!io.stderr.isTTY || !context.interactive) return work();
  const moving = !errStyle.accessible && io.env.TERM !== 'dumb';
  const done = new AbortController();
  const ticking = moving ? countSeconds(context, doing, done.signal) : sayNowAndThen(context, doing, done.signal);
  try {
    return await work();
  } finally {
    done.abort();
    await ticking;
  }
}

async function countSeconds({ io, errStyle }: Context, doing: string, done: AbortSignal): Promise<void> {
  const began = io.now();
  let drawn = false;
  const { ellipsis } = symbolsOf(errStyle);
  while (await waited(io, QUIET_MS, done)) {
    const seconds = Math.max(1, Math.round((io.now() - began) / 1_000));
    io.stderr.write(`\r\x1b[2K${doing} ${ellipsis} ${seconds} s, Ctrl-C stops`);
    drawn = true;
  }
  if (drawn) io.stderr.write('\r\x1b[2K');
}

async function sayNowAndThen({ io, note }: Context, doing: string, done: AbortSignal): Promise<void> {
  if (!(await waited(io, QUIET_MS, done))) return;
  note(`${doing}; Ctrl-C stops it.`);
  while (await waited(io, HEARTBEAT_MS, done)) note(`still ${doing}.`);
}

async function waited(io: Context['io'], ms: number, done: AbortSignal): Promise<boolean> {
  try {
    await io.sleep(ms, done);
    return true;
  } catch {
    return false;
  }
}
