import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { demoServer } from '../helpers/demo-server.ts';
import { fakeIo } from '../helpers/fake-io.ts';

const ask = demoServer();
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prom-tutor-lint-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(argv: readonly string[], options?: Parameters<typeof fakeIo>[0]) {
  const io = fakeIo({ columns: 80, ...options });
  return { code: await main(['lint', ...argv], io), out: io.outText(), err: io.errText() };
}

const RULES = `groups:
  - name: a # a comment
    rules:
      - alert: "Odd\\e[31m"
        expr: sum(up) by job # another
        for: 5m
`;

describe('lint', () => {
  it.each([
    ['a sound query', ['up', '--offline'], 0],
    ['a mistake', ['count(up) == 0', '--offline'], 1],
    ['what is no PromQL', ['sum(up', '--offline'], 1],
    ['a file that is not there', ['none.yml'], 2],
    ['an unknown form', ['up', '-o', 'xml'], 2],
    ['an empty query', [' '], 2],
  ])('ends for %s', async (_, argv, code) => {
    expect(await run(argv)).toMatchObject({ code });
  });

  it.each([60, 80])('keeps to %i columns', async (columns) => {
    const { out } = await run(
      ['histogram_quantile(0.99, sum by (provider) (rate(sse_request_duration_seconds_bucket[5m]))) > 1', '--offline'],
      { columns },
    );
    expect(out).toContain('certain le-dropped');
    const lines = out.split('\n').slice(0, out.split('\n').indexOf('Instead:'));
    expect(lines.filter((line) => line.length > columns)).toEqual([]);
  });

  it('reads standard input, as a query or as a file', async () => {
    expect(await run(['-', '--offline'], { input: 'up = 1\n' })).toMatchObject({
      code: 1,
      out: expect.stringContaining('up == 1'),
    });
    expect(await run(['-'], { input: RULES })).toMatchObject({ code: 1, out: expect.stringContaining('by (job)') });
  });

  it('mends a file and keeps what stands around', async () => {
    const path = join(folder, 'rules.yml');
    await writeFile(path, RULES);
    const { code, err } = await run([path, '--fix']);
    expect({ code, err }).toEqual({ code: 0, err: `1 fix written to ${path}\n` });
    expect(await readFile(path, 'utf8')).toBe(RULES.replace('by job', 'by (job)'));
  });

  it('writes the mended query', async () => {
    expect(await run(['sum(up) by job', '--offline', '--fix'])).toEqual({
      code: 0,
      out: 'sum(up) by (job)\n',
      err: '',
    });
  });

  it('lets nothing of a file reach the terminal as it is', async () => {
    const path = join(folder, 'odd.yml');
    await writeFile(path, RULES);
    for (const form of ['text', 'json', 'sarif', 'github'])
      expect((await run([path, '-o', form])).out).not.toContain('\u001b');
    expect((await run([path])).out).toContain('\\x1b[31m');
  });

  it('writes JSON, SARIF and the commands of GitHub', async () => {
    const path = join(folder, 'forms.yml');
    await writeFile(path, RULES);
    const json = JSON.parse((await run([path, '--json'])).out);
    expect(json).toMatchObject({
      queries: 1,
      findings: [
        { rule: 'by-without-parens', certainty: 'certain', region: { line: 5, column: 26 }, fixed: 'sum(up) by (job)' },
      ],
    });
    const sarif = JSON.parse((await run([path, '-o', 'sarif'])).out);
    const [{ results, tool }] = sarif.runs;
    expect(sarif.version).toBe('2.1.0');
    expect(tool.driver.rules[results[0].ruleIndex].id).toBe(results[0].ruleId);
    expect(results[0].locations[0].physicalLocation.region).toEqual({
      startLine: 5,
      startColumn: 26,
      endLine: 5,
      endColumn: 29,
    });
    expect((await run([path, '-o', 'github'])).out).toMatch(
      /^::error file=.*,line=5,endLine=5,col=26,endColumn=29,title=by-without-parens::/,
    );
  });

  it('says when no server answers, and looks at the query by itself', async () => {
    const env = { XDG_STATE_HOME: folder, PROM_TUTOR_URL: '' };
    const { code, err } = await run(['up'], { env, homeDir: folder });
    expect({ code, asked: err === '' || err.startsWith('note: no server answers') }).toEqual({ code: 0, asked: true });
  });

  it.each([
    ['a gauge that is rated', 'rate(sse_active_connections[5m])', 'rate-on-gauge', 'ast'],
    ['a metric that does not exist', 'sse_request_total', 'name-unknown', 'live'],
    ['a pattern with =', 'sse_requests_total{provider="openai|anthropic"}', 'regex-intended', 'ast'],
    ['sides with other labels', 'rate(sse_errors_total[5m]) / rate(sse_requests_total[5m])', 'no-match-sides', 'live'],
    ['a window without two samples', 'rate(sse_requests_total[15s])', 'range-lt-2-scrapes', 'live'],
  ])('finds with a server %s', async (_, query, rule, layer) => {
    const { code, out } = await ask(['lint', query, '--json']);
    expect({
      code,
      found: JSON.parse(out).findings.map((each: { rule: string; layer: string }) => [each.rule, each.layer]),
    }).toEqual({ code: 1, found: [[rule, layer]] });
  });

  it('says nothing of sound rules with a server', async () => {
    expect(await ask(['lint', 'sum by (provider) (rate(sse_requests_total[5m]))'])).toMatchObject({ code: 0 });
  });
});
