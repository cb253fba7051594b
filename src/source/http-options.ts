import type { Dispatcher } from 'undici';
import type { UnavailableKind } from '../model/errors.ts';

/** A secret, or where to get it: files are read again for every request, so that rotated tokens are picked up. */
export type Secret = string | (() => Promise<string>);

/** How to prove who we are. */
export type HttpAuth =
  | { readonly kind: 'basic'; readonly username: Secret; readonly password: Secret }
  /** `Authorization: <scheme> <credentials>`; the scheme is usually Bearer. */
  | { readonly kind: 'authorization'; readonly scheme: string; readonly credentials: Secret }
  | { readonly kind: 'oauth2'; readonly oauth2: OAuth2Options };

/** OAuth 2.0 client credentials grant. */
export type OAuth2Options = {
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly tokenUrl: string;
  readonly scopes: readonly string[];
  readonly endpointParams: Readonly<Record<string, string>>;
  readonly tls?: TlsOptions;
  readonly proxy?: ProxyOptions;
};

/** Certificates are PEM texts. */
export type TlsOptions = {
  readonly ca?: Secret;
  readonly cert?: Secret;
  readonly key?: Secret;
  readonly serverName?: string;
  readonly insecure?: boolean;
  readonly minVersion?: TlsVersion;
  readonly maxVersion?: TlsVersion;
};

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** Proxies by scheme of the server, as the environment or a configuration file names them. Loopback is never proxied. */
export type ProxyOptions = {
  readonly httpProxy?: string;
  readonly httpsProxy?: string;
  /** Comma-separated host names, domains, addresses and CIDR ranges, each with an optional port; `*` for all. */
  readonly noProxy?: string;
  readonly connectHeaders?: Readonly<Record<string, readonly Secret[]>>;
};

/** One HTTP exchange, for `--debug`: when it began, what came, or why nothing came. No credentials in it. */
export type TraceEvent =
  | { readonly kind: 'request'; readonly id: number; readonly method: string; readonly url: string }
  | { readonly kind: 'answer'; readonly id: number; readonly status: number; readonly bytes: number }
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string };

/** What hints call the things a person can set: flags on the command line, properties in the library. */
export type OptionNames = {
  readonly server: (url: string) => string;
  readonly basicAuth: string;
  readonly token: string;
  readonly header: string;
  readonly orgId: string;
  readonly ca: string;
  readonly clientCert: string;
  readonly serverName: string;
  readonly insecure: string;
  readonly timeout: string;
  readonly maxBytes: string;
  readonly followRedirects: string;
};

export type HttpSourceOptions = {
  /** As people type it; credentials in it become basic authentication. */
  readonly url: string;
  /** Sent as User-Agent. */
  readonly userAgent?: string;
  readonly headers?: Readonly<Record<string, Secret | readonly Secret[]>>;
  readonly auth?: HttpAuth;
  readonly tls?: TlsOptions;
  readonly proxy?: ProxyOptions;
  /** Same-origin redirects are followed unless this is false. */
  readonly followRedirects?: boolean;
  /** Milliseconds until a connection stands, TLS included. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds for one question, answer read to its end. */
  readonly timeoutMs?: number;
  /** Largest answer accepted, in bytes after decompression. */
  readonly maxBytes?: number;
  /** Instead of our own connections; stays open on `close`. */
  readonly dispatcher?: Dispatcher;
  readonly onTrace?: (event: TraceEvent) => void;
  readonly names?: OptionNames;
  /** A clock that only goes forward, in milliseconds; for the lifetime of OAuth 2.0 tokens. */
  readonly monotonicMs?: () => number;
  /** Better advice than the general one, where the caller knows more. */
  readonly hints?: Readonly<Partial<Record<UnavailableKind, string>>>;
};

export const HTTP_DEFAULTS = {
  userAgent: 'prom-tutor',
  connectTimeoutMs: 10_000,
  timeoutMs: 30_000,
  maxBytes: 128 * 1024 * 1024,
} as const;

/** No JavaScript string is longer than this, so no larger answer could be read. */
export const MAX_BYTES_LIMIT = 512 * 1024 * 1024 - 64;

export async function secretText(secret: Secret): Promise<string> {
  return typeof secret === 'string' ? secret : secret();
}
