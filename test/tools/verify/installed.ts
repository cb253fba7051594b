import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { programFolder } from '../../helpers/programs.ts';
import { freePort } from '../../helpers/prometheus.ts';
import { atMost, type Figure } from './figure.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What a person meets who installs the tool. */
export const INSTALLED: readonly Figure[] = [
  {
    group: 'install',
    name: 'the tarball',
    goal: 'under 1.5 MB',
    measure: async () =>
      withTarball(async (tarball) =>
        atMost(statSync(tarball).size, 1.5 * 1024 ** 2, (bytes) => `${(bytes / 1024 ** 2).toFixed(2)} MB`),
      ),
  },
  {
    group: 'install',
    name: 'from the tarball to the first live result of `start`, no Docker, npm cache warm',
    goal: 'under 10 s',
    measure: () =>
      withTarball(async (tarball, folder) => {
        const ms = await firstResult(tarball, folder);
        return atMost(ms, 10_000, (value) => `${(value / 1000).toFixed(1)} s`);
      }),
  },
  {
    group: 'install',
    name: '`npm audit` of what is installed with it',
    goal: 'no finding',
    async measure() {
      const { status, stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { cwd: root, encoding: 'utf8' });
      const found = /"total": *(\d+)/.exec(stdout.slice(stdout.indexOf('"vulnerabilities": {')))?.[1];
      if (status !== 0 && found === undefined) return { measured: 'the registry does not answer', held: undefined };
      return { measured: status === 0 ? 'none' : `${found} findings`, held: status === 0 };
    },
  },
  {
    group: 'install',
    name: 'production dependencies',
    goal: 'each with its reason in docs/dependencies.md',
    async measure() {
      const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
        dependencies: Record<string, string>;
      };
      const reasons = readFileSync(join(root, 'docs', 'dependencies.md'), 'utf8');
      const names = Object.keys(dependencies);
      const missing = names.filter((name) => !reasons.includes(`\`${name}\``));
      return {
        measured: `${names.length}, without a reason: ${missing.join(', ') || 'none'}`,
        held: missing.length === 0,
      };
    },
  },
];

async function withTarball<T>(work: (tarball: string, folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'prom-tutor-verify-'));
  try {
    spawnSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder, '--silent'], { cwd: root });
    const name = readdirSync(folder).find((file) => file.endsWith('.tgz'));
    if (name === undefined) throw new Error('npm pack made no tarball');
    return await work(join(folder, name), folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Installs twice (the first fills npm's cache) and starts: milliseconds from the second `npm install` to the first value on the screen. */
async function firstResult(tarball: string, folder: string): Promise<number> {
  const install = (prefix: string) =>
    spawnSync('npm', [
      'install',
      '--prefix',
      prefix,
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      '--silent',
      tarball,
    ]);
  install(join(folder, 'first'));
  const began = performance.now();
  const place = join(folder, 'second');
  install(place);
  const bin = join(place, 'node_modules', 'prom-tutor', 'bin', 'prom-tutor.js');
  const env = { PATH: programFolder({}), HOME: folder, XDG_STATE_HOME: folder, LANG: 'C.UTF-8' };
  const ports = ['--port', String(await freePort()), '--app-port', String(await freePort())];
  const child = spawn(process.execPath, [bin, 'start', ...ports], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ms = await new Promise<number>((resolve, reject) => {
    let said = '';
    const take = (piece: Buffer) => {
      said += piece.toString();
      // A row of the first answer: a target and its value.
      if (/sse-app:8000.*\b1\b|\b1\b.*sse-app:8000/.test(said)) resolve(performance.now() - began);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('exit', () => reject(new Error(`start showed no target:\n${said}`)));
  });
  await new Promise((resolve) => (child.exitCode === null ? child.once('exit', resolve) : resolve(undefined)));
  spawnSync(process.execPath, [bin, 'stop'], { env });
  return ms;
}
