import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { storageWithHistory } from '../../src/backends/embedded-stack.ts';
import { listen } from '../../src/server/listen.ts';
import { embeddedSource } from '../../src/source/embedded.ts';
import { startTerminal, type Terminal } from '../helpers/terminal.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const FOLDER = join(import.meta.dirname, 'screens');
const UPDATE = (process.env.UPDATE_GOLDEN ?? '') !== '';
const SCRIPT = join(import.meta.dirname, '..', 'helpers', 'demo-script.ts');
const SCENARIO = { t0Ms: 1_763_800_005_000, seed: 1, historyMs: 3 * 3_600_000 };
const T0 = ['--time', String(SCENARIO.t0Ms / 1000)];
const EVERY = join(import.meta.dirname, '..', 'fixtures', 'dashboards', 'every-kind.json');

let home = '';
let server: { readonly url: string; close(): Promise<void> };
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'screens-'));
  const now = () => SCENARIO.t0Ms;
  const source = embeddedSource({
    storage: storageWithHistory(SCENARIO),
    name: 'the demo history',
    now,
    metadata: () => new Map(),
  });
  server = await listen({ source, now, metrics: async () => '' }, { host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await server.close();
  rmSync(home, { recursive: true, force: true });
});

function tool(argv: readonly string[], columns: number, rows: number, url = server.url): Terminal {
  const args = ['--import', 'tsx', SCRIPT, ...argv, '-s', url, '--tz', 'UTC'];
  return startTerminal(process.execPath, args, {
    columns,
    rows,
    timeoutMs: 30_000,
    env: { XDG_STATE_HOME: home, HOME: home, NO_COLOR: '1' },
  });
}

/** Ports and the clock on the wall differ from run to run. */
function steady(text: string): string {
  return text
    .replace(/http:\/\/127\.0\.0\.1:\d+/g, 'http://prometheus')
    .replace(/^(asked \S+ at) \d\d:\d\d:\d\d$/gm, '$1 13:00:00')
    .replace(/(asked at|now at) \d\d:\d\d:\d\d/g, '$1 13:00:00')
    .replace(/^\d\d:\d\d:\d\d:/gm, '13:00:00:');
}

function expectGolden(name: string, text: string): void {
  const file = join(FOLDER, `${name}.txt`);
  const kept = `${steady(text)}\n`;
  if (UPDATE) writeFileSync(file, kept);
  expect(existsSync(file), `${name}.txt is missing; UPDATE_GOLDEN=1 writes it`).toBe(true);
  expect(kept).toBe(readFileSync(file, 'utf8'));
}

const ASKED = /asked \S+ at \d\d:\d\d:\d\d\n/;

describe('the dashboard in a terminal, as it was looked at', () => {
  it('at 120, 80 and 60 columns, of one window', async () => {
    await using terminal = tool(['dashboard', ...T0], 120, 130);
    for (const columns of [120, 80, 60]) {
      terminal.resize(columns, 130);
      // Drawn at once for the new width, and asked again for the points that it has room for.
      await terminal.waitForScreen(new RegExp(`^SSE streaming service {${columns - 54}}\\S`));
      terminal.type('r');
      await terminal.settled();
      await terminal.waitForScreen(ASKED);
      expectGolden(`dashboard.${columns}`, await terminal.screen());
    }
    terminal.type('q');
    expect((await terminal.exit()).code).toBe(0);
    expect(await terminal.screen()).toBe('');
  });

  it.each([
    ['dashboard.ascii', 80, ['--ascii']],
    ['every-kind.120', 120, ['--file', EVERY]],
  ] as const)('%s', async (name, columns, more) => {
    await using terminal = tool(['dashboard', ...T0, ...more], columns, 130);
    await terminal.waitForScreen(ASKED);
    await terminal.settled();
    expectGolden(name, await terminal.screen());
  });

  it('dashboard.accessible', async () => {
    await using terminal = tool(['dashboard', ...T0, '--accessible'], 80, 130);
    expect((await terminal.exit()).code).toBe(0);
    expect(terminal.raw()).not.toContain('\x1b');
    expectGolden('dashboard.accessible', await terminal.scrollback());
  });
});

describe('a watched query in a terminal, as it was looked at', () => {
  /** Two answers that differ; the third never comes, so that the screen stands still. */
  async function twoAnswers(): Promise<{ readonly url: string } & AsyncDisposable> {
    let asked = 0;
    const demo = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      const send = (data: unknown) => response.end(JSON.stringify({ status: 'success', data }));
      if (request.url?.includes('/targets')) return void send({ activeTargets: [], droppedTargets: [] });
      asked++;
      const row = (provider: string, value: number) => ({
        metric: { provider },
        value: [1_763_800_005, String(value)],
      });
      const rows = [row('openai', 5 + asked / 4), row('anthropic', 4 - asked / 8), row('cohere', 2), row('mistral', 0)];
      if (asked < 3) send({ resultType: 'vector', result: asked === 1 ? rows : rows.slice(0, 3) });
    });
    await new Promise<void>((resolve) => demo.listen(0, '127.0.0.1', resolve));
    return {
      url: `http://127.0.0.1:${(demo.address() as AddressInfo).port}`,
      async [Symbol.asyncDispose]() {
        demo.closeAllConnections();
        demo.close();
      },
    };
  }
  const WATCH = ['query', 'rate(sse_requests_total[5m])', '--watch', '1s'];

  it('at 120, 80 and 60 columns, of one window, and stays when it is left', async () => {
    await using demo = await twoAnswers();
    await using terminal = tool(WATCH, 120, 20, demo.url);
    await terminal.waitForScreen(/gone: \{provider="mistral"\}/);
    for (const columns of [120, 80, 60]) {
      terminal.resize(columns, 20);
      await terminal.settled();
      expectGolden(`watch.${columns}`, await terminal.screen());
    }
    const before = await terminal.screen();
    terminal.press('ctrl-c');
    expect((await terminal.exit()).code).toBe(130);
    expect((await terminal.screen()).trim()).toBe(before.trim());
  });

  it.each([
    ['watch.ascii', ['--ascii'], /gone: /],
    ['watch.accessible', ['--accessible'], /mistral: gone\./],
  ] as const)('%s', async (name, more, there) => {
    await using demo = await twoAnswers();
    await using terminal = tool([...WATCH, ...more], 80, 20, demo.url);
    await terminal.waitForScreen(there);
    expectGolden(name, await terminal.settled());
  });

  it('moves the time of a drawing', async () => {
    await using terminal = tool(['query', 'up', '--range', '1h', '--watch', '30s', ...T0], 80, 30);
    await terminal.waitForScreen('07:26 to 08:26 UTC, step 1m');
    terminal.type('+');
    await terminal.waitForScreen('07:41 to 08:11 UTC, step 30s');
    terminal.type('[');
    await terminal.waitForScreen('07:26 to 07:56 UTC, step 30s');
    terminal.type('0');
    await terminal.waitForScreen('07:26 to 08:26 UTC, step 1m');
    terminal.type('q');
    expect((await terminal.exit()).code).toBe(0);
  });
});
