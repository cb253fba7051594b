import type { HttpAuth, HttpSourceOptions, TlsOptions } from '../source/http-options.ts';
import { LIBRARY_NAMES } from '../source/http-words.ts';
import { proxyFromEnv } from '../source/proxy-env.ts';
import { serverUrl } from './server-url.ts';

/** How to prove who is asking. A secret may be a function, called for every request, for tokens that change. */
export type ClientAuth =
  | {
      readonly kind: 'basic';
      readonly username: string | (() => Promise<string>);
      readonly password: string | (() => Promise<string>);
    }
  | { readonly kind: 'bearer'; readonly token: string | (() => Promise<string>) };

/** Certificates and keys are PEM texts. */
export type ClientTls = {
  /** The authority that signed the server's certificate, instead of those the system knows. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The name the server's certificate must carry, where it is not the one in the URL. */
  readonly serverName?: string;
  /** True accepts any certificate. */
  readonly insecure?: boolean;
};

export type PrometheusClientOptions = {
  /**
   * The server, such as `http://localhost:9090` or `https://example.com/prometheus`; a missing scheme is repaired, and
   * `user:password@` becomes basic authentication. When absent: `PROM_TUTOR_URL`, `PROMETHEUS_URL`, `PROMQL_HOST` of the
   * environment, else `http://localhost:9090`.
   */
  readonly url?: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly auth?: ClientAuth;
  /** Tenant of Mimir, Cortex or Thanos, sent as `X-Scope-OrgID`. */
  readonly orgId?: string;
  readonly tls?: ClientTls;
  /** Milliseconds for one question, its whole answer included. Default 30,000. */
  readonly timeoutMs?: number;
  /** Largest answer accepted, in bytes after decompression. Default 128 MiB. */
  readonly maxBytes?: number;
  /** Same-origin redirects are followed unless this is false. Redirects to other servers never are. */
  readonly followRedirects?: boolean;
  /** Where the URL and the proxies (`HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`) are looked up. Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
};

export function sourceOptions(
  options: PrometheusClientOptions,
  env: Readonly<Record<string, string | undefined>>,
  userAgent: string,
): HttpSourceOptions {
  const headers = { ...options.headers, ...(options.orgId === undefined ? {} : { 'X-Scope-OrgID': options.orgId }) };
  return {
    url: serverUrl(options.url, env).url,
    userAgent,
    headers,
    proxy: proxyFromEnv(env),
    names: LIBRARY_NAMES,
    ...(options.auth === undefined ? {} : { auth: authOf(options.auth) }),
    ...(options.tls === undefined ? {} : { tls: options.tls satisfies TlsOptions }),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    ...(options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes }),
    ...(options.followRedirects === undefined ? {} : { followRedirects: options.followRedirects }),
  };
}

function authOf(auth: ClientAuth): HttpAuth {
  return auth.kind === 'basic' ? auth : { kind: 'authorization', scheme: 'Bearer', credentials: auth.token };
}
