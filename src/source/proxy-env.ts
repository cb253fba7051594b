import type { ProxyOptions } from './http-options.ts';

/** The proxies an environment names, small letters first, as curl and Go read it. */
export function proxyFromEnv(env: Readonly<Record<string, string | undefined>>): ProxyOptions {
  return {
    httpProxy: env.http_proxy || env.HTTP_PROXY || '',
    httpsProxy: env.https_proxy || env.HTTPS_PROXY || '',
    noProxy: env.no_proxy || env.NO_PROXY || '',
  };
}
