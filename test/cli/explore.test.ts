import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { demoServer } from '../helpers/demo-server.ts';
import { fakeIo } from '../helpers/fake-io.ts';

const run = demoServer();

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'prom-tutor-explore-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Feeds lines to the prompt as a pipe does. */
async function piped(...lines: readonly string[]) {
  const env = { XDG_CONFIG_HOME: folder, XDG_STATE_HOME: folder };
  return run(['explore'], { input: `${lines.join('\n')}\n`, cwd: folder, env });
}

describe('explore in a pipe', () => {
  it('answers every line, whole, and nothing else', async () => {
    const { code, out, err } = await piped('up', '', '\\d active', '# a comment', 'sum(', 'up)');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(
      /^all rows: metric=up\n[\s\S]*3 rows, at .*\n\nsse_active_connections: gauge[\s\S]*\n\nvalue +labels\n[\s\S]*1 row, at/,
    );
  });

  it('leaves nothing out, however long', async () => {
    const { out } = await piped('sse_request_duration_seconds_bucket', '\\d', '\\l', '\\l le', 'up[5m]');
    expect(out).not.toContain(' more');
    expect(out).toMatch(/(\d+) labels; the values of one/);
    expect(out).toContain('values of `le`.');
  });

  it.each<[string, readonly string[], number, RegExp]>([
    ['a refused query', ['up(', ')', 'up'], 1, /error: /],
    [
      'an unknown command',
      ['\\grap'.replace('ap', 'pah'), 'up'],
      2,
      /There is no command `\\grpah`. Did you mean `\\graph`\?/,
    ],
    ['a wrong time', ['\\T soon'], 2, /\\T "soon" is not a time/],
    ['a missing file', ['\\i nowhere.promql'], 1, /nowhere.promql cannot be read/],
    ['a command without its query', ['\\explain'], 2, /There was no query yet/],
    ['the first of several', ['\\nope', 'up('], 2, /There is no command/],
    ['watching', ['up', '\\watch'], 2, /\\watch needs a terminal/],
    ['an editor', ['up', '\\e'], 2, /an editor needs a terminal/],
    ['an unknown metric', ['\\d zzzzzz'], 1, /none of the \d+ metrics/],
    ['an unknown label', ['\\l provder'], 1, /Did you mean: \\l provider/],
  ])('ends with the code of %s', async (_what, lines, expected, words) => {
    const { code, err } = await piped(...lines);
    expect(err).toMatch(words);
    expect(code).toBe(expected);
  });

  it('goes on after what was wrong, and stops at \\q', async () => {
    const { code, out } = await piped('rate(', ')', 'vector(7)', '\\q', 'vector(8)');
    expect(code).toBe(1);
    expect(out).toContain('7');
    expect(out).not.toContain('8 ');
  });

  it('tells the fix of a refused query, and runs it by its number', async () => {
    const { out, err } = await piped('rate(sse_requests_total)', '1');
    expect(err).toContain('fix: rate(sse_requests_total[5m])\n');
    expect(out).toMatch(/^promql> rate\(sse_requests_total\[5m\]\)\n[\s\S]*\n12 rows, at /);
  });

  it('says why nothing came, and what to ask instead', async () => {
    const { code, out, err } = await piped('sse_request_total');
    expect(code).toBe(0);
    expect(out).toContain('no data: There is no metric `sse_request_total`');
    expect(err).toBe('fix: sse_requests_total\n');
  });

  it('offers ways to match rows that do not match one to one', async () => {
    const { code, err } = await piped('sse_errors_total / on (provider) sse_requests_total');
    expect(code).toBe(1);
    expect(err.match(/^fix: /gm)?.length).toBeGreaterThan(1);
  });

  it('explains, doubts, checks and formats the last query', async () => {
    const query = 'sum by (provider)(rate(sse_requests_total{status=~"error"}[5m]))';
    const { code, out, err } = await piped(query, '\\explain', '\\why', '\\lint', '\\format');
    expect(code).toBe(0);
    expect(out).toMatch(/└|sum by \(provider\)/);
    expect(out).toContain('Nothing looks wrong');
    expect(out).toContain('regex-static');
    expect(err).toContain('fix: sum by (provider)(rate(sse_requests_total{status="error"}[5m]))');
    expect(out.trimEnd().endsWith('sum by (provider) (rate(sse_requests_total{status=~"error"}[5m]))')).toBe(true);
  });

  it('draws, shows rows as blocks, and tells times', async () => {
    const { out, err, code } = await piped('\\timing', '\\x', 'up', '\\graph 30m');
    expect({ err, code }).toEqual({ err: '', code: 0 });
    expect(out).toMatch(/value: 1\ninstance: localhost:9090\njob: prometheus\n/);
    expect(out).toMatch(/took \d/);
    expect(out).toContain('step ');
  });

  it('asks about another moment, and about now again', async () => {
    const { out, err } = await piped('\\T 1h', 'up', '\\T', 'up');
    expect(err).toBe('');
    const times = [...out.matchAll(/3 rows, at \S+ (\S+)/g)].map(([, time]) => time);
    expect(times).toHaveLength(2);
    expect(times[0]).not.toBe(times[1]);
  });
});

describe('explore and files', () => {
  it('writes results to a new file of the owner alone, and never over another', async () => {
    const path = join(folder, 'results.txt');
    const first = await piped('\\o results.txt', 'up', 'up(', ')', '\\d active', '\\o');
    expect(first.out).toContain(`Results are written to ${path}, too`);
    const text = readFileSync(path, 'utf8');
    expect(text).toMatch(/^# up\n# at .*\n\nall rows: metric=up\n[\s\S]*# error: [\s\S]*sse_active_connections: gauge/);
    expect(text).not.toContain('\x1b');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const second = await piped('\\o results.txt', 'up');
    expect(second.err).toContain('results.txt is there already');
    expect(second.code).toBe(1);
    expect(readFileSync(path, 'utf8')).toBe(text);
    await piped('\\o! results.txt', 'vector(1)', '\\o -');
    expect(readFileSync(path, 'utf8')).toMatch(/^# vector\(1\)\n/);
  });

  it('runs the queries of a file, tells what is wrong with its line, and goes on', async () => {
    writeFileSync(join(folder, 'all.promql'), '# targets\nup\n\nrate(x)\n\n\\graph 30m up\n');
    const { out, err, code } = await piped('\\i all.promql');
    expect(out).toMatch(
      /all\.promql:2\npromql> # targets\nup\n[\s\S]*all\.promql:4\npromql> rate\(x\)\n[\s\S]*all\.promql:6/,
    );
    expect(err).toContain('1 line of all.promql could not be followed.');
    expect(code).toBe(1);
  });

  it('does not follow a file that reads itself for ever', async () => {
    writeFileSync(join(folder, 'loop.promql'), '\\i loop.promql\n');
    const { err, code } = await piped('\\i loop.promql');
    expect(err).toContain('is read 8 files deep');
    expect(code).toBe(2);
  });

  it('keeps, lists, runs and forgets queries with a name', async () => {
    const kept = await piped('\\n load sum(sse_active_connections)', 'up', '\\n targets .', '\\n');
    expect(kept.err).toBe('');
    expect(kept.out).toMatch(/load\n {2}sum\(sse_active_connections\)\ntargets\n {2}up\n/);
    const again = await piped(
      '\\n load vector(1)',
      '\\n lod',
      '\\n! load vector(1)',
      '\\n load',
      '\\nd load',
      '\\n load',
    );
    expect(again.err).toContain('load is the name of another query: sum(sse_active_connections)');
    expect(again.err).toContain('Did you mean: \\n load');
    expect(again.out).toMatch(/promql> vector\(1\)\n/);
    expect(again.out).toContain('Forgotten: `load` was `vector(1)`');
    expect(again.err).toContain('no query is named "load"');
    expect(existsSync(join(folder, 'prom-tutor', 'queries.yaml'))).toBe(true);
  });
});

describe('explore and servers', () => {
  it('fails before anything is read where the server does not answer', async () => {
    const io = fakeIo({ input: 'up\n' });
    expect(await main(['explore', '-s', 'http://127.0.0.1:9'], io)).toBe(3);
    expect(io.outText()).toBe('');
    expect(io.errText()).toContain('nothing listens at');
  });

  it('stays with its server where another does not answer', async () => {
    const { out, err, code } = await piped('\\server', '\\server http://127.0.0.1:9', 'up');
    expect(out).toContain('Asking http://127.0.0.1:');
    expect(err).toContain('nothing listens at');
    expect(code).toBe(3);
  });

  it('answers from a dump, whose end is now', async () => {
    const dump = join(folder, 'small.prom');
    writeFileSync(dump, 'x{job="a"} 1 1000000\nx{job="b"} 2 1000000\n');
    const io = fakeIo({ input: 'sum(x)\n\\d\n\\watch\n', cwd: folder, env: { XDG_CONFIG_HOME: folder } });
    expect(await main(['explore', '--data', dump, '--tz', 'UTC'], io)).toBe(2);
    expect(io.outText()).toMatch(/ 3 +\{\}\n1 row, at 1970-01-01 00:16:40 UTC/);
  });

  it('does not wait for a person whom it must not ask', async () => {
    const io = fakeIo({ tty: true });
    expect(await main(['explore', '--no-input'], io)).toBe(2);
    expect(io.errText()).toContain('explore has nobody to talk to');
  });

  it.each([
    [['explore', '--json'], 'explore is for people'],
    [['explore', '--data', '-'], 'standard input cannot be both'],
  ])('refuses %j', async (argv, words) => {
    const io = fakeIo();
    expect(await main(argv, io)).toBe(2);
    expect(io.errText()).toContain(words);
  });
});
