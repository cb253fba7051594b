import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { type Entry, type Rows, tableSource } from '../helpers/table-source.ts';
import { type TableStack, tableStack } from '../helpers/table-stack.ts';

const app: Rows = [
  [{ __name__: 'up', instance: 'sse-app:8000', job: 'sse-streaming' }, 1],
  [{ __name__: 'up', instance: 'sse-app-2:8000', job: 'sse-streaming' }, 1],
];
const all: Rows = [...app, [{ __name__: 'up', instance: 'localhost:9090', job: 'prometheus' }, 1]];

const table: Record<string, Entry> = {
  up: all,
  'count(up)': [[{}, 3]],
  'up{job="sse-streaming"}': app,
  'up{job=~"sse.*"}': app,
  'up{job="sse"}': [],
  'up(job="sse-streaming")': { error: 'unexpected "="', column: 7 },
  'up{evil="\u001b[2J"}': [[{ evil: '\u001b[2J\u009b\u202e' }, 1]],
  'up{job="prometheus"}': [all[2]!],
  'up{instance="sse-app:8000"}': [all[0]!],
  'up == "sse-streaming"': { error: 'binary expression must contain only scalar and instant vector types', column: 1 },
};

let stack: TableStack;
beforeEach(async () => {
  stack = await tableStack(tableSource(table, ['up']));
});
afterEach(() => stack.close());

const saved = () => JSON.parse(readFileSync(join(stack.folder, 'progress.json'), 'utf8'));

describe('check', () => {
  it('ends with 0 and says why when the answer is right, and keeps it', async () => {
    const { code, out, err } = await stack.run(['check', 'up/1', 'up{job=~"sse.*"}']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('Correct.');
    expect(out).toContain('Braces filter by label');
    expect(Object.values(saved().lessons.up.exercises)).toEqual([
      {
        number: 1,
        attempts: 1,
        hints: 0,
        lastLine: 'up{job=~"sse.*"}',
        solvedWith: 'up{job=~"sse.*"}',
        solvedAt: expect.any(String),
      },
    ]);
  });

  it('ends with 1 and names the mistake when it is wrong', async () => {
    const { code, out } = await stack.run(['check', '2.1', 'up{job="sse"}']);
    expect(code).toBe(1);
    expect(out).toContain('Not yet');
    expect(out).toContain('The job is called `sse-streaming`');
  });

  it("shows Prometheus' words with a caret, then the correction", async () => {
    const { code, out } = await stack.run(['check', '2.1', 'up(job="sse-streaming")']);
    expect(code).toBe(1);
    expect(out).toMatch(/Prometheus says: unexpected "="\n {2}up\(job="sse-streaming"\)\n {8}\^\nSelectors use braces/);
    expect(out).toContain('up{job="sse-streaming"}');
  });

  it('gives JSON that a script can read', async () => {
    const { code, out, err } = await stack.run(['check', '2.1', 'up', '--json']);
    expect([code, err]).toEqual([1, '']);
    expect(JSON.parse(out)).toEqual({
      exercise: 'up/1',
      solved: false,
      verdict: 'wrong',
      feedback: [
        {
          kind: 'misconception',
          message: 'These are all 3 targets. A filter in braces keeps those of one job.',
          evidence: ['too many  {instance="localhost:9090", job="prometheus"}  1'],
        },
      ],
      on: 'the bundled stack',
      recorded: true,
    });
  });

  it('judges choices, too', async () => {
    const numbers = tableSource({
      ...table,
      'sum(increase(sse_errors_total{provider="anthropic"}[5m]))': [[{}, 12.6]],
    });
    const other = await tableStack(numbers);
    expect(await other.run(['check', 'rate/4', '3'])).toMatchObject({ code: 0 });
    expect(await other.run(['check', 'rate/4', '1'])).toMatchObject({ code: 1 });
    const unknown = await other.run(['check', 'rate/4', '7']);
    expect(unknown.code).toBe(1);
    expect(unknown.out).toMatch(/^Not an answer yet\.\nThat is not one of the answers/);
    await other.close();
  });

  it.each([[['--json']], [[]]])('lets no control character through %j', async (more) => {
    const { out } = await stack.run(['check', '2.1', 'up{evil="\u001b[2J"}', '--color', 'never', ...more]);
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(out).toContain('[2J');
  });

  it("judges on another server's data and keeps nothing", async () => {
    const io = fakeIo({ env: { XDG_STATE_HOME: join(stack.folder, 'elsewhere') } });
    const code = await main(['check', '2.1', 'up{job=~"sse.*"}', '-s', stack.url], io);
    expect([code, io.errText()]).toEqual([0, '']);
    expect(io.outText()).toContain("on this server's data, not recorded");
    const json = await stack.run(['check', '2.1', 'up{job=~"sse.*"}', '-s', stack.url, '--json']);
    expect(JSON.parse(json.out)).toMatchObject({ solved: true, on: "this server's data", recorded: false });
    expect(existsSync(join(stack.folder, 'progress.json'))).toBe(false);
  });

  it('does not ask the server of the environment', async () => {
    const { code, err } = await stack.run(['check', '2.1', 'up{job=~"sse.*"}'], {
      env: { PROMETHEUS_URL: 'http://127.0.0.1:9' },
    });
    expect(code).toBe(0);
    expect(err).toContain('lessons use the bundled stack, not the server of PROMETHEUS_URL');
  });

  it("judges on the stack's history when the stack is gone, and says so", async () => {
    await stack.close();
    stack = await tableStack(tableSource(table, ['up']));
    const state = join(stack.folder, 'stack.json');
    writeFileSync(state, readFileSync(state, 'utf8').replace(stack.url, 'http://127.0.0.1:9'));
    const { code, out, err } = await stack.run(['check', '2.1', 'up{job="sse-streaming"}']);
    expect(code).toBe(0);
    expect(out).toContain('Correct.');
    expect(err).toMatch(
      /^note: the stack does not answer \(nothing listens.*\); the recorded history of the demo service/,
    );
    expect(Object.values(saved().lessons.up.exercises)).toMatchObject([{ number: 1, attempts: 1 }]);
  });

  it.each([
    [['check', '2.9', 'up'], 2, 'lesson up has no exercise 9'],
    [['check', 'nope/1', 'up'], 2, 'there is no lesson "nope"'],
    [['check', 'up', 'up'], 2, 'is not the id of an exercise'],
    [['check', '2.1'], 2, "missing required argument 'answer'"],
    [['check', '2.1', 'up', 'more'], 2, 'too many arguments'],
  ])('%j is refused in words', async (argv, code, message) => {
    const found = await stack.run(argv);
    expect(found.code).toBe(code);
    expect(found.err).toContain(message);
    expect(found.out).toBe('');
  });

  it('judges all the same when progress cannot be kept', async () => {
    writeFileSync(join(stack.folder, 'progress.json'), '{"version": 99}');
    const { code, out, err } = await stack.run(['check', 'up/1', 'up{job=~"sse.*"}']);
    expect(code).toBe(0);
    expect(out).toContain('Correct.');
    expect(err).toContain('this answer is not kept');
    chmodSync(stack.folder, 0o700);
  });
});
