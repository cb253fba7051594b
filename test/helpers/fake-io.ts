import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Io } from '../../src/cli/io.ts';

export type FakeIo = Io & {
  /** Everything written so far. */
  readonly outText: () => string;
  readonly errText: () => string;
};

/** An outside world for `main(argv, io)`: no terminal, 80 columns, a fixed clock, an empty environment unless told otherwise. */
export function fakeIo(
  options: Partial<Omit<Io, 'stdin' | 'stdout' | 'stderr'>> & {
    readonly input?: string;
    readonly tty?: boolean;
    readonly columns?: number;
  } = {},
): FakeIo {
  const { input = '', tty = false, columns, ...rest } = options;
  let out = '';
  let err = '';
  const stdin = Object.assign(Readable.from(input === '' ? [] : [input]), { isTTY: tty });
  return {
    stdin,
    stdout: {
      write: (text) => {
        out += text;
      },
      isTTY: tty,
      columns: () => columns,
    },
    stderr: {
      write: (text) => {
        err += text;
      },
      isTTY: tty,
      columns: () => columns,
    },
    env: {},
    platform: 'linux',
    homeDir: '/nonexistent/home',
    cwd: process.cwd(),
    pid: process.pid,
    execPath: process.execPath,
    readings: {
      startMs: Date.now(),
      cpuSeconds: () => 1,
      memory: () => ({ residentBytes: 50_000_000, heapBytes: 20_000_000 }),
    },
    kill: (pid, signal) => {
      process.kill(pid, signal);
    },
    now: () => Date.now(),
    random: () => 0.5,
    randomHex: (bytes) => randomBytes(bytes).toString('hex'),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const onAbort = () => {
          clearTimeout(timer);
          reject(signal?.reason);
        };
        const timer = setTimeout(() => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        }, ms);
        if (signal?.aborted) onAbort();
        else signal?.addEventListener('abort', onAbort, { once: true });
      }),
    signal: new AbortController().signal,
    ...rest,
    outText: () => out,
    errText: () => err,
  };
}
