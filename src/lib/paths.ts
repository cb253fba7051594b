import { mkdir, stat } from 'node:fs/promises';
import { dirname, posix, win32 } from 'node:path';

type World = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly homeDir: string;
};

/** The folder for state: `$XDG_STATE_HOME/NAME` or `~/.local/state/NAME` on Linux and macOS, `%LOCALAPPDATA%\NAME` on Windows. */
export function stateDir(name: string, world: World): string {
  if (world.platform === 'win32') {
    const local = world.env.LOCALAPPDATA;
    return win32.join(local || win32.join(world.homeDir, 'AppData', 'Local'), name);
  }
  const configured = world.env.XDG_STATE_HOME;
  const base = configured && posix.isAbsolute(configured) ? configured : posix.join(world.homeDir, '.local', 'state');
  return posix.join(base, name);
}

/** The folder for settings: `$XDG_CONFIG_HOME/NAME` or `~/.config/NAME` on Linux and macOS, `%APPDATA%\NAME` on Windows. */
export function configDir(name: string, world: World): string {
  if (world.platform === 'win32') {
    return win32.join(world.env.APPDATA || win32.join(world.homeDir, 'AppData', 'Roaming'), name);
  }
  const configured = world.env.XDG_CONFIG_HOME;
  const base = configured && posix.isAbsolute(configured) ? configured : posix.join(world.homeDir, '.config');
  return posix.join(base, name);
}

/**
 * Makes a folder and those above it, unless they are there. Node's own `mkdir` with `recursive` tries for ever where nothing
 * can be made but the error is ENOENT, as below /proc.
 */
export async function makeFolder(path: string, mode = 0o700): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const above = dirname(path);
    if (code === 'ENOENT' && above !== path) {
      await makeFolder(above, mode);
      // Somebody else may make it at the same time.
      await mkdir(path, { mode }).catch((again: NodeJS.ErrnoException) => stays(path, again));
    } else await stays(path, error as NodeJS.ErrnoException);
  }
}

/** The error, unless the folder is there after all; read-only and foreign places refuse before they look. */
async function stays(path: string, error: NodeJS.ErrnoException): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) throw error;
}
