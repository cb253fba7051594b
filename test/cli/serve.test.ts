import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { Interrupted } from '../../src/model/errors.ts';
import { fakeIo } from '../helpers/fake-io.ts';

const DUMP = `# TYPE jobs counter
# HELP jobs Done.
jobs_total{queue="a"} 1 1700000000
jobs_total{queue="a"} 31 1700000060
jobs_total{queue="b"} 5 1700000060
# EOF
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'prom-tutor-serve-'));
  writeFileSync(join(folder, 'dump.om'), DUMP);
  writeFileSync(join(folder, 'dump.om.gz'), gzipSync(DUMP));
  writeFileSync(join(folder, 'scrape.prom'), 'up 1\nload 0.5\n');
  writeFileSync(join(folder, 'disorder.prom'), 'up 1 2000\nup 1 1000\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Running = {
  readonly url: string;
  readonly err: () => string;
  readonly out: () => string;
  /** Ctrl-C, and the exit code that follows. */
  stop(): Promise<number>;
};

const running: Running[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

/** Starts `serve` in this process and waits until it says where it listens. */
async function serve(argv: readonly string[], options: Parameters<typeof fakeIo>[0] = {}): Promise<Running> {
  const ctrlC = new AbortController();
  const io = fakeIo({ ...options, cwd: folder, signal: ctrlC.signal });
  let code: number | undefined;
  const ended = main(['serve', '--listen', '127.0.0.1:0', '--tz', 'UTC', ...argv], io).then((value) => {
    code = value;
    return value;
  });
  for (let round = 0; !io.errText().includes('Ctrl-C ends it.'); round++) {
    if (code !== undefined || round > 1_500) throw new Error(`serve ended with ${code}: ${io.errText()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const stop = () => {
    ctrlC.abort(new Interrupted());
    return ended;
  };
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(io.errText())?.[0] ?? '';
  const one = { url, err: io.errText, out: io.outText, stop };
  running.push(one);
  return one;
}

async function api(url: string): Promise<unknown> {
  const body = (await (await fetch(url)).json()) as { readonly data: unknown };
  return body.data;
}

async function refused(argv: readonly string[]): Promise<{ readonly code: number; readonly err: string }> {
  const io = fakeIo({ cwd: folder });
  return { code: await main(['serve', ...argv], io), err: io.errText() };
}

describe('serve --data', () => {
  it.each(['dump.om', 'dump.om.gz'])('serves %s as a Prometheus and says what it is', async (file) => {
    const { url, err } = await serve(['--data', file]);
    expect(await api(`${url}/api/v1/query?query=sum(jobs_total)&time=1700000060`)).toEqual({
      resultType: 'vector',
      result: [{ metric: {}, value: [1700000060, '36'] }],
    });
    expect(await api(`${url}/api/v1/label/queue/values`)).toEqual(['a', 'b']);
    expect(await api(`${url}/api/v1/metadata`)).toEqual({ jobs: [{ type: 'counter', help: 'Done.', unit: '' }] });
    expect((await fetch(`${url}/-/ready`)).status).toBe(200);
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('prometheus_tsdb_head_series 2');
    expect(err()).toContain(`Serving ${file}, OpenMetrics, 3 samples of 2 series: ${url}\n`);
    expect(err()).toContain('Data: 2023-11-14 22:13:20 UTC to 2023-11-14 22:14:20 UTC, 1 min.');
    expect(err()).toContain('A query that names no time is evaluated now, as in any Prometheus,');
    expect(err()).toContain(`prom-tutor query jobs_total -s ${url} --time 1700000060\n`);
  });

  it('evaluates now where no time is named, and says nothing of times when now has data', async () => {
    const { url, err } = await serve(['--data', 'scrape.prom']);
    expect(await api(`${url}/api/v1/query?query=load`)).toMatchObject({
      result: [{ value: [expect.any(Number), '0.5'] }],
    });
    expect(err()).toContain('Its samples carry no timestamp; they count as taken when the file was written.');
    expect(err()).toContain(`prom-tutor query up -s ${url}\n`);
    expect(err()).not.toContain('names no time');
  });

  it('reads standard input', async () => {
    const { url, err } = await serve(['--data', '-'], { input: DUMP });
    expect(await api(`${url}/api/v1/series?match[]=jobs_total`)).toHaveLength(2);
    expect(err()).toContain('Serving standard input, OpenMetrics');
  });

  it('counts what it had to leave out, and notices seconds where milliseconds belong', async () => {
    const { err } = await serve(['--data', 'disorder.prom']);
    expect(err()).toMatch(
      /^note: 1 sample is left out: its series has another value at that moment, or later ones before it in disorder\.prom$/m,
    );
    expect(err()).toContain('lie in 1970: the text format counts milliseconds');
  });

  it('switches experimental functions on by name only', async () => {
    const query = 'api/v1/query?query=sort_by_label(jobs_total,"queue")&time=1700000060';
    const plain = await serve(['--data', 'dump.om']);
    expect((await fetch(`${plain.url}/${query}`)).status).toBe(400);
    const experimental = await serve(['--data', 'dump.om', '--enable-feature', 'promql-experimental-functions']);
    expect((await fetch(`${experimental.url}/${query}`)).status).toBe(200);
  });

  it('ends with 130 on Ctrl-C, within a second, and lets go of the port', async () => {
    const { url, stop } = await serve(['--data', 'dump.om']);
    await fetch(`${url}/-/healthy`);
    const began = performance.now();
    expect(await stop()).toBe(130);
    expect(performance.now() - began).toBeLessThan(5_000);
    await expect(fetch(`${url}/-/healthy`)).rejects.toThrow();
  });

  it('gives one line of JSON to programs', async () => {
    const { url, out } = await serve(['--data', 'dump.om', '--json']);
    expect(JSON.parse(out())).toEqual({ url, startMs: 1_700_000_000_000, endMs: 1_700_000_060_000 });
  });
});

describe('serve over the demo service', () => {
  it('holds the history, scrapes, and ends cleanly', async () => {
    const { url, err, stop } = await serve(['--history', '3h', '--scrape-interval', '1s', '--seed', '5']);
    const t0 = Math.floor(Date.now() / 15_000) * 15 - 60;
    const counted = `${url}/api/v1/query?query=count(sse_requests_total)`;
    expect(await api(`${counted}&time=${t0}`)).toMatchObject({
      result: [{ value: [t0, expect.stringMatching(/^\d+$/)] }],
    });
    const health = async () =>
      (await api(`${url}/api/v1/targets`)) as { activeTargets: readonly { readonly health: string }[] };
    for (let round = 0; (await health()).activeTargets.some((target) => target.health !== 'up'); round++) {
      if (round > 100) throw new Error(JSON.stringify(await health()));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect((await health()).activeTargets).toHaveLength(3);
    expect(err()).toContain('scrapes it every 1s');
    expect(err()).toContain('Data: 3 h of history up to');
    const app = /Instances: (\S+)/.exec(err())?.[1] ?? '';
    expect(await (await fetch(app)).text()).toContain('sse_requests_total');
    const began = performance.now();
    expect(await stop()).toBe(130);
    expect(performance.now() - began).toBeLessThan(5_000);
    await expect(fetch(app)).rejects.toThrow();
  });
});

describe('what serve refuses', () => {
  it.each<[readonly string[], number, RegExp]>([
    [
      ['--listen', '0.0.0.0:9090'],
      2,
      /0\.0\.0\.0 would be reachable from other machines\nhint: .*--listen 127\.0\.0\.1:9090/,
    ],
    [['--listen', ':9090'], 2, /reachable from other machines/],
    [['--listen', '[::]:9090'], 2, /reachable from other machines/],
    [['--listen', 'example.org:80'], 2, /reachable from other machines/],
    [['--listen', 'nonsense'], 2, /"nonsense" is not an address to listen on/],
    [['--listen', '127.0.0.1:70000'], 2, /not an address/],
    [['--scrape-interval', '10ms'], 2, /not an interval/],
    [['--history', '1h'], 2, /too short/],
    [['--seed', 'x'], 2, /not a seed/],
    [['--data', 'dump.om', '--seed', '3'], 2, /--seed is about the demo service/],
    [['--data', 'none.om'], 2, /cannot read none\.om: there is no such file/],
    [['--enable-feature', 'promql-experimental-function'], 2, /Did you mean promql-experimental-functions\?/],
  ])('%j', async (argv, code, message) => {
    const found = await refused(argv);
    expect(found.code).toBe(code);
    expect(found.err).toMatch(message);
  });

  it('names the broken line', async () => {
    writeFileSync(join(folder, 'broken.prom'), 'up 1\nup{ 2\n');
    const { code, err } = await refused(['--data', 'broken.prom']);
    expect(code).toBe(3);
    expect(err).toMatch(/^error: broken\.prom:2: expected label name, got "2"/);
  });

  it.each([[['--data', 'dump.om']], [[]]])('a taken port with %j', async (more) => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    try {
      const { code, err } = await refused(['--listen', `127.0.0.1:${port}`, ...more]);
      expect(code).toBe(3);
      expect(err).toContain(`error: port ${port} of 127.0.0.1 is taken: `);
      // This very process holds it; where the system does not tell that, the words say so.
      expect(err).toMatch(/taken: .* listens.*\nhint: Choose another with --listen/);
    } finally {
      await new Promise((resolve) => holder.close(resolve));
    }
  });
});
