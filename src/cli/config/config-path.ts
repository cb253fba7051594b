import { join, resolve } from 'node:path';
import { configDir } from '../../lib/paths.ts';
import type { Io } from '../io.ts';

/** The folder of the settings and of the named queries. */
export function configFolder(io: Pick<Io, 'env' | 'platform' | 'homeDir'>): string {
  return configDir('prom-tutor', io);
}

/** The file that `--config` or PROM_TUTOR_CONFIG names, or the usual one. */
export function configPath(io: Pick<Io, 'env' | 'platform' | 'homeDir' | 'cwd'>, option: string | undefined): string {
  const named = option ?? (io.env.PROM_TUTOR_CONFIG || undefined);
  return named === undefined ? join(configFolder(io), 'config.yaml') : resolve(io.cwd, named);
}
