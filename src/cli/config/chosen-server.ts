import { serverUrl, type UrlOrigin } from '../../client/server-url.ts';
import { nearest } from '../../lib/nearest.ts';
import { UsageError } from '../../model/errors.ts';
import type { Context } from '../context.ts';
import type { ServerOptions } from '../credentials.ts';
import type { NamedServer } from './config.ts';

/** Which server was named, and how to reach it. */
export type ChosenServer = {
  readonly url: string;
  /** `default` where nobody named one: neither the command line, nor the environment, nor the settings file. */
  readonly origin: UrlOrigin | 'config';
  /** Its name in the settings file, where it has one. */
  readonly name?: string;
  /** The options, with what the settings file says of the server below them. */
  readonly options: NamedServer['options'];
};

/** Looks where a server is named: `--server`, the environment, the settings file. A name of the file counts before an address. Throws `UsageError` for what is nearly one. */
export function chosenServer({ io, config }: Pick<Context, 'io' | 'config'>, options: ServerOptions): ChosenServer {
  const named = serverUrl(options.server, io.env);
  const configured = named.origin === 'default' ? config.settings.server : undefined;
  const { url, origin } = configured === undefined ? named : { url: configured, origin: 'config' as const };
  const { servers } = config.file;
  const known = Object.hasOwn(servers, url) ? servers[url] : undefined;
  if (known === undefined) {
    refuseSlip(url, Object.keys(servers));
    return { url, origin, options };
  }
  return { url: known.url, origin, name: url, options: together(options, known.options) };
}

/** A lone word that is nearly the name of a server is a slip; nothing is sent to a host of that name unless it is meant. */
function refuseSlip(word: string, names: readonly string[]): void {
  const [meant] = /^[A-Za-z][\w-]*$/.test(word) && word !== 'localhost' ? nearest(word, names, 1) : [];
  if (meant === undefined) return;
  throw new UsageError(`there is no server "${word}" in the settings`, {
    hint: `Did you mean -s ${meant}? A host of that name is written http://${word}`,
  });
}

/** What stands behind our commands so that they ask the same server. */
export function serverWord({ name, url }: { readonly name?: string | undefined; readonly url: string }): string {
  return name ?? url;
}

/** Ways to prove who we are; typing one leaves out those of the file. */
const PROOFS = ['httpConfigFile', 'tokenFile', 'user', 'passwordFile'] as const;

/** A client certificate and its key. */
const CERTIFICATE = ['certFile', 'keyFile'] as const;

function together(typed: ServerOptions, file: NamedServer['options']): NamedServer['options'] {
  const given = Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== undefined)) as ServerOptions;
  const dropped = [PROOFS, CERTIFICATE].flatMap((keys) => (keys.some((key) => key in given) ? keys : []));
  const left = Object.fromEntries(Object.entries(file).filter(([key]) => !dropped.some((one) => one === key)));
  const typedHeaders = new Set((given.header ?? []).map(headerName));
  if (given.orgId !== undefined) typedHeaders.add('x-scope-orgid');
  const header = (file.header ?? []).filter((line) => !typedHeaders.has(headerName(line)));
  const files = Object.entries(file.headerFiles ?? {}).filter(([name]) => !typedHeaders.has(name));
  return {
    ...left,
    ...given,
    header: [...header, ...(given.header ?? [])],
    headerFiles: Object.fromEntries(files),
  };
}

function headerName(line: string): string {
  return line
    .slice(0, Math.max(0, line.indexOf(':')))
    .trim()
    .toLowerCase();
}
