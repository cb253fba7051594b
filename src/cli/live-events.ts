import type { Key } from '../explorer/editor/keys.ts';
import type { Io } from './io.ts';
import { listenToKeys } from './keyboard.ts';
import { enterTerminal } from './terminal-session.ts';

/** What can happen while something live is shown. */
export type LiveEvent =
  /** A character that was typed, or the name of a key. */
  | { readonly kind: 'key'; readonly name: string }
  | { readonly kind: 'resize' }
  /** The process was stopped and goes on: what was drawn may be gone. */
  | { readonly kind: 'resume' }
  /** Something was found out meanwhile. */
  | { readonly kind: 'news' }
  /** The time that was waited for has come. */
  | { readonly kind: 'due' };

export type LiveScreen = {
  /** The next thing that happens, at the latest at `dueMs`. Rejects when the process is to end. */
  next(dueMs: number | undefined): Promise<LiveEvent>;
  /** Makes `next` come back with news. */
  news(): void;
  /** Gives the terminal back. Calling it again does nothing. */
  close(): void;
};

/** Takes the terminal for something live: raw keys, no cursor, with `altScreen` another page. Ctrl-Z stops the process. */
export function liveScreen(io: Io, { altScreen }: { readonly altScreen: boolean }): LiveScreen {
  const waiting: LiveEvent[] = [];
  let wake: (() => void) | undefined;
  const push = (event: LiveEvent) => {
    waiting.push(event);
    wake?.();
  };
  // Until the process goes on the terminal is the shell's, and what we drew would stand among its lines.
  let stopped = false;
  const session = enterTerminal(io, {
    raw: true,
    altScreen,
    hideCursor: true,
    onStop: () => {
      stopped = true;
    },
    onResume: () => {
      stopped = false;
      push({ kind: 'resume' });
    },
  });
  const listen = io.stdin.isTTY === true ? listenToKeys : () => () => undefined;
  const deaf = listen(io.stdin, {
    onKeys: (keys) => {
      for (const name of keys.flatMap(namesOf)) {
        if (name === 'ctrl-z') io.ways?.stop();
        else push({ kind: 'key', name });
      }
    },
    // Nobody can press anything any more; whoever wants it to end sends a signal.
    onEnd: () => undefined,
  });
  const still = io.stdout.onResize?.(() => push({ kind: 'resize' }));
  let open = true;
  return {
    async next(dueMs) {
      for (;;) {
        const event = stopped ? undefined : waiting.shift();
        if (event !== undefined) return event;
        io.signal.throwIfAborted();
        const due = await slept(io, stopped ? undefined : dueMs, (awake) => (wake = awake));
        wake = undefined;
        if (due && !stopped) return { kind: 'due' };
      }
    },
    news: () => push({ kind: 'news' }),
    close() {
      if (!open) return;
      open = false;
      deaf();
      still?.();
      session.restore();
    },
  };
}

function namesOf(key: Key): readonly string[] {
  if (key.kind === 'text') return [...key.text];
  return key.kind === 'key' ? [key.name] : [];
}

/** True when the time has come, false when something woke us before. Without a time only a waking or the end of all counts. */
async function slept(io: Io, dueMs: number | undefined, woken: (awake: () => void) => void): Promise<boolean> {
  const alarm = new AbortController();
  woken(() => alarm.abort());
  const signal = AbortSignal.any([io.signal, alarm.signal]);
  try {
    if (dueMs === undefined) await forever(signal);
    else await io.sleep(Math.max(0, dueMs - io.now()), signal);
    return true;
  } catch (error) {
    io.signal.throwIfAborted();
    if (!alarm.signal.aborted) throw error;
    return false;
  }
}

function forever(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
