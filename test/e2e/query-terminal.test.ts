import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startSampleStack, startTutor } from '../helpers/lesson-stack.ts';
import { freePort } from '../helpers/prometheus.ts';

// Each test starts the tool; on a busy machine that alone takes seconds.
vi.setConfig({ testTimeout: 60_000 });

type Stack = Awaited<ReturnType<typeof startSampleStack>>;

let stack: Stack;
beforeEach(async () => {
  stack = await startSampleStack();
});
afterEach(() => stack.close());

describe('query --watch in a terminal', () => {
  it.each([
    ['q', 0],
    ['ctrl-c', 130],
  ] as const)('draws in place, and %s leaves the last frame and the terminal as it was', async (key, code) => {
    await using terminal = startTutor(['query', 'up', '--watch', '1s'], stack.stateHome, { columns: 80, rows: 24 });
    await terminal.waitForScreen(/change[\s\S]*3 rows/);
    if (key === 'q') terminal.type('q');
    else terminal.press(key);
    expect((await terminal.exit()).code).toBe(code);
    const screen = await terminal.scrollback();
    expect(screen.match(/every 1s/g)?.length).toBe(1);
    expect(screen).toMatch(/\n +1 +sse-app:8000 +sse-streaming +=\n3 rows, at /);
    expect(terminal.raw()).not.toMatch(/\x1b\[(?:2J|3J|\?1049h)/);
    expect(terminal.raw().lastIndexOf('\x1b[?25h')).toBeGreaterThan(terminal.raw().lastIndexOf('\x1b[?25l'));
  });

  it('counts the lines for which a window has no room, and leaves them all', async () => {
    await using terminal = startTutor(['query', 'up', '--watch', '1s'], stack.stateHome, { columns: 80, rows: 7 });
    await terminal.waitForScreen(/\+\d more lines; q shows all/);
    terminal.type('q');
    expect((await terminal.exit()).code).toBe(0);
    expect(await terminal.scrollback()).toMatch(/sse-app:8000 +sse-streaming.*\n3 rows, at /);
  });
});

describe('a query in a terminal', () => {
  it('reads standard input until Ctrl-C', async () => {
    await using terminal = startTutor(['query', '-'], stack.stateHome);
    terminal.type('up');
    await terminal.settled();
    terminal.press('ctrl-c');
    expect((await terminal.exit()).code).toBe(130);
  });

  it('reads standard input until Ctrl-D', async () => {
    await using terminal = startTutor(['query', '-', '-o', 'raw'], stack.stateHome);
    terminal.enter('up == 1');
    terminal.press('ctrl-d');
    expect((await terminal.exit()).code).toBe(0);
    expect(await terminal.scrollback()).toMatch(/\n1\n1\n1/);
  });
});

describe('the cookbook in a terminal', () => {
  it('offers to start the stack when nothing answers', async () => {
    await stack.stop();
    await using terminal = startTutor(['cookbook'], stack.stateHome);
    await terminal.waitFor('Request rate');
    await terminal.waitFor('Enter to start it now, q leaves> ');
    terminal.enter('q');
    await terminal.waitFor('The command for it: prom-tutor start');
    expect((await terminal.exit()).code).toBe(3);
  });

  it('offers nothing when another server was asked for', async () => {
    await using terminal = startTutor(['cookbook', '-s', `http://127.0.0.1:${await freePort()}`], stack.stateHome);
    await terminal.waitFor('nothing listens at');
    expect((await terminal.exit()).code).toBe(3);
  });
});
