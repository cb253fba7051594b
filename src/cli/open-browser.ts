import { execa } from 'execa';
import { commandWords } from './command-words.ts';
import type { Io } from './io.ts';

/** What became of opening: `why` says in words why nothing was opened. */
export type Opened = { readonly kind: 'opened' } | { readonly kind: 'not-opened'; readonly why: string };

/** An opener that still runs after this long is taken to have done its work: some wait until the browser is closed. */
const PATIENCE_MS = 2_000;

/**
 * Shows an http(s) address in the browser of the person. The program gets it as one argument, and no shell reads it. Says
 * why not where there is no browser to be expected: no terminal, no display, another machine.
 */
export async function openBrowser(
  address: string,
  io: Pick<Io, 'env' | 'platform' | 'stdout' | 'cwd'>,
): Promise<Opened> {
  const why = obstacle(io);
  if (why !== undefined) return { kind: 'not-opened', why };
  const { program, args } = openerFor(io);
  const words = args.some((word) => word.includes('%s'))
    ? args.map((word) => word.replace('%s', () => address))
    : [...args, address];
  const child = execa(program, words, {
    cwd: io.cwd,
    env: { ...io.env },
    extendEnv: false,
    stdio: 'ignore',
    detached: true,
    cleanup: false,
    reject: false,
  });
  child.unref();
  const patience = new AbortController();
  const ended = await Promise.race([child, later(PATIENCE_MS, patience.signal)]);
  patience.abort();
  if (ended === undefined || !ended.failed) return { kind: 'opened' };
  if (ended.code === 'ENOENT') return { kind: 'not-opened', why: `there is no ${program} to open a browser with` };
  return { kind: 'not-opened', why: `${program} could not open a browser` };
}

type Opener = { readonly program: string; readonly args: readonly string[] };

const XDG: Opener = { program: 'xdg-open', args: [] };

/** `start` belongs to a shell; this is what it does, without one. https://learn.microsoft.com/windows-server/administration/windows-commands/rundll32 */
const WINDOWS: Opener = { program: 'rundll32', args: ['url.dll,FileProtocolHandler'] };

const OPENERS: { readonly [P in NodeJS.Platform]?: Opener } = {
  darwin: { program: 'open', args: [] },
  win32: WINDOWS,
};

/** Linux within Windows, where the browser is that of Windows. https://learn.microsoft.com/windows/wsl/filesystems */
const WSL: Opener = { ...WINDOWS, program: 'rundll32.exe' };

/** The program of $BROWSER (of a list the first), else what the system has. */
function openerFor({ env, platform }: Pick<Io, 'env' | 'platform'>): Opener {
  const named = (env.BROWSER ?? '').split(platform === 'win32' ? ';' : ':').find((one) => one.trim() !== '');
  const [program, ...args] = commandWords(named ?? '');
  if (program !== undefined) return { program, args };
  return isWsl({ env, platform }) ? WSL : (OPENERS[platform] ?? XDG);
}

function isWsl({ env, platform }: Pick<Io, 'env' | 'platform'>): boolean {
  return platform === 'linux' && (env.WSL_DISTRO_NAME ?? env.WSL_INTEROP ?? '') !== '';
}

function obstacle({ env, platform, stdout }: Pick<Io, 'env' | 'platform' | 'stdout'>): string | undefined {
  const has = (name: string) => (env[name] ?? '') !== '';
  if (!stdout.isTTY) return 'this is no terminal';
  // Editors that work on another machine set it to a program that opens the browser here.
  if (has('BROWSER')) return undefined;
  if (has('SSH_CONNECTION') || has('SSH_TTY') || has('SSH_CLIENT')) {
    return 'this is a session on another machine, and the browser would open there';
  }
  const windowed =
    isWsl({ env, platform }) ||
    platform === 'darwin' ||
    platform === 'win32' ||
    has('DISPLAY') ||
    has('WAYLAND_DISPLAY');
  return windowed ? undefined : 'there is no display';
}

function later(ms: number, signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms, undefined);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}
