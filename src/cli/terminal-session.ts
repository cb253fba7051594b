import type { Io } from './io.ts';

/** What a part of the program needs of the terminal for a while; what is absent stays as it is. */
export type TerminalNeeds = {
  /** Keys come as they are pressed, unechoed, and Ctrl-C as a byte. */
  readonly raw?: boolean;
  /** Another page, so that what stands on the screen comes back afterwards. */
  readonly altScreen?: boolean;
  readonly hideCursor?: boolean;
  /** Marks where pasted text begins and ends. */
  readonly bracketedPaste?: boolean;
  /** Called before the terminal is given back because the process is stopped or comes to an unforeseen end. */
  readonly onLeave?: () => void;
  /** Called when Ctrl-Z is about to stop the process: nothing may be drawn from here until `onResume`. */
  readonly onStop?: () => void;
  /** Called when the process goes on after Ctrl-Z: what was drawn is gone, or stands somewhere above. */
  readonly onResume?: () => void;
};

export type TerminalSession = {
  /** Takes back what this session changed; a session around it keeps what it needs. Calling it again does nothing. */
  restore(): void;
};

/** The terminal behind these two, and what the process can do for it. */
export type TerminalStreams = Pick<Io, 'stdin' | 'stdout'> & { readonly ways?: Io['ways'] | undefined };

/**
 * Changes the terminal until `restore`. Whatever way the process ends before that (an error nobody caught and
 * `process.exit` included) the terminal is restored, and Ctrl-Z gives it back to the shell for as long as it takes.
 * Sessions may be nested; raw mode needs a stdin that is a terminal and is left out elsewhere.
 */
export function enterTerminal(streams: TerminalStreams, needs: TerminalNeeds): TerminalSession {
  const terminal = TERMINALS.get(streams.stdin) ?? new Terminal(streams);
  TERMINALS.set(streams.stdin, terminal);
  terminal.add(needs);
  return { restore: () => terminal.remove(needs) };
}

/** One for each terminal, so that nested sessions know of each other. */
const TERMINALS = new WeakMap<Io['stdin'], Terminal>();

type Mode = 'altScreen' | 'hideCursor' | 'bracketedPaste';

/** https://invisible-island.net/xterm/ctlseqs/ctlseqs.html: DEC private modes. In this order they are set, in the other one reset. */
const MODES: { readonly [K in Mode]: { readonly set: string; readonly reset: string } } = {
  altScreen: { set: '\x1b[?1049h', reset: '\x1b[?1049l' },
  bracketedPaste: { set: '\x1b[?2004h', reset: '\x1b[?2004l' },
  hideCursor: { set: '\x1b[?25l', reset: '\x1b[?25h' },
};

class Terminal {
  readonly #streams: TerminalStreams;
  readonly #needs: TerminalNeeds[] = [];
  readonly #on = new Set<Mode>();
  #raw = false;
  #forget: readonly (() => void)[] = [];

  constructor(streams: TerminalStreams) {
    this.#streams = streams;
  }

  add(needs: TerminalNeeds): void {
    if (this.#needs.length === 0) this.#watch();
    this.#needs.push(needs);
    this.#apply();
  }

  remove(needs: TerminalNeeds): void {
    const at = this.#needs.lastIndexOf(needs);
    if (at === -1) return;
    this.#needs.splice(at, 1);
    this.#apply();
    if (this.#needs.length > 0) return;
    for (const forget of this.#forget) forget();
    this.#forget = [];
  }

  #watch(): void {
    const { ways } = this.#streams;
    if (ways === undefined) return;
    this.#forget = [
      ways.atExit(() => this.#leave()),
      ways.aroundStop(
        () => {
          for (const { onStop } of [...this.#needs]) onStop?.();
          this.#leave();
        },
        () => {
          // The shell may have changed what we believe to be set.
          this.#reset();
          this.#apply();
          for (const { onResume } of [...this.#needs]) onResume?.();
        },
      ),
    ];
  }

  #apply(): void {
    const raw = this.#needs.some((needs) => needs.raw === true);
    const wanted = (mode: Mode) => this.#needs.some((needs) => needs[mode] === true);
    const modes = Object.keys(MODES) as Mode[];
    if (raw) this.#setRaw(true);
    for (const mode of modes.filter((one) => wanted(one) && !this.#on.has(one))) this.#set(mode);
    for (const mode of modes.reverse().filter((one) => !wanted(one) && this.#on.has(one))) this.#unset(mode);
    if (!raw) this.#setRaw(false);
  }

  #leave(): void {
    for (const { onLeave } of [...this.#needs].reverse()) onLeave?.();
    this.#reset();
  }

  #reset(): void {
    for (const mode of (Object.keys(MODES) as Mode[]).reverse()) if (this.#on.has(mode)) this.#unset(mode);
    this.#setRaw(false);
  }

  #set(mode: Mode): void {
    this.#on.add(mode);
    this.#streams.stdout.write(MODES[mode].set);
  }

  #unset(mode: Mode): void {
    this.#on.delete(mode);
    this.#streams.stdout.write(MODES[mode].reset);
  }

  #setRaw(raw: boolean): void {
    const { stdin } = this.#streams;
    if (raw === this.#raw || stdin.isTTY !== true) return;
    this.#raw = raw;
    try {
      stdin.setRawMode?.(raw);
    } catch (error) {
      // A window that was closed has no modes any more; the signal that tells of it is on its way.
      if (!isGone(error)) throw error;
    }
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['EIO', 'EBADF', 'ENOTTY'].includes(String(error.code));
}
