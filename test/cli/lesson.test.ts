import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { type FakeIo, fakeIo } from '../helpers/fake-io.ts';
import { emptyStateHome, startSampleStack } from '../helpers/lesson-stack.ts';

let stack: Awaited<ReturnType<typeof startSampleStack>>;
beforeAll(async () => {
  stack = await startSampleStack();
});
afterAll(() => stack.close());

async function run(
  argv: readonly string[],
  options: {
    readonly home?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly tty?: boolean;
    readonly input?: string;
    readonly columns?: number;
  } = {},
): Promise<FakeIo & { readonly code: number }> {
  const { home = stack.stateHome, env = {}, ...rest } = options;
  const io = fakeIo({ ...rest, env: { XDG_STATE_HOME: home, LANG: 'C.UTF-8', ...env } });
  return { ...io, code: await main([...argv, '--tz', 'UTC'], io) };
}

describe('lesson in a pipe', () => {
  it('prints the whole lesson with its results and no answers', async () => {
    const { code, outText, errText } = await run(['lesson', '2']);
    expect({ code, err: errText() }).toEqual({ code: 0, err: '' });
    const text = outText();
    for (const part of [
      'Lesson 2. Your first query: up',
      'moment: quiet, 2025-11-22 12:59:52 UTC, the end of the history',
      'moment: target-down, 2025-11-22 12:31:36 UTC, 28 minutes before the',
      'promql> up{job="prometheus"}',
      'sse-app-2:8000',
      "answer with: prom-tutor check 2.1 '<query>'",
      "answer with: prom-tutor check 2.3 '<query>'",
      'step 15s',
      '"status": "success"',
      'Queries next door:',
    ]) {
      expect(text).toContain(part);
    }
    for (const answer of ['avg(up{job="sse-streaming"})', 'Hint 1', 'The solution']) expect(text).not.toContain(answer);
  });

  it.each([['--print'], ['--no-input']])('does the same on a terminal with %s', async (option) => {
    const { code, outText } = await run(['lesson', '2', option], { tty: true });
    expect(code).toBe(0);
    expect(outText()).toContain("prom-tutor check 2.1 '<query>'");
  });

  it.each(['2', 'up', '02-up', 'step 3', 'Problem 1'])('finds lesson %s', async (name) => {
    expect((await run(['lesson', ...name.split(' '), '--print'])).outText()).toContain(
      'Lesson 2. Your first query: up',
    );
  });

  it('finds the lesson of a section of the guide', async () => {
    expect((await run(['lesson', '--guide', 'Step 3'])).outText()).toContain('Lesson 2. Your first query: up');
    const both = await run(['lesson', '2', '--guide', 'step 3']);
    expect(both.code).toBe(2);
    expect(both.errText()).toContain('not both');
  });

  it('takes the next lesson when none is named', async () => {
    expect((await run(['lesson'])).outText()).toContain('Lesson 1. From /metrics to a time series');
  });

  it.each([
    [['lesson', 'upp'], 'there is no lesson "upp"', 'Did you mean "up"?'],
    [['lesson', '99'], 'there is no lesson "99"', 'prom-tutor lessons'],
  ])('says what is wrong with %j', async (argv, message, hint) => {
    const { code, outText, errText } = await run(argv);
    expect({ code, out: outText() }).toEqual({ code: 2, out: '' });
    expect(errText()).toContain(message);
    expect(errText()).toContain(hint);
  });

  it('gives one JSON document without answers', async () => {
    const { code, outText } = await run(['lesson', '2', '--json']);
    expect(code).toBe(0);
    const lesson = JSON.parse(outText());
    expect(lesson).toMatchObject({ number: 2, slug: 'up', minutes: 8 });
    const query = lesson.units.find((unit: { id?: string }) => unit.id === '2.2');
    expect(query).toEqual({
      kind: 'query',
      id: '2.2',
      task: expect.stringContaining('stopped'),
      at: 'target-down',
      timeMs: Date.UTC(2025, 10, 22, 12, 31, 36),
    });
    const predict = lesson.units.find((unit: { kind: string }) => unit.kind === 'predict');
    expect(predict.demo.result.data.result).toHaveLength(3);
    expect(outText()).not.toMatch(/"right"|"feedback"|"reference"|"hints"/);
  });

  it.each([40, 60, 80, 120])('keeps prose within 72 and everything within %i columns', async (columns) => {
    const { outText } = await run(['lesson', '2'], { columns, env: { COLUMNS: String(columns) } });
    const wide = outText()
      .split('\n')
      .filter((line) => [...line].length > columns && !/^(promql>|curl| {2}prom-tutor)/.test(line));
    expect(wide).toEqual([]);
  });

  it('is plain text without a drawn line for a screen reader', async () => {
    const { outText } = await run(['lesson', '2'], { env: { ACCESSIBLE: '1' } });
    expect(outText()).not.toMatch(/[\x1b\r─│┤]/);
    const long = outText()
      .split('\n')
      .filter((line) => line.length > 72 && !/^(Query:|curl| {2}--data)/.test(line));
    expect(long).toEqual([]);
  });
});

describe('which server a lesson asks', () => {
  it('asks the stack, not the server of the environment, and says so', async () => {
    const { code, errText } = await run(['lesson', '2'], { env: { PROMETHEUS_URL: 'http://127.0.0.1:1' } });
    expect(code).toBe(0);
    expect(errText()).toContain('lessons use the bundled stack, not the server of PROMETHEUS_URL');
  });

  it('asks the server that was named, on its data, with commands that do the same', async () => {
    const { code, outText } = await run(['lesson', '2', '-s', stack.url], { home: emptyStateHome() });
    expect(code).toBe(0);
    expect(outText()).toContain('moment: now');
    expect(outText()).toContain(`prom-tutor check 2.1 '<query>' -s ${stack.url}`);
  });

  it('shows the history when the stack does not answer, and says so', async () => {
    const other = await startSampleStack();
    await other.stop();
    try {
      const { code, outText, errText } = await run(['lesson', '2'], { home: other.stateHome });
      expect(code).toBe(0);
      expect(outText()).toMatch(/^moment: target-down, 2[89] minutes ago \(/m);
      expect(errText()).toMatch(/^note: the stack does not answer \(.*\); the recorded history/);
    } finally {
      await other.close();
    }
  });

  it('says that the recorded history is gone', async () => {
    const other = await startSampleStack({ t0Ms: Date.UTC(2020, 0, 1) });
    try {
      const { code, errText } = await run(['lesson', '2'], { home: other.stateHome });
      expect(code).toBe(3);
      expect(errText()).toMatch(/recorded history[\s\S]*2020-01-01 00:00[\s\S]*prom-tutor stop && prom-tutor start/);
    } finally {
      await other.close();
    }
  });
});

describe('progress that cannot be kept', () => {
  it('is told, not a crash', async () => {
    const home = emptyStateHome();
    mkdirSync(join(home, 'prom-tutor', 'progress.json'), { recursive: true });
    const { code, errText } = await run(['lesson', '2'], { home });
    rmSync(home, { recursive: true, force: true });
    expect(code).toBe(1);
    expect(errText()).toContain('progress');
    expect(errText()).not.toContain('internal error');
  });
});
