import { createRequire } from 'node:module';
import type { EditorState as State } from '@codemirror/state';
import type * as Codemirror from '@prometheus-io/codemirror-promql';
import type { PrometheusDriver as Driver } from 'prometheus-query';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serverFacts } from '../../src/backends/server-facts.ts';
import { type Listener, listen } from '../../src/server/listen.ts';
import { embeddedSource } from '../../src/source/embedded.ts';
import { loadDump } from '../../src/source/load-dump.ts';

// Loaded with `import`, the completer and the editor would each have their own copy of @codemirror/state.
const require = createRequire(import.meta.url);
const { newCompleteStrategy, promQLLanguage, LanguageType } =
  require('@prometheus-io/codemirror-promql') as typeof Codemirror;
const { CompletionContext } = require('@codemirror/autocomplete') as {
  CompletionContext: new (...args: unknown[]) => Context;
};
const { EditorState } = require('@codemirror/state') as { EditorState: typeof State };
const { PrometheusDriver } = require('prometheus-query') as { PrometheusDriver: typeof Driver };

/** The context as the completer itself knows it: its types are those of the other module format. */
type Context = Parameters<ReturnType<typeof newCompleteStrategy>['promQL']>[0];

const AT_MS = 1_700_000_600_000;
const TEXT = `# HELP requests Things asked for.
# TYPE requests counter
${Array.from({ length: 41 }, (_, i) => `requests_total{code="200",path="/a"} ${i * 15} ${1_700_000_000 + i * 15}`).join('\n')}
${Array.from({ length: 41 }, (_, i) => `requests_total{code="500",path="/b"} ${i} ${1_700_000_000 + i * 15}`).join('\n')}
# HELP load How much there is to do.
# TYPE load gauge
load{"http.zone"="x"} 0.5 1700000600
# EOF
`;

let server: Listener;

beforeAll(async () => {
  const dump = await loadDump([TEXT], { format: 'openmetrics', atMs: AT_MS });
  const source = embeddedSource({
    storage: dump.storage,
    name: 'the samples',
    now: () => AT_MS,
    metadata: () => dump.metadata,
    targets: () => [
      {
        labels: { job: 'shop', instance: 'shop:80' },
        scrapePool: 'shop',
        scrapeUrl: 'http://shop:80/metrics',
        health: 'up',
        lastError: '',
        lastScrapeMs: AT_MS,
        lastScrapeDurationMs: 3,
        scrapeIntervalMs: 15_000,
      },
    ],
  });
  const facts = serverFacts({ storage: dump.storage, startedMs: AT_MS, cwd: '/', listen: '127.0.0.1:9090' });
  server = await listen({ source, now: () => AT_MS, metrics: async () => '', facts }, { host: '127.0.0.1', port: 0 });
});
afterAll(() => server?.close());

describe("the completer of Prometheus' own web page", () => {
  const complete = async (doc: string, pos: number): Promise<readonly string[]> => {
    const errors: unknown[] = [];
    const strategy = newCompleteStrategy({
      remote: { url: server.url, fetchFn: fetch, httpErrorHandler: (error: unknown) => errors.push(error) },
    });
    const state = EditorState.create({ doc, extensions: [promQLLanguage(LanguageType.PromQL)] });
    const found = await strategy.promQL(new CompletionContext(state, pos, true));
    expect(errors).toEqual([]);
    return (found?.options ?? []).map(({ label, detail, info }) =>
      [label, detail, typeof info === 'string' ? info : ''].filter((text) => text !== '').join(' | '),
    );
  };

  it.each<[string, number, string]>([
    ['re', 2, 'requests_total | counter | Things asked for.'],
    ['lo', 2, 'load | gauge | How much there is to do.'],
    ['requests_total{}', 15, 'path'],
    ['requests_total{code=""}', 21, '500'],
    ['sum by () (requests_total)', 8, 'code'],
    ['sum(requests_total{path=~""})', 26, '/b'],
  ])('completes %s at %i with %s', async (doc, pos, wanted) => {
    const found = await complete(doc, pos);
    expect(
      found.some((one) => one.startsWith(wanted)),
      found.slice(0, 10).join('; '),
    ).toBe(true);
  });
});

describe('the npm client prometheus-query', () => {
  const client = () => new PrometheusDriver({ endpoint: server.url, baseURL: '/api/v1' });

  it('asks for an instant', async () => {
    const { resultType, result } = await client().instantQuery('rate(requests_total[5m])', new Date(AT_MS));
    expect(resultType).toBe('vector');
    expect(result.map(({ metric, value }) => [metric.labels, value.value])).toEqual([
      [{ code: '200', path: '/a' }, expect.closeTo(1)],
      [{ code: '500', path: '/b' }, expect.closeTo(1 / 15)],
    ]);
  });

  it('asks for a range', async () => {
    const { resultType, result } = await client().rangeQuery('sum(requests_total)', AT_MS - 60_000, AT_MS, 30);
    expect(resultType).toBe('matrix');
    expect(result[0]?.values.map(({ value }: { value: number }) => value)).toEqual([576, 608, 640]);
  });

  it('asks for series, names and values', async () => {
    const series = await client().series(['requests_total'], AT_MS - 600_000, AT_MS);
    expect(series.map(({ name, labels }) => [name, labels])).toEqual([
      ['requests_total', { code: '200', path: '/a' }],
      ['requests_total', { code: '500', path: '/b' }],
    ]);
    expect(await client().labelNames()).toEqual(['__name__', 'code', 'http.zone', 'path']);
    expect(await client().labelValues('code')).toEqual(['200', '500']);
  });

  it('asks for metadata, targets, rules, alerts and status', async () => {
    expect(await client().metadata()).toMatchObject({ load: [{ type: 'gauge', help: 'How much there is to do.' }] });
    expect(await client().targets()).toMatchObject({ activeTargets: [{ labels: { job: 'shop' }, health: 'up' }] });
    expect(await client().targetsMetadata('{job="shop"}')).toEqual([]);
    expect(await client().rules()).toEqual([]);
    expect(await client().alerts()).toEqual([]);
    expect(await client().statusTSDB()).toMatchObject({ headStats: { numSeries: 3 } });
    expect(await client().statusBuildinfo()).toMatchObject({ version: '3.14.0' });
    expect(await client().statusRuntimeInfo()).toMatchObject({ reloadConfigSuccess: true });
    expect(await client().alertmanagers()).toEqual({ activeAlertmanagers: [], droppedAlertmanagers: [] });
    expect(await client().status()).toMatchObject({ yaml: expect.any(String) });
    expect(await client().statusFlags()).toMatchObject({ 'query.lookback-delta': '5m' });
  });

  it('is told what is wrong', async () => {
    await expect(client().instantQuery('rate(requests_total)')).rejects.toMatchObject({
      httpStatus: 400,
      prometheus: {
        errorType: 'bad_data',
        error: expect.stringContaining('expected type range vector in call to function "rate", got instant vector'),
      },
    });
  });
});
