import { homedir } from 'node:os';
import type { Readable } from 'node:stream';
import type { ProcessReadings } from '../app/vitals.ts';
import { Interrupted } from '../model/errors.ts';

/** A place to write text to. */
export type Output = {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Columns of the terminal behind it right now; undefined when there is none. */
  columns(): number | undefined;
  /** Lines of the terminal behind it right now; undefined when there is none, absent where nobody asks. */
  rows?(): number | undefined;
  /** Calls the listener whenever the size of the terminal has changed; gives the way to end that. Absent as `rows` may be. */
  onResize?(listener: () => void): () => void;
};

/** The ways in which a process stops or ends; whoever changed the terminal wants to know of them. */
export type Ways = {
  /** Has the work done, synchronously, when the process ends for whatever reason but SIGKILL; gives the way to take that back. */
  atExit(work: () => void): () => void;
  /** Calls `before` when Ctrl-Z is about to stop the process and `after` when it goes on; gives the way to end that. */
  aroundStop(before: () => void, after: () => void): () => void;
  /** Stops the process and those started with it, as Ctrl-Z does where the terminal is not raw; does nothing on Windows. */
  stop(): void;
};

/** Ctrl-C in the hands of a program that goes on after it. */
export type InterruptHold = {
  /** Aborted with `Interrupted` at the next Ctrl-C. One more before the next call ends the process: the work does not stop. */
  next(): AbortSignal;
  release(): void;
};

/** Everything of the outside world that a command may touch; tests hand in their own. */
export type Io = {
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?(mode: boolean): unknown };
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly homeDir: string;
  readonly cwd: string;
  /** This process, and the Node that runs it. */
  readonly pid: number;
  readonly execPath: string;
  /** What this process can say about itself. */
  readonly readings: ProcessReadings;
  /** Signals a process; 0 only asks whether it is there. Throws ESRCH when it is gone, EPERM when it is another user's. */
  kill(pid: number, signal: NodeJS.Signals | 0): void;
  /** Milliseconds since 1970. */
  now(): number;
  /** In [0, 1). */
  random(): number;
  /** This many unguessable bytes, in hexadecimal: for tokens and ids. */
  randomHex(bytes: number): string;
  /** Resolves after `ms`, rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Aborted with `Interrupted` on Ctrl-C, SIGTERM and a closed terminal. */
  readonly signal: AbortSignal;
  /** Takes Ctrl-C over, so that it ends a piece of work and not the program. Absent where no process stands behind. */
  holdInterrupts?(): InterruptHold;
  /** Absent where no process stands behind, as in tests. */
  readonly ways?: Ways;
};

/** The real world. The second Ctrl-C ends the process at once, for when tidying up takes too long. */
export function processIo(): Io {
  const controller = new AbortController();
  const interrupt = (exitCode: 130 | 143) => () => {
    if (controller.signal.aborted) process.exit(exitCode);
    controller.abort(new Interrupted(exitCode));
  };
  let held: AbortController | undefined;
  const onInterrupt = interrupt(130);
  process.on('SIGINT', () => {
    if (held === undefined) onInterrupt();
    else if (held.signal.aborted) process.exit(130);
    else held.abort(new Interrupted());
  });
  process.on('SIGTERM', interrupt(143));
  // A closed terminal sends it more than once, and nobody is there to be in a hurry.
  if (process.platform !== 'win32') process.on('SIGHUP', () => controller.abort(new Interrupted(143)));
  return {
    // Opened when it is read: most commands never do.
    get stdin() {
      return process.stdin;
    },
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    ...processPlace(),
    pid: process.pid,
    execPath: process.execPath,
    readings: {
      startMs: Date.now() - process.uptime() * 1000,
      cpuSeconds: () => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1e6;
      },
      memory: () => {
        const { rss, heapUsed } = process.memoryUsage();
        return { residentBytes: rss, heapBytes: heapUsed };
      },
    },
    kill: (pid, signal) => {
      process.kill(pid, signal);
    },
    now: Date.now,
    random: Math.random,
    randomHex: (bytes) => process.getBuiltinModule('node:crypto').randomBytes(bytes).toString('hex'),
    sleep,
    signal: controller.signal,
    holdInterrupts: () => ({
      next() {
        held = new AbortController();
        return held.signal;
      },
      release() {
        held = undefined;
      },
    }),
    ways: processWays(),
  };
}

/** Whose process this is, and where. */
export function processPlace(): Pick<Io, 'env' | 'platform' | 'homeDir' | 'cwd'> {
  return { env: process.env, platform: process.platform, homeDir: safeHome(), cwd: safeCwd() };
}

function processWays(): Ways {
  type Around = { readonly before: () => void; readonly after: () => void };
  const arounds = new Set<Around>();
  let timer: NodeJS.Timeout | undefined;
  /** The terminal is given back before anybody stops: afterwards it belongs to the shell. */
  const stop = (whom: number) => {
    for (const { before } of [...arounds].reverse()) before();
    // Without its listener the signal does what it does to every process.
    process.off('SIGTSTP', onStop);
    process.kill(whom, 'SIGTSTP');
    // Nothing stops a process that no shell could continue: it goes on at once, without SIGCONT. Where that signal
    // came it is at hand before the immediate, and this does nothing.
    timer = setTimeout(() => setImmediate(() => timer !== undefined && onContinue()), NOT_STOPPED_MS);
  };
  const onStop = () => stop(process.pid);
  const onContinue = () => {
    clearTimeout(timer);
    timer = undefined;
    process.off('SIGTSTP', onStop);
    if (arounds.size > 0) process.on('SIGTSTP', onStop);
    for (const { after } of [...arounds]) after();
  };
  return {
    atExit(work) {
      process.on('exit', work);
      return () => process.off('exit', work);
    },
    aroundStop(before, after) {
      if (process.platform === 'win32') return () => undefined;
      const around = { before, after };
      if (arounds.size === 0) process.on('SIGTSTP', onStop).on('SIGCONT', onContinue);
      arounds.add(around);
      return () => {
        arounds.delete(around);
        if (arounds.size > 0) return;
        clearTimeout(timer);
        timer = undefined;
        process.off('SIGTSTP', onStop).off('SIGCONT', onContinue);
      };
    },
    stop() {
      if (process.platform !== 'win32') stop(0);
    },
  };
}

const NOT_STOPPED_MS = 200;

function outputOf(stream: NodeJS.WriteStream): Output {
  return {
    write: (text) => {
      stream.write(text);
    },
    isTTY: stream.isTTY === true,
    columns: () => stream.columns,
    rows: () => stream.rows,
    onResize: (listener) => {
      stream.on('resize', listener);
      return () => stream.off('resize', listener);
    },
  };
}

/** The home folder, or the current folder for accounts that have none. */
function safeHome(): string {
  try {
    return homedir() || safeCwd();
  } catch {
    return safeCwd();
  }
}

/** The current folder, or the root where it has been deleted under our feet. */
function safeCwd(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
