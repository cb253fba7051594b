import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { history } from '../../src/app/history.ts';
import { type EmbeddedStack, startEmbeddedStack } from '../../src/backends/embedded-stack.ts';
import { COOKBOOK } from '../../src/explorer/cookbook.ts';
import { writeOpenMetrics } from '../../src/exposition/write.ts';
import { CHECKPOINT_NAMES, checkpointMs, type Scenario } from '../../src/model/scenario.ts';
import { formatNumber } from '../../src/render/format.ts';
import { html } from '../../src/render/html.ts';
import { renderLabels } from '../../src/render/labels.ts';
import { readRuleFile } from '../../src/scrape/rules/rule-file.ts';
import { handle } from '../../src/server/handle.ts';
import { httpSource } from '../../src/source/http.ts';
import type { Source } from '../../src/source/source.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { type RunningPrometheus, realSuite, startPrometheus } from '../helpers/prometheus.ts';

const RULES = `groups:
  - name: example
    interval: 1s
    rules:
      - alert: Loud
        expr: vector(1.5) > 0
        labels: { severity: page }
        annotations: { summary: "it is {{ $value | humanize }}, <b>not</b> less" }
      - alert: Waiting
        expr: label_replace(vector(2), "who", "a\\"b", "", "")
        for: 1d
        annotations: { summary: "{{ $labels.who }} waits" }
      - alert: Calm
        expr: vector(0) > 1
      - record: job:one:sum
        expr: vector(1)
`;

type Row = readonly [string, string];

realSuite('the page, and Prometheus itself', ['prometheus', 'promtool'], () => {
  let scenario: Scenario;
  let stack: EmbeddedStack;
  let prometheus: RunningPrometheus;
  let behind: Source;

  beforeAll(async () => {
    const t0Ms = Math.floor(Date.now() / 15_000) * 15_000;
    scenario = { t0Ms, seed: 1, historyMs: 3 * 3_600_000 };
    const io = fakeIo();
    const { groups, problems } = readRuleFile(RULES);
    expect(problems).toEqual([]);
    stack = await startEmbeddedStack(
      {
        scenario,
        continuing: [],
        host: '127.0.0.1',
        ports: { prometheus: 0, apps: [0, 0] },
        rules: { file: 'rules.yml', groups },
      },
      { now: Date.now, random: Math.random, readings: io.readings, log: () => undefined, logOf: () => undefined },
    );
    prometheus = await startPrometheus({
      openMetrics: [...writeOpenMetrics(history(scenario))].join(''),
      config: 'global: {scrape_interval: 15s, evaluation_interval: 1s}\nrule_files: [rules.yml]\n',
      files: { 'rules.yml': RULES },
    });
    behind = httpSource({ url: prometheus.url });
    await untilFiring(prometheus.url);
    await untilFiring(stack.prometheusUrl);
  });
  afterAll(async () => {
    await behind?.close();
    await prometheus?.close();
    await stack?.close();
  });

  const shown = async (path: string) => (await fetch(`${stack.prometheusUrl}${path}`)).text();
  const shownBehind = async (path: string) => {
    const deps = { source: behind, now: Date.now, metrics: async () => '' };
    return (await handle(new Request(`http://localhost${path}`), deps)).text();
  };

  const queries = ['up', ...COOKBOOK.flatMap(({ query, better }) => [query, better.query])];
  describe.each(CHECKPOINT_NAMES)('at %s', (checkpoint) => {
    it.each(queries)('the table of %s holds what the API of Prometheus answers', async (query) => {
      const time = checkpointMs(scenario, checkpoint) / 1000;
      const asked = await fetch(`${prometheus.url}/api/v1/query?${new URLSearchParams({ query, time: String(time) })}`);
      const { data } = (await asked.json()) as {
        readonly data: {
          readonly result: readonly { readonly metric: Record<string, string>; readonly value: [number, string] }[];
        };
      };
      const theirs = data.result.map(
        ({ metric, value }): Row => [html`${renderLabels(metric)}`.html, formatNumber(Number(value[1]))],
      );
      const page = `/graph?${new URLSearchParams({ 'g0.expr': query, 'g0.moment_input': String(time) })}`;
      expect(rowsOf(await shown(page))).toEqual(sorted(theirs));
      expect(rowsOf(await shownBehind(page))).toEqual(sorted(theirs));
    });
  });

  it('alerts hold what the API of Prometheus answers', async () => {
    const { data } = (await (await fetch(`${prometheus.url}/api/v1/alerts`)).json()) as {
      readonly data: { readonly alerts: readonly Alert[] };
    };
    expect(data.alerts.map(({ state }) => state).sort()).toEqual(['firing', 'pending']);
    for (const page of [await shown('/alerts'), await shownBehind('/alerts')]) {
      expect(page).toContain('1 firing, 1 pending, 1 inactive');
      for (const { labels, annotations, state, value } of data.alerts) {
        const row = page.split('<tr>').find((part) => part.includes(html`${renderLabels(labels)}`.html)) ?? '';
        expect(row).toContain(html`summary: ${annotations.summary}`.html);
        expect(row).toContain(`>${state}</span>`);
        expect(row).toContain(`>${formatNumber(Number(value))}</td>`);
      }
    }
  });

  it('rules hold the queries and states that the API of Prometheus answers', async () => {
    const { data } = (await (await fetch(`${prometheus.url}/api/v1/rules`)).json()) as {
      readonly data: {
        readonly groups: readonly { readonly rules: readonly { name: string; query: string; state?: string }[] }[];
      };
    };
    const rules = data.groups.flatMap((group) => group.rules);
    expect(rules).toHaveLength(4);
    for (const page of [await shown('/rules'), await shownBehind('/rules')]) {
      const parts = page.split('<div class="rule">').slice(1);
      expect(parts).toHaveLength(rules.length);
      for (const [index, { name, query, state }] of rules.entries()) {
        expect(parts[index]).toContain(`>${name}<`);
        expect(parts[index]).toContain(html`<code>${query}</code>`.html);
        expect(parts[index]).toContain(state === undefined ? '>recording<' : `>${state}<`);
      }
    }
  });
});

type Alert = {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: { readonly summary: string };
  readonly state: string;
  readonly value: string;
};

function rowsOf(page: string): readonly Row[] {
  const rows = page.matchAll(/<td class="series"><code>(.*?)<\/code><\/td>\s*<td class="number">(.*?)<\/td>/g);
  return sorted([...rows].map(([, name = '', value = '']): Row => [name, value]));
}

/** A vector has no order. */
function sorted(rows: readonly Row[]): readonly Row[] {
  return [...rows].sort((a, b) => (a.join() < b.join() ? -1 : 1));
}

async function untilFiring(url: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const answer = await fetch(`${url}/api/v1/alerts`);
    if ((await answer.text()).includes('"state":"firing"')) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`nothing fires at ${url}`);
}
