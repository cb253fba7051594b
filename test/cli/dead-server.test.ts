import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { bareLearner } from '../helpers/learner.ts';
import { freePort } from '../helpers/prometheus.ts';

/**
 * What a command does when nothing answers where it asks. `asks`: the words after it, and what stderr then says of the
 * cause and of what to do. `alone`: it needs no server, and why.
 */
type Row = { readonly asks: readonly string[]; readonly input?: string } | { readonly alone: string };

/** Every command has a row here: a new one does not pass without. */
const ROWS: Readonly<Record<string, Row>> = {
  check: { asks: ['2.1', 'up'] },
  cookbook: { asks: ['1'] },
  explain: { asks: ['up'] },
  metrics: { asks: [] },
  query: { asks: ['up'] },
  why: { asks: ['up'] },
  dashboard: { asks: [] },
  explore: { asks: [], input: 'up\n' },
  grade: { asks: ['-'], input: '2.1: up\n' },
  doctor: { alone: 'it examines what answers and what does not' },
  lessons: { alone: 'lists and checks texts, where need be on the recorded history' },
  queries: { alone: 'it lists what was saved under a name' },
  lesson: { alone: 'lessons use the stack, which test/cli/no-stack.test.ts is about' },
  progress: { alone: 'what was learned lies in a file' },
  review: { alone: 'it repeats exercises of the stack' },
  cheatsheet: { alone: 'it prints what is known by heart' },
  lint: { alone: 'it reads text' },
  format: { alone: 'it reads text' },
  open: { alone: 'it opens a browser' },
  serve: { alone: 'it is a server itself' },
  start: { alone: 'it starts what would answer' },
  stop: { alone: 'nothing to stop is no failure' },
  status: { alone: 'that nothing runs is its answer' },
  logs: { alone: 'it reads files and containers' },
  fault: { alone: 'it asks the stack of the state file, and says when there is none' },
  config: { alone: 'it reads and writes a file' },
  completion: { alone: 'it prints a script' },
};

const me = bareLearner();
afterAll(() => rmSync(me.env.HOME, { recursive: true, force: true }));

describe('a server that does not answer', () => {
  it('has a row for every command', () => {
    expect(COMMANDS.map(({ spec }) => spec.name).filter((name) => ROWS[name] === undefined)).toEqual([]);
  });

  const asking = COMMANDS.flatMap(({ spec }) => {
    const row = ROWS[spec.name];
    return row !== undefined && 'asks' in row ? [[spec.name, row] as const] : [];
  });

  it.each(asking)('%s says in a line that nobody answers, and what to do', async (name, { asks, input = '' }) => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { code, out, err } = await me.run([name, ...asks, '-s', url], { input });
    expect({ code, err }).toEqual({ code: 3, err: expect.stringContaining('refused') });
    expect(err + out).toContain(url.replace('http://', ''));
    expect(err).not.toMatch(/internal error|\n {4}at /);
    expect(err).toMatch(/^hint: .+/m);
  });

  it('is the same in JSON', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    for (const [name, { asks, input = '' }] of asking.filter(([each]) => !['explore', 'dashboard'].includes(each))) {
      const { code, out } = await me.run([name, ...asks, '-s', url, '--json'], { input });
      expect({ name, code }).toEqual({ name, code: 3 });
      expect(JSON.parse(out)).toMatchObject({ status: 'error', error: expect.stringContaining('refused') });
    }
  });
});

describe('commands of the stack without a stack', () => {
  it.each([
    [['fault', 'instance-stopped'], 3, 'prom-tutor start'],
    [['logs'], 3, 'prom-tutor start'],
    [['status'], 3, 'prom-tutor start'],
    [['open'], 3, 'prom-tutor start'],
    [['stop'], 0, 'No stack was running'],
  ] as const)('%j says so, and what starts one', async (argv, code, words) => {
    const ran = await me.run(argv);
    expect(ran.code).toBe(code);
    expect((ran.err + ran.out).replace(/\s+/g, ' ')).toContain(words);
    expect(ran.err).not.toMatch(/internal error/);
  });
});

describe('a stack whose Prometheus has gone', () => {
  it('is named, with what brings it back', async () => {
    const other = bareLearner();
    const nobody = `http://127.0.0.1:${await freePort()}`;
    const { leaveStack } = await import('../helpers/learner.ts');
    const { mkdirSync, readFileSync, writeFileSync } = await import('node:fs');
    mkdirSync(other.stateDir, { recursive: true });
    leaveStack(other.stateDir, 'running');
    const path = join(other.stateDir, 'stack.json');
    const state = JSON.parse(readFileSync(path, 'utf8')) as { urls: object };
    writeFileSync(path, JSON.stringify({ ...state, urls: { ...state.urls, prometheus: nobody } }));
    const query = await other.run(['query', 'up']);
    expect(query.code).toBe(3);
    expect(query.err.replace(/\s+/g, ' ')).toMatch(/does not answer.*prom-tutor doctor.*prom-tutor start/);
    // What only explains goes on with the recorded history, and says so.
    const metrics = await other.run(['metrics']);
    expect(metrics.code).toBe(0);
    expect(metrics.err.replace(/\s+/g, ' ')).toMatch(/the stack does not answer.*prom-tutor start/);
    rmSync(other.env.HOME, { recursive: true, force: true });
  });
});
