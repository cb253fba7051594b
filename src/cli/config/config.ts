import { readFileSync, statSync } from 'node:fs';
import { UserError } from '../../model/errors.ts';
import type { ServerOptions } from '../credentials.ts';
import type { Io } from '../io.ts';
import { ConfigError } from './config-error.ts';
import { configPath } from './config-path.ts';
import { SETTINGS, type SettingKey, type Settings } from './settings.ts';

export { configFolder } from './config-path.ts';

/** What the file says. */
export type FileConfig = {
  readonly path: string;
  /** Whether there is a file. */
  readonly exists: boolean;
  /** The settings it gives; absent ones have their default. */
  readonly given: Partial<Settings>;
  readonly servers: Readonly<Record<string, NamedServer>>;
  /** Why the file cannot be used; then nothing of it is in force. */
  readonly problem?: UserError;
};

/** A server with a name, as options of the command line would describe it. */
export type NamedServer = {
  readonly url: string;
  readonly options: ServerOptions & { readonly headerFiles?: Readonly<Record<string, string>> };
};

/** Where a value comes from: `$NAME` is a variable of the environment. */
export type ValueOrigin = 'default' | 'file' | 'option' | `$${string}`;

/** The settings in force, and where each comes from. */
export type Config = {
  readonly file: FileConfig;
  readonly settings: Settings;
  readonly origins: { readonly [K in SettingKey]: ValueOrigin };
};

/** Values that win over the file, by their key. */
export type Winning = { readonly [K in SettingKey]?: { readonly value: Settings[K]; readonly origin: ValueOrigin } };

/** Nothing is configured. */
export const NO_FILE: FileConfig = { path: '', exists: false, given: {}, servers: {} };

/**
 * Reads the settings. Never throws: what is wrong with the file stands in `problem`, for `main` to tell. Without a file,
 * as most people have it, YAML is not even loaded.
 */
export async function loadConfig(
  io: Pick<Io, 'env' | 'platform' | 'homeDir' | 'cwd'>,
  option: string | undefined,
): Promise<FileConfig> {
  const path = configPath(io, option);
  const none = { ...NO_FILE, path };
  try {
    const text = textOf(path);
    const { readConfig } = await import('./read-config.ts');
    const read = readConfig(text, path, io.homeDir);
    if (read.problems.length === 0) return { path, exists: true, given: read.given, servers: read.servers };
    return {
      ...none,
      exists: true,
      problem: new ConfigError(path, text, read.problems, path !== configPath(io, undefined)),
    };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    const absent = code === 'ENOENT' || code === 'ENOTDIR';
    const named = option !== undefined || (io.env.PROM_TUTOR_CONFIG ?? '') !== '';
    if (absent && !named) return none;
    const by = option !== undefined ? '--config' : named ? 'PROM_TUTOR_CONFIG' : 'the settings file';
    const why = absent ? 'there is no such file' : `it cannot be read (${code})`;
    const hint = absent ? `To write one: prom-tutor config init --config ${path}` : 'Check the path and who owns it.';
    return { ...none, exists: !absent, problem: new UserError(`${by} ${path}: ${why}`, { hint, exitCode: 2 }) };
  }
}

/** Read at once and in one piece: every command waits for it. A device or pipe is refused, and /dev/null is an empty file. */
function textOf(path: string): string {
  const found = statSync(path);
  const plain = found.isFile() || path === '/dev/null' || (found.isFIFO() && path.startsWith('/dev/fd/'));
  if (!plain) throw Object.assign(new Error('not a file'), { code: found.isDirectory() ? 'EISDIR' : 'not a file' });
  if (found.size > MOST_BYTES) throw Object.assign(new Error('too large'), { code: 'too large' });
  return readFileSync(path, 'utf8');
}

const MOST_BYTES = 5_000_000;

/** The settings in force: those that win, then those of the file, then the defaults. */
export function settledConfig(file: FileConfig, winning: Winning): Config {
  const rows = SETTINGS.map((row): [SettingKey, { readonly value: unknown; readonly origin: ValueOrigin }] => {
    const won = winning[row.key];
    if (won !== undefined) return [row.key, won];
    if (Object.hasOwn(file.given, row.key)) return [row.key, { value: file.given[row.key], origin: 'file' }];
    return [row.key, { value: row.parse(row.default), origin: 'default' }];
  });
  return {
    file,
    settings: Object.fromEntries(rows.map(([key, { value }]) => [key, value])) as Settings,
    origins: Object.fromEntries(rows.map(([key, { origin }]) => [key, origin])) as Config['origins'],
  };
}
