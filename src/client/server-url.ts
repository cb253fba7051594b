/** Where the address of the server came from. */
export type UrlOrigin = 'option' | 'PROM_TUTOR_URL' | 'PROMETHEUS_URL' | 'PROMQL_HOST' | 'default';

/** The variables that may name the server; the first that is set wins. */
export const URL_VARIABLES = ['PROM_TUTOR_URL', 'PROMETHEUS_URL', 'PROMQL_HOST'] as const;

export const DEFAULT_URL = 'http://localhost:9090';

/** The server to ask: the one named, else the environment's, else Prometheus' own default address. */
export function serverUrl(
  option: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): { readonly url: string; readonly origin: UrlOrigin } {
  if (option !== undefined) return { url: option, origin: 'option' };
  for (const name of URL_VARIABLES) {
    const url = env[name]?.trim();
    if (url !== undefined && url !== '') return { url, origin: name };
  }
  return { url: DEFAULT_URL, origin: 'default' };
}
