import { dirname, resolve } from 'node:path';
import { UsageError } from '../model/errors.ts';
import { HTTP_CONFIG, type HttpConfigYaml, type ProxyYaml, type TlsYaml, validate } from './http-config-rules.ts';
import type { HttpAuth, HttpSourceOptions, ProxyOptions, Secret, TlsOptions, TlsVersion } from './http-options.ts';
import { NotPlainFile, readPlainFile } from './plain-file.ts';
import { proxyFromEnv } from './proxy-env.ts';
import { readSecretFile } from './secret-file.ts';
import { readShaped } from './yaml-shape.ts';

/** What the file asks for, and what of it has no effect here. */
export type HttpConfig = Required<Pick<HttpSourceOptions, 'headers' | 'followRedirects' | 'tls' | 'proxy'>> &
  Pick<HttpSourceOptions, 'auth'> & { readonly notes: readonly string[] };

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads promtool's `--http.config.file`. Paths in it are relative to its folder. Throws `UsageError` with all problems,
 * each at its line. Secrets in files are read when they are needed, each time anew.
 * https://prometheus.io/docs/prometheus/latest/configuration/promtool/
 */
export async function loadHttpConfig(path: string, env: Env): Promise<HttpConfig> {
  const { value, problems, lineOf } = readShaped(await readConfig(path), HTTP_CONFIG);
  const all = problems.length > 0 ? problems : validate(value, lineOf);
  if (all.length > 0) {
    const ordered = [...all].sort((a, b) => a.line - b.line);
    throw new UsageError(ordered.map(({ line, message }) => `${path}:${line}: ${message}`).join('\n'), {
      hint: 'The format: https://prometheus.io/docs/prometheus/latest/configuration/promtool/',
    });
  }
  const dir = dirname(resolve(path));
  const auth = authOf(value, dir, env);
  return {
    ...(auth === undefined ? {} : { auth }),
    headers: headersOf(value, dir),
    followRedirects: value.follow_redirects ?? true,
    tls: tlsOf(value.tls_config ?? {}, dir),
    proxy: proxyOf(value, env),
    notes:
      value.enable_http2 === true
        ? [`${path}:${lineOf('enable_http2')}: enable_http2 has no effect: HTTP/1.1 is used`]
        : [],
  };
}

const MOST_BYTES = 1_000_000;

async function readConfig(path: string): Promise<string> {
  try {
    return await readPlainFile(path, MOST_BYTES);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : 'it cannot be read';
    if (error instanceof NotPlainFile) throw new UsageError(`--http.config.file ${path}: ${error.message}`);
    throw new UsageError(`--http.config.file ${path}: ${reason}`, { hint: 'Check the path' });
  }
}

function authOf(config: HttpConfigYaml, dir: string, env: Env): HttpAuth | undefined {
  const { basic_auth: basic, authorization, oauth2 } = config;
  if (basic !== undefined) {
    return {
      kind: 'basic',
      username: secretOf(basic.username, basic.username_file, dir, 'user name') ?? '',
      password: secretOf(basic.password, basic.password_file, dir, 'password') ?? '',
    };
  }
  if (oauth2 !== undefined) {
    return {
      kind: 'oauth2',
      oauth2: {
        clientId: oauth2.client_id ?? '',
        clientSecret: secretOf(oauth2.client_secret, oauth2.client_secret_file, dir, 'client secret') ?? '',
        tokenUrl: oauth2.token_url ?? '',
        scopes: oauth2.scopes ?? [],
        endpointParams: oauth2.endpoint_params ?? {},
        tls: tlsOf(oauth2.tls_config ?? {}, dir),
        proxy: proxyOf(oauth2, env),
      },
    };
  }
  const credentials =
    secretOf(authorization?.credentials, authorization?.credentials_file, dir, 'token') ??
    secretOf(config.bearer_token, config.bearer_token_file, dir, 'token');
  if (credentials === undefined) return undefined;
  return { kind: 'authorization', scheme: authorization?.type?.trim() || 'Bearer', credentials };
}

function headersOf({ http_headers: headers = {} }: HttpConfigYaml, dir: string): Record<string, readonly Secret[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, { values = [], secrets = [], files = [] }]) => [
      name.toLowerCase(),
      [...values, ...secrets, ...files.map((file) => fromFile(file, dir, `header ${name}`))],
    ]),
  );
}

const TLS_VERSIONS: Readonly<Record<string, TlsVersion>> = {
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
};

function tlsOf(tls: TlsYaml, dir: string): TlsOptions {
  const ca = secretOf(tls.ca, tls.ca_file, dir, 'certificate authority');
  const cert = secretOf(tls.cert, tls.cert_file, dir, 'client certificate');
  const key = secretOf(tls.key, tls.key_file, dir, 'key of the client certificate');
  const minVersion = TLS_VERSIONS[tls.min_version ?? ''];
  const maxVersion = TLS_VERSIONS[tls.max_version ?? ''];
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(tls.server_name ? { serverName: tls.server_name } : {}),
    ...(tls.insecure_skip_verify === true ? { insecure: true } : {}),
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(maxVersion === undefined ? {} : { maxVersion }),
  };
}

/** As promtool has it: with a configuration file, the environment's proxies count only when the file says so. */
function proxyOf(proxy: ProxyYaml, env: Env): ProxyOptions {
  const connectHeaders = proxy.proxy_connect_header === undefined ? {} : { connectHeaders: proxy.proxy_connect_header };
  if (proxy.proxy_from_environment === true) return { ...proxyFromEnv(env), ...connectHeaders };
  const url = proxy.proxy_url ?? '';
  return { httpProxy: url, httpsProxy: url, noProxy: proxy.no_proxy ?? '', ...connectHeaders };
}

function secretOf(
  text: string | undefined,
  file: string | undefined,
  dir: string,
  purpose: string,
): Secret | undefined {
  if (file !== undefined && file !== '') return fromFile(file, dir, purpose);
  return text === undefined || text === '' ? undefined : text;
}

function fromFile(file: string, dir: string, purpose: string): Secret {
  return () => readSecretFile(resolve(dir, file), purpose);
}
