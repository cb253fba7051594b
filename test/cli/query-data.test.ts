import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { fakeIo } from '../helpers/fake-io.ts';

const T = 1_700_000_000;
const lines = Array.from({ length: 241 }, (_, i) => `jobs_total{queue="a"} ${i * 3} ${T + i * 15}`);
const DUMP = `# TYPE jobs counter\n${lines.join('\n')}\njobs_total{queue="b"} 7 ${T + 3_607}\n# EOF\n`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'prom-tutor-data-'));
  writeFileSync(join(folder, 'dump.om'), DUMP);
  writeFileSync(join(folder, 'dump.om.gz'), gzipSync(DUMP));
  writeFileSync(join(folder, 'empty.prom'), '');
  writeFileSync(join(folder, 'broken.prom'), 'up 1\nup{ 2\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(argv: readonly string[], options: Parameters<typeof fakeIo>[0] = {}) {
  const io = fakeIo({ columns: 80, cwd: folder, ...options, env: { LANG: 'C.UTF-8', ...options.env } });
  return { code: await main([...argv, '--tz', 'UTC'], io), out: io.outText(), err: io.errText() };
}

const ask = (...argv: string[]) => run(['query', ...argv, '--data', 'dump.om']);

describe('query --data', () => {
  it.each<[string, readonly string[], string]>([
    ['the last sample is now', ['jobs_total', '-o', 'raw'], '720\n7\n'],
    ['time() is the last sample', ['time()', '-o', 'raw'], `${T + 3_607}\n`],
    ['--time as unix seconds', ['jobs_total', '--time', String(T + 60), '-o', 'raw'], '12\n'],
    ['--time counts from the last sample', ['time()', '--time', '1h', '-o', 'raw'], `${T + 7}\n`],
    ['--time now-30m', ['time()', '--time', 'now-30m', '-o', 'raw'], `${T + 1_807}\n`],
    ['a range ends on the last sample', ['jobs_total{queue="b"}', '--range', '5m', '--step', '5m', '-o', 'raw'], '7\n'],
    [
      '--start and --end',
      ['jobs_total{queue="a"}', '--start', String(T), '--end', String(T + 30), '--step', '15', '-o', 'raw'],
      '0\n3\n6\n',
    ],
    [
      '--end counts from the last sample',
      ['time()', '--range', '1m', '--end', 'now-1h', '--step', '1m', '-o', 'raw'],
      `${T - 53}\n${T + 7}\n`,
    ],
    ['promtool form', ['jobs_total{queue="b"}', '-o', 'promql'], `jobs_total{queue="b"} => 7 @[${T + 3_607}]\n`],
    [
      'csv',
      ['jobs_total{queue="b"}', '-o', 'csv'],
      `__name__,queue,value,timestamp\njobs_total,b,7,${new Date((T + 3_607) * 1000).toISOString().replace('.000', '')}\n`,
    ],
  ])('%s', async (_, argv, out) => {
    expect(await ask(...argv)).toEqual({ code: 0, out, err: '' });
  });

  it('gives the envelope of the API', async () => {
    const { out } = await ask('sum(jobs_total)', '--json');
    expect(JSON.parse(out)).toEqual({
      status: 'success',
      data: { resultType: 'vector', result: [{ metric: {}, value: [T + 3_607, '727'] }] },
    });
  });

  it('draws a chart of the last hour', async () => {
    const { code, out } = await ask('rate(jobs_total{queue="a"}[5m])', '--range', '1h');
    expect(code).toBe(0);
    expect(out).toContain('{queue="a"}: last 0.2');
  });

  it.each<[string, readonly string[], string | undefined]>([
    ['gzip', ['--data', 'dump.om.gz'], undefined],
    ['standard input', ['--data', '-'], DUMP],
  ])('reads %s', async (_, argv, input) => {
    const { code, out } = await run(
      ['query', 'sum(jobs_total)', '-o', 'raw', ...argv],
      input === undefined ? {} : { input },
    );
    expect([code, out]).toEqual([0, '727\n']);
  });

  it('shows errors with a caret and warnings at their place, as of a server', async () => {
    const wrong = await ask('rate(jobs_total)');
    expect(wrong.code).toBe(1);
    expect(wrong.err).toMatch(/expected type range vector[\s\S]*\n {2}rate\(jobs_total\)\n {7}\^/);
    const info = await ask('rate(process_cpu[5m]) or rate({queue="a"}[5m])');
    expect(info.code).toBe(0);
  });

  it('says why nothing is there, with what is in the file', async () => {
    const { code, out, err } = await ask('jobs_total{queue="c"}', '--fail-on-empty');
    expect(code).toBe(4);
    expect(out).toContain('Empty');
    expect(err).toContain('queue="c"');
    const late = await ask('jobs_total{queue="b"}', '--time', 'now+2h');
    expect(late.err.replace(/\s+/g, ' ')).toContain('try: --time 2023-11-14T23:1');
  });

  it('does not ask, or mention, the server of the environment', async () => {
    const { code, err } = await run(['query', 'sum(jobs_total)', '--data', 'dump.om'], {
      env: { PROMETHEUS_URL: 'http://127.0.0.1:9', PROM_TUTOR_URL: 'http://127.0.0.1:9' },
    });
    expect([code, err]).toEqual([0, '']);
  });

  it('switches features on by name', async () => {
    const query = 'sort_by_label(jobs_total, "queue")';
    expect(await ask(query, '-o', 'raw')).toMatchObject({
      code: 1,
      err: expect.stringContaining('--enable-feature=promql-experimental-functions'),
    });
    const { code, out } = await ask(query, '-o', 'raw', '--enable-feature', 'promql-experimental-functions');
    expect([code, out]).toEqual([0, '720\n7\n']);
  });

  it('says that a file holds nothing', async () => {
    const { code, out, err } = await run(['query', 'up', '--data', 'empty.prom']);
    expect(code).toBe(0);
    expect(out).toContain('Empty');
    expect(err).toContain('note: empty.prom holds no samples');
  });

  it.each<[readonly string[], number, RegExp]>([
    [['up', '--data', 'dump.om', '-s', 'http://x'], 2, /--data and --server exclude each other/],
    [['up', '--data', 'dump.om', '--watch', '5s'], 2, /--watch has nothing to wait for/],
    [['-', '--data', '-'], 2, /standard input cannot be both/],
    [['up', '--data', 'none.om'], 2, /cannot read none\.om: there is no such file/],
    [['up', '--data', 'broken.prom'], 3, /^error: broken\.prom:2: expected label name/],
    [['up', '--enable-feature', 'promql-experimental-functions'], 2, /--enable-feature goes with --data/],
    [['up', '--data', 'dump.om', '--enable-feature', 'nonsense'], 2, /"nonsense" is no feature.*\n.*Known are/],
    [['up', '--data', 'dump.om', '--time', 'incident'], 2, /a moment in the history of the bundled stack/],
  ])('%j is refused', async (argv, code, message) => {
    const found = await run(['query', ...argv]);
    expect([found.code, found.out]).toEqual([code, '']);
    expect(found.err).toMatch(message);
  });

  it('lets nothing of a hostile dump reach the terminal', async () => {
    writeFileSync(join(folder, 'evil.prom'), 'evil{a="\u001b[2J\u009b1m\u202e"} 1\nevil\u001b[2J\u009b 2\n');
    const broken = await run(['query', 'evil', '--data', 'evil.prom']);
    expect(broken.code).toBe(3);
    writeFileSync(join(folder, 'evil.prom'), 'evil{a="\u001b[2J\u009b1m\u202e"} 1\n');
    const shown = await run(['query', 'evil', '--data', 'evil.prom']);
    expect(shown.code).toBe(0);
    for (const text of [broken.err, shown.out, shown.err]) {
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
  });
});

describe('other commands on a dump', () => {
  it('cookbook says that the file knows nothing of the demo service', async () => {
    const { code, err } = await run(['cookbook', '--data', 'dump.om']);
    expect(code).toBe(0);
    expect(err).toContain('has no data of the demo service');
  });

  it('check judges on it and keeps nothing', async () => {
    const state = join(folder, 'state');
    const argv = ['check', '4.1', 'rate(jobs_total[5m])', '--data', 'dump.om', '--json'];
    const { out } = await run(argv, { env: { XDG_STATE_HOME: state } });
    expect(JSON.parse(out)).toMatchObject({ recorded: false, on: "this server's data" });
  });
});
