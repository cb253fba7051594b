import { stat } from 'node:fs/promises';
import { queryStore } from '../../explorer/named-queries.ts';
import { UserError } from '../../model/errors.ts';
import { loadHttpConfig } from '../../source/http-config.ts';
import type { Io } from '../io.ts';
import { configFolder, type FileConfig, type NamedServer } from './config.ts';

/** What is wrong, or could be better; `wrong` keeps something from working. */
export type ConfigFinding = { readonly level: 'wrong' | 'warning'; readonly message: string };

/** Looks behind a settings file that can be read: at the files it names, and at the named queries beside it. */
export async function checkBehind(file: FileConfig, io: Io): Promise<readonly ConfigFinding[]> {
  const servers = await Promise.all(
    Object.entries(file.servers).map(([name, server]) => checkServer(name, server, io)),
  );
  return [...servers.flat(), ...(await wrongFrom(() => queryStore(configFolder(io)).list()))];
}

async function checkServer(name: string, { options }: NamedServer, io: Io): Promise<readonly ConfigFinding[]> {
  const { httpConfigFile, tokenFile, passwordFile, keyFile, caFile, certFile, headerFiles = {} } = options;
  const secrets = [tokenFile, passwordFile, keyFile, ...Object.values(headerFiles)];
  const findings = await Promise.all([
    ...secrets.map((path) => checkFile(name, path, io, 'secret')),
    ...[caFile, certFile].map((path) => checkFile(name, path, io, 'public')),
    httpConfigFile === undefined ? [] : wrongFrom(() => loadHttpConfig(httpConfigFile, io.env)),
  ]);
  return findings.flat();
}

async function checkFile(
  server: string,
  path: string | undefined,
  { platform }: Io,
  kind: 'secret' | 'public',
): Promise<readonly ConfigFinding[]> {
  if (path === undefined) return [];
  const at = `servers.${server}: ${path}`;
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return [{ level: 'wrong', message: `${at}: there is no such file` }];
  if (!found.isFile()) return [{ level: 'wrong', message: `${at}: that is no file` }];
  const open = kind === 'secret' && platform !== 'win32' && (found.mode & 0o077) !== 0;
  return open ? [{ level: 'warning', message: `${at}: others on this machine may read it; chmod 600 ${path}` }] : [];
}

async function wrongFrom(look: () => Promise<unknown>): Promise<readonly ConfigFinding[]> {
  try {
    await look();
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.message.split('\n').map((message) => ({ level: 'wrong', message }));
  }
}
