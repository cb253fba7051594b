import { writeFileSync } from 'node:fs';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { expect } from 'vitest';
import { testAuthority } from '../../helpers/certificates.ts';
import { type Answer, type Loopback, loopback, type Seen } from '../../helpers/loopback.ts';
import { freePort } from '../../helpers/prometheus.ts';
import type { Breakage, Patient } from './breakages.ts';

/** A Prometheus that works, at `upstream`, and whatever a row puts before it. */
export type ServerGround = { readonly patient: Patient; readonly upstream: () => string; front: Loopback | undefined };

type Gate = (seen: Seen) => 'pass' | { readonly path: string } | ((response: Parameters<Answer>[1]) => void);

/** Puts a gate before the Prometheus, and lets the patient ask there. */
async function behind(ground: ServerGround, gate: Gate, tls?: Parameters<typeof loopback>[1]): Promise<void> {
  ground.front = await loopback((seen, response) => {
    const way = gate(seen);
    if (typeof way === 'function') return way(response);
    const { method, body } = seen;
    const type = seen.headers['content-type'];
    fetch(ground.upstream() + (way === 'pass' ? seen.url : way.path), {
      method,
      ...(body === '' ? {} : { body }),
      ...(type === undefined ? {} : { headers: { 'content-type': type } }),
    }).then(
      async (answer) => {
        const headers = { 'content-type': answer.headers.get('content-type') ?? 'text/plain' };
        response.writeHead(answer.status, headers).end(Buffer.from(await answer.arrayBuffer()));
      },
      () => response.writeHead(502).end(),
    );
  }, tls);
  ask(ground, ground.front.url);
}

function ask({ patient }: ServerGround, url: string, ...more: readonly string[]): void {
  patient.options = ['--server', url, ...more];
}

const address = ({ front }: ServerGround) => front?.url ?? '';

async function status(url: string): Promise<number> {
  return (await fetch(url, { redirect: 'manual' })).status;
}

const refusing =
  (allowed: (headers: Seen['headers']) => boolean, code: number, headers: Record<string, string>, text: string): Gate =>
  (seen) =>
    allowed(seen.headers) ? 'pass' : (response) => response.writeHead(code, headers).end(text);

const closeFront = async (ground: ServerGround) => {
  await ground.front?.close();
  ground.front = undefined;
};

const USER = `Basic ${btoa('grace:hopper')}`;
const authority = testAuthority();
const names = ['127.0.0.1', 'localhost'];
const good = authority.issue({ commonName: 'localhost', names });

/** A secret in a file, as the options want it. */
function secretFile({ patient }: ServerGround, name: string, text: string): string {
  const path = join(patient.env.HOME ?? '', name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

/** Words of the certificate, read by a handshake of our own. */
function certificateOf(port: number): Promise<{ readonly valid_to: string; readonly issuer: object }> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

let silent: Server | undefined;
let heard = 0;
const silentSockets = new Set<Socket>();

const FAILS = ['prometheus'] as const;

export const SERVER_ROWS: readonly Breakage<ServerGround>[] = [
  {
    name: 'the proxy in between is not where the environment says',
    breakIt: async (ground) => {
      ground.patient.env.HTTP_PROXY = `http://127.0.0.1:${await freePort()}`;
      ground.patient.env.NO_PROXY = 'localhost,127.0.0.1';
      ask(ground, 'http://prom.example:9090');
    },
    fails: FAILS,
    kind: 'server-refused',
    proves: async ({ sentence }, { patient }) => {
      expect(sentence).toContain(`at the proxy ${patient.env.HTTP_PROXY} (connection refused)`);
      await expect(fetch(patient.env.HTTP_PROXY ?? '')).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    },
    mend: {
      advice: /HTTP_PROXY/,
      does: async (ground) => {
        // A proxy is asked with the whole address, and knows by that name what nobody else knows.
        await behind(ground, ({ url }) => ({ path: url.replace('http://prom.example:9090', '') }));
        ground.patient.env.HTTP_PROXY = address(ground);
        ask(ground, 'http://prom.example:9090');
      },
    },
    tidy: closeFront,
  },
  {
    name: '401: basic authentication is missing',
    breakIt: (ground) =>
      behind(
        ground,
        refusing(
          (headers) => headers.authorization === USER,
          401,
          { 'www-authenticate': 'Basic realm="x"' },
          'Unauthorized',
        ),
      ),
    fails: FAILS,
    kind: 'server-auth',
    proves: async ({ sentence, evidence }, ground) => {
      expect(`${sentence} ${evidence}`).toContain('401');
      expect(await status(`${address(ground)}/api/v1/query?query=1`)).toBe(401);
    },
    mend: {
      advice: /--user/,
      does: (ground) =>
        ask(ground, address(ground), '--user', 'grace', '--password-file', secretFile(ground, 'password', 'hopper')),
    },
    tidy: closeFront,
  },
  {
    name: '401: a bearer token is missing',
    breakIt: (ground) =>
      behind(
        ground,
        refusing(
          (headers) => headers.authorization === 'Bearer t0ken',
          401,
          { 'www-authenticate': 'Bearer' },
          'Unauthorized',
        ),
      ),
    fails: FAILS,
    kind: 'server-auth',
    proves: async (_, ground) => expect(await status(`${address(ground)}/api/v1/query?query=1`)).toBe(401),
    mend: {
      advice: /--token-file/,
      does: (ground) => ask(ground, address(ground), '--token-file', secretFile(ground, 'token', 't0ken')),
    },
    tidy: closeFront,
  },
  {
    name: '403: the account is not allowed to ask',
    breakIt: async (ground) => {
      await behind(
        ground,
        refusing((headers) => headers.authorization === USER, 403, {}, 'Forbidden'),
      );
      ask(ground, address(ground), '--user', 'guest', '--password-file', secretFile(ground, 'guest', 'guest'));
    },
    fails: FAILS,
    kind: 'credentials-not-enough',
    proves: async ({ sentence }, ground) => {
      expect(sentence).toContain('403');
      expect(await status(`${address(ground)}/api/v1/query?query=1`)).toBe(403);
    },
    mend: {
      advice: /account|user|credentials|right/i,
      does: (ground) =>
        ask(ground, address(ground), '--user', 'grace', '--password-file', secretFile(ground, 'password', 'hopper')),
    },
    tidy: closeFront,
  },
  {
    name: 'the tenant is missing',
    breakIt: (ground) =>
      behind(
        ground,
        refusing((headers) => headers['x-scope-orgid'] === 'team-a', 401, {}, 'no org id\n'),
      ),
    fails: FAILS,
    kind: 'tenant-missing',
    proves: async (_, ground) =>
      expect(await (await fetch(`${address(ground)}/api/v1/query?query=1`)).text()).toBe('no org id\n'),
    mend: { advice: /--org-id/, does: (ground) => ask(ground, address(ground), '--org-id', 'team-a') },
    tidy: closeFront,
  },
  {
    name: 'the API is below a prefix',
    breakIt: (ground) =>
      behind(ground, ({ url }) =>
        url.startsWith('/prometheus/')
          ? { path: url.slice('/prometheus'.length) }
          : (response) => response.writeHead(404).end('404 page not found\n'),
      ),
    fails: FAILS,
    kind: 'wrong-prefix',
    proves: async (_, ground) => {
      expect(await status(`${address(ground)}/api/v1/query?query=1`)).toBe(404);
      expect(await status(`${address(ground)}/prometheus/api/v1/query?query=1`)).toBe(200);
    },
    mend: 'printed',
    tidy: closeFront,
  },
  {
    name: 'a login page answers',
    breakIt: (ground) =>
      behind(
        ground,
        refusing(
          (headers) => headers.cookie === 'session=1',
          200,
          { 'content-type': 'text/html' },
          '<html><title>Sign in</title></html>',
        ),
      ),
    fails: FAILS,
    kind: 'server-html',
    proves: async ({ sentence, evidence, advice }, ground) => {
      expect(`${sentence} ${evidence} ${advice}`).toContain('Sign in');
      expect((await fetch(address(ground))).headers.get('content-type')).toBe('text/html');
    },
    mend: {
      advice: /log|sign|address|credentials/i,
      does: (ground) => ask(ground, address(ground), '-H', 'Cookie: session=1'),
    },
    tidy: closeFront,
  },
  {
    name: 'every request is sent in a circle',
    breakIt: (ground) =>
      behind(
        ground,
        ({ url }) =>
          (response) =>
            response.writeHead(302, { location: url }).end(),
      ),
    fails: FAILS,
    kind: 'server-redirect',
    proves: async (_, ground) => expect(await status(`${address(ground)}/api/v1/query?query=1`)).toBe(302),
    mend: { advice: /redirect|address|sends/i, does: (ground) => ask(ground, ground.upstream()) },
    tidy: closeFront,
  },
  {
    name: 'a proxy without its server answers 502',
    breakIt: (ground) => behind(ground, () => (response) => response.writeHead(502).end('Bad Gateway')),
    fails: FAILS,
    kind: 'server-error',
    proves: async ({ sentence }, ground) => {
      expect(sentence).toContain('502');
      expect(await status(`${address(ground)}/-/ready`)).toBe(502);
    },
    mend: { advice: /proxy|server|log/i, does: (ground) => ask(ground, ground.upstream()) },
    tidy: closeFront,
  },
  {
    name: 'the server accepts and never answers',
    breakIt: async (ground) => {
      heard = 0;
      silent = createTcpServer((socket) => {
        heard++;
        silentSockets.add(socket);
      });
      await new Promise<void>((resolve) => silent?.listen(0, '127.0.0.1', resolve));
      const { port } = silent.address() as { port: number };
      ask(ground, `http://127.0.0.1:${port}`, '--timeout', '1s');
    },
    fails: FAILS,
    kind: 'server-timeout',
    proves: () => expect(heard).toBeGreaterThan(0),
    mend: { advice: /answer/, does: (ground) => ask(ground, ground.upstream()) },
    tidy: () => {
      for (const socket of silentSockets) socket.destroy();
      return new Promise((resolve) => silent?.close(resolve));
    },
  },
  {
    name: 'nothing listens at the address',
    breakIt: async (ground) => ask(ground, `http://127.0.0.1:${await freePort()}`),
    fails: FAILS,
    kind: 'server-refused',
    proves: async (_, { patient }) => {
      const reason = await fetch(patient.options[1] ?? '').catch(
        (error: { cause: { code: string } }) => error.cause.code,
      );
      expect(reason).toBe('ECONNREFUSED');
    },
    mend: { advice: /refused|listens|running/i, does: (ground) => ask(ground, ground.upstream()) },
  },
  {
    name: 'the host has no such name',
    breakIt: (ground) => ask(ground, 'http://no-such-host.invalid:9090'),
    fails: FAILS,
    kind: 'server-dns',
    proves: async ({ sentence }) => {
      expect(sentence).toContain('no-such-host.invalid');
      const { lookup } = await import('node:dns/promises');
      await expect(lookup('no-such-host.invalid')).rejects.toThrow();
    },
    mend: { advice: /name/i, does: (ground) => ask(ground, ground.upstream()) },
  },
  {
    name: 'nobody knows the authority of its certificate',
    breakIt: (ground) => behind(ground, () => 'pass', good),
    fails: FAILS,
    kind: 'certificate-unknown',
    proves: async (_, ground) => {
      const { issuer } = await certificateOf(ground.front?.port ?? 0);
      expect(issuer).toEqual({ CN: 'prom-tutor test authority' });
    },
    mend: {
      advice: /--ca-file/,
      does: (ground) => ask(ground, address(ground), '--ca-file', secretFile(ground, 'ca.pem', authority.ca)),
    },
    tidy: closeFront,
  },
  {
    name: 'its certificate has expired',
    breakIt: async (ground) => {
      const old = authority.issue({ commonName: 'localhost', names, validUntilMs: Date.now() - 86_400_000 });
      await behind(ground, () => 'pass', old);
      ask(ground, address(ground), '--ca-file', secretFile(ground, 'ca.pem', authority.ca));
    },
    fails: FAILS,
    kind: 'certificate-expired',
    proves: async ({ sentence, evidence }, ground) => {
      expect(`${sentence} ${evidence}`).toMatch(/expired/);
      const { valid_to } = await certificateOf(ground.front?.port ?? 0);
      expect(Date.parse(valid_to)).toBeLessThan(Date.now());
    },
    mend: {
      advice: /renew|expired|clock/i,
      does: async (ground) => {
        await closeFront(ground);
        await behind(ground, () => 'pass', good);
        ask(ground, address(ground), '--ca-file', secretFile(ground, 'ca.pem', authority.ca));
      },
    },
    tidy: closeFront,
  },
  {
    name: 'https is asked where http is spoken (wrong scheme)',
    breakIt: (ground) => ask(ground, ground.upstream().replace('http:', 'https:')),
    fails: FAILS,
    kind: 'https-on-http',
    proves: async (_, ground) => expect(await status(`${ground.upstream()}/-/ready`)).toBe(200),
    mend: 'printed',
  },
  {
    name: 'the address in the environment has no scheme',
    breakIt: ({ patient, upstream }) => {
      patient.env.PROMETHEUS_URL = upstream().replace('http://', '');
    },
    fails: [],
    warns: ['server-url'],
    kind: 'url-without-scheme',
    proves: ({ evidence }, { patient }) => {
      expect(evidence.join()).toContain(`PROMETHEUS_URL is ${patient.env.PROMETHEUS_URL}`);
      expect(patient.env.PROMETHEUS_URL).not.toContain('//');
    },
    mend: 'printed',
  },
  {
    name: 'the address in the environment is none',
    breakIt: ({ patient }) => {
      patient.env.PROMETHEUS_URL = 'http://[';
    },
    fails: ['server-url'],
    kind: 'url-unreadable',
    proves: ({ evidence }) => {
      expect(evidence.join()).toContain('http://[');
      expect(URL.canParse('http://[')).toBe(false);
    },
    mend: 'printed',
  },
  {
    name: 'nobody is where the environment says',
    breakIt: async ({ patient }) => {
      patient.env.PROMETHEUS_URL = `http://127.0.0.1:${await freePort()}`;
    },
    fails: FAILS,
    kind: 'server-refused',
    proves: async (_, { patient }) => await expect(fetch(patient.env.PROMETHEUS_URL ?? '')).rejects.toThrow(),
    mend: 'printed',
  },
];
