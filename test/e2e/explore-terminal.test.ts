import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { demoDump } from '../helpers/demo-dump.ts';
import { BIN, startTutor } from '../helpers/lesson-stack.ts';
import { type Loopback, loopback, type Seen } from '../helpers/loopback.ts';
import { startTerminal, type Terminal } from '../helpers/terminal.ts';

// Each test starts the tool; on a busy machine that alone takes seconds.
vi.setConfig({ testTimeout: 60_000 });

let dump: ReturnType<typeof demoDump>;
/** Tells its version and answers `slow` never, everything else at once. */
let server: Loopback;
beforeAll(async () => {
  dump = demoDump();
  server = await loopback(answer);
});
afterAll(async () => {
  await server.close();
  dump.remove();
});

function answer({ url, params }: Seen, response: ServerResponse): void {
  if (params.get('query') === 'slow') return;
  const data = url.includes('buildinfo')
    ? { version: '3.5.3', revision: '' }
    : { resultType: 'scalar', result: [1_763_800_005, '42'] };
  const known = /buildinfo|\/query/.test(url);
  response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' });
  response.end(JSON.stringify(known ? { status: 'success', data } : { status: 'error', errorType: 'x', error: 'no' }));
}

const environment = () => ({ XDG_CONFIG_HOME: dump.folder });

function explore(args: readonly string[], env: Readonly<Record<string, string>> = {}): Terminal {
  return startTutor(['explore', ...args], dump.folder, { cwd: dump.folder, env: { ...environment(), ...env } });
}

const withDump = (env: Readonly<Record<string, string>> = {}) => explore(['--data', 'demo.om'], env);

/** When this signal comes, an error is thrown that nobody catches. */
const CRASHING = {
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent("process.on('SIGUSR2', () => { throw new Error('crash') })")}`,
};

function expectRestored(terminal: Terminal): void {
  const raw = terminal.raw();
  expect(raw.lastIndexOf('\x1b[?2004l')).toBeGreaterThan(raw.lastIndexOf('\x1b[?2004h'));
  expect(raw.lastIndexOf('\x1b[?25l')).toBeLessThanOrEqual(raw.lastIndexOf('\x1b[?25h'));
}

describe.skipIf(process.platform === 'win32')('the terminal after explore (asks stty, so not on Windows)', () => {
  const inShell = (env: Readonly<Record<string, string>> = {}) =>
    startTerminal(
      '/bin/sh',
      ['-c', `trap : INT; "${process.execPath}" "${BIN}" explore -s ${server.url} --tz UTC; echo "exit $?"; stty -a`],
      { env: { XDG_STATE_HOME: dump.folder, HOME: dump.folder, ...environment(), ...env }, rows: 60 },
    );

  it.each<[string, number, (terminal: Terminal) => Promise<void> | void]>([
    ['\\q', 0, (terminal) => terminal.enter('\\q')],
    ['Ctrl-D', 0, (terminal) => terminal.press('ctrl-d')],
    [
      'Ctrl-C twice',
      130,
      async (terminal) => {
        terminal.press('ctrl-c');
        await terminal.waitFor('Ctrl-C once more leaves');
        terminal.press('ctrl-c');
      },
    ],
    [
      'Ctrl-C while a query runs, which ends only the query',
      0,
      async (terminal) => {
        terminal.enter('slow');
        await terminal.waitFor(/asking … \d+ s, Ctrl-C stops/);
        terminal.press('ctrl-c');
        await terminal.waitFor('Stopped.');
        await terminal.waitFor('promql> ');
        terminal.enter('vector(1)');
        await terminal.waitFor('42');
        await terminal.waitFor('promql> ');
        terminal.enter('\\q');
      },
    ],
  ])('is as it was: %s', async (_what, code, leave) => {
    await using terminal = inShell();
    await terminal.waitFor('promql> ');
    await leave(terminal);
    await terminal.waitFor(`exit ${code}`);
    terminal.mark();
    await terminal.exit();
    expect(terminal.raw()).toMatch(/[ ;]icanon/);
    expect(terminal.raw()).toMatch(/[ ;]echo[ ;]/);
    expectRestored(terminal);
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 143],
  ])('is as it was after %s', async (signal, code) => {
    await using terminal = withDump();
    await terminal.waitFor('promql> ');
    terminal.type('up{');
    await terminal.waitForScreen('up{');
    terminal.kill(signal);
    expect((await terminal.exit()).code).toBe(code);
    expectRestored(terminal);
  });

  it('is as it was after a crash, and the crash is told', async () => {
    await using terminal = withDump(CRASHING);
    await terminal.waitFor('promql> ');
    terminal.kill('SIGUSR2');
    await terminal.waitFor('crash');
    expect((await terminal.exit()).code).not.toBe(0);
    expectRestored(terminal);
  });

  it('is the shell’s while Ctrl-Z has stopped it, and goes on with the line that was typed', async () => {
    await using terminal = startTerminal('/bin/bash', ['--norc', '--noprofile', '--noediting', '-i'], {
      rows: 60,
      cwd: dump.folder,
      env: { PS1: '$ ', XDG_STATE_HOME: dump.folder, HOME: dump.folder, ...environment() },
    });
    terminal.enter(`"${process.execPath}" "${BIN}" explore --data demo.om --tz UTC`);
    await terminal.waitFor('promql> ');
    terminal.type('vector(');
    await terminal.waitFor('vector(');
    terminal.press('ctrl-z');
    await terminal.waitFor('Stopped');
    terminal.enter('stty -a');
    await terminal.waitFor(/[ ;]icanon[\s\S]*\$ /);
    expectRestored(terminal);
    terminal.enter('fg');
    await terminal.waitFor(/fg\s[\s\S]*promql> vector\(/);
    terminal.enter('7)');
    await terminal.waitFor('1 row, at ');
    await terminal.waitFor('promql> ');
    terminal.press('ctrl-d');
    await terminal.waitFor('$ ');
    terminal.enter('exit');
    await terminal.exit();
    expectRestored(terminal);
  });
});

describe('explore in a terminal', () => {
  it('runs an offered fix with one key, and completes on Tab', async () => {
    await using terminal = withDump();
    await terminal.waitFor('promql> ');
    terminal.enter('rate(sse_requests_total)');
    await terminal.waitFor('Type 1 to run it.');
    await terminal.waitFor('promql> ');
    terminal.type('1');
    await terminal.waitFor('12 rows, at ');
    await terminal.waitFor('promql> ');
    terminal.type('\\timi');
    await terminal.waitForScreen('[on|off]');
    terminal.press('tab');
    await terminal.waitForScreen(/promql> \\timing/);
    terminal.enter('off');
    await terminal.waitFor('no longer shown');
    terminal.enter('\\q');
    expect((await terminal.exit()).code).toBe(0);
  });

  it('follows a command while a bracket is open, and has the query on the line again', async () => {
    await using terminal = withDump();
    await terminal.waitFor('promql> ');
    terminal.enter('sum(');
    await terminal.waitFor('...> ');
    terminal.enter('\\timing');
    await terminal.waitFor('is shown');
    await terminal.waitForScreen(/promql> sum\(\s*$/);
    terminal.enter('up)');
    await terminal.waitFor('1 row, at ');
    terminal.enter('\\q');
    expect((await terminal.exit()).code).toBe(0);
  });

  it('says which server is still asked where another one does not answer', async () => {
    const { url, close } = await loopback(answer);
    await using terminal = explore(['-s', url]);
    await terminal.waitFor('promql> ');
    terminal.enter('\\server http://127.0.0.1:9');
    await terminal.waitFor(`${url} is still asked.`);
    await terminal.waitFor('promql> ');
    terminal.enter('vector(1)');
    await terminal.waitFor('42');
    expect(await terminal.screen()).not.toContain('answers again');
    terminal.press('ctrl-c');
    await close();
  });

  it('gives the editor the terminal and the file, and no shell what was typed', async () => {
    const editor = join(dump.folder, 'editor with blank.mjs');
    const seen = join(dump.folder, 'seen.txt');
    writeFileSync(
      editor,
      `#!${process.execPath}
import { readFileSync, statSync, writeFileSync } from 'node:fs';
const [file] = process.argv.slice(2);
const mode = (statSync(file).mode & 0o777).toString(8);
writeFileSync(${JSON.stringify(seen)}, [process.stdin.isTTY, mode, readFileSync(file, 'utf8')].join(' '));
writeFileSync(file, '# seven\\nvector(\\n  7\\n)\\n');
`,
    );
    chmodSync(editor, 0o755);
    await using terminal = withDump({ EDITOR: `"${editor}"` });
    await terminal.waitFor('promql> ');
    terminal.enter('\\e label_replace(up, "a", "$(touch pwned)`x`", "", "")');
    await terminal.waitFor('1 row, at ');
    expect(readFileSync(seen, 'utf8')).toBe('true 600 label_replace(up, "a", "$(touch pwned)`x`", "", "")\n');
    await terminal.waitFor('promql> ');
    terminal.enter('up');
    await terminal.waitFor('3 rows, at ');
    terminal.enter('\\q');
    expect((await terminal.exit()).code).toBe(0);
  });

  it('keeps its prompt while the server is away, and says when it is back', async () => {
    let here = await loopback(answer);
    const { url, port } = here;
    await using terminal = explore(['-s', url]);
    await terminal.waitFor('Prometheus 3.5.3');
    await terminal.waitFor('promql> ');
    await here.close();
    terminal.enter('vector(1)');
    await terminal.waitFor('nothing listens at');
    await terminal.waitFor('The prompt stays');
    await terminal.waitFor('promql> ');
    here = await loopback(answer, undefined, port);
    await terminal.waitFor('The server answers again.');
    terminal.enter('vector(1)');
    await terminal.waitFor('42');
    terminal.press('ctrl-c');
    await here.close();
  });

  it('begins without its server, too', async () => {
    await using terminal = explore(['-s', 'http://127.0.0.1:9']);
    await terminal.waitFor('nothing listens at');
    await terminal.waitFor('promql> ');
    terminal.enter('\\q');
    expect((await terminal.exit()).code).toBe(0);
  });

  it('is plain lines without one escape byte in accessible mode', async () => {
    await using terminal = explore(['-s', server.url, '--accessible']);
    await terminal.waitFor('Your query: ');
    terminal.enter('sum(');
    await terminal.waitFor('goes on: ');
    terminal.enter('up)');
    await terminal.waitFor('42');
    await terminal.waitFor('Your query: ');
    terminal.enter('slow');
    await terminal.waitFor('asking; Ctrl-C stops it.');
    terminal.press('ctrl-c');
    await terminal.waitFor('Stopped.');
    await terminal.waitFor('Your query: ');
    terminal.press('ctrl-c');
    await terminal.waitFor('Ctrl-C once more leaves');
    terminal.press('ctrl-c');
    expect((await terminal.exit()).code).toBe(130);
    expect(terminal.raw()).not.toContain('\x1b');
    expect(terminal.raw()).not.toMatch(/\r(?!\n)/);
  });
});
