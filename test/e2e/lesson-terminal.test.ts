import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BIN, emptyStateHome, startSampleStack, startTutor } from '../helpers/lesson-stack.ts';
import { startTerminal, type Terminal, type TerminalOptions } from '../helpers/terminal.ts';

// Each test starts the tool once or more; on a busy machine that alone takes seconds.
vi.setConfig({ testTimeout: 90_000 });

type Stack = Awaited<ReturnType<typeof startSampleStack>>;

let stack: Stack;
beforeEach(async () => {
  stack = await startSampleStack();
});
afterEach(() => stack.close());

const lesson = (options: TerminalOptions = {}) => startTutor(['lesson', '2'], stack.stateHome, options);

/** To the first exercise of lesson 2; the very first start also offers plain text mode. */
async function toFirstTask(terminal: Terminal, first = true): Promise<void> {
  if (first) {
    await terminal.waitFor('plain text (screen readers): ');
    terminal.enter();
  }
  await terminal.waitFor('What came before');
  await terminal.waitFor('Enter> ');
  terminal.enter();
  await terminal.waitFor('choose> ');
  terminal.enter('3');
  await terminal.waitFor('your guess, 3: right.');
  while ((await terminal.waitFor(/Enter> |Task 2\.1/)) === 'Enter> ') terminal.enter();
  await terminal.waitFor('promql> ');
}

describe('a lesson in a terminal', () => {
  it('is taken by typing, with mistakes and hints, to its end', async () => {
    await using terminal = lesson();
    await toFirstTask(terminal);
    terminal.enter('up(job="sse-streaming")');
    await terminal.waitFor('Not yet: the query cannot be run.');
    await terminal.waitFor(/\n +\^/);
    await terminal.waitFor('promql> ');
    terminal.enter('up');
    await terminal.waitFor('not wanted');
    await terminal.waitFor('promql> ');
    terminal.enter('hint');
    await terminal.waitFor('Hint 1 of 4:');
    await terminal.waitFor('promql> ');
    terminal.enter('hint');
    await terminal.waitFor('type hint once more');
    await terminal.waitFor('promql> ');
    terminal.enter('up{job="sse-streaming"}');
    await terminal.waitFor('Correct.');
    await terminal.waitFor('Enter> ');
    terminal.enter();
    for (;;) {
      const found = await terminal.waitFor(/(Enter|choose)> |Task 2\.2/);
      if (found.startsWith('Task')) break;
      terminal.enter(found.startsWith('choose') ? '2' : '');
    }
    await terminal.waitFor('promql> ');
    terminal.enter('up == 0');
    await terminal.waitFor('Correct.');
    await terminal.waitFor('Enter> ');
    terminal.enter('test-out');
    await terminal.waitFor('Only the exercises from here on.');
    await terminal.waitFor('exercise 3 of ');
    await terminal.waitFor('promql> ');
    terminal.enter('avg(up{job="sse-streaming"})');
    await terminal.waitFor('Correct.');
    await terminal.waitFor('Enter> ');
    terminal.enter('quit');
    await terminal.waitFor('Saved. Go on with: prom-tutor lesson 2');
    expect(await terminal.exit()).toEqual({ code: 0, signal: 0 });
  });

  it('is left with Ctrl-C and resumed with the line that was being typed', async () => {
    await using first = lesson();
    await toFirstTask(first);
    first.type('up{job="ss');
    await first.waitFor('up{job="ss');
    first.press('ctrl-c');
    await first.waitFor('Saved. Go on with: prom-tutor lesson 2');
    expect((await first.exit()).code).toBe(130);
    expect(first.raw().trimEnd().endsWith('\x1b[?2004l') || first.raw().includes('\x1b[?2004l')).toBe(true);

    await using second = lesson();
    await second.waitFor('exercise 1 of ');
    await second.waitFor('promql> up{job="ss');
    second.enter('e-streaming"}');
    await second.waitFor('Correct.');
    await second.waitFor('Enter> ');
    second.press('ctrl-d');
    await second.waitFor('Saved.');
    expect((await second.exit()).code).toBe(0);
  });

  it('gives back older lines, takes pasted lines as one, and puts the solution on the line', async () => {
    await using terminal = lesson();
    await toFirstTask(terminal);
    terminal.enter('up == 1');
    await terminal.waitFor('Not yet.');
    await terminal.waitFor('promql> ');
    terminal.press('up');
    await terminal.waitFor('up == 1');
    terminal.press('ctrl-u');
    terminal.paste('up{\n  job="sse-streaming" # the app\n}\n');
    await terminal.waitForScreen('up{ job="sse-streaming" }');
    expect(await terminal.settled()).not.toContain('Correct.');
    terminal.press('ctrl-u');
    terminal.enter('solution');
    await terminal.waitFor('promql> up{job="sse-streaming"}');
    expect(await terminal.settled()).not.toContain('Correct.');
    terminal.enter();
    await terminal.waitFor('Correct.');
  });

  it('is plain lines without one escape byte in accessible mode', async () => {
    await using terminal = lesson({ env: { ACCESSIBLE: '1' }, columns: 100 });
    await terminal.waitFor('Plain text mode: on (ACCESSIBLE)');
    await terminal.waitFor('Press Enter to go on: ');
    terminal.enter();
    await terminal.waitFor('Your choice: ');
    terminal.enter('1');
    await terminal.waitFor('Your guess, 1: not so.');
    while ((await terminal.waitFor(/go on: |Task 2\.1:/)) === 'go on: ') terminal.enter();
    await terminal.waitFor('Your query: ');
    terminal.enter('up(');
    await terminal.waitFor('goes on: ');
    terminal.enter('job="sse-streaming")');
    await terminal.waitFor('at line 2, character 4, the text =');
    await terminal.waitFor('Wrong because:');
    await terminal.waitFor('Your query: ');
    terminal.enter('up{job="sse-streaming"}');
    await terminal.waitFor('Right because:');
    await terminal.waitFor('Result row 2 of 2:');
    await terminal.waitFor('Press Enter to go on: ');
    terminal.press('ctrl-c');
    await terminal.waitFor('Saved.');
    expect((await terminal.exit()).code).toBe(130);
    expect(terminal.raw()).not.toContain('\x1b');
    expect(terminal.raw()).not.toMatch(/\r(?!\n)/);
    const long = terminal
      .raw()
      .split('\r\n')
      .filter((line) => line.length > 72 && !/^(Query|Your query):/.test(line));
    expect(long).toEqual([]);
  });

  it.each([40, 60, 120])('keeps to %i columns', async (columns) => {
    await using terminal = lesson({ columns, rows: 60 });
    await toFirstTask(terminal);
    terminal.enter('up');
    await terminal.waitFor('not wanted');
    await terminal.waitFor('promql> ');
    terminal.enter('quit');
    await terminal.exit();
    const wide = terminal
      .raw()
      .replaceAll(/\x1b\[[0-9;?]*[A-Za-z]/g, '')
      .split('\r\n')
      .filter(
        (line) => line.length > columns && !/(promql|Enter|choose)>/.test(line) && !line.startsWith('Press Enter'),
      );
    expect(wide).toEqual([]);
  });

  it('uses no colour with NO_COLOR and no other characters with --ascii', async () => {
    await using terminal = startTutor(['lesson', '2', '--ascii'], stack.stateHome, { env: { NO_COLOR: '1' } });
    await toFirstTask(terminal);
    terminal.enter('quit');
    await terminal.exit();
    expect(terminal.raw()).not.toMatch(/\x1b\[[0-9;]*m/);
    expect(terminal.raw()).toMatch(/^[\x00-\x7f]*$/);
  });
});

describe('prom-tutor alone', () => {
  it('goes on with the lesson on Enter, and says nothing twice', async () => {
    await using terminal = startTutor(['--accessible'], stack.stateHome);
    await terminal.waitFor('stack: running (binary)');
    await terminal.waitFor('Press Enter to go on, q leaves: ');
    terminal.enter();
    await terminal.waitFor('Lesson 1.');
    await terminal.waitFor('Your choice: ');
    terminal.enter('quit');
    expect((await terminal.exit()).code).toBe(0);
    expect(terminal.raw().split('Plain text mode')).toHaveLength(2);
  });
});

describe.skipIf(process.platform === 'win32')('the terminal afterwards (asks stty, so not on Windows)', () => {
  /** Runs the lesson inside a shell that shows the terminal's settings when it is over. */
  const inShell = () =>
    startTerminal('/bin/sh', ['-c', `trap : INT; "${process.execPath}" "${BIN}" lesson 2; echo "exit $?"; stty -a`], {
      env: { XDG_STATE_HOME: stack.stateHome, HOME: stack.stateHome },
      rows: 60,
    });

  it.each<[string, number, (terminal: Terminal) => void]>([
    ['Ctrl-C at the prompt', 130, (terminal) => terminal.press('ctrl-c')],
    ['Ctrl-D', 0, (terminal) => terminal.press('ctrl-d')],
    ['quit', 0, (terminal) => terminal.enter('quit')],
    [
      'Ctrl-C while a query runs',
      130,
      (terminal) => {
        stack.source.slowDown(60_000);
        terminal.enter('up{job="sse-streaming"}');
        setTimeout(() => terminal.press('ctrl-c'), 500);
      },
    ],
  ])('is as it was after %s', async (_what, code, leave) => {
    await using terminal = inShell();
    await toFirstTask(terminal);
    leave(terminal);
    await terminal.waitFor(`exit ${code}`);
    await terminal.exit();
    expect(terminal.sinceMark()).toMatch(/[ ;]icanon/);
    expect(terminal.sinceMark()).toMatch(/[ ;]echo[ ;]/);
    const raw = terminal.raw();
    expect(raw.lastIndexOf('\x1b[?2004l')).toBeGreaterThan(raw.lastIndexOf('\x1b[?2004h'));
  });

  it('is as it was after SIGTERM, which gives 143', async () => {
    await using terminal = lesson();
    await toFirstTask(terminal);
    terminal.kill('SIGTERM');
    await terminal.waitFor('Saved.');
    expect((await terminal.exit()).code).toBe(143);
    expect(terminal.raw().lastIndexOf('\x1b[?2004l')).toBeGreaterThan(terminal.raw().lastIndexOf('\x1b[?2004h'));
  });
});

describe('a history that is gone', () => {
  it('is said, and a new one is offered', async () => {
    const old = await startSampleStack({ t0Ms: Date.UTC(2020, 0, 1) });
    try {
      await using terminal = startTutor(['lesson', '2', '--accessible'], old.stateHome);
      await terminal.waitFor('Plain text mode: on (--accessible)');
      await terminal.waitFor('is gone from Prometheus');
      await terminal.waitFor('Press Enter to start it anew, q leaves: ');
      terminal.enter('q');
      await terminal.waitFor('Nothing was started.');
      expect((await terminal.exit()).code).toBe(0);
    } finally {
      await old.close();
    }
  });
});

describe('without a stack', () => {
  const home = emptyStateHome();
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it('offers to start one and takes no for an answer', async () => {
    await using terminal = startTutor(['lesson', '2'], home);
    await terminal.waitFor('plain text (screen readers): ');
    terminal.enter();
    await terminal.waitFor('Lessons need the demo stack');
    await terminal.waitFor('q leaves> ');
    terminal.enter('q');
    await terminal.waitFor('prom-tutor start');
    expect((await terminal.exit()).code).toBe(0);
  });

  it('starts one on Enter, and the lesson begins', async () => {
    // An empty PATH: neither docker nor prometheus is found, so nothing of the machine is touched.
    const env = { PATH: '/nonexistent' };
    try {
      await using terminal = startTutor(['lesson', '2'], home, { env, timeoutMs: 30_000 });
      await terminal.waitFor('plain text (screen readers): ');
      terminal.enter();
      await terminal.waitFor('q leaves> ');
      terminal.enter();
      await terminal.waitFor('The stack runs, with the embedded Prometheus.');
      await terminal.waitFor('What came before');
      terminal.enter('quit');
      expect((await terminal.exit()).code).toBe(0);
    } finally {
      const stopped = spawnSync(process.execPath, [BIN, 'stop'], {
        env: { ...env, XDG_STATE_HOME: home, HOME: home },
        encoding: 'utf8',
      });
      expect(stopped.stdout).toContain('The stack has stopped. Removed: 1 process, 1 data folder.');
    }
  });

  it('says what comes first when typed alone', async () => {
    await using terminal = startTutor([], home);
    await terminal.waitFor('plain text (screen readers): ');
    terminal.enter('a');
    await terminal.waitFor('Plain text mode: on');
    await terminal.waitFor('stack: not running');
    await terminal.waitFor('Press Enter to start the stack, q leaves: ');
    terminal.press('ctrl-c');
    expect((await terminal.exit()).code).toBe(130);
    await using again = startTutor([], home);
    await again.waitFor('Plain text mode: on (chosen at the first start');
    expect(again.raw()).not.toContain('\x1b');
  });

  it('is answered by the recorded history in a pipe, and says so', () => {
    const run = spawnSync(process.execPath, [BIN, 'lesson', '2'], {
      env: { PATH: process.env.PATH, XDG_STATE_HOME: home, HOME: home },
      encoding: 'utf8',
    });
    expect(run.status).toBe(0);
    expect(run.stdout).toMatch(/0 +sse-app-2:8000/);
    expect(run.stderr).toContain('note: there is no running stack');
    expect(run.stderr).toContain('prom-tutor start');
  });
});
