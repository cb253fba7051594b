import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pty from '@lydell/node-pty';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { storageWithHistory } from '../../src/backends/embedded-stack.ts';
import { listen } from '../../src/server/listen.ts';
import { embeddedSource } from '../../src/source/embedded.ts';
import { startTerminal, type Terminal } from '../helpers/terminal.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const SCRIPT = join(import.meta.dirname, '..', 'helpers', 'demo-script.ts');
const SCENARIO = { t0Ms: 1_763_800_005_000, seed: 1, historyMs: 3 * 3_600_000 };

let home = '';
let server: { readonly url: string; close(): Promise<void> };
/** One that a test may end and bring back. */
async function serve(port = 0): Promise<typeof server> {
  const now = () => SCENARIO.t0Ms;
  const source = embeddedSource({
    storage: storageWithHistory(SCENARIO),
    name: 'demo',
    now,
    metadata: () => new Map(),
  });
  return listen({ source, now, metrics: async () => '' }, { host: '127.0.0.1', port });
}
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'dashboard-terminal-'));
  server = await serve();
});
afterAll(async () => {
  await server.close();
  rmSync(home, { recursive: true, force: true });
});

const argvOf = (url: string) => ['--import', 'tsx', SCRIPT, 'dashboard', '--refresh', '1s', '-s', url, '--tz', 'UTC'];

function dashboard(
  env: Readonly<Record<string, string>> = {},
  url = server.url,
  more: readonly string[] = [],
): Terminal {
  return startTerminal(process.execPath, [...argvOf(url), ...more], {
    timeoutMs: 30_000,
    env: { XDG_STATE_HOME: home, HOME: home, NO_COLOR: '1', ...env },
  });
}

/** The last word about each mode is that it is off. */
function expectRestored(terminal: Terminal): void {
  const raw = terminal.raw();
  for (const [on, off] of [
    ['\x1b[?1049h', '\x1b[?1049l'],
    ['\x1b[?25l', '\x1b[?25h'],
  ] as const) {
    expect(raw).toContain(on);
    expect(raw.lastIndexOf(off)).toBeGreaterThan(raw.lastIndexOf(on));
  }
}

describe.skipIf(process.platform === 'win32')(
  'the dashboard gives the terminal back (signals, so not on Windows)',
  () => {
    it.each<[string, number, (terminal: Terminal) => void]>([
      ['q', 0, (terminal) => terminal.type('q')],
      ['Ctrl-C', 130, (terminal) => terminal.press('ctrl-c')],
      ['SIGTERM', 143, (terminal) => terminal.kill('SIGTERM')],
    ])('after %s', async (_, code, leave) => {
      await using terminal = dashboard();
      await terminal.waitForScreen('1. Request rate');
      leave(terminal);
      expect((await terminal.exit()).code).toBe(code);
      expectRestored(terminal);
      expect(await terminal.screen()).toBe('');
    });

    it('after a crash, and says what happened', async () => {
      await using terminal = dashboard({ DEMO_CRASH: '1' });
      await terminal.waitFor('a crash on purpose');
      await terminal.exit();
      expectRestored(terminal);
    });

    it('when its window is closed, which ends it', async () => {
      const ended = join(home, 'ended');
      const env = { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', TERM: 'xterm', HOME: home, XDG_STATE_HOME: home };
      const child = pty.spawn(process.execPath, argvOf(server.url), {
        cols: 80,
        rows: 24,
        env: { ...env, DEMO_ENDED: ended },
      });
      let said = '';
      await new Promise<void>((resolve) => {
        child.onData((text) => {
          said += text;
          if (said.includes('Request rate')) resolve();
        });
      });
      // The other end of the terminal goes away, as when its window does.
      (child as unknown as { destroy(): void }).destroy();
      await vi.waitUntil(() => existsSync(ended) && readFileSync(ended, 'utf8') === '143', {
        timeout: 30_000,
        interval: 50,
      });
    });

    it('while Ctrl-Z has stopped it, and draws again when it goes on', async () => {
      await using terminal = startTerminal('/bin/bash', ['--norc', '--noprofile', '--noediting', '-i'], {
        timeoutMs: 30_000,
        env: { PS1: '$ ', HOME: home, XDG_STATE_HOME: home, NO_COLOR: '1' },
      });
      terminal.enter(`"${process.execPath}" ${argvOf(server.url).join(' ')}`);
      await terminal.waitForScreen('1. Request rate');
      terminal.press('ctrl-z');
      await terminal.waitForScreen('Stopped');
      expectRestored(terminal);
      terminal.enter('fg');
      await terminal.waitForScreen('1. Request rate');
      terminal.type('q');
      const shell = await terminal.waitForScreen('Stopped');
      expectRestored(terminal);
      // Nothing of it was drawn among the lines of the shell.
      expect(shell).not.toContain('Request rate');
    });
  },
);

describe('the dashboard in a terminal', () => {
  it('scrolls, helps, pauses, and moves its time', async () => {
    await using terminal = dashboard({}, server.url, ['--time', String(SCENARIO.t0Ms / 1000)]);
    // All panels have answered: until then the end is elsewhere.
    await terminal.waitForScreen(/lines 1-21 of 1\d\d/);
    terminal.type('jj');
    await terminal.waitForScreen(/lines 3-23 of/);
    terminal.type('G');
    await terminal.waitForScreen('Targets up');
    terminal.type('?');
    await terminal.waitForScreen('half of the time back, and forth');
    terminal.type('?p');
    await terminal.waitForScreen('paused');
    terminal.type('g-');
    await terminal.waitForScreen('2h, 2025-11-22 06:26 to 08:26');
    terminal.type('[');
    await terminal.waitForScreen('2h, 2025-11-22 05:26 to 07:26');
    terminal.type('0');
    await terminal.waitForScreen('1h, 2025-11-22 07:26 to 08:26');
  });

  it('says that the server is gone, keeps what it knows, and goes on when it is back', async () => {
    const own = await serve();
    await using terminal = dashboard({}, own.url);
    // The history ends long ago: what is drawn are the frames, and what is said is what counts.
    await terminal.waitForScreen(/every 1s[\s\S]*1\. Request rate/);
    await own.close();
    await terminal.waitForScreen(/no answer since \d\d:\d\d:\d\d: [\s\S]*asking again/);
    const back = await serve(Number(new URL(own.url).port));
    await terminal.waitForScreen(/^(?![\s\S]*no answer)[\s\S]*1\. Request rate/);
    terminal.type('q');
    expect((await terminal.exit()).code).toBe(0);
    await back.close();
  });
});
