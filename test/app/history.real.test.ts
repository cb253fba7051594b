import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApp, type RunningApp } from '../../src/app/app.ts';
import { history } from '../../src/app/history.ts';
import { INSTANCES } from '../../src/app/schema.ts';
import { PrometheusClient } from '../../src/client/prometheus-client.ts';
import { writeOpenMetrics } from '../../src/exposition/write.ts';
import { CHECKPOINT_NAMES, type CheckpointName, checkpointMs, type Scenario } from '../../src/model/scenario.ts';
import { type RunningPrometheus, realSuite, startPrometheus } from '../helpers/prometheus.ts';
import { scenario, testWorld, until } from './helpers.ts';

const ONE = 'sse-app:8000';
const TWO = 'sse-app-2:8000';

realSuite(
  'a real Prometheus with the written past, scraping the service that goes on from it',
  ['prometheus', 'promtool'],
  () => {
    const past: Scenario = { ...scenario(1), t0Ms: Math.floor(Date.now() / 15_000) * 15_000 };
    const apps: RunningApp[] = [];
    let prometheus: RunningPrometheus;
    let client: PrometheusClient;

    beforeAll(async () => {
      for (const { name } of INSTANCES)
        apps.push(await createApp({ instance: name, port: 0, scenario: past }, testWorld()));
      const targets = apps.map(
        ({ port }, i) => `{targets: ["127.0.0.1:${port}"], labels: {instance: "${INSTANCES[i]?.name}"}}`,
      );
      prometheus = await startPrometheus({
        openMetrics: [...writeOpenMetrics(history(past))].join(''),
        config: `global: {scrape_interval: 1s}\nscrape_configs: [{job_name: sse-streaming, static_configs: [${targets}]}]\n`,
      });
      client = new PrometheusClient({ url: prometheus.url });
    });
    afterAll(async () => {
      await client?.close();
      await prometheus?.close();
      await Promise.all(apps.map((app) => app.close()));
    });

    /** The rows of an instant query by the values of some labels; at a checkpoint, or now. */
    async function rows(query: string, at: CheckpointName | 'now', ...by: string[]): Promise<Record<string, number>> {
      const time = at === 'now' ? new Date() : new Date(checkpointMs(past, at));
      const { data } = await client.query(query, { time });
      if (data.kind !== 'vector') throw new Error(`a ${data.kind}`);
      return Object.fromEntries(
        data.samples.map(({ labels, value }) => [by.map((name) => labels[name] ?? '').join(' '), value as number]),
      );
    }

    async function single(query: string, at: CheckpointName | 'now'): Promise<number | undefined> {
      return Object.values(await rows(query, at))[0];
    }

    it.each(CHECKPOINT_NAMES)('%s: up is 0 for instance 2 at target-down, and for nobody else ever', async (at) => {
      expect(await rows('up == 0', at, 'instance')).toEqual(at === 'target-down' ? { [TWO]: 0 } : {});
      expect(await rows('count by (job) (up)', at, 'job')).toEqual({ 'sse-streaming': 2, prometheus: 1 });
    });

    it.each(CHECKPOINT_NAMES)('%s: the breaker of anthropic, and only that one, is as the lessons say', async (at) => {
      const value = { incident: 2, 'half-open': 1 }[at as string] ?? 0;
      const instances = at === 'target-down' ? [ONE] : [ONE, TWO];
      for (const provider of ['openai', 'anthropic', 'mistral']) {
        const expected = Object.fromEntries(instances.map((name) => [name, provider === 'anthropic' ? value : 0]));
        expect(await rows(`sse_circuit_breaker_state{provider="${provider}"}`, at, 'instance')).toEqual(expected);
      }
    });

    it('has nothing of a stopped instance at target-down: its last samples are past the lookback', async () => {
      expect(
        Object.keys(await rows('count by (instance) ({__name__=~"sse_.+|process_.+"})', 'target-down', 'instance')),
      ).toEqual([ONE]);
      expect(
        Object.keys(await rows('sum by (instance) (rate(sse_requests_total[5m]))', 'target-down', 'instance')),
      ).toEqual([ONE]);
    });

    const RATIO =
      'sum by (provider) (rate(sse_requests_total{status="error"}[5m])) / sum by (provider) (rate(sse_requests_total[5m]))';

    it('has no ratio for idle mistral, the ratio 0 while it is warm, and never an error series of it', async () => {
      for (const at of CHECKPOINT_NAMES) {
        const { mistral } = await rows(RATIO, at, 'provider');
        if (at === 'warm') expect(mistral).toBe(0);
        else expect(mistral).toBeNaN();
        expect(await rows('sse_errors_total{provider="mistral"}', at)).toEqual({});
      }
    });

    it('fails about 1.5 % on an ordinary moment and clearly more in the incident, whose worst is anthropic', async () => {
      const percent = '100 * sum(rate(sse_errors_total[5m])) / sum(rate(sse_requests_total[5m]))';
      for (const at of ['quiet', 'target-down', 'warm', 'restart'] as const) {
        expect(await single(percent, at)).toBeGreaterThan(0.8);
        expect(await single(percent, at)).toBeLessThan(2.5);
      }
      for (const at of ['incident', 'half-open'] as const) {
        expect(await single(percent, at)).toBeGreaterThan(25);
        expect(Object.keys(await rows(`topk(1, ${RATIO})`, at, 'provider'))).toEqual(['anthropic']);
      }
      expect(
        Object.keys(await rows('topk(1, sum by (provider) (rate(sse_requests_total[5m])))', 'incident', 'provider')),
      ).toEqual(['openai']);
    });

    it('refuses what the open breaker stops, without measuring it', async () => {
      const refused = await single(
        'sum(rate(sse_errors_total{provider="anthropic",type="circuit_open"}[2m]))',
        'incident',
      );
      expect(refused).toBeGreaterThan(1);
      expect(await single('sum(rate(sse_requests_total{provider="anthropic"}[2m]))', 'incident')).toBeCloseTo(
        refused ?? 0,
        9,
      );
      expect(await single('sum(rate(sse_request_duration_seconds_count{provider="anthropic"}[2m]))', 'incident')).toBe(
        0,
      );
    });

    it('has its p99 well inside a bucket on an ordinary moment and at the last bound in the incident', async () => {
      const p99 = 'histogram_quantile(0.99, sum by (provider, le) (rate(sse_request_duration_seconds_bucket[5m])))';
      for (const at of CHECKPOINT_NAMES) {
        const { openai } = await rows(p99, at, 'provider');
        expect(openai).toBeGreaterThan(1.05);
        expect(openai).toBeLessThan(2.4);
      }
      expect((await rows(p99, 'incident', 'provider')).anthropic).toBe(10);
      expect((await rows(p99, 'quiet', 'provider')).anthropic).toBeLessThan(5);
    });

    it('shows the restart as a reset that rate repairs and a sum hides', async () => {
      const resets = 'resets(sse_requests_total{provider="openai",status="success"}[10m])';
      expect(await rows(resets, 'restart', 'instance')).toEqual({ [ONE]: 0, [TWO]: 1 });
      expect(await single('sum(rate(sse_requests_total[5m]))', 'restart')).toBeLessThan(12);
      expect(await single('rate(sum(sse_requests_total)[5m:15s])', 'restart')).toBeGreaterThan(50);
      expect(await rows('min by (instance) (up)', 'restart', 'instance')).toMatchObject({ [TWO]: 1 });
    });

    it('has one error series that is born with the value 1, which increase does not see', async () => {
      const late = 'sse_errors_total{provider="openai",type="upstream_5xx"}';
      expect(await rows(late, 'target-down')).toEqual({});
      expect(await rows(late, 'quiet', 'instance')).toEqual({ [ONE]: 1 });
      expect(await rows(`increase(${late}[1h])`, 'quiet', 'instance')).toEqual({ [ONE]: 0 });
    });

    it('stores le and quantile as Prometheus 3 does when it scrapes', async () => {
      for (const at of ['quiet', 'now'] as const) {
        expect(await single('count(sse_request_duration_seconds_bucket{le="1.0"})', at)).toBe(6);
        expect(await rows('sse_request_duration_seconds_bucket{le="1"}', at)).toEqual({});
        expect(await single('count(sse_first_token_seconds{quantile="0.5"})', at)).toBe(6);
      }
    });

    const GUIDE = [
      'sum(rate(sse_requests_total[5m]))',
      'sum(rate(sse_errors_total[5m]))',
      '(sum(rate(sse_errors_total[5m])) / sum(rate(sse_requests_total[5m]))) * 100',
      'histogram_quantile(0.50, rate(sse_request_duration_seconds_bucket[5m]))',
      'histogram_quantile(0.95, rate(sse_request_duration_seconds_bucket[5m]))',
      'histogram_quantile(0.99, rate(sse_request_duration_seconds_bucket[5m]))',
      'sum(sse_active_connections)',
      'sse_circuit_breaker_state',
      'rate(sse_requests_total{provider="openai"}[5m])',
      'rate(sse_errors_total{provider="anthropic"}[5m])',
    ];
    it.each(GUIDE)('answers the query of the guide: %s', async (query) => {
      const values = Object.values(await rows(query, 'quiet', 'provider', 'instance', 'status', 'type'));
      expect(values.some((value) => Number.isFinite(value))).toBe(true);
    });

    it('has the past and the present of a counter in one series that never resets at the seam', async () => {
      await until(
        () => rows('min by (instance) (timestamp(sse_requests_total))', 'now', 'instance'),
        (newest) => Object.values(newest).length === 2 && Object.values(newest).every((at) => at * 1000 > past.t0Ms),
        15_000,
      );
      const counters = [
        'sse_requests_total',
        'sse_errors_total',
        'sse_request_duration_seconds_bucket',
        'sse_request_duration_seconds_sum',
        'sse_first_token_seconds_count',
        'process_cpu_seconds_total',
      ];
      for (const name of counters) {
        const noResets = { [ONE]: 0, [TWO]: 0 };
        expect(await rows(`sum by (instance) (resets(${name}[2m]))`, 'now', 'instance')).toEqual(noResets);
      }
      expect(await rows('changes(process_start_time_seconds[2m])', 'now', 'instance')).toEqual({ [ONE]: 0, [TWO]: 0 });
      expect(await single('count({job="sse-streaming"})', 'now')).toBe(
        await single('count({job="sse-streaming"})', 'quiet'),
      );
    });

    it('is scraped without an error and tells every type', async () => {
      const targets = await until(
        () => client.targets(),
        (list) => list.every(({ health }) => health !== 'unknown'),
        10_000,
      );
      expect(targets.map(({ lastError }) => lastError)).toEqual(['', '']);
      const metadata = await client.metadata();
      const typeOf = (name: string) => metadata.get(name)?.[0]?.type;
      expect(
        ['sse_requests_total', 'sse_active_connections', 'sse_request_duration_seconds', 'sse_first_token_seconds'].map(
          typeOf,
        ),
      ).toEqual(['counter', 'gauge', 'histogram', 'summary']);
    });

    it('answers the service when it asks for its own metrics', async () => {
      const asking = await createApp({ instance: ONE, port: 0, prometheusUrl: prometheus.url }, testWorld());
      try {
        const answer = await fetch(`${asking.url}/admin/metrics`);
        expect(answer.status).toBe(200);
        expect(await answer.json()).toEqual({ active_connections: await single('sum(sse_active_connections)', 'now') });
      } finally {
        await asking.close();
      }
    });
  },
);
