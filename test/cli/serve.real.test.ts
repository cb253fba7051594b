import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { Interrupted } from '../../src/model/errors.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { realSuite } from '../helpers/prometheus.ts';

const run = promisify(execFile);

realSuite('promtool against serve', ['promtool'], () => {
  const folder = mkdtempSync(join(tmpdir(), 'prom-tutor-promtool-'));
  const ctrlC = new AbortController();
  const served: { readonly url: string; readonly ended: Promise<number> }[] = [];

  async function serve(argv: readonly string[]): Promise<string> {
    const io = fakeIo({ cwd: folder, signal: ctrlC.signal });
    const ended = main(['serve', '--listen', '127.0.0.1:0', ...argv], io);
    for (let round = 0; !io.errText().includes('Ctrl-C ends it.'); round++) {
      if (round > 1_000) throw new Error(io.errText());
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(io.errText())?.[0] ?? '';
    served.push({ url, ended });
    return url;
  }

  /** What promtool writes; throws when it ends with another code than 0. */
  async function promtool(...args: readonly string[]): Promise<string> {
    const { stdout, stderr } = await run('promtool', [...args]);
    return `${stdout}${stderr}`;
  }

  let demo: string;
  let dump: string;
  beforeAll(async () => {
    const lines = Array.from({ length: 41 }, (_, i) => `jobs_total{queue="a"} ${i * 3} ${1_700_000_000 + i * 15}`);
    writeFileSync(join(folder, 'dump.om'), `# TYPE jobs counter\n${lines.join('\n')}\n# EOF\n`);
    demo = await serve(['--history', '3h']);
    dump = await serve(['--data', 'dump.om']);
  });
  afterAll(async () => {
    ctrlC.abort(new Interrupted());
    expect(await Promise.all(served.map(({ ended }) => ended))).toEqual([130, 130]);
    rmSync(folder, { recursive: true, force: true });
  });

  const minuteAgo = () => String(Math.floor(Date.now() / 1000) - 60);

  it('asks an instant', async () => {
    expect(
      (await promtool('query', 'instant', '--time', '1700000600', dump, 'max_over_time(jobs_total[5m])')).trim(),
    ).toBe('{queue="a"} => 120 @[1700000600]');
    const lines = (await promtool('query', 'instant', '--time', minuteAgo(), demo, 'up')).trim().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines.join('\n')).toContain('up{instance="sse-app:8000", job="sse-streaming"} => 1 @[');
  });

  it('asks a range', async () => {
    const out = await promtool(
      'query',
      'range',
      '--start=1700000300',
      '--end=1700000600',
      '--step=150s',
      dump,
      'jobs_total',
    );
    expect(out.trim()).toBe('jobs_total{queue="a"} =>\n60 @[1700000300]\n90 @[1700000450]\n120 @[1700000600]');
  });

  it('lists series and label values', async () => {
    expect((await promtool('query', 'series', '--start=1700000000', '--match=jobs_total', dump)).trim()).toBe(
      '{__name__="jobs_total", queue="a"}',
    );
    expect((await promtool('query', 'labels', demo, 'job')).trim().split('\n')).toEqual([
      'prometheus',
      'sse-streaming',
    ]);
  });

  it('sees errors as those of a Prometheus', async () => {
    await expect(promtool('query', 'instant', dump, 'sum(')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        'bad_data: invalid parameter "query": 1:5: parse error: unclosed left parenthesis',
      ),
    });
  });

  it('finds it healthy and ready', async () => {
    for (const url of [demo, dump]) {
      expect(await promtool('check', 'healthy', '--url', url)).toContain('SUCCESS');
      expect(await promtool('check', 'ready', '--url', url)).toContain('SUCCESS');
    }
  });
});
