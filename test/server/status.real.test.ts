import { afterAll, beforeAll, expect, it } from 'vitest';
import { familiesOf, targetsOf } from '../../src/backends/embedded-facts.ts';
import { serverFacts } from '../../src/backends/server-facts.ts';
import { fetchMetrics } from '../../src/scrape/fetch.ts';
import { ScrapeTarget } from '../../src/scrape/target.ts';
import { handle, type ServerDeps } from '../../src/server/handle.ts';
import { embeddedSource } from '../../src/source/embedded.ts';
import { MemoryStorage } from '../../src/tsdb/memory-storage.ts';
import { type Loopback, loopback } from '../helpers/loopback.ts';
import { type RunningPrometheus, realSuite, startPrometheus } from '../helpers/prometheus.ts';

const EXPOSED = `# HELP requests_total Things asked for.
# TYPE requests_total counter
requests_total{code="200",path="/a"} 5
requests_total{code="500",path="/a"} 1
requests_total{code="200",path="/äé"} 2
# HELP load How much there is to do.
# TYPE load gauge
load 0.5
# HELP took_seconds How long it takes.
# TYPE took_seconds histogram
took_seconds_bucket{le="1"} 1
took_seconds_bucket{le="+Inf"} 2
took_seconds_sum 3
took_seconds_count 2
`;

realSuite('what the API says of one scrape', ['prometheus', 'promtool'], () => {
  let exposed: Loopback;
  let prometheus: RunningPrometheus;
  let deps: ServerDeps;

  beforeAll(async () => {
    exposed = await loopback((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(EXPOSED);
    });
    const host = new URL(exposed.url).host;
    const job = `scrape_configs: [{job_name: shop, scrape_interval: 1s, static_configs: [{targets: ["${host}"], labels: {instance: "${host}"}}]}]`;
    prometheus = await startPrometheus({ config: `global: {scrape_interval: 15s}\n${job}\n` });
    const storage = new MemoryStorage();
    const common = { intervalMs: 1_000, timeoutMs: 1_000, sampleLimit: 0, bodySizeLimit: 1_000_000 };
    const labels = { instance: host, job: 'shop' };
    const target = new ScrapeTarget({ job: 'shop', url: `${exposed.url}/metrics`, labels, ...common }, storage);
    await target.scrape(Date.now(), fetchMetrics, Date.now);
    const facts = serverFacts({
      storage,
      startedMs: 0,
      cwd: '/',
      listen: '127.0.0.1:9090',
      targets: () => [target.state],
    });
    const source = embeddedSource({
      storage,
      name: 'one scrape',
      now: Date.now,
      targets: () => targetsOf([target.state]),
      metadata: () => familiesOf([target.state]),
    });
    deps = { source, now: Date.now, metrics: async () => '', facts };
    await untilScraped(prometheus.url);
  });
  afterAll(async () => {
    await prometheus?.close();
    await exposed?.close();
  });

  it.each([
    'status/tsdb?limit=100',
    'scrape_pools',
    'targets',
    'targets?state=active',
    'targets?scrapePool=shop',
    'targets?scrapePool=nothing',
    'targets?state=dropped',
    'targets?state=dropped&scrapePool=nothing',
    'targets?state=ANY',
    'targets?state=none',
    'metadata?metric=load',
    'metadata?limit_per_metric=1',
    'metadata?limit_per_metric=0',
    'metadata?limit_per_metric=abc',
    'targets/metadata',
    'targets/metadata?metric=load',
    `targets/metadata?match_target={job="shop"}`,
  ])('answers %s as Prometheus after the same scrape', async (path) => {
    const theirs = await fetch(`${prometheus.url}/api/v1/${path}`);
    const ours = await handle(new Request(`http://localhost/api/v1/${path}`), deps);
    const found = inOrder(await ours.json());
    expect(found).toEqual(inOrder(await theirs.json()));
  });

  it('writes its configuration so that Prometheus reads it and says the same of what it scrapes', async () => {
    const answer = await handle(new Request('http://localhost/api/v1/status/config'), deps);
    const { data } = (await answer.json()) as { readonly data: { readonly yaml: string } };
    const second = await startPrometheus({ config: data.yaml });
    try {
      await untilScraped(second.url);
      const told = await fetch(`${second.url}/api/v1/targets`);
      const { data: found } = (await told.json()) as { readonly data: { readonly activeTargets: readonly object[] } };
      expect(found.activeTargets).toMatchObject([
        { labels: { instance: new URL(exposed.url).host, job: 'shop' }, scrapeInterval: '1s', scrapeTimeout: '1s' },
      ]);
    } finally {
      await second.close();
    }
  });
});

async function untilScraped(url: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const answer = await fetch(`${url}/api/v1/query?query=load`);
    const { data } = (await answer.json()) as { readonly data: { readonly result: readonly unknown[] } };
    if (data.result.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('prometheus does not scrape');
}

/** Fields that cannot be alike, and why. */
const EXCEPTED: Readonly<Record<string, string>> = {
  minTime: 'the two scrape at times of their own',
  maxTime: 'the two scrape at times of their own',
  lastScrape: 'the two scrape at times of their own',
  lastScrapeDuration: 'the two take times of their own',
  globalUrl: 'Prometheus puts the name of the machine for a loopback address, under which nothing of ours is reached',
};

/** Rows of equal size come in any order; what cannot be alike is left out. */
function inOrder(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(inOrder).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof body !== 'object' || body === null) return body;
  const kept = Object.entries(body).filter(([key]) => EXCEPTED[key] === undefined);
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, inOrder(item)]));
}
