import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METRICS } from '../../../src/app/schema.ts';
import { storageWithHistory } from '../../../src/backends/embedded-stack.ts';
import { COMMANDS } from '../../../src/cli/commands.ts';
import { ARGUMENTS } from '../../../src/cli/completion/takes.ts';
import { main } from '../../../src/cli/main.ts';
import { listen } from '../../../src/server/listen.ts';
import { embeddedSource } from '../../../src/source/embedded.ts';
import type { Source } from '../../../src/source/source.ts';
import { fakeIo } from '../../helpers/fake-io.ts';

const T0_MS = 1_763_800_005_000;
const now = () => T0_MS;
let url = '';
let demo: Source;
let home = '';
const ends: (() => Promise<void>)[] = [];

/** Names that a server may send and a shell must not run. */
const HOSTILE = [
  'evil_$(touch /tmp/x)',
  'evil_`id`',
  "evil_'quoted'",
  'evil_two words',
  'evil_\u001b[31m',
  'evil_a\nb',
];

beforeAll(async () => {
  const described = new Map(
    Object.values(METRICS).map(({ name, type, help }) => [name, [{ type, help, unit: '' }]] as const),
  );
  const storage = storageWithHistory({ t0Ms: T0_MS, seed: 1, historyMs: 3 * 3_600_000 });
  demo = embeddedSource({ storage, name: 'the demo', now, metadata: () => described });
  const source: Source = {
    ...demo,
    labelValues: async (label, options) => {
      const { items, warnings } = await demo.labelValues(label, options);
      return { items: label === '__name__' ? [...items, ...HOSTILE] : items, warnings };
    },
  };
  const server = await listen({ source, now, metrics: async () => '' }, { host: '127.0.0.1', port: 0 });
  url = server.url;
  home = await mkdtemp(join(tmpdir(), 'prom-tutor-complete-'));
  await mkdir(join(home, 'prom-tutor'));
  await writeFile(join(home, 'prom-tutor', 'config.yaml'), 'servers:\n  production:\n    url: https://p.example\n');
  await writeFile(join(home, 'prom-tutor', 'queries.yaml'), 'version: 1\nqueries:\n  errors: sum(up)\n');
  ends.push(
    () => server.close(),
    () => rm(home, { recursive: true, force: true }),
  );
});
afterAll(() => Promise.all(ends.map((end) => end())));

/** What a shell is answered, in its lines. */
async function answered(shell: string, line: string, text?: string): Promise<readonly string[]> {
  const io = fakeIo({ env: { XDG_CONFIG_HOME: home, XDG_STATE_HOME: home, PROM_TUTOR_URL: url }, now });
  const code = await main(['__complete', shell, line, ...(text === undefined ? [] : [text])], io);
  expect({ code, err: io.errText() }).toEqual({ code: 0, err: '' });
  return io.outText().trimEnd().split('\n');
}

describe('a line of the shell', () => {
  it.each<[string, string]>([
    ['prom-tutor che', 'words check cheatsheet'],
    ['prom-tutor hel', 'words help'],
    ['prom-tutor help che', 'words check cheatsheet'],
    ['sudo -u x true; prom-tutor che', 'words check cheatsheet'],
    ['prom-tutor nonsense ', 'words'],
    // Options and their values.
    ['prom-tutor query --ti', 'words --time --timeout'],
    ['prom-tutor query --time now --ti', 'words --timeout'],
    ['prom-tutor query --header a --head', 'words --header'],
    ['prom-tutor query --no-h', 'words --no-headers'],
    ['prom-tutor query --output h', 'words heatmap'],
    ['prom-tutor query -o h', 'words heatmap'],
    ['prom-tutor query --output=h', 'words --output=heatmap'],
    ['prom-tutor --color al', 'words always'],
    ['prom-tutor --color never que', 'words query queries'],
    ['prom-tutor query --time half', 'words half-open'],
    ['prom-tutor query --range 1', 'words 15m 1h 1d'],
    ['prom-tutor query --tz Europe/Be', 'words Europe/Belgrade Europe/Berlin'],
    ['prom-tutor query -s prod', 'words production'],
    ['prom-tutor query --data x', 'files'],
    ['prom-tutor lesson --course ', 'folders'],
    ['prom-tutor lesson --test-out me', 'words measure'],
    ['prom-tutor lesson --guide example\\ 3', 'words example\\ 3'],
    ['prom-tutor lesson --guide "example 3', 'words "example 3'],
    ['prom-tutor fault slow-provider --provider a', 'words anthropic'],
    ['prom-tutor lesson -- --pr', 'words'],
    // Words behind a command.
    ['prom-tutor lesson ra', 'words rate'],
    ['prom-tutor lesson 1', 'words 1 10 11 12 13 14 15 16 17 18 19'],
    ['prom-tutor check ra', 'words nospace rate/'],
    ['prom-tutor check rate/1', 'words rate/1'],
    ['prom-tutor check 4.2', 'words 4.2'],
    ['prom-tutor check nothing/', 'words'],
    ['prom-tutor progress re', 'words reset'],
    ['prom-tutor progress import ', 'files'],
    ['prom-tutor progress reset ra', 'words nospace rate/'],
    ['prom-tutor fault in', 'words instance-stopped instance-restarted'],
    ['prom-tutor cookbook req', 'words request-rate'],
    ['prom-tutor cookbook 1', 'words 1 10'],
    ['prom-tutor logs g', 'words grafana'],
    ['prom-tutor config se', 'words set'],
    ['prom-tutor config set th', 'words theme'],
    ['prom-tutor config set theme li', 'words light'],
    ['prom-tutor config set server p', 'words production'],
    ['prom-tutor config get servers.production.ur', 'words servers.production.url'],
    ['prom-tutor queries rm e', 'words errors'],
    ['prom-tutor completion z', 'words zsh'],
    ['prom-tutor grade a', 'files'],
    // Queries, and what a server knows of them.
    ['prom-tutor query @e', 'words @errors'],
    ['prom-tutor metrics sse_act', 'words sse_active_connections'],
    ['prom-tutor query sse_act', 'words sse_active_connections'],
    ["prom-tutor query 'sum(rate(sse_err", "words nospace 'sum(rate(sse_errors_total 'sum(rate(sse_errors_total "],
    ['prom-tutor query \'up{job="sse', 'words nospace \'up{job="sse-streaming" \'up{job="sse-streaming" '],
    ["prom-tutor why 'sum by (prov", "words nospace 'sum by (provider 'sum by (provider "],
    ['prom-tutor query irat', 'words nospace irate\\('],
    ['prom-tutor lint no-such-th', 'files'],
    [`prom-tutor check rate/2 'idel`, "words nospace 'idelta( 'idelta( "],
  ])('%s: %s', async (line, wanted) => {
    const rows = await answered('bash', line);
    expect(rows.filter((row) => row !== '').join(' ')).toBe(wanted.trimEnd());
  });

  it('is understood as fish and PowerShell write it, and others get help beside the words', async () => {
    expect(await answered('zsh', 'prom-tutor fault slow')).toEqual([
      'words',
      'slow-provider\ta provider takes six times as long as on an ordinary day',
    ]);
    expect(await answered('fish', "prom-tutor lesson --guide 'example 3")).toEqual([
      'words',
      expect.stringMatching(/^example 3\t\w/),
    ]);
    const io = fakeIo({ env: { PROM_TUTOR_COMPLETE: "prom-tutor lesson --guide 'example 3" } });
    await main(['__complete', 'powershell'], io);
    expect(io.outText()).toMatch(/^words\n'example 3'\t\w/);
  });

  it('gives bash only what it takes for the word', async () => {
    expect(await answered('bash', 'prom-tutor query --output=he', 'he')).toEqual(['words', 'heatmap']);
    expect(await answered('bash', "prom-tutor query 'sse_act", 'sse_act')).toEqual(['words', 'sse_active_connections']);
  });

  it('hands no name to a shell that would be run or could not be typed', async () => {
    expect(await answered('bash', 'prom-tutor metrics evil_')).toEqual([
      'words',
      'evil_\\$\\(touch\\ /tmp/x\\)',
      "evil_\\'quoted\\'",
      'evil_\\`id\\`',
      'evil_two\\ words',
    ]);
    expect(await answered('bash', 'prom-tutor metrics "evil_')).toEqual([
      'words',
      '"evil_\\$(touch /tmp/x)',
      `"evil_'quoted'`,
      '"evil_\\`id\\`',
      '"evil_two words',
    ]);
    expect(await answered('bash', "prom-tutor metrics 'evil_")).toEqual([
      'words',
      "'evil_$(touch /tmp/x)",
      "'evil_`id`",
      "'evil_two words",
    ]);
  });
});

describe('who presses Tab', () => {
  it.each([
    ['a server that is not there', { PROM_TUTOR_URL: 'http://127.0.0.1:1' }],
    ['an address that is none', { PROM_TUTOR_URL: 'nonsense://' }],
    ['a settings file that is broken', { PROM_TUTOR_CONFIG: '/dev/null/none' }],
  ])('hears nothing of %s', async (_name, env) => {
    const io = fakeIo({ env: { XDG_STATE_HOME: home, ...env }, now });
    await main(['__complete', 'bash', 'prom-tutor query rat'], io);
    expect(io.errText()).toBe('');
    expect(io.outText()).not.toMatch(/rror/);
  });

  it('does not wait for a server that does not answer', async () => {
    const source: Source = { ...demo, labelValues: () => new Promise(() => undefined) };
    const server = await listen({ source, now, metrics: async () => '' }, { host: '127.0.0.1', port: 0 });
    const waits: number[] = [];
    const sleep = async (ms: number) => {
      waits.push(ms);
    };
    const io = fakeIo({ env: { PROM_TUTOR_URL: server.url, XDG_STATE_HOME: home }, now, sleep });
    await main(['__complete', 'bash', 'prom-tutor query irat'], io);
    expect(io.outText()).toBe('words nospace\nirate\\(\n');
    expect(waits).toContain(1_000);
    await server.close();
  });
});

describe('the tables', () => {
  it('know every command that takes words, and no others', () => {
    const taking = COMMANDS.filter(({ spec }) => spec.args !== '').map(({ spec }) => spec.name);
    expect(Object.keys(ARGUMENTS).sort()).toEqual([...taking, 'help'].sort());
  });
});
