import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import type { Report } from '../../src/doctor/finding.ts';
import { binFolder, dockerScript, PROMETHEUS_3, prometheusLike, tempFolder } from '../doctor/helpers.ts';
import { type FakeIo, fakeIo } from '../helpers/fake-io.ts';
import { type Loopback, loopback } from '../helpers/loopback.ts';

const open: Loopback[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

/** A machine that works: Docker answers, the state folder is fresh. Nothing of the real one is seen but its ports. */
function healthyEnv() {
  return {
    PATH: binFolder({ docker: dockerScript({}) }),
    HOME: tempFolder(),
    XDG_STATE_HOME: tempFolder(),
    LANG: 'C.UTF-8',
    // The usual address may have a server on this machine.
    PROMETHEUS_URL: '',
  };
}

async function run(argv: readonly string[], options: Parameters<typeof fakeIo>[0] = {}) {
  const io: FakeIo = fakeIo({ env: healthyEnv(), ...options });
  const code = await main(['doctor', ...argv], io);
  return { code, out: io.outText(), err: io.errText() };
}

async function reportOf(argv: readonly string[], options: Parameters<typeof fakeIo>[0] = {}) {
  const { code, out, err } = await run([...argv, '--json'], options);
  return { code, err, report: JSON.parse(out) as Report };
}

describe.skipIf(process.platform === 'win32')('prom-tutor doctor', () => {
  it('says that nothing has failed, and offers no stack to who has named a server', async () => {
    const server = await prometheusLike();
    open.push(server);
    const { code, out, err } = await run([], { env: { ...healthyEnv(), PROMETHEUS_URL: server.url } });
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toMatch(/^✓ ok {1,2}\d+ checks: Node\.js, /m);
    expect(out).toMatch(/Everything looks right\.\nNext: prom-tutor lesson\n$/);
  });

  it('ends with 1 and names the cause when something has failed', async () => {
    const env = { ...healthyEnv(), XDG_STATE_HOME: fileAsFolder(), PROMETHEUS_URL: (await up()).url };
    const { code, out } = await run([], { env });
    expect(code).toBe(1);
    expect(out).toMatch(/^✗ fail State folder: The state folder cannot be written to/m);
    expect(out).toMatch(/\nMost probable cause: The state folder cannot be written to/);
    expect(out).toMatch(/\nNext: export XDG_STATE_HOME=.*\n$/);
  });

  it('names the embedded stack where there is nothing else', async () => {
    const env = { ...healthyEnv(), PATH: binFolder({}), PROMETHEUS_URL: (await up()).url };
    const { code, out } = await run(['--all'], { env, columns: 120 });
    expect(code).toBe(0);
    expect(out).toMatch(/No stack is running yet; the embedded\s+Prometheus can run\s+the stack\./);
  });

  it('prints one JSON document with findings and a summary', async () => {
    const env = { ...healthyEnv(), PATH: binFolder(PROMETHEUS_3), PROMETHEUS_URL: (await up()).url };
    const { code, report, err } = await reportOf([], { env });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(report.findings.map(({ id }) => id)).toContain('docker-client');
    for (const finding of report.findings) {
      expect(Object.keys(finding)).toEqual(expect.arrayContaining(['id', 'title', 'status', 'sentence', 'evidence']));
    }
    expect(report.summary).toMatchObject({
      status: expect.any(String),
      counts: { fail: 0 },
      next: 'prom-tutor lesson',
    });
  });

  it('examines the server that is named, and nothing of the stack', async () => {
    const server = await prometheusLike();
    open.push(server);
    const { code, report } = await reportOf(['--server', server.url]);
    expect(code).toBe(0);
    expect(report.findings.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['node', 'prometheus', 'targets', 'samples', 'clock']),
    );
    expect(report.findings.map(({ id }) => id).join()).not.toMatch(/docker|containers|state|ports|start/);
    expect(report.summary.next).toBe(`prom-tutor query up --server ${server.url}`);
  });

  it('sends the credentials it is given, and shows none of them', async () => {
    const server = await loopback((seen, response) => {
      response.writeHead(seen.headers.authorization === undefined ? 401 : 403).end('no');
    });
    open.push(server);
    const env = { ...healthyEnv(), PROMETHEUS_PASSWORD: 'swordfish' };
    const { code, out, err } = await run(['--server', server.url, '--user', 'me'], { env });
    expect(code).toBe(1);
    expect(server.seen[0]?.headers.authorization).toBe(`Basic ${btoa('me:swordfish')}`);
    expect(out).toMatch(/does not\s+allow it \(status 403\)/);
    expect(out + err).not.toContain('swordfish');
  });

  it('takes options that do not fit together for a usage error', async () => {
    const { code, err } = await run(['--server', 'http://localhost:1', '--user', 'me']);
    expect(code).toBe(2);
    expect(err).toContain('--user needs a password');
  });

  it('writes no control byte of what a server says, in words and in JSON', async () => {
    const server = await loopback((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html><title>\u001b[2J\u009b31m \u202e</title>');
    });
    open.push(server);
    for (const argv of [[], ['--json'], ['--accessible'], ['--all']]) {
      const { out, err } = await run(['--server', server.url, ...argv]);
      expect(out + err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      expect(out).toContain('x1b[2J');
    }
  });

  it.each([
    ['without HOME', () => ({ env: { PATH: binFolder({}) }, homeDir: '/' })],
    ['with an empty environment', () => ({ env: {} })],
    ['in a home folder that is a file', () => ({ homeDir: '/etc/hostname', env: { PATH: binFolder({}) } })],
    ['with TERM=dumb', () => ({ env: { ...healthyEnv(), TERM: 'dumb' }, tty: true })],
    ['in 20 columns', () => ({ env: { ...healthyEnv(), COLUMNS: '20' }, tty: true })],
    ['with a state folder that is a file', () => ({ env: { ...healthyEnv(), XDG_STATE_HOME: fileAsFolder() } })],
    ['with a state file that is a folder', () => ({ env: { ...healthyEnv(), XDG_STATE_HOME: stateFileAsFolder() } })],
    ['with an address that is none', () => ({ env: { ...healthyEnv(), PROMETHEUS_URL: 'http://[' } })],
  ])('does not throw %s', async (_, options) => {
    const { code, report, err } = await reportOf([], options());
    expect(err).not.toContain('internal error');
    expect([0, 1]).toContain(code);
    expect(report.findings.filter(({ sentence }) => sentence.includes('could not be looked at'))).toEqual([]);
  });

  it.each([
    [['up', 'or', 'down'], 'the query came as 3 words; the shell has split it'],
    [['--time', '1h'], '--time is about a query'],
    [['up', '--time', 'yesterday'], '--time "yesterday" is not a time'],
  ])('refuses %j before anything is looked at', async (argv, words) => {
    const { code, out, err } = await run(argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(words);
  });

  it('stops at once on Ctrl-C', async () => {
    const controller = new AbortController();
    const env = { ...healthyEnv(), PATH: binFolder({ docker: 'sleep 98762' }) };
    const { Interrupted } = await import('../../src/model/errors.ts');
    setTimeout(() => controller.abort(new Interrupted()), 200);
    const { code, out } = await run([], { env, signal: controller.signal });
    expect({ code, out }).toEqual({ code: 130, out: '' });
  });
});

/** The whole program in a process of its own: what only shows there. */
describe.skipIf(process.platform === 'win32')('prom-tutor doctor as a process', () => {
  it('ends in time when every program hangs, and leaves none behind', async () => {
    const hang = 'sleep 98761';
    const env = {
      ...healthyEnv(),
      PATH: binFolder({ docker: hang, prometheus: hang, promtool: hang, 'docker-compose': hang }),
    };
    const { code, stdout } = await spawned('doctor', { env });
    // Nothing that runs depends on them, and the embedded stack needs none.
    expect(code).toBe(0);
    expect(stdout).toContain('The docker client hangs');
    // Each thing that is waited for has a limit of its own, below that of the check.
    expect(stdout).not.toContain('did not end within');
  });

  it('does without a stdout', async () => {
    const env = { ...healthyEnv(), PROMETHEUS_URL: (await up()).url };
    const { code, stderr } = await spawned('doctor >&-', { env });
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  it('ends quietly when nobody reads', async () => {
    const { stderr } = await spawned('doctor | true', { env: healthyEnv() });
    expect(stderr).toBe('');
  });

  it('says which folder a user who may write nowhere cannot use', async () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'home'));
    chmodSync(folder, 0o755);
    chmodSync(join(folder, 'home'), 0o555);
    const env = { ...healthyEnv(), HOME: join(folder, 'home'), XDG_STATE_HOME: '' };
    const { code, stdout, stderr } = await spawned('doctor --json', { env, asNobody: true });
    expect(stderr).toBe('');
    expect(code).toBe(1);
    const { findings } = JSON.parse(stdout) as Report;
    const finding = findings.find(({ id }) => id === 'state-folder');
    expect(finding).toMatchObject({ status: 'fail', fix: expect.stringContaining('XDG_STATE_HOME') });
    expect(finding?.evidence.join('\n')).toMatch(/EACCES/);
  });
});

async function up(): Promise<Loopback> {
  const server = await prometheusLike();
  open.push(server);
  return server;
}

function fileAsFolder(): string {
  const path = join(tempFolder(), 'file');
  writeFileSync(path, '');
  return path;
}

function stateFileAsFolder(): string {
  const folder = tempFolder();
  mkdirSync(join(folder, 'prom-tutor', 'stack.json'), { recursive: true });
  return folder;
}

/** Runs `prom-tutor LINE` by a shell, from the sources. */
function spawned(
  line: string,
  options: { readonly env: Record<string, string>; readonly asNobody?: boolean },
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const root = new URL('../..', import.meta.url).pathname;
  const entry = `import('${root}src/cli/run.ts').then(({ run }) => run())`;
  const isRoot = process.getuid?.() === 0;
  const child = spawn('/bin/sh', ['-c', `"$NODE" --import tsx -e "$ENTRY" prom-tutor ${line}`], {
    cwd: root,
    env: { ...options.env, NODE: process.execPath, ENTRY: entry, TSX_DISABLE_CACHE: '1' },
    ...(options.asNobody && isRoot ? { uid: 65_534, gid: 65_534 } : {}),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
