import { createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { explainLastError } from '../../src/advise/scrape-errors.ts';
import { httpSource } from '../../src/source/http.ts';
import type { Target } from '../../src/source/source.ts';
import { type Loopback, loopback } from '../helpers/loopback.ts';
import { type RunningPrometheus, realSuite, startPrometheus } from '../helpers/prometheus.ts';

const TEXT = { 'content-type': 'text/plain; version=0.0.4' };

/** Pages that break a scrape, and the kind of trouble that must be seen in what a real Prometheus says about them. */
const PAGES: Readonly<
  Record<string, readonly [kind: string, status: number, headers: Record<string, string>, body: string]>
> = {
  'not-found': ['not-found', 404, {}, ''],
  unauthorised: ['auth', 401, {}, ''],
  forbidden: ['auth', 403, {}, ''],
  broken: ['server-error', 500, {}, ''],
  overloaded: ['server-error', 503, {}, ''],
  teapot: ['http-status', 418, {}, ''],
  redirects: ['redirects', 302, { location: '/redirects' }, ''],
  html: ['content-type', 200, { 'content-type': 'text/html' }, '<html>'],
  json: ['content-type', 200, { 'content-type': 'application/json' }, '{}'],
  'html-as-text': ['html', 200, TEXT, '<html>'],
  'no-type': ['no-content-type', 200, {}, 'a 1\n'],
  'bad-type': ['no-content-type', 200, { 'content-type': 'text/plain; version=0.0.4, charset=utf-8' }, 'a 1\n'],
  'too-many-numbers': ['unreadable', 200, TEXT, 'a 1 2 3\n'],
  'no-number': ['unreadable', 200, TEXT, 'a abc\n'],
  'no-end': ['no-eof', 200, { 'content-type': 'application/openmetrics-text; version=1.0.0' }, 'a 1\n'],
  'not-gzip': ['cut-off', 200, { ...TEXT, 'content-encoding': 'gzip' }, 'a 1\n'],
  'short-body': ['cut-off', 200, { ...TEXT, 'content-length': '100' }, 'a 1\n'],
  'many-samples': ['limit', 200, TEXT, 'a 1\nb 1\nc 1\n'],
};

const JOBS: Readonly<Record<string, readonly [kind: string, yaml: string, address: string]>> = {
  refused: ['localhost-in-container', '', 'localhost:1'],
  'no-host': ['no-such-host', '', 'no-such-host.invalid:8000'],
  https: ['http-on-https', 'scheme: https, ', 'PAGES'],
  ssh: ['https-on-http', '', 'SSH'],
  silent: ['timeout', '', 'SILENT'],
  reset: ['reset', '', 'RESET'],
  closed: ['cut-off', '', 'CLOSED'],
};

realSuite('what Prometheus says about a failed scrape', ['prometheus'], () => {
  const closing: { close(): unknown }[] = [];
  let targets: readonly Target[] = [];

  beforeAll(async () => {
    const pages = await servePages();
    // A banner that comes before the question is met in several ways, as it happens.
    const ssh = await serveRaw((socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.2\r\n')));
    const silent = await serveRaw(() => undefined);
    const reset = await serveRaw((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const closed = await serveRaw((socket) => socket.once('data', () => socket.destroy()));
    const ports = { PAGES: pages.port, SSH: ssh.port, SILENT: silent.port, RESET: reset.port, CLOSED: closed.port };
    closing.push(pages, ssh, silent, reset, closed);
    const prometheus = await startPrometheus({ config: configOf(ports) });
    closing.push(prometheus);
    targets = await scraped(prometheus);
  });

  afterAll(async () => {
    await Promise.all(closing.map((each) => each.close()));
  });

  it.each([
    ...Object.entries(PAGES).map(([job, [kind]]) => [job, kind] as const),
    ...Object.entries(JOBS).map(([job, [kind]]) => [job, kind] as const),
  ])('%s is seen as %s', (job, kind) => {
    const target = targets.find(({ labels }) => labels.job === job);
    expect(target?.health).toBe('down');
    const lastError = target?.lastError ?? '';
    expect(`${lastError} → ${explainLastError(lastError, target?.scrapeUrl ?? '', 'unknown').kind}`).toBe(
      `${lastError} → ${kind}`,
    );
  });
});

function configOf(ports: Readonly<Record<string, number>>): string {
  const pages = Object.keys(PAGES).map((name) => {
    const limit = name === 'many-samples' ? 'sample_limit: 2, ' : '';
    return job(name, `metrics_path: /${name}, ${limit}`, `127.0.0.1:${ports.PAGES}`);
  });
  const others = Object.entries(JOBS).map(([name, [, yaml, address]]) =>
    job(name, yaml, ports[address] === undefined ? address : `127.0.0.1:${ports[address]}`),
  );
  return `global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs:\n${[...pages, ...others].join('')}`;
}

function job(name: string, yaml: string, address: string): string {
  return `  - {job_name: ${name}, ${yaml}static_configs: [{targets: ['${address}']}]}\n`;
}

/** All targets, once each has been scraped. */
async function scraped({ url }: RunningPrometheus): Promise<readonly Target[]> {
  const source = httpSource({ url });
  try {
    for (let tries = 0; ; tries++) {
      const all = await source.targets();
      if (all.length > 0 && all.every(({ health }) => health !== 'unknown')) return all;
      if (tries > 80)
        throw new Error(`never scraped: ${all.filter((t) => t.health === 'unknown').map((t) => t.labels.job)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  } finally {
    await source.close();
  }
}

function servePages(): Promise<Loopback> {
  return loopback(({ url }, response) => {
    const [, status, headers, body] = PAGES[url.slice(1)] ?? ['', 404, {}, ''];
    response.writeHead(status, headers);
    if (headers['content-length'] === undefined) response.end(body);
    else response.write(body, () => response.socket?.end());
  });
}

async function serveRaw(answer: (socket: Socket) => unknown): Promise<{ port: number; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    answer(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
