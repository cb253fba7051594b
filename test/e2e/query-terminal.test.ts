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
  it('draws in place, and Ctrl-C leaves the last frame and the terminal as it was', async () => {
    await using terminal = startTutor(['query', 'up', '--watch', '1s'], stack.stateHome, { columns: 80, rows: 24 });
    await terminal.waitFor('Ctrl-C ends');
    await terminal.waitFor(/change[\s\S]*3 rows/);
    terminal.press('ctrl-c');
    expect((await terminal.exit()).code).toBe(130);
    const screen = await terminal.scrollback();
    expect(screen.match(/every 1s/g)?.length).toBe(1);
    expect(screen).toMatch(/\n +1 +sse-app:8000 +sse-streaming +=\n3 rows, at /);
  });

  it('goes below a frame that is taller than the screen', async () => {
    await using terminal = startTutor(['query', 'up', '--watch', '1s'], stack.stateHome, { columns: 80, rows: 7 });
    await terminal.waitFor(/Ctrl-C ends[\s\S]*Ctrl-C ends[\s\S]*3 rows/);
    terminal.press('ctrl-c');
    expect((await terminal.exit()).code).toBe(130);
    expect((await terminal.scrollback()).match(/every 1s/g)?.length).toBeGreaterThan(1);
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
