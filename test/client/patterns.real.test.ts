import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PrometheusClient } from '../../src/client/index.ts';
import { codeBlocks, runExample } from '../helpers/doc-examples.ts';
import { type RunningPrometheus, realSuite, startPrometheus } from '../helpers/prometheus.ts';

const [contextManager = '', tryFinally = '', handler = '', timeRange = ''] = codeBlocks('docs/library.md');

/** An hour up to now: two instances with a constant number of connections, two providers with a constant rate. */
function lastHour(): string {
  const end = Math.floor(Date.now() / 15_000) * 15;
  const times = Array.from({ length: 261 }, (_, index) => end - 3900 + index * 15);
  const lines = (series: string, value: (index: number) => number) =>
    times.map((time, index) => `${series} ${value(index)} ${time}`);
  return [
    '# TYPE sse_active_connections gauge',
    ...lines('sse_active_connections{instance="sse-app:8000"}', () => 3),
    ...lines('sse_active_connections{instance="sse-app-2:8000"}', () => 4),
    '# TYPE sse_requests counter',
    ...lines('sse_requests_total{provider="anthropic"}', (index) => index * 15),
    ...lines('sse_requests_total{provider="openai"}', (index) => index * 30),
    '# EOF\n',
  ].join('\n');
}

realSuite('the patterns of docs/library.md on a real Prometheus', ['prometheus', 'promtool'], () => {
  let prometheus: RunningPrometheus;
  beforeAll(async () => {
    prometheus = await startPrometheus({ openMetrics: lastHour() });
    process.env.PROM_TUTOR_URL = prometheus.url;
  });
  afterAll(async () => {
    delete process.env.PROM_TUTOR_URL;
    await prometheus?.close();
  });

  it.each([
    ['await using', contextManager],
    ['try and finally', tryFinally],
  ])('a client for one question, with %s', async (_, code) => {
    const { activeConnections } = await runExample<{ activeConnections(): Promise<number | undefined> }>(code);
    expect(await activeConnections()).toBe(7);
  });

  it('a client handed to a request handler', async () => {
    const { adminServer } = await runExample<{ adminServer(client: PrometheusClient): Server }>(handler);
    const app = adminServer(new PrometheusClient());
    await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', () => resolve()));
    const answer = await fetch(`http://127.0.0.1:${(app.address() as AddressInfo).port}/admin/metrics`);
    expect(await answer.json()).toEqual({ active_connections: 7 });
    app.closeAllConnections();
    await new Promise((resolve) => app.close(resolve));
  });

  it('a range of time', async () => {
    const { requestRates } = await runExample<{ requestRates(): Promise<Map<string, number>> }>(timeRange);
    const rates = await requestRates();
    expect([...rates.keys()].sort()).toEqual(['{provider="anthropic"}', '{provider="openai"}']);
    expect(rates.get('{provider="anthropic"}')).toBeCloseTo(1, 1);
    expect(rates.get('{provider="openai"}')).toBeCloseTo(2, 1);
  });

  it('everything else the client offers', async () => {
    const client = new PrometheusClient();
    try {
      const end = Date.now() / 1000;
      const window = { start: end - 3600, end };
      expect(await client.labelValues('provider', window)).toEqual(['anthropic', 'openai']);
      expect(await client.labels({ match: 'sse_active_connections', ...window })).toEqual(['__name__', 'instance']);
      expect(await client.series('sse_requests_total', window)).toHaveLength(2);
      expect(client.extractScalarValue(await client.query('sse_active_connections'))).toBeUndefined();
      expect(client.extractScalarValue(await client.query('no_such_metric'))).toBeUndefined();
      expect(client.extractScalarValue(await client.query('vector(0)'))).toBe(0);
      expect((await client.metadata()).size).toBe(0);
      expect(await client.targets()).toEqual([]);
      await expect(client.query('sum(')).rejects.toMatchObject({
        name: 'QueryError',
        position: { line: 1, column: 5 },
      });
    } finally {
      await client.close();
    }
  });
});
