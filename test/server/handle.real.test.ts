import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serverFacts } from '../../src/backends/server-facts.ts';
import { handle } from '../../src/server/handle.ts';
import { embeddedSource } from '../../src/source/embedded.ts';
import { httpSource } from '../../src/source/http.ts';
import { loadDump } from '../../src/source/load-dump.ts';
import type { Source } from '../../src/source/source.ts';
import { LONG_QUERIES } from '../helpers/long-queries.ts';
import { type RunningPrometheus, realSuite, startPrometheus } from '../helpers/prometheus.ts';

const samples = `# TYPE a counter
# HELP a Things done.
${Array.from({ length: 40 }, (_, i) => `a_total{x="1"} ${i} ${1_700_000_000 + i * 15}.25`).join('\n')}
${Array.from({ length: 40 }, (_, i) => `a_total{x="2"} ${i / 7} ${1_700_000_000 + i * 15}`).join('\n')}
# TYPE b gauge
b{"odd.name"="1"} NaN 1700000300
b{"odd.name"="2"} +Inf 1700000300
b{"odd.name"="3"} 1e-9 1700000300
b{"odd.name"="4"} 1e21 1700000300
b{"odd.name"="5"} -0.1 1700000300
b{"odd.name"="<>&\\"é\\n"} 5 1700000300
# EOF
`;

const at = 'time=1700000310';
const range = 'start=1700000000&end=1700000600&step=60';
const requests: [string, RequestInit?][] = [
  [`query?query=a_total&${at}`],
  [`query?query=sort(b)&${at}`],
  [`query?query=a_total[1m]&${at}`],
  [`query?query=1.5e-7&time=1.5`],
  [`query?query=%22text%22&${at}`],
  [`query?query=nothing&${at}`],
  [`query?query=rate(b[5m])&${at}`],
  [`query?query=a_total&limit=1&${at}`],
  [`query?query=a_total&lookback_delta=1s&${at}`],
  ['query?query=1&time=2023-11-14T22:18:30Z'],
  ['query?query=1&time=2023-11-14T22:18:30.5%2B01:00'],
  [`query_range?query=a_total&${range}`],
  [`query_range?query=rate(a_total[2m])&${range}`],
  [`query_range?query=1&${range}`],
  [`query_range?query=a_total&start=1700000000&end=1700000600&step=1m30s`],
  ['query'],
  ['query?query=sum('],
  ['query?query=sum(%22%C3%A9%22)%20é'],
  ['query?query=rate(a_total)'],
  ['query?query=1%20%3D%201'],
  ['query?query=up&time=abc'],
  ['query?query=up&timeout=abc'],
  ['query?query=up&limit=abc'],
  ['query?query=up&limit=-1'],
  ['query?query=up&lookback_delta=abc'],
  [`query?query=a_total%2Bon()a_total&${at}`],
  ['query_range?query=up'],
  ['query_range?query=up&start=1'],
  ['query_range?query=up&start=1&end=abc'],
  ['query_range?query=up&start=10&end=1&step=1'],
  ['query_range?query=up&start=1&end=10&step=0'],
  ['query_range?query=up&start=1&end=10&step=-5'],
  ['query_range?query=up&start=1&end=10&step=abc'],
  ['query_range?query=up&start=1&end=10'],
  ['query_range?query=up&start=1&end=100000&step=1'],
  ['query_range?query=up[5m]&start=1&end=10&step=1'],
  ['query_range?query=%22text%22&start=1&end=10&step=1'],
  ['series?match[]=a_total&start=1700000000&end=1700000600'],
  ['series?match[]=a_total&match[]=b&start=1700000000&end=1700000600'],
  ['series?match[]=a_total&start=1700000000&end=1700000600&limit=1'],
  ['series'],
  ['series?match[]=sum(up)'],
  ['series?match[]={}'],
  ['series?match[]='],
  ['labels?match[]={}'],
  ['labels?match[]=sum(up)'],
  ['label/x/values?match[]={}'],
  ['label/x/values?match[]=sum(up)'],
  ['series?match[]=up&start=abc'],
  ['labels?start=abc'],
  ['labels?start=1700000000&end=1700000600'],
  ['labels?match[]=b&start=1700000000&end=1700000600'],
  ['labels?start=1700000000&end=1700000600&limit=1'],
  ['label/x/values?start=1700000000&end=1700000600'],
  ['label/U__odd_2e_name/values?start=1700000000&end=1700000600'],
  ['label/__name__/values?start=1700000000&end=1700000600&limit=1'],
  ['label/nothing/values'],
  ['metadata'],
  ['metadata?metric=nothing'],
  ['metadata?limit=abc'],
  ['targets'],
  ['targets?state=dropped'],
  ['nope'],
  ['format_query?query=sum(rate(a_total%5B5m%5D))by(x)%2F%20on(x)%20group_left%20b%20%3E%20bool%201'],
  ['format_query'],
  ['format_query?query=a%2B'],
  ['format_query', { method: 'POST', body: new URLSearchParams({ query: 'sum( a ) ' }) }],
  ['parse_query?query=sum(rate(a_total%5B5m%5D))by(x)%2F%20on(x)%20group_left%20b%20%3E%20bool%201'],
  ['parse_query'],
  ['parse_query?query=%7B%7D'],
  ['parse_query', { method: 'POST', body: new URLSearchParams({ query: 'up offset 5m' }) }],
  ['query_exemplars?query=a_total&start=1&end=2'],
  ['query_exemplars?query=a_total'],
  ['query_exemplars?query=1'],
  ['query_exemplars'],
  ['query_exemplars?query=a%7B'],
  ['query_exemplars?query=a&start=10&end=1'],
  ['query_exemplars?query=a&start=abc'],
  ['query_exemplars', { method: 'POST', body: new URLSearchParams({ query: 'a' }) }],
  ['scrape_pools'],
  ['targets/metadata'],
  ['targets/metadata?metric=up'],
  ['targets/metadata?limit=abc'],
  ['targets/metadata?match_target=%7B'],
  ['alertmanagers'],
  ['notifications'],
  ['status/walreplay'],
  ['status/tsdb?limit=0'],
  ['status/tsdb?limit=abc'],
  ['status/nothing'],
  ['status/config', { method: 'POST' }],
  ['status/flags', { method: 'POST' }],
  ['alertmanagers', { method: 'POST' }],
  ['admin/tsdb/snapshot'],
  ['write'],
  ['write', { method: 'POST' }],
  ['admin/tsdb/snapshot', { method: 'POST' }],
  ['admin/tsdb/delete_series', { method: 'PUT' }],
  ['admin/tsdb/clean_tombstones', { method: 'POST' }],
  [`query?query=a_total&timeout=1m&${at}`],
  [`query_range?query=a_total&limit=1&${range}`],
  [`query_range?query=a_total&lookback_delta=20s&${range}`],
  [`query_range?query=a_total&timeout=abc&${range}`],
  [`query_range?query=a_total&lookback_delta=abc&${range}`],
  ['labels?start=1700000000&end=1700000600&limit=abc'],
  ['label/__name__/values?limit=-1'],
  ['query', { method: 'POST', body: new URLSearchParams({ query: '1+1', time: '5' }) }],
  ['query', { method: 'POST', body: '{"query":"1"}', headers: { 'content-type': 'application/json' } }],
  ['query', { method: 'DELETE' }],
  ['metadata', { method: 'POST' }],
];

realSuite('the API over a real Prometheus', ['prometheus', 'promtool'], () => {
  let prometheus: RunningPrometheus;
  let source: Source;
  let embedded: Source;
  beforeAll(async () => {
    prometheus = await startPrometheus({ openMetrics: samples });
    source = httpSource({ url: prometheus.url });
    const { storage } = await loadDump([samples], { format: 'openmetrics', atMs: 0 });
    embedded = embeddedSource({ storage, name: 'the samples', now: Date.now });
  });
  afterAll(async () => {
    await source?.close();
    await prometheus?.close();
  });

  it.each(requests)('answers %s as Prometheus itself', async (path, init) => {
    const theirs = await fetch(`${prometheus.url}/api/v1/${path}`, init);
    const deps = { source, now: () => Date.now(), metrics: async () => '' };
    const ours = await handle(new Request(`http://localhost/api/v1/${path}`, init), deps);
    expect(ours.status).toBe(theirs.status);
    expect(ours.headers.get('content-type')).toBe(theirs.headers.get('content-type'));
    expect(readable(await ours.text())).toEqual(readable(await theirs.text()));
  });

  // Later versions than 3.5 name the two series of a failed match in the order of their labels; the differential suite has that.
  const same = requests.filter(([path]) => !path.includes('on()'));
  it.each(same)('answers %s from the same samples in memory', async (path, init) => {
    const theirs = await fetch(`${prometheus.url}/api/v1/${path}`, init);
    const deps = { source: embedded, now: () => Date.now(), metrics: async () => '' };
    const ours = await handle(new Request(`http://localhost/api/v1/${path}`, init), deps);
    expect(ours.status).toBe(theirs.status);
    expect(readable(await ours.text())).toEqual(readable(await theirs.text()));
  });

  it.each(told)('tells at %s what the server behind the source tells', async (path) => {
    const theirs = await fetch(`${prometheus.url}/api/v1/${path}`);
    const deps = { source, now: () => Date.now(), metrics: async () => '' };
    const ours = await handle(new Request(`http://localhost/api/v1/${path}`), deps);
    expect(ours.status).toBe(200);
    expect(timeless(await ours.json())).toEqual(timeless(await theirs.json()));
  });

  it.each(told)('tells at %s of itself in the fields of Prometheus', async (path) => {
    const theirs = (await (await fetch(`${prometheus.url}/api/v1/${path}`)).json()) as { readonly data: object };
    const storage = (await loadDump([samples], { format: 'openmetrics', atMs: 0 })).storage;
    const facts = serverFacts({ storage, startedMs: 0, cwd: '/', listen: '127.0.0.1:9090', retentionMs: 86_400_000 });
    const deps = { source: embedded, now: () => Date.now(), metrics: async () => '', facts };
    const ours = await handle(new Request(`http://localhost/api/v1/${path}`), deps);
    expect(ours.status).toBe(200);
    expect(shapeOf(await ours.json(), EXCEPTED)).toEqual(shapeOf(theirs, EXCEPTED));
  });

  const counted = [
    'a_total',
    'sum(a_total)',
    'rate(a_total[2m])',
    'a_total[1m]',
    'a_total + on(x) a_total',
    '1',
    'nothing',
    'a_total[2m:30s]',
    'rate(a_total[1m])[2m:30s]',
  ];
  const asked = counted.flatMap((query) => {
    const instant = `query?${new URLSearchParams({ query, time: '1700000310' })}`;
    const ranged = `query_range?${new URLSearchParams({ query })}&${range}`;
    return query.endsWith(']') ? [instant] : [instant, ranged];
  });
  const pinned = ['max_over_time(a_total[2m:30s])', 'sum(a_total @ 1700000300)'].map(
    (query) => `query_range?${new URLSearchParams({ query })}&${range}`,
  );
  it.each([...asked, ...pinned].flatMap((path) => ['true', 'all'].map((stats) => `${path}&stats=${stats}`)))(
    'counts for %s the samples that Prometheus counts',
    async (path) => {
      const theirs = (await (await fetch(`${prometheus.url}/api/v1/${path}`)).json()) as Answered;
      const deps = { source: embedded, now: () => Date.now(), metrics: async () => '' };
      const ours = (await (await handle(new Request(`http://localhost/api/v1/${path}`), deps)).json()) as Answered;
      expect(ours.data.result).toEqual(theirs.data.result);
      // What lies in memory at a time, and how long things take, differs by construction.
      expect(ours.data.stats.samples.totalQueryableSamples).toBe(theirs.data.stats.samples.totalQueryableSamples);
      expect(Object.keys(ours.data.stats.timings).sort()).toEqual(Object.keys(theirs.data.stats.timings).sort());
      const over = await handle(new Request(`http://localhost/api/v1/${path}`), { ...deps, source });
      expect(((await over.json()) as Answered).data.stats.samples).toEqual(theirs.data.stats.samples);
    },
  );

  it.each(parseCases())('reads and formats %s as Prometheus itself', async (query) => {
    const deps = { source: embedded, now: () => Date.now(), metrics: async () => '' };
    for (const path of ['parse_query', 'format_query']) {
      const url = `api/v1/${path}?${new URLSearchParams({ query })}`;
      const theirs = await fetch(`${prometheus.url}/${url}`);
      // What later versions have added to the language, 3.5 refuses.
      if (theirs.status !== 200) return;
      const ours = await handle(new Request(`http://localhost/${url}`), deps);
      expect(await ours.json()).toEqual(await theirs.json());
    }
  });

  it.each(['/-/healthy', '/-/ready', '/nothing'])('answers %s as Prometheus itself', async (path) => {
    const theirs = await fetch(`${prometheus.url}${path}`);
    const deps = { source, now: () => Date.now(), metrics: async () => '' };
    const ours = await handle(new Request(`http://localhost${path}`), deps);
    expect([ours.status, (await ours.text()).trim()]).toEqual([theirs.status, (await theirs.text()).trim()]);
  });
});

const told = ['status/config', 'status/flags', 'status/runtimeinfo', 'status/tsdb', 'status/tsdb?limit=2'];

type Answered = {
  readonly data: {
    readonly result: unknown;
    readonly stats: { readonly timings: object; readonly samples: { readonly totalQueryableSamples: number } };
  };
};

/** Clocks and counts of a running process differ from one answer to the next. */
function timeless(body: unknown): unknown {
  return JSON.parse(
    JSON.stringify(body, (key, value) => (/^(serverTime|goroutineCount|GOMEMLIMIT)$/.test(key) ? '' : value)),
  );
}

/** Fields that cannot be alike, and why. */
const EXCEPTED: Readonly<Record<string, string>> = {
  'data.*': 'of the flags only those that mean something here are told',
};

/** The names of the fields, and what kind of value each has. */
function shapeOf(value: unknown, excepted: Readonly<Record<string, string>>, at = ''): unknown {
  if (Array.isArray(value)) return 'list';
  if (typeof value !== 'object' || value === null) return typeof value;
  const entries = Object.entries(value);
  const isFlags = entries.some(([key]) => key === 'web.listen-address');
  if (isFlags && `${at}.*` in excepted) return 'flags';
  return Object.fromEntries(
    entries.map(([key, item]) => [key, shapeOf(item, excepted, at === '' ? key : `${at}.${key}`)]),
  );
}

/** Expressions of Prometheus' own parser tests, where they are at hand, and some long ones that have to be broken. */
function parseCases(): readonly string[] {
  const file = process.env.PROM_TUTOR_PARSE_CASES ?? '';
  const cases = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as readonly { readonly input: string; readonly fail: boolean }[])
    : [];
  return [...cases.filter(({ fail }) => !fail).map(({ input }) => input), ...LONG_QUERIES];
}

/**
 * JSON by content (Go escapes <, > and & in some answers), anything else by its text. The two series of a failed match come
 * in any order in older versions: https://github.com/prometheus/prometheus/pull/18810
 */
function readable(body: string): unknown {
  if (!body.startsWith('{')) return body.trim();
  const content = JSON.parse(body);
  const pair = /^(found duplicate series .*: \[)(\{.*\}), (\{.*\})(\].*)$/.exec(content.error ?? '');
  if (pair === null) return content;
  const [, head, first, second, tail] = pair;
  return { ...content, error: `${head}${[first, second].sort().join(', ')}${tail}` };
}
