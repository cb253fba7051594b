import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { fakeIo } from '../helpers/fake-io.ts';

// Every command makes the history anew.
vi.setConfig({ testTimeout: 120_000 });

const DAY_MS = 24 * 3_600_000;
const MONDAY_MS = Date.UTC(2026, 1, 2, 12, 0, 0);
const AT = ['--tz', 'UTC'];
const SEED = ['--seed', '1'];

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'prom-tutor-review-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** Types a command so many days after Monday; with lines, at a terminal. */
async function run(days: number, argv: readonly string[], lines?: readonly string[]) {
  const io = fakeIo({
    env: { XDG_STATE_HOME: home, LANG: 'C.UTF-8', TERM: 'dumb' },
    now: () => MONDAY_MS + days * DAY_MS,
    ...(lines === undefined ? {} : { tty: true }),
  });
  if (lines !== undefined) Object.assign(io, { stdin: typist(['n', ...lines]) });
  const code = await main([...argv, ...(argv[0] === 'cheatsheet' ? [] : SEED), ...AT], io);
  return { code, out: io.outText(), err: io.errText() };
}

/** Types line after line, slowly enough that they are not taken for one pasted text. */
function typist(lines: readonly string[]): Readable {
  async function* typing() {
    for (const line of lines) {
      yield `${line}\n`;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  return Object.assign(Readable.from(typing()), { isTTY: true });
}

const wrong = (days: number) => run(days, ['check', 'up/1', 'up']);
const right = (days: number) => run(days, ['check', 'up/1', 'up{job="sse-streaming"}']);
const due = async (days: number) => {
  const { out } = await run(days, ['review', '--json']);
  const { due: list, nextAt } = JSON.parse(out) as {
    readonly due: readonly { readonly id: string }[];
    readonly nextAt?: string;
  };
  return { ids: list.map(({ id }) => id), nextAt: nextAt?.slice(0, 10) };
};

describe('review', () => {
  it('brings a mistake back after a day', async () => {
    await wrong(0);
    await right(0);
    expect(await due(0.9)).toEqual({ ids: [], nextAt: '2026-02-03' });
    expect(await due(1)).toEqual({ ids: ['up/1'], nextAt: undefined });
    await right(1);
    expect(await due(3.9)).toEqual({ ids: [], nextAt: '2026-02-06' });
  });

  it('knows nothing of what was right at once', async () => {
    await right(0);
    expect(await due(100)).toEqual({ ids: [], nextAt: undefined });
    expect((await run(1, ['review'])).out.replace(/\s+/g, ' ')).toContain('Nothing is due for review.');
  });

  it('is listed in a pipe', async () => {
    await wrong(0);
    const { code, out } = await run(2, ['review']);
    expect(code).toBe(0);
    expect(out).toContain('1 exercise to answer again:\nup/1: Your first query: up\n');
    expect(out).toContain('prom-tutor review');
  });

  it('is asked at a terminal, only what is due, and says when the next comes', async () => {
    await wrong(0);
    await run(0, ['check', 'rate/1', 'nope']);
    await right(1);
    const played = await run(2, ['review'], ['rate(sse_requests_total[5m])', '', '']);
    expect(played.out).toContain('What went wrong before, once more.');
    expect(played.out).toContain('Task 4.1:');
    expect(played.out).not.toContain('Task 2.1:');
    expect(played.out).toContain('lesson 4 rate: done');
    expect(played.out.replace(/\s+/g, ' ')).toContain('The next mistake comes back at 2026-02-06 12:00:00 UTC.');
    expect(played.code).toBe(0);
  });

  it('can be left, and says how to come back', async () => {
    await wrong(0);
    const { out } = await run(1, ['review'], ['quit']);
    expect(out).toMatch(/Go on with: `?prom-tutor review/);
    expect(await due(1)).toEqual({ ids: ['up/1'], nextAt: undefined });
  });
});

describe('test-out', () => {
  it('asks what is open in a chapter, lesson after lesson', async () => {
    await right(0);
    const { out } = await run(0, ['lesson', '--test-out', 'Look'], ['skip', 'quit']);
    expect(out).toContain('Question 1.1:');
    expect(out).not.toContain('Predict:');
    expect(out).toMatch(/Go on with: `?prom-tutor lesson --test-out look/);
  });

  it.each([
    [['lesson', '--test-out', 'nope'], '"nope" is not a chapter'],
    [['lesson', '4', '--test-out', 'look'], 'about a chapter'],
    [['lesson', '--test-out', 'look'], 'nobody is there'],
  ])('%j is refused in a pipe', async (argv, message) => {
    const { code, err } = await run(0, argv);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe('cheatsheet', () => {
  it('holds the queries that were right, not the last ones typed', async () => {
    expect((await run(0, ['cheatsheet'])).out).toContain('No query is solved yet.');
    await right(0);
    await wrong(1);
    const { out } = await run(1, ['cheatsheet', '--markdown']);
    expect(out).toContain('# PromQL cheat sheet\n\n## 2. Your first query: up');
    expect(out).toContain('```promql\nup{job="sse-streaming"}\n```');
    const [lesson] = JSON.parse((await run(1, ['cheatsheet', '--json'])).out);
    expect(lesson).toMatchObject({ number: 2, entries: [{ id: 'up/1', query: 'up{job="sse-streaming"}' }] });
  });
});
