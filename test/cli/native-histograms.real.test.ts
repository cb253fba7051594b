import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { isHistogram, type NativeHistogram } from '../../src/model/query-result.ts';
import { formatNumber } from '../../src/render/format.ts';
import { httpSource } from '../../src/source/http.ts';
import type { Source } from '../../src/source/source.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { freePort, type RunningPrometheus, realSuite, startPrometheus } from '../helpers/prometheus.ts';

const METRIC = 'prometheus_http_request_duration_seconds{handler="/metrics"}';

/** A Prometheus that scrapes its own native histograms, and what the commands make of them. */
realSuite('native histograms', ['prometheus', 'promtool'], () => {
  let prometheus: RunningPrometheus;
  let source: Source;
  let timeMs: number;
  beforeAll(async () => {
    const port = await freePort();
    prometheus = await startPrometheus({
      flags: [`--web.listen-address=127.0.0.1:${port}`, '--enable-feature=native-histograms'],
      config: `global: {scrape_interval: 1s}\nscrape_configs:\n- {job_name: self, static_configs: [{targets: ['127.0.0.1:${port}']}]}\n`,
    });
    source = httpSource({ url: prometheus.url });
    await vi.waitUntil(
      async () => {
        const { data } = await source.instant(`count_over_time(${METRIC}[10s]) > 2`);
        return data.kind === 'vector' && data.samples.length > 0;
      },
      { timeout: 30_000, interval: 300 },
    );
    // From here on all questions are about one moment, which does not change any more.
    timeMs = Math.floor(Date.now() / 1000) * 1000;
  });
  afterAll(async () => {
    await source?.close();
    await prometheus?.close();
  });

  async function run(...argv: readonly string[]) {
    const io = fakeIo({ columns: 120 });
    const code = await main([...argv, '--time', String(timeMs / 1000), '-s', prometheus.url, '--tz', 'UTC'], io);
    return { code, out: io.outText(), err: io.errText() };
  }

  async function histogram(): Promise<NativeHistogram> {
    const { data } = await source.instant(METRIC, { timeMs });
    const value = data.kind === 'vector' ? data.samples[0]?.value : undefined;
    if (value === undefined || !isHistogram(value)) throw new Error('no native histogram came');
    return value;
  }

  it('query shows count, sum and every bucket', async () => {
    const { count, sum, buckets } = await histogram();
    const { code, out } = await run('query', METRIC);
    expect(code).toBe(0);
    expect(out).toContain(`count ${formatNumber(count)}, sum ${formatNumber(sum)}`);
    for (const { lower, upper } of buckets) expect(out).toContain(`(${formatNumber(lower)}, ${formatNumber(upper)}]`);
  });

  it('explain says what they are, and walks through them', async () => {
    const { count } = await histogram();
    const tree = await run('explain', METRIC);
    expect(tree.out).toContain(`1 series (native histogram of ${formatNumber(count)} observations)`);
    const steps = await run('explain', `histogram_quantile(0.9, sum(rate(${METRIC}[10s])))`, '--step');
    expect(steps.code).toBe(0);
    expect(steps.out).toMatch(/sum\(rate\([^\n]*\n[\s\S]*histogram: count /);
    const whole = await run('explain', `histogram_quantile(0.9, sum(rate(${METRIC}[10s])))`);
    expect(whole.out).toContain('The 90th percentile of');
    expect(whole.out).toMatch(/└─ sum\(…\) {2}1 series \(native histogram of [\d.]+ observations\)/);
  });

  it.each([`histogram_quantile(0.9, sum(rate(${METRIC}[10s])))`, `histogram_quantile(0.9, rate(${METRIC}[10s]))`])(
    'why and lint miss no buckets in %s',
    async (query) => {
      expect((await run('why', query)).out).toContain('Nothing looks wrong');
      expect(await run('lint', query)).toMatchObject({ code: 0, out: expect.stringContaining('Nothing found') });
    },
  );
});
