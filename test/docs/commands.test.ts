import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Option } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { GLOBAL_OPTIONS } from '../../src/cli/global-options.ts';
import { main } from '../../src/cli/main.ts';
import { Interrupted } from '../../src/model/errors.ts';
import { type DocCommand, docCommands, mentions, pages, readCommand } from '../helpers/doc-commands.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { type LessonStack, startEmbeddedLessonStack } from '../helpers/lesson-stack.ts';
import { type Loopback, loopback } from '../helpers/loopback.ts';
import { readOptions } from '../tools/bench/options.ts';

const root = join(import.meta.dirname, '..', '..');
const T0_MS = 1_763_800_005_000;

/** What an instance answers at /metrics. */
const EXPOSED = '# TYPE sse_requests_total counter\nsse_requests_total{provider="openai",status="success"} 7\n';

/** What a command line of our pages needs beside its words, by its text; what stands nowhere ends with 0 and is asked nothing. */
type Setting = {
  /** The exit code, where the page says or shows that it is not 0. */
  readonly code?: number;
  /** What is typed, in a terminal or not. */
  readonly input?: string;
  /** Its Ctrl-C: when it first waits, or when it first writes on stderr. */
  readonly interrupt?: 'waiting' | 'saying';
  readonly terminal?: true;
  /** What is to be seen, where the page says what that is. */
  readonly shows?: RegExp;
  /** Added to the command line. */
  readonly more?: readonly string[];
};

const SETTINGS: Readonly<Record<string, Setting>> = {
  // Watches until it is interrupted.
  "prom-tutor query 'up' --watch 5s": { interrupt: 'waiting', code: 130 },
  'prom-tutor query up --watch 5s': { interrupt: 'waiting', code: 130 },
  'prom-tutor query up --range 1h -o graph --watch 5s': { interrupt: 'waiting', code: 130 },
  // Serves until it is interrupted; on a port of its own, because tests leave 9090 alone.
  'prom-tutor serve --data metrics.om.gz': {
    more: ['--listen', '127.0.0.1:0'],
    interrupt: 'saying',
    code: 130,
  },
  // Nobody types in a pipe, so what would be typed comes through it.
  'prom-tutor explore': { input: 'sum(up)\n\\d sse_active_connections\n\\graph 1h\n' },
  'prom-tutor explore -s http://host:9090': { input: 'sum(up)\n' },
  'prom-tutor explore --data metrics.om.gz': { input: 'up\n' },
  'prom-tutor explore --time incident': { input: 'sse_circuit_breaker_state\n' },
  'prom-tutor config edit': { terminal: true },
  // Each row of docs/compare.md is shown by its command.
  "prom-tutor query 'sum by (provider) (rate(sse_requests_total[5m]))' --range 1h -o graph": {
    shows: /requests\/s[\s\S]*┤[\s\S]*A {2}\{provider=/,
  },
  'prom-tutor query sse_circuit_breaker_state --range 1h -o timeline': { shows: /open/ },
  'prom-tutor query up -o csv': { shows: /^__name__,instance,job,value,timestamp$/m },
  "prom-tutor query 'rate(sse_active_connections[5m])'": { shows: /might not be a counter/ },
  'prom-tutor why \'sse_requests_total{provider="OpenAI"}\'': { shows: /Capital letters count/ },
  "prom-tutor explain 'sse_active_connections * on (instance) group_left () sse_app_info'": { shows: /match/ },
  "prom-tutor explain --step 'sum(rate(sse_requests_total[5m]))'": { shows: /rate\(sse_requests_total\[5m\]\)/ },
  "prom-tutor lint --fix 'sum(up) by job'": { shows: /^sum\(up\) by \(job\)$/m },
  'prom-tutor explain up --color always': { shows: /\x1b\[/ },
  'prom-tutor metrics duration': { shows: /sse_request_duration_seconds/ },
  'prom-tutor query up --tz Europe/Paris': { shows: /Europe\/Paris|\+01:00|CET/ },
  "prom-tutor query 'rate(sse_requests_total[5m])' --stats": { shows: /samples/ },
  "prom-tutor check up/2 'up == 0'": { shows: /^Correct\./ },
  'prom-tutor query @cookbook/error-percentage': { shows: /value/ },
  'prom-tutor lesson up --print --json': { shows: /^\{/ },
  // Nobody runs the instances of this history, and that is found.
  'prom-tutor doctor': { code: 1 },
  "prom-tutor doctor 'rate(sse_requests_total[1m])'": { code: 1 },
  'prom-tutor doctor --report': { code: 1 },
  'prom-tutor status': { code: 3 },
  // The query is wrong, or has no rows: that is what is shown.
  "prom-tutor query 'sum(up) by job'": { code: 1, shows: /\n +sum\(up\) by job\n +\^+\n/ },
  'prom-tutor query nosuch --fail-on-empty': { code: 4 },
  "prom-tutor lint 'sum(up) by job'": { code: 1 },
  'prom-tutor lint rules.yml dashboard.json -o github': { code: 1 },
  "prom-tutor lint --offline 'rate(sum(sse_requests_total)[5m:])'": { code: 1 },
};

const STARTS = 'starts processes or containers on the ports of the stack';
const ENDS = 'ends a running stack, or shows what its services say';
const BREAKS = 'needs instances that run, and breaks them';

/** What does not run here, the reason, and the test that runs it instead, which has these words in it. */
const ELSEWHERE: Readonly<Record<string, readonly [reason: string, file: string, ...words: string[]]>> = {
  'npm ci && npm start': ['installs from the registry', 'e2e/newcomer.real.test.ts', 'README.md', '```sh'],
  'npm ci && npm test': ['is what runs this file', 'workflows.test.ts', 'npm'],
  'docker compose -f stack/compose.yaml up -d --build': [
    STARTS,
    'e2e/stack.docker.real.test.ts',
    "compose(['up', '-d', '--build']",
  ],
  'prom-tutor start --wait': [STARTS, 'e2e/stack-embedded.test.ts', "'start', ...ports, '--wait'"],
  'prom-tutor start --backend docker': [STARTS, 'e2e/stack.docker.real.test.ts', "['start', '--backend', 'docker']"],
  'prom-tutor start --grafana': [STARTS, 'e2e/stack.docker.real.test.ts', "'start', '--grafana'"],
  'prom-tutor logs prometheus': [ENDS, 'e2e/stack-embedded.test.ts', "['logs', 'prometheus']"],
  'prom-tutor stop --keep-data': [ENDS, 'e2e/stack-embedded.test.ts', "['stop', '--keep-data']"],
  'prom-tutor stop': [ENDS, 'e2e/stack-embedded.test.ts', "['stop']"],
  'prom-tutor serve': [STARTS, 'cli/serve.test.ts', "serve(['--history', '3h'"],
  'prom-tutor fault provider-outage --provider openai --for 2m': [
    BREAKS,
    'e2e/faults-of.ts',
    "'provider-outage --provider openai'",
    "'--for', '2m'",
  ],
  'prom-tutor fault instance-stopped --instance sse-app-2': [
    BREAKS,
    'e2e/faults.test.ts',
    "'fault', 'instance-stopped'",
  ],
  'prom-tutor doctor --fix': [STARTS, 'cli/doctor-fix.test.ts', "'--fix'"],
  'prom-tutor fault clear': [BREAKS, 'e2e/faults.test.ts', "'fault', 'clear'"],
};

/** Benchmarks and the like take minutes. */
const SCRIPT = /^npm run ([\w:]+)(?: -- (.*))?$/;

/** Addresses of the pages, at which the demo history answers here. */
const ADDRESSES = /https?:\/\/(prometheus\.example\.org|example\.com\/prom|host:9090|localhost:9090)/;

let stack: LessonStack;
let app: Loopback;
let homes: string;
beforeAll(async () => {
  stack = await startEmbeddedLessonStack({ t0Ms: T0_MS });
  app = await loopback((request, response) => {
    // Its controls of faults are out of reach, as those of an instance that has stopped.
    if (request.url !== '/metrics') response.destroy();
    else response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(EXPOSED);
  });
  homes = mkdtempSync(join(tmpdir(), 'prom-tutor-docs-'));
});
afterAll(async () => {
  await Promise.all([stack?.close(), app?.close()]);
  rmSync(homes, { recursive: true, force: true });
});

describe.each(pages().filter((page) => runHere(page).length > 0))('%s', (page) => {
  let home = '';
  beforeAll(() => {
    home = mkdtempSync(join(homes, 'home-'));
    writeFiles(home);
    const state = readFileSync(join(stack.stateHome, 'prom-tutor', 'stack.json'), 'utf8');
    mkdirSync(join(home, 'state', 'prom-tutor'), { recursive: true });
    writeFileSync(
      join(home, 'state', 'prom-tutor', 'stack.json'),
      state.replaceAll('http://127.0.0.1:9"', `${app.url}"`),
    );
  });

  it.each(runHere(page))('$line: $text', async (command) => {
    const setting = SETTINGS[command.text] ?? {};
    const { code, said } = await run(command, setting, home);
    expect({ code, said }).toEqual({ code: setting.code ?? 0, said: expect.not.stringContaining('internal error') });
    expect(said).toMatch(setting.shows ?? /\S/);
  });
});

function runHere(page: string): readonly DocCommand[] {
  return docCommands(page).filter(({ text }) => !(text in ELSEWHERE) && !isScript(text));
}

async function run({ text }: DocCommand, setting: Setting, home: string): Promise<{ code: number; said: string }> {
  const { program, argv, input } = readCommand(text, home);
  expect(program === 'prom-tutor' || `${program} ${argv[0]}` === 'node bin/prom-tutor.js' ? 'ours' : program).toBe(
    'ours',
  );
  const words = (program === 'node' ? argv.slice(1) : argv).map((word) => word.replace(ADDRESSES, stack.url));
  const ctrlC = new AbortController();
  const typed = setting.input ?? input;
  const io = fakeIo({
    columns: 100,
    cwd: home,
    homeDir: home,
    now: () => T0_MS,
    signal: ctrlC.signal,
    tty: setting.terminal ?? false,
    ...(typed === undefined ? {} : { input: typed }),
    env: {
      HOME: home,
      XDG_STATE_HOME: join(home, 'state'),
      XDG_CONFIG_HOME: join(home, 'config'),
      LANG: 'C.UTF-8',
      PATH: '',
      EDITOR: `"${process.execPath}" -e 0`,
    },
    ...(setting.interrupt === 'waiting'
      ? {
          sleep: async () => {
            ctrlC.abort(new Interrupted());
            throw ctrlC.signal.reason;
          },
        }
      : {}),
  });
  const { write } = io.stderr;
  if (setting.interrupt === 'saying') {
    Object.assign(io.stderr, {
      write: (said: string) => {
        write(said);
        ctrlC.abort(new Interrupted());
      },
    });
  }
  const code = await main([...words, ...(setting.more ?? [])], io);
  return { code, said: `${io.outText()}${io.errText()}` };
}

describe('what does not run here', () => {
  const all = pages().flatMap((page) => docCommands(page).map(({ text }) => text));

  it.each(Object.entries(ELSEWHERE))('%s is run by the test that is named', (text, [reason, file, ...words]) => {
    expect(all).toContain(text);
    expect(reason).not.toBe('');
    const code = readFileSync(join(root, 'test', file), 'utf8');
    expect(words.filter((word) => !code.includes(word))).toEqual([]);
  });

  it.each(all.filter(isScript))('%s is a script of the project, with options that it reads', (text) => {
    const [, name = '', typed = ''] = SCRIPT.exec(text) ?? [];
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
    expect(Object.keys(scripts)).toContain(name);
    if (name === 'bench')
      expect(readOptions(readCommand(`bench ${typed}`.trim(), root).argv, () => {}).runs).toBeGreaterThan(0);
  });

  it('has settings only for commands that stand in a page', () => {
    expect(Object.keys(SETTINGS).filter((text) => !all.includes(text))).toEqual([]);
  });
});

/** Every option of a command that a sentence names. */
describe('commands in sentences', () => {
  const named = pages().flatMap(mentions);
  it.each(named)('$page:$line $text', ({ text }) => {
    const [, word = '', ...words] = text.split(' ');
    const found = COMMANDS.find(({ spec }) => spec.name === word);
    expect(found === undefined && !/^(…|-)/.test(word) ? word : 'known').toBe('known');
    const known = [...(found?.spec.options ?? []), ...GLOBAL_OPTIONS].flatMap(({ flags }) => {
      const { short, long } = new Option(flags);
      return [short, long];
    });
    const flags = words.filter((one) => /^--?[a-z]/.test(one)).map((one) => one.replace(/=.*/, ''));
    expect(flags.filter((flag) => !known.includes(flag) && flag !== '--help')).toEqual([]);
  });
});

function isScript(text: string): boolean {
  return SCRIPT.test(text);
}

/** The files that the pages name. */
function writeFiles(home: string): void {
  const dashboard = readFileSync(join(root, 'stack', 'grafana', 'dashboards', 'sse-streaming.json'), 'utf8');
  const lines = Array.from({ length: 41 }, (_, i) => `up{job="api"} 1 ${T0_MS / 1000 - 600 + i * 15}`);
  const files: Readonly<Record<string, string | Buffer>> = {
    '.token': 'a-token\n',
    'auth.yml': 'basic_auth:\n  username: lena\n  password: secret\n',
    'rules.yml': 'groups:\n  - name: g\n    rules:\n      - record: r\n        expr: sum(up) by job\n',
    'dashboard.json': dashboard,
    'my-board.json': JSON.stringify({
      title: 'Mine',
      templating: { list: [{ name: 'instance', type: 'query', query: 'label_values(up, instance)' }] },
      panels: [{ type: 'stat', title: 'up', targets: [{ expr: 'up{instance="$instance"}' }] }],
    }),
    'metrics.om.gz': gzipSync(`# TYPE up gauge\n${lines.join('\n')}\n# EOF\n`),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(home, name), content, { mode: 0o600 });
  mkdirSync(join(home, 'config'));
}
