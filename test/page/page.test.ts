import { beforeAll, describe, expect, it } from 'vitest';
import { serverFacts } from '../../src/backends/server-facts.ts';
import { graph as graphOf } from '../../src/page/graph.ts';
import { alertsPage, rulesPage } from '../../src/page/rules-page.ts';
import { html } from '../../src/render/html.ts';
import { handle, type ServerDeps } from '../../src/server/handle.ts';
import { embeddedSource } from '../../src/source/embedded.ts';
import { httpSource } from '../../src/source/http.ts';
import { loadDump } from '../../src/source/load-dump.ts';
import { freePort } from '../helpers/prometheus.ts';

const NOW_MS = 1_700_003_600_000;
const HOSTILE = '</code><script>alert(1)</script>"\'&\u001b[31m\u202e';
const om = (text: string) => text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');

/** Two counters over an hour, the second with a hole of ten minutes, and series with labels that want to be markup. */
const SAMPLES = `# TYPE requests counter
${seconds(
  () => true,
  (at) => `requests_total{path="/a"} ${at / 15} ${1_700_000_000 + at}`,
)}
${seconds(
  (at) => at < 1200 || at > 1800,
  (at) => `requests_total{path="/b"} ${at / 30} ${1_700_000_000 + at}`,
)}
# TYPE odd gauge
odd{name="${om(HOSTILE)}"} 5 1700003600
odd{name="nan"} NaN 1700003600
# TYPE heat gauge
heat 1 1700003570
heat 2 1700003585
heat 2 1700003600
# EOF
`;

function seconds(wanted: (at: number) => boolean, line: (at: number) => string): string {
  const all = Array.from({ length: 241 }, (_, index) => index * 15);
  return all.filter(wanted).map(line).join('\n');
}

let deps: ServerDeps;
beforeAll(async () => {
  const { storage } = await loadDump([SAMPLES], { format: 'openmetrics', atMs: NOW_MS });
  const source = embeddedSource({
    storage,
    name: 'the samples',
    now: () => NOW_MS,
    targets: () => [
      {
        labels: { job: 'shop', instance: HOSTILE },
        scrapePool: 'shop',
        scrapeUrl: 'http://127.0.0.1:1/metrics',
        health: 'down',
        lastError: HOSTILE,
        lastScrapeMs: NOW_MS - 4_000,
        lastScrapeDurationMs: 3,
        scrapeIntervalMs: 15_000,
      },
    ],
  });
  const facts = serverFacts({ storage, startedMs: NOW_MS, cwd: '/', listen: '127.0.0.1:9090' });
  deps = { source, now: () => NOW_MS, metrics: async () => '', facts };
});

type Fields = Readonly<Record<string, string>>;

async function page(path: string, fields: Fields = {}, init: RequestInit = {}) {
  const query = new URLSearchParams(fields).toString();
  const response = await handle(new Request(`http://localhost${path}${query === '' ? '' : `?${query}`}`, init), deps);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const graph = async (expr: string, more: Fields = {}) =>
  (await page('/graph', { 'g0.expr': expr, 'g0.tab': '0', 'g0.range_input': '1h', ...more })).text;
const table = async (expr: string, more: Fields = {}) => (await page('/graph', { 'g0.expr': expr, ...more })).text;

const PATHS = ['/', '/graph', '/query', '/targets', '/alerts', '/rules'] as const;

describe('every page', () => {
  it.each(PATHS)('%s is HTML that runs nothing and loads nothing', async (path) => {
    const { status, headers, text } = await page(path);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(policy).not.toContain('script-src');
    expect(text).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(text).not.toMatch(/<script|\sstyle=|\son[a-z]+=|javascript:/i);
    expect(text).not.toMatch(/(src|href)="(https?:)?\/\//);
  });

  it.each(PATHS)('%s has one heading of the first level, a title, and names its place', async (path) => {
    const { text } = await page(path);
    expect(text.match(/<h1/g)).toHaveLength(1);
    expect(text).toMatch(/<title>[^<]+ · prom-tutor<\/title>/);
    expect(text.match(/aria-current="page"/g)).toHaveLength(1);
  });

  it.each(PATHS)('%s can only be read', async (path) => {
    expect((await page(path, {}, { method: 'POST' })).status).toBe(405);
    const head = await page(path, {}, { method: 'HEAD' });
    expect([head.status, head.text]).toEqual([200, '']);
  });

  it('is refused to whoever calls the server by another name', async () => {
    const response = await handle(
      new Request('http://evil.example/graph', { headers: { host: 'evil.example' } }),
      deps,
    );
    expect(response.status).toBe(403);
  });

  it('is not there for other paths', async () => {
    expect((await page('/graph/')).status).toBe(404);
    expect((await page('/constructor')).status).toBe(404);
  });
});

describe('text of others', () => {
  const FIELDS = ['expr', 'tab', 'range_input', 'end_input', 'moment_input', 'step_input', 'res_step'];
  const clean = (text: string) => {
    expect(text).not.toContain('<script');
    expect(text).not.toContain('\u001b');
    expect(text).not.toContain('\u202e');
  };

  it.each(FIELDS)('stays text in %s', async (name) => {
    clean((await page('/graph', { 'g0.expr': 'up', [`g0.${name}`]: HOSTILE.slice(0, -6), 'g1.expr': 'up' })).text);
  });

  it('stays text in labels, in the table, the graph and its letters', async () => {
    for (const text of [await table('odd'), await graph('odd')]) {
      clean(text);
      expect(text).toContain('&lt;/code&gt;&lt;script&gt;');
      expect(text).toContain('\\x1b[31m\\u202e');
    }
  });

  it('stays text in targets, in strings and in errors', async () => {
    clean((await page('/targets')).text);
    clean(await table(`"${om('<script>')}"`));
    clean(await table('up{<script>}'));
    clean(await table('label_replace(odd, "x", "<script>alert(1)</script>", "name", "nan")'));
  });

  it('stays text in rules and alerts', () => {
    const rule = {
      type: 'alerting',
      name: HOSTILE,
      query: HOSTILE,
      state: HOSTILE,
      health: 'err',
      lastError: HOSTILE,
      labels: { [HOSTILE]: HOSTILE },
      annotations: { summary: HOSTILE },
      alerts: [
        { state: HOSTILE, labels: { a: HOSTILE }, annotations: { b: HOSTILE }, activeAt: HOSTILE, value: HOSTILE },
      ],
    };
    const data = { groups: [{ name: HOSTILE, interval: 15, rules: [rule, { ...rule, type: 'recording' }] }] };
    for (const { html: text } of [alertsPage(data), rulesPage(data)]) {
      clean(text);
      expect(text).toContain('&lt;script&gt;');
    }
  });

  it.each([
    ['<&>"\'', '&lt;&amp;&gt;&quot;&#39;'],
    ['\u0007', '\\x07'],
  ])('%j becomes %j', (text, escaped) => {
    expect(html`${text}`.html).toBe(escaped);
  });
});

describe('the form', () => {
  it('has a label for every field that can be seen, and keeps what was asked', async () => {
    const text = await graph('requests_total', { 'g0.end_input': '2023-11-14 23:13:20', 'g0.step_input': '30' });
    const ids = [...text.matchAll(/<(?:input|select|textarea)(?![^>]*type="hidden")[^>]* id="([^"]+)"/g)].map(
      ([, id]) => id,
    );
    expect(ids).toEqual(['g0-expr', 'g0-range', 'g0-end', 'g0-step']);
    for (const id of ids) expect(text).toContain(`<label for="${id}">`);
    expect(text).toContain('value="requests_total"');
    expect(text).toContain('<option value="1h" selected>Last 1 hour');
    expect(text).toContain('value="2023-11-14T23:13:20"');
    expect(text).toContain('value="30s"');
  });

  it('keeps a query of several lines in several lines', async () => {
    const text = await table('# how many\nsum(requests_total)');
    expect(text).toMatch(/<textarea[^>]*>\n# how many&#10;sum\(requests_total\)<\/textarea>/);
  });

  it('carries other panels along', async () => {
    const { text } = await page('/graph', { 'g0.expr': 'requests_total', 'g1.expr': '1+1', 'g1.tab': '0' });
    expect(text.match(/<form/g)).toHaveLength(2);
    expect(text).toContain('<input type="hidden" name="g1.expr" value="1+1">');
    expect(text).toContain('<input type="hidden" name="g0.expr" value="requests_total">');
    expect(text).toContain('Query 2 of 2');
  });

  it('says what it cannot read, and answers all the same', async () => {
    const text = await table('1', { 'g0.end_input': 'soon' });
    expect(text).toContain('cannot read the time &quot;soon&quot;');
    expect(text).toContain('<span class="kind">scalar</span>');
  });

  it('offers the metrics there are where the ready-made queries do not fit', async () => {
    const { text } = await page('/');
    expect(text).toContain('Metrics there are');
    expect(text).toContain('<option value="requests_total">');
    expect(text).toContain('g0.expr=requests_total');
  });
});

describe('the answer', () => {
  it('is a table of series and values', async () => {
    const text = await table('sort(rate(requests_total[5m]))');
    const rows = [...text.matchAll(/<code>(\{path=[^<]*)<\/code><\/td><td class="number">([^<]+)</g)].map(
      ([, a, b]) => [a, b],
    );
    expect(rows).toEqual([
      ['{path=&quot;/b&quot;}', '0.03333'],
      ['{path=&quot;/a&quot;}', '0.06667'],
    ]);
    expect(text).toContain('2 series');
    expect(text).toContain('href="/api/v1/query?query=sort%28rate%28requests_total%5B5m%5D%29%29&amp;time=1700003600"');
  });

  it.each([
    ['1/3', '0.3333'],
    ['"some text"', '<pre>some text</pre>'],
    ['requests_total{path="/a"}[30s]', '<li>240 <span class="at">23:13:20</span></li>'],
    ['odd{name="nan"}', 'NaN'],
  ])('of %s holds %s', async (expr, shown) => {
    expect(await table(expr)).toContain(shown);
  });

  it('is a graph with a line a series, broken where samples are missing, drawn for two widths', async () => {
    const text = await graph('rate(requests_total[1m])');
    expect(text.match(/<svg class="graph (wide|narrow)"/g)).toHaveLength(2);
    const [wide = ''] = text.split('class="graph narrow"');
    const lines = [...wide.matchAll(/<path d="(M[^"]*L[^"]*)"/g)].map(([, path]) => path?.split('M').length);
    expect(lines).toEqual([2, 3]);
    expect(text).toContain('1 gap');
    expect(text).toMatch(/aria-label="Graph of 2 series. A, \{path=&quot;\/a&quot;\}: /);
    expect(text).toContain('g0.end_input=2023-11-14+22%3A13%3A20');
    expect(text).toContain('2023-11-14 22:13 to 23:13 UTC, step 15s');
  });

  it('draws no more points than there are columns, and no more lines than can be told apart', async () => {
    const fine = await graph('requests_total{path="/a"}', { 'g0.step_input': '1' });
    const longest = Math.max(
      ...[...fine.matchAll(/<path d="(M[^"]*)"/g)].map(([, path = '']) => path.split('L').length),
    );
    expect(longest).toBeLessThanOrEqual(1_040);
    const many = await graph('count_values("v", requests_total) ');
    expect(many.match(/<span class="letter/g)).toHaveLength(20);
    expect(many).toContain('The first 20 of');
  });

  it('says why native histograms have no line', () => {
    const histogram = { count: 2, sum: 3, buckets: [] };
    const series = [{ labels: { a: 'b' }, samples: [{ ms: 0, value: histogram }] }];
    const { html: text } = graphOf(series, { startMs: 0, endMs: 60_000, stepMs: 15_000 });
    expect(text).toContain('no series has a number');
    expect(text).toContain('Native histograms have no line');
  });

  it('suggests a metric that is there, where there is no up', async () => {
    const { text } = await page('/');
    expect(text).toContain('g0.expr=heat&amp;');
    expect(text).toContain('placeholder="heat"');
    expect(text).not.toContain('g0.expr=up&amp;');
  });

  it('leaves to the browser where lines of advice end', async () => {
    const early = await table('requests_total', { 'g0.end_input': '2023-11-14 20:00:00' });
    expect(early).toMatch(/no data: `requests_total` has no sample at this moment: [^\n<]* later\./);
  });

  it('leads to recorded series of any name', () => {
    const rule = { type: 'recording', name: 'a.b', query: 'up', health: 'ok' };
    const data = { groups: [{ name: 'g', file: 'f', interval: 15, rules: [rule] }] };
    expect(rulesPage(data).html).toContain(String(new URLSearchParams({ 'g0.expr': '{"a.b"}' })));
  });

  it('leads later only where that is not the future', async () => {
    expect(await graph('requests_total')).not.toContain('1h later');
    const past = await graph('requests_total', { 'g0.end_input': '2023-11-14 22:43:20' });
    expect(past).toContain('1h later');
    expect(past).toContain('>now</a>');
  });

  it.each<[string, Fields, readonly string[]]>([
    ['sum(requests_total', {}, ['unclosed left parenthesis', 'line 1, character 19', '^']],
    ['1 +\n  foo(2)', {}, ['unknown function with name &quot;foo&quot;', 'line 2, character 3']],
    ['requests_total[5m]', { 'g0.tab': '0' }, ['invalid expression type', 'See it as a table']],
    ['up', { 'g0.tab': '0', 'g0.step_input': '1', 'g0.range_input': '1d' }, ['exceeded maximum resolution']],
    ['request_total', {}, ['There is no metric `request_total`', 'requests_total']],
    ['rate(odd[5m])', {}, ['no data:']],
    ['rate(heat[1h])', {}, ['info:', 'metric might not be a counter', '(line 1, character 6)']],
    ['histogram_quantile(2, requests_total)', {}, ['warning:', 'quantile value should be between 0 and 1']],
  ])('of %s with %j says %j', async (expr, fields, said) => {
    const text = await table(expr, fields);
    for (const one of said) expect(text).toContain(one);
  });

  it('leads to the metric that was meant, and to the time that has data', async () => {
    const misspelt = await table('sum(request_total) + other:request_total');
    expect(misspelt).toContain(
      `${new URLSearchParams({ 'g0.expr': 'sum(requests_total) + other:request_total' })}&amp;`,
    );
    const early = await table('requests_total', { 'g0.end_input': '2023-11-14 20:00:00' });
    expect(early).toMatch(/g0\.end_input=2023-11-14\+22%3A\d\d%3A\d\d">See it at 2023-11-14 22:/);
    expect(early).not.toContain('--time');
    const late = await table('requests_total', { 'g0.end_input': '2031-01-01 00:00:00' });
    expect(late).toContain('The samples of this server end at 2023-11-14 23:13:20 UTC');
    expect(late).toContain('g0.end_input=2023-11-14+23%3A13%3A20">see it there');
  });

  it('says that the server behind does not answer', async () => {
    const source = httpSource({ url: `http://127.0.0.1:${await freePort()}` });
    for (const path of ['/graph?g0.expr=up', '/targets', '/rules']) {
      const response = await handle(new Request(`http://localhost${path}`), { ...deps, source });
      expect(await response.text()).toMatch(/word">error:<\/span>[^<]*nothing listens/i);
    }
    await source.close();
  });
});

describe('targets, rules and alerts', () => {
  it('show the state in words and what is wrong', async () => {
    const { text } = await page('/targets');
    expect(text).toContain('0 of 1 answer');
    expect(text).toContain('<span class="state wrong">down</span>');
    expect(text).toContain('4s ago, took 3ms, every 15s');
  });

  it('show alerts with their values, the firing ones first', () => {
    const rule = (name: string, state: string, alerts: readonly object[]) => ({
      type: 'alerting',
      name,
      query: `${name} > 1`,
      duration: 60,
      state,
      health: 'ok',
      labels: { severity: 'page' },
      annotations: { summary: `about ${name}` },
      alerts,
      lastEvaluation: '2026-01-31T12:00:00Z',
    });
    const alert = {
      state: 'firing',
      labels: { a: 'b' },
      annotations: {},
      activeAt: '2026-01-31T11:00:00Z',
      value: '1.5e+00',
    };
    const data = {
      groups: [{ name: 'g', interval: 15, rules: [rule('Calm', 'inactive', []), rule('Loud', 'firing', [alert])] }],
    };
    const { html: text } = alertsPage(data);
    expect(text.indexOf('Loud')).toBeLessThan(text.indexOf('Calm'));
    expect(text).toContain('1 firing, 0 pending, 1 inactive');
    expect(text).toContain('for 1m');
    expect(text).toContain('2026-01-31 11:00:00 UTC');
    expect(text).toContain('class="number">1.5<');
    expect(text).not.toContain('about Calm');
    expect(rulesPage(data).html).toContain('summary: about Calm');
    expect(rulesPage(data).html).toContain('evaluated every 15s');
  });

  it.each([undefined, null, 5, { groups: 'x' }, { groups: [null, { rules: [5, null] }] }])('bear %j', (data) => {
    expect(alertsPage(data).html).toContain('Alerts');
    expect(rulesPage(data).html).toContain('Rules');
  });
});
