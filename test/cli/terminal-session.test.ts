import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pty from '@lydell/node-pty';
import { describe, expect, it, vi } from 'vitest';
import { startTerminal, type Terminal } from '../helpers/terminal.ts';

vi.setConfig({ testTimeout: 60_000 });

const SCRIPT = join(import.meta.dirname, '..', 'helpers', 'session-script.ts');

/** The script inside a shell that shows the settings of the terminal when it is over. */
function inShell(doing: string): Terminal {
  const node = `"${process.execPath}" --import tsx "${SCRIPT}" ${doing}`;
  // With job control, as in the shell of a person: Ctrl-Z gives the terminal back, fg goes on.
  return startTerminal('/bin/bash', ['--norc', '--noprofile', '-c', `set -m; ${node}; echo "exit $?"; stty -a`], {
    rows: 60,
  });
}

/** What stays in the terminal: the last word about each mode, and what stty says. */
function expectRestored(terminal: Terminal): void {
  const raw = terminal.raw();
  for (const [on, off] of [
    ['\x1b[?1049h', '\x1b[?1049l'],
    ['\x1b[?2004h', '\x1b[?2004l'],
    ['\x1b[?25l', '\x1b[?25h'],
  ] as const) {
    expect(raw).toContain(on);
    expect(raw.lastIndexOf(off)).toBeGreaterThan(raw.lastIndexOf(on));
  }
  expect(terminal.sinceMark()).toMatch(/\sicanon/);
  expect(terminal.sinceMark()).toMatch(/[ ;]echo[ ;]/);
  expect(terminal.sinceMark()).toMatch(/\sisig/);
}

describe.skipIf(process.platform === 'win32')('the terminal is as it was (asks stty, so not on Windows)', () => {
  it.each<[string, string, RegExp, (terminal: Terminal) => void]>([
    ['after leaving', 'wait', /exit 0/, (terminal) => terminal.type('q')],
    ['after an error nobody caught', 'throw', /nobody catches this[\s\S]*exit 1/, () => undefined],
    ['after a rejection nobody awaited', 'reject', /nobody waits for this[\s\S]*exit 1/, () => undefined],
    ['after process.exit', 'exit', /exit 3/, () => undefined],
    ['after two sessions, one in the other', 'nest', /still there\s[\s\S]*exit 0/, () => undefined],
  ])('%s', async (_what, doing, end, leave) => {
    await using terminal = inShell(doing);
    await terminal.waitFor('ready');
    leave(terminal);
    await terminal.waitFor(end);
    await terminal.exit();
    expectRestored(terminal);
  });

  it.each(['SIGTERM', 'SIGHUP', 'SIGINT'])('after %s', async (signal) => {
    await using terminal = startTerminal(process.execPath, ['--import', 'tsx', SCRIPT, 'wait']);
    await terminal.waitFor('ready');
    terminal.kill(signal);
    await terminal.exit();
    for (const off of ['\x1b[?1049l', '\x1b[?2004l', '\x1b[?25h']) expect(terminal.raw()).toContain(off);
  });

  it('when its window is closed, which ends it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'prom-tutor-window-'));
    const ended = join(folder, 'ended');
    const child = pty.spawn(process.execPath, ['--import', 'tsx', SCRIPT, 'wait', ended], { cols: 80, rows: 24 });
    try {
      let said = '';
      await new Promise<void>((resolve) => {
        child.onData((text) => {
          said += text;
          if (said.includes('ready')) resolve();
        });
      });
      // The other end of the terminal goes away, as when its window does.
      (child as unknown as { destroy(): void }).destroy();
      await vi.waitUntil(() => existsSync(ended), { timeout: 15_000, interval: 20 });
      expect(readFileSync(ended, 'utf8')).toBe('ended');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('while Ctrl-Z has stopped it, and is taken again when it goes on', async () => {
    await using terminal = startTerminal('/bin/bash', ['--norc', '--noprofile', '--noediting', '-i'], {
      rows: 60,
      env: { PS1: '$ ' },
    });
    // Another process stands between, as with npx: both must stop, and not before the terminal is given back.
    terminal.enter(`sh -c '"${process.execPath}" --import tsx "${SCRIPT}" wait; true'`);
    await terminal.waitFor('ready');
    terminal.type('\x1a');
    await terminal.waitFor('Stopped');
    terminal.mark();
    terminal.enter('stty -a');
    await terminal.waitFor(/isig[\s\S]*\$ /);
    expectRestored(terminal);
    terminal.enter('fg');
    await terminal.waitFor('resumed');
    const raw = terminal.raw();
    expect(raw.lastIndexOf('\x1b[?1049h')).toBeGreaterThan(raw.lastIndexOf('\x1b[?1049l'));
    terminal.type('q');
    await terminal.waitFor('$ ');
    terminal.mark();
    terminal.enter('stty -a');
    await terminal.waitFor(/isig[\s\S]*\$ /);
    expectRestored(terminal);
    terminal.enter('exit');
    await terminal.exit();
  });
});
