import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { httpSource } from '../../src/source/http.ts';
import { proxyFor } from '../../src/source/http-dispatcher.ts';
import type { HttpSourceOptions, ProxyOptions } from '../../src/source/http-options.ts';
import { proxyFromEnv } from '../../src/source/proxy-env.ts';
import { testAuthority } from '../helpers/certificates.ts';
import { loopback, vectorOf } from '../helpers/loopback.ts';
import { freePort } from '../helpers/prometheus.ts';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

type Proxy = { readonly url: string; readonly port: number; readonly seen: readonly string[] };

/** A proxy that forwards every request and every tunnel to one loopback port, whatever host was asked for. */
async function proxyTo(target: number, refuse?: number): Promise<Proxy> {
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const note = (request: IncomingMessage) =>
    seen.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? '-'}`);
  const server: Server = createServer((request, response) => {
    note(request);
    if (refuse !== undefined) return void response.writeHead(refuse, { 'content-type': 'text/html' }).end('<html>');
    const { pathname, search } = new URL(request.url ?? '');
    const forward = connect(target, '127.0.0.1');
    sockets.add(forward);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const headers = { ...request.headers, connection: 'close', 'content-length': String(body.length) };
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
      forward.end(
        Buffer.concat([
          Buffer.from(`${request.method} ${pathname}${search} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`),
          body,
        ]),
      );
      forward.pipe(response.socket as Socket);
    });
  });
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    note(request);
    sockets.add(socket);
    if (refuse !== undefined) return void socket.end(`HTTP/1.1 ${refuse} No\r\n\r\n`);
    const forward = connect(target, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    sockets.add(forward);
    forward.on('error', () => socket.destroy()).pipe(socket);
    socket.on('error', () => forward.destroy()).pipe(forward);
  });
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  open.push({
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  });
  return { url: `http://127.0.0.1:${port}`, port, seen };
}

async function prometheus(tls?: object) {
  const server = await loopback((_, response) => vectorOf(response, { job: 'a' }), tls);
  open.push(server);
  return server;
}

function ask(url: string, options: Partial<HttpSourceOptions>) {
  const source = httpSource({ url, timeoutMs: 5_000, ...options });
  open.push(source);
  return source.instant('up');
}

describe('a proxy', () => {
  it('forwards plain http, without a tunnel', async () => {
    const server = await prometheus();
    const proxy = await proxyTo(server.port);
    const url = 'http://prometheus.test:9090/prom';
    expect((await ask(url, { proxy: { httpProxy: proxy.url } })).data.kind).toBe('vector');
    expect(proxy.seen).toEqual(['POST http://prometheus.test:9090/prom/api/v1/query -']);
    expect(server.seen[0]).toMatchObject({ url: '/prom/api/v1/query', body: 'query=up' });
    expect(server.seen[0]?.headers.host).toBe('prometheus.test:9090');
  });

  it('tunnels https, and sees nothing of it', async () => {
    const authority = testAuthority();
    const server = await prometheus(authority.issue({ commonName: 'p', names: ['prometheus.test'] }));
    const proxy = await proxyTo(server.port);
    const options = { proxy: { httpsProxy: `127.0.0.1:${proxy.port}` }, tls: { ca: authority.ca } };
    expect((await ask('https://prometheus.test', options)).data.kind).toBe('vector');
    expect(proxy.seen).toEqual(['CONNECT prometheus.test:443 -']);
    expect(server.seen[0]?.url).toBe('/api/v1/query');
  });

  it('gets its own credentials', async () => {
    const proxy = await proxyTo((await prometheus()).port);
    await ask('http://prometheus.test', { proxy: { httpProxy: `http://me:pw@127.0.0.1:${proxy.port}` } });
    expect(proxy.seen[0]).toBe(
      `POST http://prometheus.test/api/v1/query Basic ${Buffer.from('me:pw').toString('base64')}`,
    );
  });

  it('is never asked for loopback', async () => {
    const server = await prometheus();
    const proxy = await proxyTo(server.port);
    for (const host of ['127.0.0.1', 'localhost']) {
      await ask(`http://${host}:${server.port}`, { proxy: { httpProxy: proxy.url, httpsProxy: proxy.url } });
    }
    expect(proxy.seen).toEqual([]);
  });

  it('that is not there is told as such', async () => {
    const port = await freePort();
    await expect(
      ask('http://prometheus.test', { proxy: { httpProxy: `http://me:hunter2@127.0.0.1:${port}` } }),
    ).rejects.toMatchObject({
      kind: 'refused',
      message: `nothing listens at the proxy http://127.0.0.1:${port} (connection refused), asked for http://prometheus.test`,
      hint: expect.stringContaining('NO_PROXY'),
    });
  });

  it.each([
    ['http://prometheus.test', 407, 'auth', /proxy/],
    ['https://prometheus.test', 407, 'auth', /proxy on the way to https:\/\/prometheus\.test/],
    ['https://prometheus.test', 403, 'server-error', /proxy on the way to https:\/\/prometheus\.test answered 403/],
    ['http://prometheus.test', 502, 'server-error', /status 502/],
  ] as const)('that refuses %s with %i is told as such', async (url, status, kind, message) => {
    const proxy = await proxyTo(1, status);
    await expect(ask(url, { proxy: { httpProxy: proxy.url, httpsProxy: proxy.url } })).rejects.toMatchObject({
      kind,
      message: expect.stringMatching(message),
    });
  });
});

describe('proxyFor', () => {
  const both: ProxyOptions = { httpProxy: 'http://p:1', httpsProxy: 'p:2' };
  it.each<[string, string, string | undefined]>([
    ['http://example.com', '', 'http://p:1'],
    ['https://example.com', '', 'http://p:2'],
    ['http://localhost:9090', '', undefined],
    ['http://a.localhost', '', undefined],
    ['http://127.8.8.8', '', undefined],
    ['http://127.0.0.1.example.com', '', 'http://p:1'],
    ['http://[::1]:9090', '', undefined],
    ['http://example.com', '*', undefined],
    ['http://example.com', 'example.com', undefined],
    ['http://a.example.com', 'example.com', undefined],
    ['http://a.example.com', '.example.com', undefined],
    ['http://a.example.com', '*.example.com', undefined],
    ['http://badexample.com', 'example.com', 'http://p:1'],
    ['http://Example.com', 'other, EXAMPLE.COM', undefined],
    ['http://example.com:9090', 'example.com:9090', undefined],
    ['http://example.com:9091', 'example.com:9090', 'http://p:1'],
    ['https://example.com', 'example.com:443', undefined],
    ['http://10.1.2.3', '10.0.0.0/8', undefined],
    ['http://11.1.2.3', '10.0.0.0/8', 'http://p:1'],
    ['http://10.1.2.3', '10.1.2.3', undefined],
    ['http://[fd00::1]', 'fd00::/8', undefined],
    ['http://[fd00::1]', '10.0.0.0/8,fe80::/10', 'http://p:1'],
    ['http://10.1.2.3', '10.0.0.0/99', 'http://p:1'],
  ])('%s except %j', (url, noProxy, expected) => {
    expect(proxyFor(url, { ...both, noProxy })).toBe(expected);
  });

  it('is what the environment says', () => {
    expect(proxyFromEnv({ http_proxy: 'a', HTTP_PROXY: 'b', HTTPS_PROXY: 'c', NO_PROXY: 'd' })).toEqual({
      httpProxy: 'a',
      httpsProxy: 'c',
      noProxy: 'd',
    });
    expect(proxyFor('https://example.com', proxyFromEnv({ HTTP_PROXY: 'a' }))).toBeUndefined();
  });
});
