import { BlockList, isIP } from 'node:net';
import type { Dispatcher } from 'undici';
import { type ProxyOptions, secretText, type TlsOptions } from './http-options.ts';
import { Agent } from './undici-parts.ts';

/**
 * Connections to one server: direct, or through the proxy that applies to it. Always undici's own agents, used with
 * undici's own request. Throws what the files named in `tls` throw when they cannot be read.
 */
async function dispatcherFor(
  base: string,
  options: {
    readonly tls?: TlsOptions | undefined;
    readonly proxy?: ProxyOptions | undefined;
    readonly connectTimeoutMs: number;
  },
): Promise<Dispatcher> {
  const url = new URL(base);
  const tls = await tlsOptions(options.tls ?? {});
  const common = { connect: { ...tls, timeout: options.connectTimeoutMs }, headersTimeout: 0, bodyTimeout: 0 };
  const proxy = options.proxy ?? {};
  const uri = proxyFor(base, proxy);
  if (uri === undefined) return new Agent(common);
  const { EnvHttpProxyAgent } = await import('undici');
  return new EnvHttpProxyAgent({
    ...common,
    httpProxy: url.protocol === 'http:' ? uri : '',
    httpsProxy: url.protocol === 'https:' ? uri : '',
    noProxy: proxy.noProxy ?? '',
    headers: await connectHeaders(proxy),
    requestTls: { ...tls, timeout: options.connectTimeoutMs },
    proxyTls: { timeout: options.connectTimeoutMs },
    // Proxies forward plain http; many refuse to tunnel it.
    proxyTunnel: url.protocol === 'https:',
  });
}

/** Connections that are set up at the first use. */
export type Connections = { get(): Promise<Dispatcher>; destroy(): Promise<void> };

/** What could not be set up, for want of a certificate file say, is tried again at the next use. */
export function connectionsTo(base: string, options: Parameters<typeof dispatcherFor>[1]): Connections {
  let pending: Promise<Dispatcher> | undefined;
  return {
    async get() {
      pending ??= dispatcherFor(base, options);
      try {
        return await pending;
      } catch (error) {
        pending = undefined;
        throw error;
      }
    },
    async destroy() {
      await pending?.then(
        (dispatcher) => dispatcher.destroy(),
        () => undefined,
      );
    },
  };
}

/** The proxy on the way to a server, with its scheme; undefined when the way is direct. Its address may hold credentials. */
export function proxyFor(base: string, proxy: ProxyOptions): string | undefined {
  const { protocol, hostname, port } = new URL(base);
  const uri = protocol === 'https:' ? proxy.httpsProxy : proxy.httpProxy;
  if (uri === undefined || uri === '') return undefined;
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const portNumber = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  if (isLoopback(host) || isExcepted(host, portNumber, proxy.noProxy ?? '')) return undefined;
  return uri.includes('://') ? uri : `http://${uri}`;
}

/** The same proxy as it may be shown: without credentials. */
export function shownProxy(base: string, proxy: ProxyOptions | undefined): string | undefined {
  const uri = proxyFor(base, proxy ?? {});
  if (uri === undefined || !URL.canParse(uri)) return undefined;
  const { protocol, host } = new URL(uri);
  return `${protocol}//${host}`;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** NO_PROXY as curl and Go read it: names with all their subdomains, addresses, CIDR ranges, each with an optional port. */
function isExcepted(host: string, port: string, noProxy: string): boolean {
  return noProxy
    .toLowerCase()
    .split(/[,\s]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = '', only] = /^(.*?)(?::(\d+))?$/.exec(isIP(entry) === 6 ? `[${entry}]` : entry) ?? [];
      if (only !== undefined && only !== port) return false;
      const pattern = name.replace(/^\[|\]$/g, '').replace(/^\*?\./, '');
      return host === pattern || host.endsWith(`.${pattern}`) || isInRange(host, pattern);
    });
}

function isInRange(host: string, range: string): boolean {
  const version = isIP(host);
  const [network = '', bits = ''] = range.split('/');
  if (version === 0 || isIP(network) !== version || !/^\d{1,3}$/.test(bits)) return false;
  if (Number(bits) > (version === 4 ? 32 : 128)) return false;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list.check(host, family);
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
