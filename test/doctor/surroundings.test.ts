import { afterEach, describe, expect, it } from 'vitest';
import { explainPullError } from '../../src/doctor/docker-pull.ts';
import { doctor } from '../../src/doctor/doctor.ts';
import type { Finding } from '../../src/doctor/finding.ts';
import { dockerScript, prometheusLike, stateOf, type WorldOptions, worldWith } from './helpers.ts';

const open: { close(): unknown }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

type Expected = Partial<Finding> & { readonly says: RegExp };
type Case = readonly [what: string, world: () => WorldOptions, id: string, expected: Expected];

const files = (contents: Readonly<Record<string, string>>) => ({
  readText: async (path: string) => contents[path],
});

const docker = (answers: Readonly<Record<string, string>>) => ({ programs: { docker: dockerScript(answers) } });
const refuses = (text: string) => `echo '${text}' >&2; exit 1`;
const MISSING = refuses('Error: No such image');
const engine = (info: object) => docker({ 'info --format*': `echo '${JSON.stringify(info)}'` });

const pulls = (text: string) => docker({ 'image inspect*': MISSING, 'manifest inspect*': refuses(text) });

/** What Docker's registries and clients write, by their documentation and issue trackers. */
const PULLS: readonly (readonly [text: string, says: RegExp])[] = [
  ['toomanyrequests: You have reached your pull rate limit.', /too many pulls/],
  ['unauthorized: authentication required', /who asks/],
  ['no such manifest: docker.io/prom/prometheus:v3.5.3', /does not have the image/],
  ['Get "https://registry-1.docker.io/v2/": x509: certificate signed by unknown authority', /not trusted/],
  ['Get "https://registry-1.docker.io/v2/": proxyconnect tcp: dial tcp 10.0.0.1:3128: i/o timeout', /proxy/],
  [
    'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host',
    /name of the registry/,
  ],
  ['Get "https://registry-1.docker.io/v2/": net/http: TLS handshake timeout', /cannot be reached/],
  ['Get "https://registry-1.docker.io/v2/": dial tcp 3.5.7.9:443: i/o timeout', /cannot be reached/],
];

const CASES: readonly Case[] = [
  ['localhost is both', () => ({ lookup: async () => ['::1', '127.0.0.1'] }), 'localhost', { status: 'ok', says: /./ }],
  [
    'localhost is IPv6 alone',
    () => ({ lookup: async () => ['::1'] }),
    'localhost',
    { status: 'warn', kind: 'localhost-ipv6-only', says: /127\.0\.0\.1 instead of localhost/ },
  ],
  [
    'localhost is unknown',
    () => ({ lookup: async () => Promise.reject(new Error('getaddrinfo ENOTFOUND localhost')) }),
    'localhost',
    { status: 'fail', kind: 'localhost-unknown', says: /ENOTFOUND/ },
  ],
  [
    'localhost is somebody else',
    () => ({ lookup: async () => ['10.1.2.3'] }),
    'localhost',
    { status: 'fail', kind: 'localhost-elsewhere', says: /10\.1\.2\.3/ },
  ],
  ['it is a plain machine', () => ({}), 'place', { status: 'skip', says: /this machine itself/ }],
  ['it is a container', () => files({ '/.dockerenv': '' }), 'place', { status: 'ok', says: /in a container/ }],
  [
    'it is a container of Podman',
    () => files({ '/run/.containerenv': '' }),
    'place',
    { status: 'ok', says: /containerenv/ },
  ],
  [
    'it is over SSH',
    () => ({ env: { SSH_CONNECTION: '10.0.0.1 5 10.0.0.2 22' } }),
    'place',
    { status: 'ok', says: /ssh -L 9090/ },
  ],
  [
    'it is WSL, with the state on a disk of Windows',
    () => ({
      ...files({ '/proc/version': 'Linux version 5.15.167.4-microsoft-standard-WSL2' }),
      stateDir: '/mnt/c/Users/ada/state/prom-tutor',
    }),
    'place',
    { status: 'warn', kind: 'wsl-windows-disk', says: /disk of Windows/ },
  ],
  [
    'the images are missing, and the registry has them',
    () => docker({ 'image inspect*': MISSING, 'manifest inspect*': 'echo {}' }),
    'docker-images',
    { status: 'ok', says: /the registry has them/ },
  ],
  [
    'the images are missing, and the client says something new',
    () => pulls('manifest inspect is only supported on a Docker cli with experimental cli features enabled'),
    'docker-images',
    { status: 'skip', says: /shows only then/ },
  ],
  [
    'the images are missing, and the registry does not give them',
    () => pulls(PULLS[0]?.[0] ?? ''),
    'docker-images',
    {
      status: 'warn',
      kind: 'image-not-pullable',
      fix: 'docker pull prom/prometheus:v3.5.3',
      says: /cannot be fetched[\s\S]*too many pulls[\s\S]*toomanyrequests[\s\S]*--backend embedded/,
    },
  ],
  [
    'Docker runs rootless',
    () =>
      engine({ OperatingSystem: 'Ubuntu 24.04', DockerRootDir: '/nonexistent', SecurityOptions: ['name=rootless'] }),
    'docker-engine',
    { status: 'ok', says: /Ubuntu 24\.04, rootless/ },
  ],
  [
    'the disk of Docker is full',
    // No kernel file system has room to give.
    () => engine({ OperatingSystem: 'Debian', DockerRootDir: '/proc', SecurityOptions: [] }),
    'docker-engine',
    { status: 'warn', kind: 'docker-disk-full', says: /0 MB free at \/proc/, fix: 'docker system prune' },
  ],
  [
    'Docker Desktop has its disk elsewhere',
    () => engine({ OperatingSystem: 'Docker Desktop', DockerRootDir: '/proc' }),
    'docker-engine',
    { status: 'ok', says: /Docker Desktop/ },
  ],
  ['Docker tells nothing of itself', () => engine({}), 'docker-engine', { status: 'skip', says: /does not tell/ }],
  [
    'Podman has no machine',
    () =>
      docker({
        'version --format*': refuses(
          'Cannot connect to Podman. Please verify your connection to the Linux system using `podman system connection list`, or try `podman machine init` and `podman machine start` to manage a new Linux VM',
        ),
      }),
    'docker-daemon',
    { status: 'warn', kind: 'daemon-podman', fix: 'podman machine start', says: /virtual machine/ },
  ],
];

async function examined(options: WorldOptions) {
  const { findings } = await doctor(worldWith(options), new AbortController().signal);
  return findings;
}

function expectFinding(findings: readonly Finding[], id: string, { says, ...rest }: Expected): void {
  const found = findings.find((each) => each.id === id);
  expect(found).toMatchObject(rest);
  const { sentence, evidence, advice } = found as Finding;
  expect([sentence, ...evidence, advice].join('\n')).toMatch(says);
}

describe('explainPullError', () => {
  it.each(PULLS)('%s', (text, says) => {
    const { sentence, advice } = explainPullError(text) ?? { sentence: '', advice: '' };
    expect(`${sentence} ${advice}`).toMatch(says);
  });

  it('says nothing where it is not sure', () => {
    expect(explainPullError('unknown command: docker manifest')).toBeUndefined();
  });
});

describe.skipIf(process.platform !== 'linux')('around the stack', () => {
  it.each(CASES)('%s', async (_, world, id, expected) => {
    expectFinding(await examined(world()), id, expected);
  });
});

describe.skipIf(process.platform === 'win32')('the names on the docker network', () => {
  const machine = async (aliases: readonly string[]) => {
    const server = await prometheusLike();
    open.push(server);
    const container = {
      Id: 'c1',
      Name: '/sse-app-1',
      State: { Status: 'running', ExitCode: 0 },
      Config: { Labels: { 'com.docker.compose.service': 'sse-app', 'dev.prom-tutor.stack': 'abc123' } },
      NetworkSettings: { Networks: { sse_default: { Aliases: aliases, DNSNames: ['sse-app-1', 'c1'] } } },
    };
    return worldWith({
      ...docker({
        'ps --all*': 'echo c1',
        'inspect --type container*': `echo '${JSON.stringify([container])}'`,
        'network inspect*': `echo '{"c1":{"Name":"sse-app-1"}}'`,
      }),
      stateFile: stateOf('docker', server.url),
    });
  };

  it('are listed where all is well', async () => {
    const { findings } = await doctor(await machine(['sse-app']), new AbortController().signal);
    expectFinding(findings, 'docker-network', { status: 'ok', says: /sse-app-1: sse-app, sse-app-1, c1/ });
  });

  it('lack the one that others ask for', async () => {
    const { findings } = await doctor(await machine([]), new AbortController().signal);
    expectFinding(findings, 'docker-network/sse-app', {
      status: 'fail',
      kind: 'network-name-missing',
      fix: 'docker network disconnect sse_default sse-app-1 && docker network connect --alias sse-app sse_default sse-app-1',
      says: /not by the name sse-app/,
    });
  });
});
