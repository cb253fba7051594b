import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTerminal, type Terminal } from '../helpers/terminal.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const SCRIPT = join(import.meta.dirname, '..', 'helpers', 'prompt-script.ts');
const NODE = [process.execPath, '--import', 'tsx', SCRIPT] as const;

function start(options: { readonly columns?: number; readonly rows?: number } = {}): Terminal {
  const [file, ...args] = NODE;
  return startTerminal(file, args, options);
}

describe('the line editor in a terminal', () => {
  // One program for all: each case ends with an answer, after which the next question comes.
  let terminal: Terminal;
  beforeAll(async () => {
    terminal = start({ columns: 40, rows: 12 });
    await terminal.waitFor('ask> ');
  });
  afterAll(() => terminal[Symbol.asyncDispose]());

  /** Presses Enter and gives what was answered. */
  async function answered(): Promise<unknown> {
    await terminal.settled(60);
    terminal.enter();
    const line = await terminal.waitFor(/\{"kind".*\}/);
    await terminal.waitFor('ask> ');
    return JSON.parse(line);
  }

  it('edits in the middle of a line that is wrapped', async () => {
    terminal.type('sum by (provider, status) (rate(x[5m])) > 0');
    await terminal.settled(60);
    terminal.press('ctrl-a');
    for (let word = 0; word < 3; word++) terminal.type('\x1bf');
    terminal.type(', job');
    await terminal.waitForScreen('ask> sum by (provider, job, status) (rat');
    expect(await answered()).toEqual({ kind: 'line', text: 'sum by (provider, job, status) (rate(x[5m])) > 0' });
  });

  it('keeps pasted lines, and runs none of them', async () => {
    terminal.paste('sum(\n  up\x07\n)\n');
    expect(await terminal.settled(60)).toContain('ask> sum(\n...>   up\n...> )\n...>');
    terminal.type('> 0');
    expect(await answered()).toEqual({ kind: 'line', text: 'sum(\n  up\n)\n> 0' });
  });

  it('offers words below the line, and takes the chosen one', async () => {
    terminal.type('r');
    expect(await terminal.waitForScreen('requests_failed_total')).toContain('ask> r\n  rate(');
    terminal.press('down', 'down');
    expect(await terminal.waitForScreen('It is requests_total.')).toContain('\n> requests_total         metric\n');
    terminal.press('tab');
    await terminal.settled(60);
    expect(await answered()).toEqual({ kind: 'line', text: 'requests_total' });
    expect(await terminal.screen()).not.toContain('requests_failed');
  });

  it('finds older lines', async () => {
    terminal.type('\x12jo');
    await terminal.waitForScreen('older line with "jo": sum by (job) (up)');
    terminal.press('escape');
    await terminal.waitForScreen(/ask> sum by \(job\) \(up\)$/);
    expect(await answered()).toEqual({ kind: 'line', text: 'sum by (job) (up)' });
  });

  it('draws the line anew when the window changes its size', async () => {
    terminal.type('sum by (provider) (rate(requests[5m])) > 0');
    await terminal.settled(60);
    terminal.press('ctrl-a');
    await terminal.settled(60);
    terminal.resize(30, 12);
    await terminal.waitForScreen(/ask> sum by \(provider\) \(rate\(r\nequests\[5m\]\)\) > 0$/);
    terminal.resize(60, 12);
    await terminal.waitForScreen(/ask> sum by \(provider\) \(rate\(requests\[5m\]\)\) > 0$/);
    expect((await terminal.screen()).match(/provider\) \(rate/g)?.length).toBe(1);
    terminal.press('end');
    await answered();
  });

  it('takes no row of what was printed when the row with the cursor becomes too long', async () => {
    terminal.type('sum by (provider) (rate(requests[5m]))');
    await terminal.waitForScreen(/\}\nask> sum by \(provider\) \(rate\(requests\[5m\]\)\)$/);
    terminal.resize(30, 12);
    await terminal.waitForScreen(/\}\nask> sum by \(provider\) \(rate\(r\nequests\[5m\]\)\)$/);
    terminal.resize(60, 12);
    await terminal.waitForScreen(/\}\nask> sum by \(provider\) \(rate\(requests\[5m\]\)\)$/);
    await answered();
  });

  it('writes news above the line', async () => {
    terminal.type('above');
    await answered();
    terminal.type('half');
    await terminal.waitForScreen(/news from elsewhere\nask> half$/);
    await answered();
  });

  it('leaves what was printed in the scrollback on Ctrl-L', async () => {
    terminal.type('half\x0c');
    await terminal.waitForScreen(/^ask> half$/);
    expect(await terminal.scrollback()).toContain('news from elsewhere');
    await answered();
  });
});

describe.skipIf(process.platform === 'win32')('the terminal afterwards (asks stty, so not on Windows)', () => {
  async function inShell(): Promise<Terminal> {
    const terminal = startTerminal('/bin/bash', ['--norc', '--noprofile', '--noediting', '-i'], {
      env: { PS1: '$ ' },
      rows: 40,
    });
    await terminal.waitFor('$ ');
    terminal.enter(NODE.map((word) => `"${word}"`).join(' '));
    await terminal.waitFor('ask> ');
    return terminal;
  }

  async function expectRestored(terminal: Terminal): Promise<void> {
    const raw = terminal.raw();
    expect(raw.lastIndexOf('\x1b[?2004l')).toBeGreaterThan(raw.lastIndexOf('\x1b[?2004h'));
    terminal.enter('stty -a');
    await terminal.waitFor(/\sisig\s+icanon\s[\s\S]*\secho\s[\s\S]*\$ /);
  }

  it.each<[string, string | RegExp, (terminal: Terminal) => void]>([
    ['leaving', '"text":"quit"', (terminal) => terminal.enter('quit')],
    ['Ctrl-C', '"kind":"interrupt","text":"half a"', (terminal) => terminal.type('half a\x03')],
    ['Ctrl-D', '"kind":"end"', (terminal) => terminal.press('ctrl-d')],
    ['a crash', /throw[\s\S]*nobody catches this/, (terminal) => terminal.enter('throw')],
  ])('is as it was after %s', async (_what, said, leave) => {
    await using terminal = await inShell();
    leave(terminal);
    await terminal.waitFor(said);
    await terminal.waitFor(/\n\$ /);
    await expectRestored(terminal);
  });

  it('is the shell’s while Ctrl-Z has stopped it, and the line comes back with fg', async () => {
    await using terminal = await inShell();
    terminal.type('half a query');
    await terminal.waitFor('half a query');
    terminal.press('ctrl-z');
    await terminal.waitFor('Stopped');
    await terminal.waitFor('$ ');
    await expectRestored(terminal);
    terminal.enter('fg');
    await terminal.waitForScreen(/ask> half a query$/);
    terminal.enter(' more');
    await terminal.waitFor('"text":"half a query more"');
    terminal.press('ctrl-d');
    await terminal.waitFor(/\n\$ /);
    await expectRestored(terminal);
  });

  it.each(['SIGTERM', 'SIGHUP'])('is as it was after %s, with what was typed', async (signal) => {
    await using terminal = start();
    await terminal.waitFor('ask> ');
    terminal.type('half a');
    await terminal.waitFor('half a');
    terminal.kill(signal);
    await terminal.waitFor('{"kind":"interrupt","text":"half a"}');
    expect((await terminal.exit()).signal).toBe(0);
    expect(terminal.raw().lastIndexOf('\x1b[?2004l')).toBeGreaterThan(terminal.raw().lastIndexOf('\x1b[?2004h'));
  });
});
