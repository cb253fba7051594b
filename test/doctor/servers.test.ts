import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { doctor } from '../../src/doctor/doctor.ts';
import type { Finding, Report } from '../../src/doctor/finding.ts';
import { httpSource } from '../../src/source/http.ts';
import { httpLook } from '../../src/source/http-look.ts';
import type { HttpAuth } from '../../src/source/http-options.ts';
import { testAuthority } from '../helpers/certificates.ts';
import { type Answer, json, loopback, type Seen, success } from '../helpers/loopback.ts';
import { worldWith } from './helpers.ts';

const open: { close(): unknown }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

/** Paths to answers; what is not listed is 404. `/api/v1/query` answers `1`, `time()` and `count(up)` unless listed. */
type Pages = Readonly<Record<string, Answer | { readonly text: string; readonly type?: string } | object>>;

const html =
  (text: string): Answer =>
  (_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end(text);
const plain =
  (text: string): Answer =>
  (_, response) =>
    response.writeHead(200, { 'content-type': 'text/plain' }).end(text);
const build =
  (data: object): Answer =>
  (_, response) =>
    success(response, data);

const answering: Answer = ({ params }, response) => {
  const seconds = Date.now() / 1000;
  const query = params.get('query') ?? '';
  if (query === '1') return success(response, { resultType: 'scalar', result: [seconds, '1'] });
  if (query === 'time()') return success(response, { resultType: 'scalar', result: [seconds, String(seconds)] });
  const at = Number(params.get('time') ?? seconds);
  // Two days of history.
  const result = at < seconds - 2 * 86_400 || query !== 'count(up)' ? [] : [{ metric: {}, value: [at, '3'] }];
  success(response, { resultType: 'vector', result });
};

function serving(pages: Pages): Answer {
  return (seen, response) => {
    const path = seen.url.split('?')[0] ?? '';
    const page = pages[path];
    if (typeof page === 'function') return (page as Answer)(seen, response);
    if (page !== undefined) return json(response, page);
    response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n');
  };
}

const api = (pages: Pages = {}): Answer => serving({ '/api/v1/query': answering, ...pages });

const BUILD = { version: '3.5.3', revision: 'x', goVersion: 'go1.25' };

type Case = readonly [what: string, answer: Answer, id: string, expected: Partial<Finding>, says: RegExp];

const MAKES: readonly Case[] = [
  [
    'Prometheus',
    api({ '/api/v1/status/buildinfo': build(BUILD), '/-/ready': plain('Prometheus Server is Ready.\n') }),
    'flavour',
    { status: 'ok' },
    /This is Prometheus 3\.5\.3\./,
  ],
  [
    'Mimir',
    api({ '/api/v1/status/buildinfo': build({ application: 'Grafana Mimir', version: '2.15.0' }) }),
    'flavour',
    { status: 'ok' },
    /This is Grafana Mimir 2\.15\.0\.[\s\S]*--org-id/,
  ],
  [
    'Cortex',
    api({ '/': html('<html><head><title>Cortex</title></head></html>') }),
    'flavour',
    { status: 'ok' },
    /This is Cortex\./,
  ],
  [
    'Thanos',
    api({
      '/api/v1/status/buildinfo': build({ ...BUILD, version: '0.39.2' }),
      '/api/v1/stores': { status: 'success', data: {} },
    }),
    'flavour',
    { status: 'ok' },
    /This is Thanos Query 0\.39\.2\./,
  ],
  [
    'VictoriaMetrics, whose version is not its own',
    api({ '/api/v1/status/buildinfo': build({ version: '2.24.0' }), '/-/ready': plain('VictoriaMetrics is Ready.\n') }),
    'flavour',
    { status: 'warn', kind: 'dialect-differs' },
    /This is VictoriaMetrics\.[\s\S]*MetricsQL/,
  ],
  [
    'VictoriaMetrics, and does not judge the number of a Prometheus that it tells',
    api({ '/api/v1/status/buildinfo': build({ version: '2.24.0' }), '/-/ready': plain('VictoriaMetrics is Ready.\n') }),
    'prometheus-version',
    { status: 'skip' },
    /VictoriaMetrics tells the version of a Prometheus \(2\.24\.0\), not its own/,
  ],
  ['something that does not tell', api(), 'flavour', { status: 'skip' }, /does not tell what it is/],
  [
    'a part of the data, as Thanos tells it',
    api({
      '/api/v1/query': ({ params, ...rest }, response) =>
        params.get('query') === 'count(up)'
          ? json(response, {
              status: 'success',
              data: { resultType: 'vector', result: [] },
              warnings: ['receive series from Addr: 10.0.0.1:10901: rpc error: code = Unavailable'],
            })
          : answering({ params, ...rest }, response),
    }),
    'answers',
    { status: 'warn', kind: 'partial-answers' },
    /part of the data[\s\S]*10\.0\.0\.1:10901/,
  ],
  [
    'a part of the data, as VictoriaMetrics tells it',
    api({
      '/api/v1/query': ({ params, ...rest }, response) =>
        params.get('query') === 'count(up)'
          ? json(response, { status: 'success', isPartial: true, data: { resultType: 'vector', result: [] } })
          : answering({ params, ...rest }, response),
    }),
    'answers',
    { status: 'warn', kind: 'partial-answers' },
    /isPartial/,
  ],
  [
    'how far back its data go',
    api({ '/api/v1/status/flags': build({ 'storage.tsdb.retention.time': '15d' }) }),
    'retention',
    { status: 'ok' },
    /go back 1 d or more, but not 7 d[\s\S]*retention\.time is 15d/,
  ],
  [
    'that it has no data',
    api({
      '/api/v1/query': (seen, response) =>
        seen.params.get('query') === 'count(up)'
          ? success(response, { resultType: 'vector', result: [] })
          : answering(seen, response),
    }),
    'retention',
    { status: 'warn', kind: 'data-none' },
    /holds no samples/,
  ],
  [
    'its limits',
    api({ '/api/v1/status/flags': build({ 'query.max-samples': '50000000', 'query.lookback-delta': '5m' }) }),
    'limits',
    { status: 'ok' },
    /query\.max-samples: 50000000/,
  ],
  [
    'the limits of the tenant',
    api({ '/api/v1/user_limits': { max_global_series_per_user: 150000, tags: { no: 'number' } } }),
    'limits',
    { status: 'ok' },
    /max_global_series_per_user: 150000/,
  ],
  [
    'another lookback',
    api({ '/api/v1/status/flags': build({ 'query.lookback-delta': '1m' }) }),
    'limits',
    { status: 'warn', kind: 'lookback-differs' },
    /up to 1m old/,
  ],
];

const refusing =
  (status: number, text: string, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'text/plain', ...headers }).end(text);

const FAILING: readonly Case[] = [
  [
    'Alertmanager',
    serving({ '/api/v2/status': { cluster: { status: 'ready' }, versionInfo: { version: '0.28.1' } } }),
    'prometheus',
    { kind: 'is-alertmanager' },
    /is Alertmanager, which sends alerts on/,
  ],
  [
    'Grafana',
    serving({ '/api/health': { database: 'ok', version: '12.0.2', commit: 'x' } }),
    'prometheus',
    { kind: 'is-grafana' },
    /is Grafana[\s\S]*Grafana 12\.0\.2[\s\S]*datasources\/proxy/,
  ],
  [
    'the Pushgateway',
    serving({ '/': html('<title>Prometheus Pushgateway</title>') }),
    'prometheus',
    { kind: 'is-pushgateway' },
    /Pushgateway/,
  ],
  [
    'Loki',
    serving({ '/loki/api/v1/status/buildinfo': { version: '3.5.0' } }),
    'prometheus',
    { kind: 'is-loki' },
    /LogQL/,
  ],
  [
    'node_exporter',
    serving({
      '/metrics': plain(
        '# HELP node_exporter_build_info x\n# TYPE node_exporter_build_info gauge\nnode_exporter_build_info 1\n',
      ),
    }),
    'prometheus',
    { kind: 'is-node-exporter' },
    /node_exporter/,
  ],
  [
    'a program with metrics of its own',
    serving({ '/metrics': plain('# TYPE sse_requests_total counter\nsse_requests_total 1\n') }),
    'prometheus',
    { kind: 'is-application' },
    /a program that Prometheus scrapes[\s\S]*sse_requests_total/,
  ],
  [
    'a Prometheus in agent mode',
    serving({
      '/api/v1/query': (_, r) =>
        json(r, { status: 'error', errorType: 'execution', error: 'unavailable with Prometheus Agent' }, 422),
      '/api/v1/status/buildinfo': build(BUILD),
    }),
    'prometheus',
    { kind: 'is-agent' },
    /agent mode/,
  ],
  [
    'a tenant is wanted, though build information is given to anybody',
    serving({
      '/api/v1/query': refusing(401, 'no org id\n'),
      '/api/v1/status/buildinfo': build({ application: 'Grafana Mimir', version: '2.15.0' }),
    }),
    'prometheus',
    { kind: 'tenant-missing' },
    /--org-id TENANT/,
  ],
  ...['/prometheus', '/api/prom', '/select/0/prometheus', '/prom'].map(
    (prefix): Case => [
      `the API below ${prefix}`,
      serving({ [`${prefix}/api/v1/query`]: answering }),
      'prometheus',
      { kind: 'wrong-prefix' },
      new RegExp(`Use http://127\\.0\\.0\\.1:\\d+${prefix} as the address`),
    ],
  ),
  [
    'the API below a prefix, for tenants',
    serving({ '/prometheus/api/v1/query': refusing(401, 'no org id\n') }),
    'prometheus',
    { kind: 'wrong-prefix' },
    /\/prometheus as the address/,
  ],
  ...(
    [
      ['Basic realm="x"', /--user NAME --password-file FILE/],
      ['Bearer', /--token-file FILE/],
      ['Negotiate, Basic realm="x"', /--user NAME/],
      ['Digest realm="x", nonce="y"', /Digest is not done here[\s\S]*-H/],
      ['Negotiate', /Negotiate is not done here/],
      ['AWS4-HMAC-SHA256', /SigV4/],
    ] as const
  ).map(
    ([challenge, says]): Case => [
      `credentials by ${challenge}`,
      refusing(401, 'Unauthorized', { 'www-authenticate': challenge }),
      'prometheus',
      { kind: 'server-auth' },
      says,
    ],
  ),
  ['403', refusing(403, 'Forbidden'), 'prometheus', { kind: 'server-auth' }, /status 403/],
  [
    'a login elsewhere',
    (_, r) => r.writeHead(302, { location: 'https://login.example.com/start' }).end(),
    'prometheus',
    { kind: 'server-redirect' },
    /login\.example\.com[\s\S]*login page/,
  ],
  [
    'itself at another address',
    ({ url }, r) => r.writeHead(301, { location: `https://127.0.0.1:1${url}` }).end(),
    'prometheus',
    { kind: 'server-moved' },
    /Use https:\/\/127\.0\.0\.1:1|redirects to another server/,
  ],
];

async function examined(url: string, auth?: HttpAuth): Promise<Report> {
  const options = { timeoutMs: 1_000, connectTimeoutMs: 1_000, ...(auth === undefined ? {} : { auth }) };
  const world = worldWith({
    server: url,
    openSource: (at) => httpSource({ url: at, ...options }),
    openLook: (at) => httpLook({ url: at, ...options }),
  });
  return doctor(world, new AbortController().signal);
}

function expectFinding(report: Report, id: string, expected: Partial<Finding>, says: RegExp): void {
  const found = report.findings.find((each) => each.id === id);
  expect(found).toMatchObject(expected);
  const { sentence, evidence, advice } = found as Finding;
  expect([sentence, ...evidence, advice].join('\n')).toMatch(says);
}

describe('a server tells', () => {
  it.each(MAKES)('%s', async (_, answer, id, expected, says) => {
    const server = await loopback(answer);
    open.push(server);
    const report = await examined(server.url);
    expectFinding(report, id, expected, says);
    expect(report.findings.filter(({ status }) => status === 'fail')).toEqual([]);
  });
});

describe('instead of Prometheus answers', () => {
  it.each(FAILING)('%s', async (_, answer, id, expected, says) => {
    const server = await loopback(answer);
    open.push(server);
    const report = await examined(server.url);
    expectFinding(report, id, { status: 'fail', ...expected }, says);
    // Everything else about the server is explained by that.
    expect(report.findings.filter(({ status }) => status === 'fail').map((each) => each.id)).toEqual([id]);
    expect(report.summary.cause).toBe(id);
  });

  it('something that refuses what was given', async () => {
    const server = await loopback(refusing(401, 'Unauthorized', { 'www-authenticate': 'Basic' }));
    open.push(server);
    const report = await examined(server.url, { kind: 'basic', username: 'grace', password: 'secret' });
    expectFinding(report, 'prometheus', { kind: 'credentials-refused' }, /Check user name and password/);
    expect(JSON.stringify(report)).not.toContain('secret');
  });

  it('a port for gRPC', async () => {
    const server = createHttp2Server();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push({ close: () => new Promise((resolve) => server.close(resolve)) });
    const report = await examined(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    expectFinding(report, 'prometheus', { kind: 'is-grpc' }, /HTTP\/2 only[\s\S]*10902/);
  });
});

describe('TLS', () => {
  const authority = testAuthority();
  const good = authority.issue({ commonName: 'server', names: ['127.0.0.1'] });
  const ok: Answer = (seen: Seen, response) => answering(seen, response);

  it.each([
    ['an unknown authority', good, 'certificate-unknown', /--ca-file FILE/],
    [
      'a certificate that has expired',
      authority.issue({ commonName: 'old', names: ['127.0.0.1'], validUntilMs: Date.now() - 3_600_000 }),
      'certificate-expired',
      /Renew it/,
    ],
    [
      'a certificate for another name',
      authority.issue({ commonName: 'other', names: ['other.example.com'] }),
      'certificate-other-name',
      /another host name/,
    ],
  ] as const)('with %s', async (what, certificate, kind, says) => {
    const server = await loopback(ok, certificate);
    open.push(server);
    const trusted = what.includes('authority') ? {} : { ca: authority.ca };
    const options = { timeoutMs: 1_000, connectTimeoutMs: 1_000, tls: trusted };
    const world = worldWith({
      server: server.url,
      openSource: (url) => httpSource({ url, ...options }),
      openLook: (url) => httpLook({ url, ...options }),
    });
    const report = await doctor(world, new AbortController().signal);
    expectFinding(report, 'prometheus', { status: 'fail', kind }, says);
  });

  it('where none is spoken, and the other way round', async () => {
    const [http, https] = await Promise.all([loopback(ok), loopback(ok, good)]);
    open.push(http, https);
    const swapped = await examined(http.url.replace('http:', 'https:'));
    expectFinding(swapped, 'prometheus', { kind: 'https-on-http' }, new RegExp(`Use ${http.url} as the address`));
    const plainly = await examined(https.url.replace('https:', 'http:'));
    expect(plainly.findings.find(({ id }) => id === 'prometheus')).toMatchObject({ status: 'fail' });
  });
});
