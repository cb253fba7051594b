import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { annotationPosition } from '../../src/model/position.ts';
import { isHistogram } from '../../src/model/query-result.ts';
import { httpSource } from '../../src/source/http.ts';
import { loadHttpConfig } from '../../src/source/http-config.ts';
import type { Source } from '../../src/source/source.ts';
import { testAuthority } from '../helpers/certificates.ts';
import { freePort, type RunningPrometheus, realSuite, startPrometheus } from '../helpers/prometheus.ts';

/** 1,700,000,000 is on the grid of 15 seconds and long past. */
const T = 1_700_000_000;
const HISTORY = `# HELP requests Requests.
# TYPE requests counter
${[0, 15, 30, 45, 60].flatMap((at) => [`requests_total{job="a"} ${at} ${T + at}`, `requests_total{job="b"} ${at * 2} ${T + at}`]).join('\n')}
# TYPE level gauge
level 1 ${T}
level 2 ${T + 15}
# TYPE odd gauge
odd{path="\\u001b[31m"} NaN ${T}
odd{path="q\\"uote\\\\n"} +Inf ${T}
odd{path="é𝄞"} -Inf ${T}
# TYPE "http.status" gauge
{"http.status","status.code"="200"} 1 ${T}
# EOF
`.replace('\\u001b', '\u001b');

realSuite('the HTTP source on a real Prometheus', ['prometheus', 'promtool'], () => {
  let prometheus: RunningPrometheus;
  let source: Source;
  beforeAll(async () => {
    const port = await freePort();
    prometheus = await startPrometheus({
      openMetrics: HISTORY,
      flags: [`--web.listen-address=127.0.0.1:${port}`, '--enable-feature=native-histograms'],
      config: `global: {scrape_interval: 1s}
scrape_configs:
- job_name: self
  scrape_interval: 1s
  static_configs: [{targets: ['127.0.0.1:${port}', 'nowhere.invalid:1']}]
`,
    });
    source = httpSource({ url: prometheus.url });
  });
  afterAll(async () => {
    await source?.close();
    await prometheus?.close();
  });
  const at = { timeMs: T * 1000 };

  it('instant vectors, values and labels of every kind', async () => {
    const { data, warnings, infos, envelope } = await source.instant('odd', at);
    if (data.kind !== 'vector') return expect.fail();
    const rows = data.samples.map(({ labels, ms, value }) => [labels.path, ms, value]);
    expect(rows.sort()).toEqual(
      [
        ['\u001b[31m', T * 1000, Number.NaN],
        ['q"uote\\n', T * 1000, Number.POSITIVE_INFINITY],
        ['é𝄞', T * 1000, Number.NEGATIVE_INFINITY],
      ].sort(),
    );
    expect([warnings, infos]).toEqual([[], []]);
    expect(envelope?.json()).toMatchObject({ status: 'success', data: { resultType: 'vector' } });
  });

  it('ranges, scalars and strings', async () => {
    const range = await source.range('requests_total', { startMs: T * 1000, endMs: (T + 60) * 1000, stepMs: 15_000 });
    if (range.data.kind !== 'matrix') return expect.fail();
    expect(range.data.series.map(({ labels, samples }) => [labels.job, samples.map(({ value }) => value)])).toEqual([
      ['a', [0, 15, 30, 45, 60]],
      ['b', [0, 30, 60, 90, 120]],
    ]);
    expect((await source.instant('1+1', at)).data).toEqual({ kind: 'scalar', ms: T * 1000, value: 2 });
    expect((await source.instant('"é+&"', at)).data).toEqual({ kind: 'string', ms: T * 1000, value: 'é+&' });
    const raw = await source.instant('requests_total{job="a"}[1m]', { timeMs: (T + 60) * 1000 });
    expect(raw.data).toMatchObject({ kind: 'matrix', series: [{ samples: { length: 4 } }] });
  });

  it.each([
    ['rate(', 'unclosed left parenthesis', 6],
    // Prometheus points behind a character it did not expect at the end: its byte 20 is our character 15.
    ['{a="é𝄞∑"} + )', "unexpected right parenthesis ')'", 15],
    ['sum(1) +', 'unexpected end of input', 9],
    ['', 'no expression found in input', undefined],
    ['rate(requests_total)', 'expected type range vector in call to function "rate", got instant vector', 6],
  ])('errors in %j with their place in characters', async (query, message, column) => {
    const position = column === undefined ? undefined : { line: 1, column };
    await expect(source.instant(query)).rejects.toMatchObject({
      name: 'QueryError',
      errorType: 'bad_data',
      status: 400,
      message,
      position,
    });
  });

  it('errors of evaluation and of limits', async () => {
    await expect(source.instant('requests_total + on() requests_total', at)).rejects.toMatchObject({
      errorType: 'execution',
      status: 422,
      message: expect.stringContaining('found duplicate series for the match group {}'),
    });
    await expect(source.range('up', { startMs: 0, endMs: T * 1000, stepMs: 1000 })).rejects.toMatchObject({
      message: expect.stringContaining('exceeded maximum resolution of 11,000 points'),
    });
    await expect(source.range('up[5m]', { startMs: 0, endMs: 1000, stepMs: 1000 })).rejects.toMatchObject({
      message: expect.stringContaining('invalid expression type "range vector" for range query'),
    });
    await expect(source.instant('up', { timeoutMs: 0.000_001 })).rejects.toMatchObject({ name: 'QueryError' });
  });

  it('warnings and infos, with their place', async () => {
    const query = 'requests_total{job="é"} or rate(level[1h])';
    const { infos } = await source.instant(query, { timeMs: (T + 30) * 1000 });
    expect(infos.map((info) => annotationPosition(info, query))).toEqual([
      {
        message: 'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "level"',
        position: { line: 1, column: query.indexOf('level') + 1 },
      },
    ]);
  });

  it('answers cut by a limit, with the warning', async () => {
    const { data, warnings } = await source.instant('requests_total', { ...at, limit: 1 });
    expect(data).toMatchObject({ kind: 'vector', samples: { length: 1 } });
    expect(warnings).toEqual(['results truncated due to limit']);
    const names = await source.labelNames({ limit: 1 });
    expect([names.items.length, names.warnings]).toEqual([1, ['results truncated due to limit']]);
  });

  it('native histograms, now and over time', async () => {
    const query = 'prometheus_http_request_duration_seconds{handler="/metrics"}';
    await expect
      .poll(async () => (await source.instant(query)).data, { timeout: 30_000, interval: 500 })
      .toMatchObject({ kind: 'vector', samples: [{ value: { buckets: expect.anything() } }] });
    const now = Date.now();
    const { data } = await source.range(query, { startMs: now - 5_000, endMs: now, stepMs: 1_000 });
    if (data.kind !== 'matrix') return expect.fail();
    const last = data.series[0]?.samples.at(-1)?.value ?? 0;
    if (!isHistogram(last)) return expect.fail();
    expect(last.buckets.reduce((sum, { count }) => sum + count, 0)).toBe(last.count);
    expect(last.buckets.every(({ lower, upper }) => lower < upper)).toBe(true);
  });

  it('series, labels and values, names that are no identifiers included', async () => {
    const window = { startMs: (T - 1) * 1000, endMs: (T + 60) * 1000 };
    const { items } = await source.series({ match: ['requests_total', '{"http.status"}'], ...window });
    expect(items).toEqual(
      expect.arrayContaining([
        { __name__: 'requests_total', job: 'a' },
        { __name__: 'http.status', 'status.code': '200' },
      ]),
    );
    expect((await source.labelNames({ ...window })).items).toContain('status.code');
    expect((await source.labelValues('status.code', window)).items).toEqual(['200']);
    expect((await source.labelValues('job', { ...window, match: ['requests_total'] })).items).toEqual(['a', 'b']);
    await expect(source.series({ match: ['up{'] })).rejects.toMatchObject({ position: { line: 1, column: 4 } });
  });

  it('metadata by family, targets with their last error, version, readiness', async () => {
    await expect.poll(async () => (await source.targets()).length, { timeout: 30_000 }).toBe(2);
    await expect
      .poll(async () => (await source.targets()).map(({ health }) => health).sort(), { timeout: 30_000 })
      .toEqual(['down', 'up']);
    const targets = await source.targets();
    const up = targets.find(({ health }) => health === 'up');
    expect(up).toMatchObject({ scrapePool: 'self', lastError: '', scrapeIntervalMs: 1_000 });
    expect(Math.abs(Date.now() - (up?.lastScrapeMs ?? 0))).toBeLessThan(60_000);
    expect(targets.find(({ health }) => health === 'down')?.lastError).toMatch(
      /no such host|server misbehaving|lookup/,
    );
    const metadata = await source.metadata({ metric: 'prometheus_http_requests_total' });
    expect(metadata.get('prometheus_http_requests_total')?.[0]).toMatchObject({ type: 'counter', unit: '' });
    expect((await source.metadata()).size).toBeGreaterThan(50);
    expect((await source.buildInfo()).version).toMatch(/^\d+\.\d+/);
    expect(await source.ready()).toEqual({ ready: true, reason: '' });
  });

  it('speaks through a server that is behind a prefix, with TLS and a password, as promtool does', async () => {
    const { ca, issue } = testAuthority();
    const dir = mkdtempSync(join(tmpdir(), 'prom-tutor-web-'));
    const port = await freePort();
    const { cert, key } = issue({ commonName: 'p', names: ['127.0.0.1'] });
    const files = {
      'prometheus.yml': '',
      'cert.pem': cert,
      'key.pem': key,
      'ca.pem': ca,
      password: 'test\n',
      // The bcrypt hash of "test" in Prometheus' own guide: https://prometheus.io/docs/guides/basic-auth/
      'web.yml': `tls_server_config: {cert_file: cert.pem, key_file: key.pem}
basic_auth_users: {admin: "$2b$12$hNf2lSsxfm0.i4a.1kVpSOVyBCfIB51VRjgBUyv6kdnyTlgWj81Ay"}
`,
      'http.yml': `basic_auth: {username: admin, password_file: password}
tls_config: {ca_file: ca.pem}
`,
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
    const child = spawn(
      'prometheus',
      [
        '--config.file=prometheus.yml',
        '--web.config.file=web.yml',
        `--web.listen-address=127.0.0.1:${port}`,
        '--web.external-url=/prometheus',
      ],
      { cwd: dir, stdio: 'ignore' },
    );
    const sources: Source[] = [];
    const asking = (url: string, options = {}) => {
      const made = httpSource({ url, ...options });
      sources.push(made);
      return made;
    };
    try {
      const url = `https://127.0.0.1:${port}`;
      const { notes: _, ...settings } = await loadHttpConfig(join(dir, 'http.yml'), {});
      const right = asking(`${url}/prometheus`, settings);
      await expect
        .poll(() => right.ready().catch((error) => error.message), { timeout: 30_000, interval: 200 })
        .toEqual({ ready: true, reason: '' });
      expect((await right.instant('1')).data).toMatchObject({ kind: 'scalar', value: 1 });
      const args = ['query', 'instant', '--http.config.file=http.yml', `${url}/prometheus`, '1'];
      expect(execFileSync('promtool', args, { cwd: dir }).toString()).toMatch(/^scalar: 1 @/);
      await expect(asking(url, settings).instant('1')).rejects.toMatchObject({
        kind: 'not-found',
        hint: `Prometheus answers at another path: -s ${url}/prometheus`,
      });
      await expect(asking(`${url}/prometheus`, { tls: { ca } }).instant('1')).rejects.toMatchObject({
        kind: 'auth',
        message: expect.stringContaining('asking for Basic'),
      });
      await expect(asking(`${url}/prometheus`).instant('1')).rejects.toMatchObject({ kind: 'tls' });
      await expect(asking(`http://127.0.0.1:${port}`).instant('1')).rejects.toMatchObject({ kind: 'tls' });
    } finally {
      await Promise.all(sources.map((each) => each.close()));
      child.kill('SIGKILL');
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
