import { isSettableHeader } from './http-auth.ts';
import type { Problem, Shaped } from './yaml-shape.ts';

const TLS = {
  fields: {
    ca: 'text',
    ca_file: 'text',
    ca_ref: 'text',
    cert: 'text',
    cert_file: 'text',
    cert_ref: 'text',
    key: 'text',
    key_file: 'text',
    key_ref: 'text',
    server_name: 'text',
    insecure_skip_verify: 'flag',
    min_version: 'text',
    max_version: 'text',
  },
} as const;

const PROXY = {
  proxy_url: 'text',
  no_proxy: 'text',
  proxy_from_environment: 'flag',
  proxy_connect_header: { map: { list: 'text' } },
} as const;

/** The keys of promtool's `--http.config.file`. https://prometheus.io/docs/prometheus/latest/configuration/promtool/ */
export const HTTP_CONFIG = {
  fields: {
    basic_auth: {
      fields: {
        username: 'text',
        username_file: 'text',
        username_ref: 'text',
        password: 'text',
        password_file: 'text',
        password_ref: 'text',
      },
    },
    authorization: {
      fields: { type: 'text', credentials: 'text', credentials_file: 'text', credentials_ref: 'text' },
    },
    oauth2: {
      fields: {
        client_id: 'text',
        client_secret: 'text',
        client_secret_file: 'text',
        client_secret_ref: 'text',
        scopes: { list: 'text' },
        token_url: 'text',
        endpoint_params: { map: 'text' },
        tls_config: TLS,
        ...PROXY,
      },
    },
    bearer_token: 'text',
    bearer_token_file: 'text',
    tls_config: TLS,
    follow_redirects: 'flag',
    enable_http2: 'flag',
    ...PROXY,
    http_headers: { map: { fields: { values: { list: 'text' }, secrets: { list: 'text' }, files: { list: 'text' } } } },
  },
} as const;

export type HttpConfigYaml = Shaped<typeof HTTP_CONFIG>;
export type TlsYaml = Shaped<typeof TLS>;
export type ProxyYaml = Shaped<{ readonly fields: typeof PROXY }>;

/** Headers promtool does not let a file set. https://github.com/prometheus/common/blob/main/config/headers.go */
const RESERVED_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'host',
  'user-agent',
  'proxy-authenticate',
  'www-authenticate',
  'x-prometheus-remote-write-version',
  'x-prometheus-remote-read-version',
  'x-prometheus-scrape-timeout-seconds',
]);

/** What the keys may not say together, or not at all: the rules of promtool. */
export function validate(config: HttpConfigYaml, lineOf: (path: string) => number): readonly Problem[] {
  const problems: Problem[] = [];
  const report = (path: string, message: string) => problems.push({ line: lineOf(path), message });
  const atMostOne = (path: string, value: object | undefined, keys: readonly string[]) => {
    const given = keys.filter((key) => isGiven(value, key));
    const second = given[1];
    const at = (key: string) => (path === '' ? key : `${path}.${key}`);
    if (second !== undefined) report(at(second), `at most one of ${given.join(' and ')} may be given`);
  };
  const noRefs = (path: string, value: object | undefined) => {
    for (const key of Object.keys(value ?? {}).filter((name) => name.endsWith('_ref'))) {
      const file = key.replace(/_ref$/, '_file');
      report(`${path}.${key}`, `${key} names a secret of a secret manager, and there is none here; use ${file}`);
    }
  };
  const tls = (path: string, value: TlsYaml | undefined) => {
    noRefs(path, value);
    for (const key of ['ca', 'cert', 'key']) atMostOne(path, value, [key, `${key}_file`]);
    const hasCert = isGiven(value, 'cert') || isGiven(value, 'cert_file');
    const hasKey = isGiven(value, 'key') || isGiven(value, 'key_file');
    if (hasCert !== hasKey) report(path, 'a client certificate needs both: cert or cert_file, and key or key_file');
    for (const key of ['min_version', 'max_version'] as const) {
      const version = value?.[key];
      if (version !== undefined && !/^TLS1[0-3]$/.test(version)) {
        report(`${path}.${key}`, `unknown TLS version "${version}"; TLS10, TLS11, TLS12 and TLS13 are known`);
      }
    }
  };
  const proxy = (path: string, value: ProxyYaml | undefined) => {
    const at = (key: string) => (path === '' ? key : `${path}.${key}`);
    const fromEnvironment = value?.proxy_from_environment === true;
    const url = value?.proxy_url ?? '';
    if (fromEnvironment && url !== '')
      report(at('proxy_url'), 'proxy_url and proxy_from_environment exclude each other');
    if (isGiven(value, 'no_proxy') && url === '') report(at('no_proxy'), 'no_proxy needs a proxy_url');
    if (isGiven(value, 'proxy_connect_header') && url === '' && !fromEnvironment) {
      report(at('proxy_connect_header'), 'proxy_connect_header needs proxy_url or proxy_from_environment');
    }
    if (url !== '' && !isProxyUrl(url)) {
      report(at('proxy_url'), 'proxy_url is not an address such as http://proxy.example.com:3128');
    }
  };

  atMostOne('', config, ['basic_auth', 'authorization', 'oauth2', 'bearer_token', 'bearer_token_file']);
  atMostOne('basic_auth', config.basic_auth, ['username', 'username_file']);
  atMostOne('basic_auth', config.basic_auth, ['password', 'password_file']);
  atMostOne('authorization', config.authorization, ['credentials', 'credentials_file']);
  atMostOne('oauth2', config.oauth2, ['client_secret', 'client_secret_file']);
  noRefs('basic_auth', config.basic_auth);
  noRefs('authorization', config.authorization);
  noRefs('oauth2', config.oauth2);
  if (config.authorization?.type?.trim().toLowerCase() === 'basic') {
    report('authorization.type', 'authorization type cannot be "basic"; use basic_auth');
  }
  if (config.oauth2 !== undefined) {
    for (const key of ['client_id', 'token_url'] as const) {
      if (!isGiven(config.oauth2, key)) report('oauth2', `oauth2 needs a ${key}`);
    }
    if (isGiven(config.oauth2, 'token_url') && !isHttpUrl(config.oauth2.token_url ?? '')) {
      report('oauth2.token_url', 'token_url is not an address such as https://auth.example.com/token');
    }
  }
  tls('tls_config', config.tls_config);
  tls('oauth2.tls_config', config.oauth2?.tls_config);
  proxy('', config);
  proxy('oauth2', config.oauth2);
  for (const name of Object.keys(config.http_headers ?? {})) {
    if (RESERVED_HEADERS.has(name.toLowerCase()) || !isSettableHeader(name)) {
      report(`http_headers.${name}`, `setting header "${name}" is not allowed`);
    }
  }
  return problems;
}

function isGiven(value: object | undefined, key: string): boolean {
  const found = (value as Readonly<Record<string, unknown>> | undefined)?.[key];
  return found !== undefined && found !== '';
}

function isHttpUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

function isProxyUrl(text: string): boolean {
  return /^(https?|socks5):\/\//i.test(text) && URL.canParse(text);
}
