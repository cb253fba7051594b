import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { main } from '../../src/cli/main.ts';
import { Interrupted } from '../../src/model/errors.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { type HostileServer, hostileServer, MOODS } from '../helpers/hostile-server.ts';
import { LEFT_ID } from '../helpers/learner.ts';
import { programFolder } from '../helpers/programs.ts';

/** What no place may show: the word itself, and as it stands in an Authorization header of basic authentication. */
const SECRET = 'S3cretWord';
const NEVER = [SECRET, Buffer.from(`ada:${SECRET}`).toString('base64'), encodeURIComponent(SECRET)];

const NOW = 1_763_800_005_000;

/** Every command once or more, by its name; '' is `prom-tutor` alone. Those that take `-s` are also given it. */
const RUNS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  '': [[]],
  lesson: [['lesson', '1', '--print']],
  lessons: [['lessons'], ['lessons', 'search', 'rate']],
  check: [['check', 'scrape/2', 'up']],
  progress: [['progress', '--json']],
  review: [['review', '--all']],
  cheatsheet: [['cheatsheet', '--json']],
  grade: [['grade', 'answers.txt']],
  query: [
    ['query', 'up'],
    ['query', 'up', '-o', 'json', '--range', '10m', '--stats'],
    ['query', 'nothing{'],
  ],
  why: [['why', 'rate(up[5m])', '--json']],
  explain: [['explain', 'sum by (job) (up)', '--json']],
  lint: [['lint', 'rate(up[5m])']],
  explore: [['explore']],
  metrics: [
    ['metrics', 'up'],
    ['metrics', '--raw'],
  ],
  format: [['format', 'up']],
  cookbook: [
    ['cookbook', '--json'],
    ['cookbook', '1'],
  ],
  dashboard: [
    ['dashboard', '--once'],
    ['dashboard', '--once', '--json'],
  ],
  queries: [
    ['queries', '--all'],
    ['queries', 'save', 'mine', 'up', '--replace'],
  ],
  open: [
    ['open', 'up'],
    ['open', '--print', '--json'],
  ],
  serve: [['serve', '--listen', '127.0.0.1:0', '--data', 'dump.txt']],
  start: [
    ['start', '--backend', 'docker', '--no-input'],
    ['start', '--backend', 'binary', '--no-input', '--json'],
  ],
  stop: [['stop', '--json']],
  status: [['status', '--json'], ['status']],
  logs: [['logs']],
  fault: [['fault', 'list']],
  config: [['config'], ['config', '--json'], ['config', 'check'], ['config', 'get', 'server']],
  completion: [['completion', 'bash']],
  doctor: [
    ['doctor', '--all'],
    ['doctor', '--json'],
    ['doctor', '--report'],
    ['doctor', 'rate(up[1m])'],
  ],
};

/** All of it takes minutes, which `npm run verify` has: otherwise a quarter is run, every command and every way among it. */
const WHOLE = process.env.PROM_TUTOR_VERIFY === '1';

/** One way a secret comes in. What `argv` gives goes to commands that ask a server. */
type Way = {
  readonly name: string;
  readonly argv?: (url: string, home: string) => readonly string[];
  readonly env?: (url: string) => Readonly<Record<string, string>>;
  readonly files?: (url: string) => Readonly<Record<string, string>>;
};

const withPassword = (url: string) => url.replace('http://', `http://ada:${SECRET}@`);
const httpConfig = (text: (url: string) => string): Pick<Way, 'argv' | 'files'> => ({
  argv: (url, home) => ['-s', url, '--http.config.file', join(home, 'secrets/http.yml')],
  files: (url) => ({ 'secrets/http.yml': text(url) }),
});

const WAYS: readonly Way[] = [
  { name: 'in the address', argv: (url) => ['-s', withPassword(url)] },
  { name: 'in the address of a variable', env: (url) => ({ PROM_TUTOR_URL: withPassword(url) }) },
  { name: 'in an address that is none', env: () => ({ PROMETHEUS_URL: `htp://ada:${SECRET}@[x` }) },
  { name: 'in an address nobody listens at', env: () => ({ PROMETHEUS_URL: `http://ada:${SECRET}@127.0.0.1:9` }) },
  {
    name: 'in PROMETHEUS_PASSWORD',
    env: (url) => ({ PROM_TUTOR_URL: url, PROMETHEUS_USERNAME: 'ada', PROMETHEUS_PASSWORD: SECRET }),
  },
  { name: 'in PROMETHEUS_TOKEN', env: (url) => ({ PROM_TUTOR_URL: url, PROMETHEUS_TOKEN: SECRET }) },
  {
    name: 'in a header',
    argv: (url) => ['-s', url, '-H', `Authorization: Bearer ${SECRET}`, '-H', `Cookie: s=${SECRET}`],
  },
  { name: 'in a header that cannot be sent', argv: (url) => ['-s', url, '-H', `X-Api-Key: ${SECRET}\u0001`] },
  {
    name: 'in a password file',
    argv: (url, home) => ['-s', url, '--user', 'ada', '--password-file', join(home, 'secrets/word')],
    files: () => ({ 'secrets/word': `${SECRET}\n` }),
  },
  {
    name: 'in a token file',
    argv: (url, home) => ['-s', url, '--token-file', join(home, 'secrets/word')],
    files: () => ({ 'secrets/word': `${SECRET}\n` }),
  },
  { name: 'in an HTTP configuration', ...httpConfig(() => `basic_auth: { username: ada, password: ${SECRET} }\n`) },
  {
    name: 'in an HTTP configuration with a mistake',
    ...httpConfig(() => `authorization:\n  credentials: ${SECRET}\n  credential: ${SECRET}\nbasic_auth: [${SECRET}\n`),
  },
  {
    name: 'in OAuth 2',
    ...httpConfig(
      (url) => `oauth2: { client_id: a, client_secret: ${SECRET}, token_url: ${withPassword(url)}/token }\n`,
    ),
  },
  { name: 'in a proxy', env: (url) => ({ PROM_TUTOR_URL: 'http://prometheus.test', http_proxy: withPassword(url) }) },
  {
    name: 'in files that the settings name',
    env: () => ({}),
    files: (url) => ({
      'secrets/word': SECRET,
      'config/prom-tutor/config.yaml': `server: mine\nservers:\n  mine:\n    url: ${url}\n    header_files: { X-Api-Key: ../../secrets/word }\n    user: ada\n    password_file: ../../secrets/word\n`,
    }),
  },
  {
    name: 'in the settings, where it must not be',
    files: (url) => ({
      'config/prom-tutor/config.yaml': `servers:\n  mine:\n    url: ${withPassword(url)}\n    password: ${SECRET}\n    headers: { Authorization: Bearer ${SECRET} }\n`,
    }),
  },
];

let server: HostileServer;
let home = '';
let programs = '';

beforeAll(async () => {
  server = await hostileServer();
  home = mkdtempSync(join(tmpdir(), 'prom-tutor-secrets-'));
  // Everything a command may start writes down how it was started.
  const script = `printf '%s\\n' "$0 $*" >> ${join(home, 'argv')}`;
  const names = ['docker', 'podman', 'prometheus', 'promtool', 'ps', 'lsof', 'xdg-open', 'open', 'vi', 'systemctl'];
  programs = programFolder(Object.fromEntries(names.map((name) => [name, script])));
});
afterAll(async () => {
  await server.close();
  for (const folder of [home, programs]) rmSync(folder, { recursive: true, force: true });
});

describe('a secret', () => {
  it('is looked for in what every command writes', () => {
    expect(Object.keys(RUNS).sort()).toEqual(['', ...COMMANDS.map(({ spec }) => spec.name)].sort());
  });

  it.each(WAYS)(
    '$name is nowhere in what is written',
    async (way) => {
      const shown: string[] = [];
      const readable: string[] = [];
      for (const [index, [name, argv]] of Object.entries(RUNS)
        .flatMap(([name, all]) => all.map((argv) => [name, argv] as const))
        .entries()) {
        const asks = COMMANDS.find(({ spec }) => spec.name === name)?.spec.options.some(
          ({ key }) => key === 'passwordFile',
        );
        // What is given as an option goes to commands that have it.
        if (!WHOLE && (index + WAYS.indexOf(way)) % 4 !== 0) continue;
        if (asks !== true && way.env === undefined && way.argv !== undefined) continue;
        const mood = MOODS[(index + way.name.length) % MOODS.length] ?? 'answers';
        server.say({ texts: ['alpha', 'beta', 'gamma'], mood });
        const written = await run(name, argv, way);
        readable.push(...written.readable.map((path) => `${argv.join(' ')}: ${path}`));
        for (const [place, text] of Object.entries(written.texts)) {
          if (NEVER.some((word) => text.includes(word)))
            shown.push(`${argv.join(' ')} (${mood}), ${place}: ${around(text)}`);
        }
      }
      expect(shown).toEqual([]);
      expect(readable).toEqual([]);
    },
    60_000,
  );
});

/** All that came of it: the texts by place, and the files that others on this machine could read. */
type Written = { readonly texts: Readonly<Record<string, string>>; readonly readable: readonly string[] };

async function run(name: string, argv: readonly string[], way: Way): Promise<Written> {
  rmSync(home, { recursive: true, force: true });
  put('answers.txt', '1.2: up\n');
  put('dump.txt', 'up 1\n');
  put('state/prom-tutor/stack.json', stackFile());
  put(`state/prom-tutor/binary/${LEFT_ID}/logs/prometheus.log`, 'started\n');
  const planted = way.files?.(server.url) ?? {};
  for (const [path, text] of Object.entries(planted)) put(path, text);
  const spec = COMMANDS.find((command) => command.spec.name === name)?.spec;
  const asks = spec?.options.some(({ key }) => key === 'passwordFile') === true;
  const ending = new AbortController();
  const io = fakeIo({
    env: {
      HOME: home,
      XDG_STATE_HOME: join(home, 'state'),
      XDG_CONFIG_HOME: join(home, 'config'),
      PATH: programs,
      LANG: 'C.UTF-8',
      DISPLAY: ':0',
      ...way.env?.(server.url),
      ...(asks || way.argv === undefined ? {} : { PROM_TUTOR_URL: server.url }),
    },
    homeDir: home,
    cwd: home,
    columns: 80,
    now: () => NOW,
    kill: () => {
      throw Object.assign(new Error('kill ESRCH'), { code: 'ESRCH' });
    },
    signal: ending.signal,
    sleep: async (_ms, signal) => signal?.throwIfAborted(),
    input: name === 'explore' ? 'up\n\\d up\n\\targets\n' : '',
  });
  const noisy = name === 'serve' ? endingAtFirst(io, ending) : io;
  await main([...argv, '--debug', ...(asks ? (way.argv?.(server.url, home) ?? []) : [])], noisy);
  const files = readdirSync(home, { recursive: true, encoding: 'utf8' })
    .filter((path) => !Object.hasOwn(planted, path) && statSync(join(home, path)).isFile())
    .map((path) => [path, readFileSync(join(home, path), 'utf8')]);
  const texts = { stdout: io.outText(), stderr: io.errText(), ...Object.fromEntries(files) };
  return { texts, readable: files.map(([path = '']) => path).filter((path) => path !== 'argv' && isOpen(path)) };
}

/** Neither the file nor a folder above it keeps others out. */
function isOpen(path: string): boolean {
  if (path === '.' || process.platform === 'win32') return process.platform !== 'win32';
  return (statSync(join(home, path)).mode & 0o077) !== 0 && isOpen(join(path, '..'));
}

function put(path: string, text: string): void {
  mkdirSync(join(home, path, '..'), { recursive: true, mode: 0o755 });
  writeFileSync(join(home, path), text, { mode: 0o600 });
}

function stackFile(): string {
  return JSON.stringify({
    version: 1,
    toolVersion: '0',
    backend: 'binary',
    id: LEFT_ID,
    phase: 'running',
    startedMs: NOW,
    urls: { prometheus: server.url, apps: [server.url, server.url] },
    scenario: { t0Ms: NOW, seed: 1, historyMs: 21_600_000 },
    token: 'f'.repeat(32),
    processes: [{ name: 'prometheus', pid: 4_100_000, startedAt: '1' }],
    dir: join(home, 'state/prom-tutor/binary', LEFT_ID),
  });
}

function around(text: string): string {
  const at = Math.max(...NEVER.map((word) => text.indexOf(word)));
  return text.slice(Math.max(0, at - 80), at + 40);
}

function endingAtFirst(io: ReturnType<typeof fakeIo>, ending: AbortController): ReturnType<typeof fakeIo> {
  const write = (text: string) => {
    io.stderr.write(text);
    setImmediate(() => ending.abort(new Interrupted()));
  };
  return { ...io, stderr: { ...io.stderr, write } };
}
