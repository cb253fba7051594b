import type { Io } from '../io.ts';
import { type Config, loadConfig, settledConfig, type Winning } from './config.ts';
import { configPath } from './config-path.ts';
import { SETTINGS } from './settings.ts';

/** The settings after their file may have changed. What won over the file when the program began still does. */
export async function reloadedConfig({ file, settings, origins }: Config, io: Io): Promise<Config> {
  const named = file.path === configPath(io, undefined) ? undefined : file.path;
  const won = SETTINGS.filter(({ key }) => origins[key] !== 'file' && origins[key] !== 'default');
  const winning = Object.fromEntries(won.map(({ key }) => [key, { value: settings[key], origin: origins[key] }]));
  return settledConfig(await loadConfig(io, named), winning as Winning);
}
