import { posix, win32 } from 'node:path';

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
