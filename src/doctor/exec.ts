import { execa } from 'execa';

/** How a program ended. None of these is an exception: each is something to find out. */
export type Ran =
  | { readonly kind: 'done'; readonly code: number; readonly stdout: string; readonly stderr: string }
  /** There is no such program on PATH. */
  | { readonly kind: 'missing' }
  /** It did not end in time and was killed, with everything it had started. */
  | { readonly kind: 'hung'; readonly afterMs: number }
  /** It is there but cannot be run, or died of a signal. */
  | { readonly kind: 'broken'; readonly reason: string };

/** Runs a program without a shell and without input; resolves within `timeoutMs`, whatever it does, and never rejects. */
export type Exec = (
  program: string,
  args: readonly string[],
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
) => Promise<Ran>;

/** What running programs takes from the outside world. */
export type ExecWorld = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** As `process.kill`: a negative pid means the whole group. */
  kill(pid: number, signal: NodeJS.Signals | 0): void;
};

/** Runs programs found on the PATH of `world.env`, and with nothing in their environment but that. */
export function execIn(world: ExecWorld): Exec {
  return async (program, args, { timeoutMs, signal }) => {
    if (signal?.aborted) return { kind: 'hung', afterMs: 0 };
    const posix = world.platform !== 'win32';
    const child = execa(program, [...args], {
      env: world.env as NodeJS.ProcessEnv,
      extendEnv: false,
      // Its own process group, so that what it starts can be killed with it; a folder that is surely there.
      ...(posix ? { detached: true, cwd: '/' } : {}),
      stdin: 'ignore',
      reject: false,
      windowsHide: true,
      maxBuffer: 8 * 1024 * 1024,
    });
    const stop = () => {
      killGroup(world, child.pid, posix);
      // A grandchild that left the group may hold the pipes open for ever.
      child.stdout.destroy();
      child.stderr.destroy();
      child.unref();
    };
    let timer: NodeJS.Timeout | undefined;
    let aborted: (() => void) | undefined;
    const late = new Promise<Ran>((resolve) => {
      aborted = () => resolve({ kind: 'hung', afterMs: timeoutMs });
      timer = setTimeout(aborted, timeoutMs);
      signal?.addEventListener('abort', aborted, { once: true });
    });
    try {
      const ran = await Promise.race([child.then(endOf, brokenBy), late]);
      if (ran.kind === 'hung') stop();
      return ran;
    } finally {
      clearTimeout(timer);
      if (aborted !== undefined) signal?.removeEventListener('abort', aborted);
    }
  };
}

type Result = {
  readonly exitCode?: number | undefined;
  readonly stdout?: unknown;
  readonly stderr?: unknown;
  readonly code?: string | undefined;
  readonly signal?: string | undefined;
  readonly shortMessage?: string | undefined;
};

function endOf(result: Result): Ran {
  if (result.code === 'ENOENT') return { kind: 'missing' };
  if (result.exitCode === undefined) {
    return { kind: 'broken', reason: result.shortMessage ?? result.code ?? result.signal ?? 'it did not start' };
  }
  return {
    kind: 'done',
    code: result.exitCode,
    stdout: String(result.stdout ?? ''),
    stderr: String(result.stderr ?? ''),
  };
}

function brokenBy(error: unknown): Ran {
  return { kind: 'broken', reason: error instanceof Error ? error.message : String(error) };
}

function killGroup(world: ExecWorld, pid: number | undefined, posix: boolean): void {
  if (pid === undefined) return;
  try {
    world.kill(posix ? -pid : pid, 'SIGKILL');
  } catch {
    // It ended in the meantime.
  }
}
