import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { history } from '../../src/app/history.ts';
import { ruleGroupsOf, targetsOf } from '../../src/backends/embedded-facts.ts';
import { storageWithPast } from '../../src/backends/embedded-stack.ts';
import { readStackRules, type StackRules, stackRulesFile, withRecorded } from '../../src/backends/stack-rules.ts';
import { writeOpenMetrics } from '../../src/exposition/write.ts';
import { labelsKey } from '../../src/model/labels.ts';
import type { QueryData } from '../../src/model/query-result.ts';
import { checkpointMs, type Scenario } from '../../src/model/scenario.ts';
import { type ScrapeLoop, startScraping } from '../../src/scrape/loop.ts';
import { type RuleLoop, startRules } from '../../src/scrape/rules/rule-loop.ts';
import { slotOffsetMs } from '../../src/scrape/rules/slots.ts';
import { type Listener, listen } from '../../src/server/listen.ts';
import { embeddedSource } from '../../src/source/embedded.ts';
import { httpSource } from '../../src/source/http.ts';
import type { Source } from '../../src/source/source.ts';
import { until } from '../app/helpers.ts';
import { type Loopback, loopback } from '../helpers/loopback.ts';
import { freePort, type RunningPrometheus, realSuite, startPrometheus } from '../helpers/prometheus.ts';

/** What the stack's own rules do not do: fail, each in its own way. */
const FAILING = `
  - name: failing
    limit: 1
    rules:
      - record: clash
        expr: sse_requests_total
        labels: {provider: same, status: same}
      - record: matrix
        expr: up[1m]
      - record: many
        expr: up
      - alert: Many
        expr: up
      - alert: Twice
        expr: up
        labels: {instance: same}
      - record: refused
        expr: label_replace(up, "a", "b", "job", "(")
`;

const T0_MS = Math.floor(Date.now() / 15_000) * 15_000;
const SCENARIO: Scenario = { t0Ms: T0_MS, seed: 1, historyMs: 3 * 3_600_000 };

realSuite('the rules of the stack, embedded beside Prometheus', ['prometheus', 'promtool'], () => {
  const undo: (() => Promise<void> | void)[] = [];
  let rules: StackRules;
  let file: string;
  let prometheus: RunningPrometheus;
  let theirs: Source;
  let ours: Source;
  let listener: Listener;

  beforeAll(async () => {
    rules = await readStackRules(stackRulesFile());
    const target = await exposingTarget();
    undo.push(() => target.close());
    const closed = `127.0.0.1:${await freePort()}`;
    const targets = [
      { address: `127.0.0.1:${target.port}`, instance: 'sse-app:8000' },
      { address: closed, instance: 'sse-app-2:8000' },
    ];
    const dir = mkdtempSync(join(tmpdir(), 'prom-tutor-stack-rules-'));
    undo.push(() => rmSync(dir, { recursive: true, force: true }));
    file = join(dir, 'rules.yml');
    writeFileSync(file, liveRules());
    const om = [...writeOpenMetrics(await withRecorded(history(SCENARIO), rules, SCENARIO))].join('');
    prometheus = await startPrometheus({ openMetrics: om, config: configOf(targets, file) });
    undo.push(() => prometheus.close());
    theirs = httpSource({ url: prometheus.url });
    undo.push(() => theirs.close());
    ({ source: ours, listener } = await startOurs(targets, file, rules));
  });
  afterAll(async () => {
    for (const step of undo.reverse()) await step();
  });

  async function startOurs(targets: readonly Address[], file: string, past: StackRules) {
    const storage = await storageWithPast(SCENARIO, past);
    const intervalMs = 1_000;
    const engine = { subqueryStepMs: intervalMs };
    const loop: ScrapeLoop = startScraping({
      storage,
      now: Date.now,
      targets: targets.map(({ address, instance }) => ({
        job: 'sse-streaming',
        url: `http://${address}/metrics`,
        labels: { instance, job: 'sse-streaming' },
        intervalMs,
        timeoutMs: intervalMs,
        sampleLimit: 0,
        bodySizeLimit: 1e6,
      })),
    });
    undo.push(() => loop.stop());
    const running: RuleLoop = startRules({
      ...(await readStackRules(file)),
      storage,
      intervalMs,
      engine,
      now: Date.now,
      offsetMs: () => 500,
      externalUrl: '',
    });
    undo.push(() => running.stop());
    const source = embeddedSource({
      storage,
      engine,
      name: 'embedded',
      now: Date.now,
      targets: () => targetsOf(loop.targets),
      rules: () => ruleGroupsOf(running.groups),
    });
    const server = await listen({ source, now: Date.now, metrics: async () => '' }, { host: '127.0.0.1', port: 0 });
    undo.push(() => server.close());
    return { source, listener: server };
  }

  it.each(['{__name__=~".+:.+:.+"}', 'ALERTS', 'ALERTS_FOR_STATE'])(
    'has the same samples of %s in the history',
    async (selector) => {
      const query = `${selector}[3h]`;
      const rows = (data: QueryData) =>
        data.kind === 'matrix'
          ? data.series.map(({ labels, samples }) => [labelsKey(labels), samples] as const).sort()
          : [];
      const [a, b] = await Promise.all([ours, theirs].map((source) => source.instant(query, { timeMs: T0_MS })));
      expect(rows(a?.data as QueryData).length).toBeGreaterThan(3);
      expect(rows(a?.data as QueryData)).toEqual(rows(b?.data as QueryData));
    },
  );

  it('recorded what Prometheus computes from the same history', async () => {
    for (const { rules: list } of rules.groups) {
      for (const rule of list) {
        if (rule.kind !== 'recording') continue;
        const raw = await ours.instant(`${rule.record}[1h]`, { timeMs: T0_MS });
        if (raw.data.kind !== 'matrix') throw new Error('no matrix');
        const times = raw.data.series[0]?.samples.map(({ ms }) => ms) ?? [];
        expect(times.length).toBe(240);
        const range = { startMs: times[0] ?? 0, endMs: times.at(-1) ?? 0, stepMs: 15_000 };
        const { data } = await theirs.range(rule.query, range);
        if (data.kind !== 'matrix') throw new Error('no matrix');
        expect(data.series.length).toBe(raw.data.series.length);
        for (const { labels, samples } of data.series) {
          const same = raw.data.series.find(
            (one) => one.labels.provider === labels.provider && one.labels.job === labels.job,
          );
          for (const [index, { ms, value }] of samples.entries()) {
            const mine = same?.samples[index];
            expect(mine?.ms).toBe(ms);
            if (Number.isNaN(value)) expect(mine?.value).toBeNaN();
            else expect(mine?.value as number).toBeCloseTo(value as number, 9);
          }
        }
      }
    }
  });

  it('shows alerts at the moments that lessons look at, first pending, then firing', async () => {
    const at = async (source: Source, query: string, timeMs: number) => {
      const { data } = await source.instant(query, { timeMs });
      return data.kind === 'vector' ? data.samples.map(({ labels }) => `${labels.alertname} ${labels.alertstate}`) : [];
    };
    for (const source of [ours, theirs]) {
      const firing = 'count by (alertname, alertstate) (ALERTS{alertstate="firing"})';
      expect((await at(source, firing, checkpointMs(SCENARIO, 'target-down'))).sort()).toEqual(['TargetDown firing']);
      expect((await at(source, firing, checkpointMs(SCENARIO, 'incident'))).sort()).toEqual([
        'CircuitBreakerOpen firing',
        'ProviderErrorRatioHigh firing',
      ]);
      expect(await at(source, 'ALERTS', checkpointMs(SCENARIO, 'quiet'))).toEqual([]);
      for (const alert of ['TargetDown', 'ProviderErrorRatioHigh']) {
        const { data } = await source.instant(`ALERTS{alertname="${alert}"}[1h]`, { timeMs: T0_MS });
        if (data.kind !== 'matrix') throw new Error('no matrix');
        const byState = new Map(data.series.map(({ labels, samples }) => [labels.alertstate, samples]));
        expect(byState.get('pending')?.length).toBe(4);
        expect((byState.get('firing')?.[0]?.ms ?? 0) - (byState.get('pending')?.at(-1)?.ms ?? 0)).toBe(15_000);
      }
    }
  });

  it('shows the same rules and alerts over the API, whatever is asked', async () => {
    const settled = (groups: readonly { readonly rules: readonly object[] }[]) =>
      JSON.stringify(groups).includes('"name":"TargetDown","query":"up == 0"') &&
      groups.flatMap(({ rules: list }) => list as Json[]).every((rule) => rule.health !== 'unknown') &&
      ['TargetDown', 'ProviderErrorRatioHigh', 'CircuitBreakerOpen'].every((name) =>
        groups
          .flatMap(({ rules: list }) => list as Json[])
          .some((rule) => rule.name === name && rule.state === 'firing'),
      );
    for (const url of [listener.url, prometheus.url]) {
      await until(
        () => ask(url, 'rules'),
        ({ body }) => settled((body.data as Json).groups as never),
        30_000,
      );
    }
    const tokens = await Promise.all(
      [listener.url, prometheus.url].map(
        async (url) => ((await ask(url, 'rules?group_limit=1')).body.data as Json).groupNextToken,
      ),
    );
    for (const question of QUESTIONS) {
      const [a, b] = await Promise.all([
        ask(listener.url, question.replace('TOKEN', String(tokens[0]))),
        ask(prometheus.url, question.replace('TOKEN', String(tokens[1]))),
      ]);
      expect({ question, ...plain(a) }).toEqual({ question, ...plain(b) });
    }
    const [a, b] = await Promise.all([ours, theirs].map((source) => source.alerts()));
    const named = (alerts: typeof a) => alerts?.map(({ labels, state }) => `${labelsKey(labels)} ${state}`).sort();
    expect(named(a)?.length).toBe(3);
    expect(named(a)).toEqual(named(b));
    const [groups, same] = await Promise.all([ours, theirs].map((source) => source.rules()));
    const { data } = await theirs.instant('provider:sse_requests:rate5m[5s]');
    const times =
      data.kind === 'matrix' ? data.series.flatMap(({ samples }) => samples.map(({ ms }) => ms % 1_000)) : [];
    expect(new Set(times)).toEqual(new Set([Math.floor(slotOffsetMs(file, 'sse-recording', 1_000))]));
    const outline = (list: typeof groups) =>
      list?.map(({ name, rules: inner }) => [
        name,
        inner.map((rule) => [rule.kind, rule.name, rule.query, rule.health, rule.lastError]),
      ]);
    expect(outline(groups)).toEqual(outline(same));
  });
});

const QUESTIONS: readonly string[] = [
  'rules',
  'alerts',
  'rules?type=alert',
  'rules?type=RECORD',
  'rules?type=x',
  'rules?rule_name[]=TargetDown&rule_name[]=job:sse_errors:burnrate1h',
  'rules?rule_group[]=sse-slo',
  'rules?rule_group[]=nothing',
  'rules?file[]=nothing',
  'rules?exclude_alerts=true',
  'rules?exclude_alerts=maybe',
  'rules?type=alert&match[]={severity="warning"}',
  'rules?match[]={severity="critical",slo=~".%2B"}&match[]={severity="warning"}',
  'rules?match[]={severity=',
  'rules?match[]={severity=~".*"}',
  'rules?group_limit=1',
  'rules?group_limit=2&type=alert',
  'rules?group_limit=99',
  'rules?group_limit=1&group_next_token=TOKEN',
  'rules?group_limit=1&group_next_token=wrong',
  'rules?group_next_token=TOKEN',
  'rules?group_limit=0',
  'rules?group_limit=x',
  'rules?group_limit=99999999999',
];

type Json = Readonly<Record<string, unknown>>;
type Address = { readonly address: string; readonly instance: string };
type Answer = { readonly status: number; readonly body: Json };

async function ask(url: string, question: string): Promise<Answer> {
  const response = await fetch(`${url}/api/v1/${question}`);
  return { status: response.status, body: (await response.json()) as Json };
}

/** Without what differs from moment to moment; alerts in the order of their labels. */
function plain({ status, body }: Answer): Answer {
  const text = JSON.stringify(body, (key, value) => {
    if (key === 'evaluationTime' && typeof value === 'number') return 'seconds';
    if (['lastEvaluation', 'activeAt'].includes(key) && /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(value))
      return 'time';
    if (key === 'value' && typeof value === 'string') return Number(value).toPrecision(9);
    if (key === 'file') return 'file';
    if (key === 'groupNextToken') return 'token';
    if (key === 'alerts' && Array.isArray(value)) {
      return [...value].sort((a, b) => (labelsKey(a.labels) < labelsKey(b.labels) ? -1 : 1));
    }
    return value;
  });
  return {
    status,
    body: JSON.parse(
      text
        .replace(/at \d+\.\d requests/g, 'at N requests')
        .replace(/burns its error budget [\d.]+/g, 'burns N')
        .replace(/gone in [\w ]+/g, 'gone in N'),
    ),
  };
}

/** The stack's rules, with short waits, and others that fail. */
function liveRules(): string {
  return readFileSync(stackRulesFile(), 'utf8').replaceAll('for: 1m', 'for: 2s') + FAILING;
}

function configOf(targets: readonly Address[], file: string): string {
  return JSON.stringify({
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [file],
    scrape_configs: [
      {
        job_name: 'sse-streaming',
        static_configs: targets.map(({ address, instance }) => ({ targets: [address], labels: { instance } })),
      },
    ],
  });
}

/** A service whose requests to a provider that the history does not know fail in two of five cases; its breaker is open. */
function exposingTarget(): Promise<Loopback> {
  const began = Date.now();
  return loopback((_, response) => {
    const count = Math.floor((Date.now() - began) / 100);
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
    response.end(
      [
        `sse_requests_total{provider="bedrock",status="success"} ${3 * count}`,
        `sse_requests_total{provider="bedrock",status="error"} ${2 * count}`,
        'sse_circuit_breaker_state{provider="bedrock"} 2',
        'sse_circuit_breaker_state{provider="openai"} 0',
        '',
      ].join('\n'),
    );
  });
}
