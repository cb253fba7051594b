import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { demoDump } from '../helpers/demo-dump.ts';
import { startTutor } from '../helpers/lesson-stack.ts';
import type { Terminal } from '../helpers/terminal.ts';

// Each case starts the tool and has a conversation with it.
vi.setConfig({ testTimeout: 90_000 });

const FOLDER = join(import.meta.dirname, 'explore');
const UPDATE = (process.env.UPDATE_GOLDEN ?? '') !== '';

let dump: ReturnType<typeof demoDump>;
beforeAll(() => {
  dump = demoDump();
});
afterAll(() => dump.remove());

function start(columns: number, args: readonly string[] = []): Terminal {
  return startTutor(['explore', '--data', 'demo.om', ...args], dump.folder, {
    columns,
    rows: 40,
    cwd: dump.folder,
    env: { XDG_CONFIG_HOME: dump.folder, NO_COLOR: '1' },
    timeoutMs: 20_000,
  });
}

/** What is typed; an empty line goes on with the answer before it. */
const LINES = [
  'up',
  'sum by (provider) (rate(sse_requests_total{status="success"}[5m]))',
  'rate(sse_requests_total)',
  'sse_request_total',
  'sum by job (up)',
  '\\graph 1h sum by (provider) (rate(sse_requests_total[5m]))',
  'sse_request_duration_seconds_bucket',
  '',
  '\\d sse_requests_total',
  '\\l status',
  '\\lint sum by (provider) (rate(sse_requests_total{status=~"error"}[5m]))',
  '\\T incident',
  '\\T 30m',
  'sum(sse_active_connections)',
  '\\grahp',
  '\\?',
];

/** The last line is a prompt, and nothing stands on it. */
const WAITING = /(?:^|\n)promql(?: @[^>]+)?>$/;

describe('a conversation, as it was looked at', () => {
  it.each([60, 80, 120])('at %i columns', async (columns) => {
    await using terminal = start(columns);
    await terminal.waitForScreen(WAITING);
    for (const line of LINES) {
      if (line !== '') {
        terminal.type(line);
        await terminal.waitForScreen((screen) => !WAITING.test(screen));
      }
      const before = terminal.raw().length;
      terminal.enter();
      await terminal.waitForScreen((screen) => terminal.raw().length > before + 20 && WAITING.test(screen));
      await terminal.settled(100);
    }
    terminal.type('rate(sse_req');
    await terminal.waitForScreen('sse_requests_total ');
    const menu = (await terminal.settled(500)).split(/\n(?=promql @)/).at(-1) ?? '';
    terminal.press('ctrl-u');
    terminal.enter('\\q');
    expect((await terminal.exit()).code).toBe(0);
    const text = `${(await terminal.scrollback()).replaceAll(/ +$/gm, '')}\n`;
    const wide = text.split('\n').filter((line) => [...line].length > columns);
    expect(wide).toEqual([]);
    expect(text).not.toMatch(/\n\n\n\n|internal error|undefined|NaN/);
    expectGolden(`completion.${columns}.txt`, `${menu.replaceAll(/ +$/gm, '')}\n`);
    expectGolden(`conversation.${columns}.txt`, text);
  });
});

function expectGolden(name: string, text: string): void {
  const file = join(FOLDER, name);
  mkdirSync(FOLDER, { recursive: true });
  if (UPDATE) writeFileSync(file, text);
  expect(existsSync(file), `${name} is missing; UPDATE_GOLDEN=1 writes it`).toBe(true);
  expect(text).toBe(readFileSync(file, 'utf8'));
}
