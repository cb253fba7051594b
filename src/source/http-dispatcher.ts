import { BlockList, isIP } from 'node:net';
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { type ProxyOptions, secretText, type TlsOptions } from './http-options.ts';

/**
 * Connections to one server: direct, or through the proxy that applies to it. Always undici's own agents, used with
 * undici's own request. Throws what the files named in `tls` throw when they cannot be read.
 */
export async function dispatcherFor(
  base: string,
  options: { readonly tls?: TlsOptions; readonly proxy?: ProxyOptions; readonly connectTimeoutMs: number },
): Promise<Dispatcher> {
  const url = new URL(base);
  const tls = await tlsOptions(options.tls ?? {});
  const common = { connect: { ...tls, timeout: options.connectTimeoutMs }, headersTimeout: 0, bodyTimeout: 0 };
  const proxy = options.proxy ?? {};
  const uri = url.protocol === 'https:' ? proxy.httpsProxy : proxy.httpProxy;
  if (uri === undefined || uri === '' || goesDirect(url.hostname, proxy.noProxy ?? '')) return new Agent(common);
  return new EnvHttpProxyAgent({
    ...common,
    httpProxy: url.protocol === 'http:' ? withScheme(uri) : '',
    httpsProxy: url.protocol === 'https:' ? withScheme(uri) : '',
    noProxy: proxy.noProxy ?? '',
    headers: await connectHeaders(proxy),
    requestTls: { ...tls, timeout: options.connectTimeoutMs },
    proxyTls: { timeout: options.connectTimeoutMs },
    // Proxies forward plain http; many refuse to tunnel it.
    proxyTunnel: url.protocol === 'https:',
  });
}

/** Loopback, and addresses within a CIDR range of NO_PROXY, which the agent does not know. */
function goesDirect(hostname: string, noProxy: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (host === 'localhost' || host.endsWith('.localhost') || host === '::1' || host.startsWith('127.')) return true;
  const version = isIP(host);
  if (version === 0) return false;
  const ranges = new BlockList();
  for (const entry of noProxy.split(/[,\s]+/)) {
    const [network = '', bits = ''] = entry.split('/');
    const family = isIP(network);
    if (family === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128)) continue;
    ranges.addSubnet(network, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  }
  return ranges.check(host, version === 4 ? 'ipv4' : 'ipv6');
}

function withScheme(uri: string): string {
  return uri.includes('://') ? uri : `http://${uri}`;
}

async function connectHeaders(proxy: ProxyOptions): Promise<Record<string, string[]>> {
  const entries = Object.entries(proxy.connectHeaders ?? {});
  return Object.fromEntries(
    await Promise.all(
      entries.map(async ([name, values]) => [name, await Promise.all(values.map(secretText))] as const),
    ),
  );
}

async function tlsOptions(tls: TlsOptions): Promise<object> {
  return {
    ...(tls.ca === undefined ? {} : { ca: await secretText(tls.ca) }),
    ...(tls.cert === undefined ? {} : { cert: await secretText(tls.cert) }),
    ...(tls.key === undefined ? {} : { key: await secretText(tls.key) }),
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
    ...(tls.insecure === true ? { rejectUnauthorized: false } : {}),
    ...(tls.minVersion === undefined ? {} : { minVersion: tls.minVersion }),
    ...(tls.maxVersion === undefined ? {} : { maxVersion: tls.maxVersion }),
  };
}
