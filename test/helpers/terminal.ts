import { stripVTControlCharacters } from 'node:util';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';

/** What a person can press, as the bytes a terminal sends for it. */
const KEYS = {
  enter: '\r',
  tab: '\t',
  escape: '\x1b',
  backspace: '\x7f',
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  home: '\x1b[H',
  end: '\x1b[F',
  'ctrl-a': '\x01',
  'ctrl-c': '\x03',
  'ctrl-d': '\x04',
  'ctrl-e': '\x05',
  'ctrl-u': '\x15',
  'ctrl-z': '\x1a',
} as const;

export type Key = keyof typeof KEYS;

export type TerminalOptions = {
  readonly columns?: number;
  readonly rows?: number;
  readonly cwd?: string;
  /** Added to PATH, a UTF-8 locale and TERM; nothing else of the test's own environment (CI, say) leaks in. */
  readonly env?: Readonly<Record<string, string>>;
  /** How long a wait may take before it fails with the screen in its message; 15 s when absent. */
  readonly timeoutMs?: number;
};

export type Exit = { readonly code: number; readonly signal: number };

/** A command in a real pseudo-terminal, with a screen that understands what it draws. */
export interface Terminal extends AsyncDisposable {
  readonly pid: number;
  type(text: string): void;
  press(...keys: readonly Key[]): void;
  /** Types the text and presses Enter. */
  enter(text?: string): void;
  /** As a terminal with bracketed paste does it when text is pasted. */
  paste(text: string): void;
  /** Waits for text among what was written since the last match (escape sequences removed) and gives the match's text. */
  waitFor(pattern: string | RegExp, options?: { readonly timeoutMs?: number }): Promise<string>;
  /** Waits until the visible screen matches and gives it. */
  waitForScreen(
    pattern: string | RegExp | ((screen: string) => boolean),
    options?: { readonly timeoutMs?: number },
  ): Promise<string>;
  /** Resolves when something more was written; fails when nothing comes in time. */
  changed(): Promise<void>;
  /** Waits until nothing was written for `quietMs`, and gives the visible screen. */
  settled(quietMs?: number): Promise<string>;
  /** The visible rows, without trailing blanks. */
  screen(): Promise<string>;
  /** All rows since the start, scrolled-off ones included, as they look now. */
  scrollback(): Promise<string>;
  /** Every byte the program wrote, decoded as UTF-8. */
  raw(): string;
  /** What was written since the last call of `mark`, escape sequences removed. */
  sinceMark(): string;
  mark(): void;
  resize(columns: number, rows: number): void;
  kill(signal?: string): void;
  /** How the command ended; fails when it does not end in time. */
  exit(options?: { readonly timeoutMs?: number }): Promise<Exit>;
}

/** Starts `file args` in a pseudo-terminal. Dispose it (`await using`) or the command keeps running. */
export function startTerminal(file: string, args: readonly string[], options: TerminalOptions = {}): Terminal {
  const { columns = 80, rows = 24, timeoutMs = 15_000 } = options;
  const screen = new xterm.Terminal({ cols: columns, rows, scrollback: 10_000, allowProposedApi: true });
  const child = pty.spawn(file, [...args], {
    name: 'xterm-256color',
    cols: columns,
    rows,
    cwd: options.cwd ?? process.cwd(),
    env: { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', TERM: 'xterm-256color', ...options.env },
  });
  let raw = '';
  let marked = 0;
  let matched = 0;
  let exited: Exit | undefined;
  const watchers = new Set<() => void>();
  const changed = () => {
    for (const watch of [...watchers]) watch();
  };
  child.onData((data) => {
    raw += data;
    screen.write(data, changed);
  });
  // A terminal answers when it is asked something, such as where its cursor is.
  screen.onData((data) => {
    if (exited === undefined) child.write(data);
  });
  child.onExit(({ exitCode, signal }) => {
    exited = { code: exitCode, signal: signal ?? 0 };
    changed();
  });

  /** Runs `check` now and after every change until it gives something, or the time is over, or the command has ended. */
  async function until<T>(what: string, check: () => T | undefined, limitMs: number): Promise<T> {
    const found = check();
    if (found !== undefined) return found;
    return await new Promise<T>((resolve, reject) => {
      const end = (settle: () => void) => {
        clearTimeout(timer);
        watchers.delete(watch);
        settle();
      };
      const fail = (why: string) =>
        end(() => reject(new Error(`${why} while waiting for ${what}; the screen:\n${visible(screen)}`)));
      const timer = setTimeout(() => fail(`nothing after ${limitMs} ms`), limitMs);
      const watch = () => {
        const value = check();
        if (value !== undefined) end(() => resolve(value));
        else if (exited !== undefined) setTimeout(() => afterExit(), 100);
      };
      const afterExit = () => {
        if (!watchers.has(watch)) return;
        const value = check();
        if (value !== undefined) end(() => resolve(value));
        else fail(`the command ended with exit code ${exited?.code}`);
      };
      watchers.add(watch);
      if (exited !== undefined) setTimeout(() => afterExit(), 100);
    });
  }

  const terminal: Terminal = {
    pid: child.pid,
    type: (text) => child.write(text),
    press: (...keys) => {
      for (const key of keys) child.write(KEYS[key]);
    },
    enter: (text = '') => child.write(`${text}\r`),
    paste: (text) => child.write(`\x1b[200~${text.replaceAll('\n', '\r')}\x1b[201~`),
    waitFor: (pattern, { timeoutMs: limit = timeoutMs } = {}) =>
      until(
        String(pattern),
        () => {
          const text = stripVTControlCharacters(raw).slice(matched);
          const match = typeof pattern === 'string' ? literal(pattern).exec(text) : pattern.exec(text);
          if (match === null) return undefined;
          matched += match.index + match[0].length;
          return match[0];
        },
        limit,
      ),
    waitForScreen: (pattern, { timeoutMs: limit = timeoutMs } = {}) =>
      until(
        String(pattern),
        () => {
          const text = visible(screen);
          const hit =
            typeof pattern === 'function'
              ? pattern(text)
              : typeof pattern === 'string'
                ? text.includes(pattern)
                : pattern.test(text);
          return hit ? text : undefined;
        },
        limit,
      ),
    async changed() {
      const before = raw.length;
      await until('anything', () => (raw.length === before ? undefined : true), timeoutMs);
    },
    async settled(quietMs = 300) {
      for (let before = -1; before !== raw.length; ) {
        before = raw.length;
        await new Promise((resolve) => setTimeout(resolve, quietMs));
      }
      return terminal.screen();
    },
    async screen() {
      await flushed(screen);
      return visible(screen);
    },
    async scrollback() {
      await flushed(screen);
      return rowsOf(screen, 0, screen.buffer.active.length);
    },
    raw: () => raw,
    sinceMark: () => stripVTControlCharacters(raw.slice(marked)),
    mark: () => {
      marked = raw.length;
    },
    resize(newColumns, newRows) {
      child.resize(newColumns, newRows);
      screen.resize(newColumns, newRows);
    },
    kill: (signal = 'SIGKILL') => {
      if (exited === undefined) child.kill(signal);
    },
    exit: ({ timeoutMs: limit = timeoutMs } = {}) => until('its end', () => exited, limit),
    async [Symbol.asyncDispose]() {
      terminal.kill();
      await terminal.exit({ timeoutMs: 5_000 }).catch(() => undefined);
      screen.dispose();
    },
  };
  return terminal;
}

function literal(text: string): RegExp {
  return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
}

function visible(screen: xterm.Terminal): string {
  const { baseY } = screen.buffer.active;
  return rowsOf(screen, baseY, baseY + screen.rows);
}

function rowsOf(screen: xterm.Terminal, from: number, to: number): string {
  const rows: string[] = [];
  for (let row = from; row < to; row++) {
    rows.push(screen.buffer.active.getLine(row)?.translateToString(true) ?? '');
  }
  return rows.join('\n').trimEnd();
}

/** Resolves when everything handed to the screen so far has been drawn. */
function flushed(screen: xterm.Terminal): Promise<void> {
  return new Promise((resolve) => screen.write('', resolve));
}
