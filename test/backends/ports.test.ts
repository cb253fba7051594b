import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { describeHolder, holderOfLsof, inodesOfProcNet, portHolder } from '../../src/backends/port-holder.ts';
import { choosePorts, isPortFree, type PortWish } from '../../src/backends/ports.ts';
import { fakeIo } from '../helpers/fake-io.ts';

const system = fakeIo({ platform: process.platform, env: process.env });
const nothing = new Map<number, string>();

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

/** Listens on a port the system chooses (or this one) and gives its number. */
async function listen(host = '127.0.0.1', port = 0): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return (server.address() as { port: number }).port;
}

/** A port with some free ones above it: found by listening and letting go. */
async function freePort(): Promise<number> {
  const port = await listen();
  await new Promise((resolve) => servers.pop()?.close(resolve));
  return port < 65_000 ? port : freePort();
}

/** Listens on a port with some free ones right above it. */
async function listenBelowFree(count: number): Promise<number> {
  for (;;) {
    const base = await listen();
    const above = Array.from({ length: count }, (_, index) => isPortFree(base + 1 + index));
    if (!(await Promise.all(above)).includes(false)) return base;
  }
}

function wish(port: number, asked = false, name = 'Prometheus'): PortWish {
  return { name, port, asked, option: '--port' };
}

describe('isPortFree', () => {
  it('is true where nobody listens', async () => {
    expect(await isPortFree(await freePort())).toBe(true);
  });

  it.for(['127.0.0.1', '0.0.0.0', '::1', '::'])('is false when someone listens on %s', async (host, { skip }) => {
    const port = await listen(host).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') return undefined;
      throw error;
    });
    if (port === undefined) return skip(`this machine has no ${host}`);
    expect(await isPortFree(port)).toBe(false);
  });
});

describe('choosePorts', () => {
  it('grants wishes that are free', async () => {
    const port = await freePort();
    expect(await choosePorts(system, { prometheus: wish(port) }, nothing)).toEqual({
      prometheus: { port, movedFrom: undefined },
    });
  });

  it('moves past taken ports, ports of other wishes and published ones', async () => {
    const base = await listenBelowFree(4);
    const published = new Map([[base + 2, 'web']]);
    const chosen = await choosePorts(
      system,
      { first: wish(base), second: wish(base + 1, false, 'sse-app') },
      published,
    );
    expect(chosen.second.port).toBe(base + 1);
    expect(chosen.first.port).toBeGreaterThanOrEqual(base + 3);
    expect(chosen.first.movedFrom).toMatchObject({ port: base, holder: { kind: 'process', pid: process.pid } });
  });

  it('names the container that publishes a port nobody seems to listen on', async () => {
    const port = await freePort();
    const chosen = await choosePorts(system, { prometheus: wish(port) }, new Map([[port, 'web-1']]));
    expect(chosen.prometheus.movedFrom?.holder).toEqual({ kind: 'container', name: 'web-1' });
  });

  it('refuses an asked port that is taken and says by whom', async () => {
    const port = await listen();
    await expect(choosePorts(system, { prometheus: wish(port, true) }, nothing)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(
        new RegExp(`port ${port} cannot be used: .+ \\(process ${process.pid}\\) listens`),
      ),
      hint: expect.stringContaining('--port'),
    });
  });

  it('gives an asked port to the one who asked, whoever wished for it too', async () => {
    const port = await freePort();
    const chosen = await choosePorts(system, { prometheus: wish(port), app: wish(port, true, 'sse-app') }, nothing);
    expect(chosen.app).toEqual({ port, movedFrom: undefined });
    expect(chosen.prometheus.port).toBeGreaterThan(port);
    expect(chosen.prometheus.movedFrom?.holder).toEqual({ kind: 'ours', name: 'sse-app' });
  });

  it('refuses two that ask for the same port', async () => {
    const port = await freePort();
    const both = { prometheus: wish(port, true), app: wish(port, true, 'sse-app') };
    await expect(choosePorts(system, both, nothing)).rejects.toThrow('Prometheus of this same stack listens');
  });

  it('says so when nothing is free', async () => {
    const port = await listen();
    const published = new Map(Array.from({ length: 201 }, (_, index) => [port + index, 'web']));
    await expect(choosePorts(system, { prometheus: wish(port) }, published)).rejects.toThrow(
      /no free port for Prometheus/,
    );
  });
});

describe('portHolder', () => {
  it('finds the process that listens', async () => {
    const holder = await portHolder(system, await listen(), nothing);
    expect(holder).toMatchObject({ kind: 'process', pid: process.pid });
    expect(describeHolder(holder)).toContain('node');
  });

  it('is unknown when nobody listens', async () => {
    expect(await portHolder(system, await freePort(), nothing)).toEqual({ kind: 'unknown' });
  });

  it('reads what lsof writes', () => {
    expect(holderOfLsof('p4711\ncprometheus\nf7\n')).toEqual({ kind: 'process', pid: 4711, command: 'prometheus' });
    expect(holderOfLsof('')).toBeUndefined();
  });

  it('reads listeners, and only listeners, from /proc/net/tcp', () => {
    const table = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      '   0: 0100007F:2382 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 111 1 0 100 0 0 10 0',
      '   1: 0100007F:2382 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1000        0 222 1 0 100 0 0 10 0',
      '   2: 0100007F:9C40 0100007F:2382 01 00000000:00000000 00:00000000 00000000  1000        0 333 1 0 100 0 0 10 0',
    ].join('\n');
    expect(inodesOfProcNet(table, 9090)).toEqual(['111']);
  });
});
