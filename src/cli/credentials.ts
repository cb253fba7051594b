import { resolve } from 'node:path';
import { UsageError } from '../model/errors.ts';
import type { HttpAuth, HttpSourceOptions, Secret, TlsOptions } from '../source/http-options.ts';
import { hasCredentials } from '../source/http-url.ts';
import { proxyFromEnv } from '../source/proxy-env.ts';
import { readSecretFile } from '../source/secret-file.ts';
import type { Context } from './context.ts';
import type { OptionsOf } from './spec.ts';
import type { SERVER_OPTIONS } from './specs/server-options.ts';

export type ServerOptions = OptionsOf<{ readonly options: typeof SERVER_OPTIONS }>;

/** How to reach a server and who asks, with what has to be said about it on stderr. */
export type HttpSettings = Pick<HttpSourceOptions, 'headers' | 'auth' | 'tls' | 'proxy' | 'followRedirects'> & {
  readonly notes: readonly string[];
};

/**
 * Settings from the options, then from `--http.config.file`, then (with `useEnv`) from the environment's credentials,
 * unless `url` holds some itself. Each of credentials, single headers and TLS settings comes from the first place that
 * has it. Files are read once here, so that a missing one is told before anything is asked. Throws `UsageError`; no
 * secret appears in it.
 */
export async function httpSettings(
  { io }: Pick<Context, 'io'>,
  options: ServerOptions & { readonly headerFiles?: Readonly<Record<string, string>> },
  useEnv: boolean,
  url = '',
): Promise<HttpSettings> {
  const file = (path: string, purpose: string): Secret => {
    const full = resolve(io.cwd, path);
    return () => readSecretFile(full, purpose);
  };
  const env = useEnv ? io.env : {};
  const config =
    options.httpConfigFile === undefined
      ? undefined
      : await (await import('../source/http-config.ts')).loadHttpConfig(
          resolve(io.cwd, options.httpConfigFile),
          io.env,
        );
  const auth = authOf(options, env, file) ?? config?.auth ?? (hasCredentials(url) ? undefined : authFromEnv(env));
  const settings: HttpSettings = {
    headers: { ...config?.headers, ...headerFiles(options.headerFiles, file), ...headersOf(options, env) },
    tls: { ...config?.tls, ...tlsOf(options, file) },
    proxy: config?.proxy ?? proxyFromEnv(io.env),
    notes: config?.notes ?? [],
    ...(auth === undefined ? {} : { auth }),
    ...(config === undefined ? {} : { followRedirects: config.followRedirects }),
  };
  await tryFiles(settings);
  return settings;
}

type FileSecret = (path: string, purpose: string) => Secret;

function authOf(options: ServerOptions, env: Context['io']['env'], file: FileSecret): HttpAuth | undefined {
  const { user, passwordFile, tokenFile } = options;
  if (tokenFile !== undefined && (user !== undefined || passwordFile !== undefined)) {
    throw new UsageError('--token-file and --user exclude each other', { hint: 'Give the one the server wants' });
  }
  if (tokenFile !== undefined) {
    return { kind: 'authorization', scheme: 'Bearer', credentials: file(tokenFile, 'token') };
  }
  if (user === undefined && passwordFile === undefined) return undefined;
  const username = user ?? env.PROMETHEUS_USERNAME;
  if (username === undefined) throw new UsageError('--password-file needs a user name', { hint: 'Add: --user NAME' });
  const password = passwordFile === undefined ? env.PROMETHEUS_PASSWORD : file(passwordFile, 'password');
  if (password === undefined) {
    throw new UsageError('--user needs a password', {
      hint: 'Add: --password-file FILE, or set PROMETHEUS_PASSWORD',
    });
  }
  return { kind: 'basic', username, password };
}

/** The names other tools read too. */
function authFromEnv(env: Context['io']['env']): HttpAuth | undefined {
  const { PROMETHEUS_USERNAME: username, PROMETHEUS_PASSWORD: password, PROMETHEUS_TOKEN: token } = env;
  if (username) return { kind: 'basic', username, password: password ?? '' };
  return token ? { kind: 'authorization', scheme: 'Bearer', credentials: token.trim() } : undefined;
}

function headersOf(options: ServerOptions, env: Context['io']['env']): Record<string, readonly Secret[]> {
  const orgId = options.orgId ?? (env.PROM_TUTOR_ORG_ID || undefined);
  const headers = new Map<string, string[]>();
  if (orgId !== undefined) headers.set('x-scope-orgid', [orgId]);
  const seen = new Set<string>();
  for (const line of options.header ?? []) {
    const [name, value] = headerOf(line);
    // What was typed as a header replaces what an option or the environment says about it.
    headers.set(name, seen.has(name) ? [...(headers.get(name) ?? []), value] : [value]);
    seen.add(name);
  }
  return Object.fromEntries(headers);
}

/** Headers whose values are in files; their names are lower case. */
function headerFiles(
  files: Readonly<Record<string, string>> = {},
  file: FileSecret,
): Record<string, readonly Secret[]> {
  return Object.fromEntries(Object.entries(files).map(([name, path]) => [name, [file(path, `header ${name}`)]]));
}

function headerOf(line: string): readonly [string, string] {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
  if (name === '') {
    throw new UsageError('--header wants a name, a colon and a value', {
      hint: "Write it like: -H 'X-Scope-OrgID: team-a'",
    });
  }
  return [name, line.slice(colon + 1).trim()];
}

function tlsOf(options: ServerOptions, file: FileSecret): TlsOptions {
  const { caFile, certFile, keyFile, insecure } = options;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new UsageError('--cert-file and --key-file belong together', { hint: 'Give both' });
  }
  return {
    ...(caFile === undefined ? {} : { ca: file(caFile, 'certificate authority') }),
    ...(certFile === undefined ? {} : { cert: file(certFile, 'client certificate') }),
    ...(keyFile === undefined ? {} : { key: file(keyFile, 'key of the client certificate') }),
    ...(insecure === true ? { insecure: true } : {}),
  };
}

async function tryFiles({ auth, tls, headers }: HttpSettings): Promise<void> {
  const secrets = [
    ...Object.values(headers ?? {}).flat(),
    ...(auth?.kind === 'basic' ? [auth.username, auth.password] : []),
    ...(auth?.kind === 'authorization' ? [auth.credentials] : []),
    ...(auth?.kind === 'oauth2' ? [auth.oauth2.clientSecret] : []),
    ...[tls?.ca, tls?.cert, tls?.key].filter((secret) => secret !== undefined),
  ];
  await Promise.all(secrets.map(async (secret) => (typeof secret === 'function' ? secret() : secret)));
}
