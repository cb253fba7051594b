import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the next answers are made: the texts that stand in every place a server can put text in, and what kind of answer. */
export type HostileAnswers = {
  readonly texts: readonly string[];
  readonly mood: Mood;
};

export const MOODS = ['answers', 'answers', 'answers', 'refuses', 'page', 'garbage', 'redirects', 'mangled'] as const;
type Mood = (typeof MOODS)[number];

export type HostileServer = {
  readonly url: string;
  /** From now on. */
  say(answers: HostileAnswers): void;
  close(): Promise<void>;
};

/** A server on loopback that speaks the API of Prometheus, and the admin API of the demo service, with texts of your choice. */
export async function hostileServer(): Promise<HostileServer> {
  let answers: HostileAnswers = { texts: ['x'], mood: 'answers' };
  const server = createServer((request, response) => {
    request.resume();
    try {
      reply(answers, new URL(request.url ?? '/', 'http://x').pathname, response);
    } catch {
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    say: (next) => {
      answers = next;
    },
    close: () => closed(server),
  };
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

function reply({ texts, mood }: HostileAnswers, path: string, response: ServerResponse): void {
  const at = (index: number) => texts[index % texts.length] ?? '';
  // The one charset that a header can carry; Node lets the upper control characters of it through.
  const inHeader = (index: number) => at(index).replace(/[^\t\x20-\x7e\x80-\xff]/g, '') || 'x';
  response.statusMessage = inHeader(1);
  response.setHeader('server', inHeader(2));
  response.setHeader('www-authenticate', inHeader(3));
  const json = (status: number, body: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  switch (mood) {
    case 'answers':
      if (path === '/admin/faults') json(200, { faults: [fault(at)] });
      else if (path === '/metrics') response.writeHead(200, { 'content-type': 'text/plain' }).end(exposition(at));
      else json(200, success(path, at));
      break;
    case 'refuses': {
      const status = [400, 422, 503, 500, 401, 404][at(0).length % 6] ?? 400;
      json(status, { status: 'error', errorType: at(1), error: `${at(2)} 1:3: ${at(3)}`, warnings: [at(4)] });
      break;
    }
    case 'page':
      response.writeHead(at(0).length % 2 === 0 ? 200 : 502, { 'content-type': `text/html; ${inHeader(4)}` });
      response.end(`<html><title>${at(5)}</title><body>${at(6)}`);
      break;
    case 'garbage':
      response.writeHead(200, { 'content-type': inHeader(4) }).end(at(7));
      break;
    case 'redirects':
      response.writeHead(302, { location: inHeader(5) }).end(at(6));
      break;
    case 'mangled':
      json(200, mangled(at));
      break;
  }
}

type At = (index: number) => string;

const NOW_S = 1_763_800_005;

/** What an instance of the demo service says about itself. */
function fault(at: At) {
  return { fault: 'provider-outage', provider: at(0).length % 2 === 0 ? at(1) : 'openai', sinceMs: 1_763_800_000_000 };
}

/** What Prometheus would send, with the texts wherever it sends text. */
function success(path: string, at: At): object {
  const labels = (n: number) => ({
    __name__: n % 2 === 0 ? 'up' : at(n),
    job: at(n + 1),
    [at(n + 2)]: at(n + 3),
    le: '1',
  });
  const told = { warnings: [at(4), `${at(5)} (1:3)`], infos: [at(6)] };
  const ok = (data: unknown) => ({ status: 'success', data, ...told });
  if (/\/label\/[^/]*\/values$|\/labels$/.test(path)) return ok(['up', at(0), at(1), at(2)]);
  switch (path.replace(/^\/api\/v1\//, '')) {
    case 'query':
      return ok(
        at(0).length % 5 === 0
          ? { resultType: 'string', result: [NOW_S, at(1)] }
          : {
              resultType: 'vector',
              result: [0, 1, 2].map((n) => ({ metric: labels(n), value: [NOW_S, String(n)] })),
            },
      );
    case 'query_range':
      return ok({
        resultType: 'matrix',
        result: [0, 1].map((n) => ({
          metric: labels(n),
          values: [0, 60, 120].map((s) => [NOW_S - s, String(s + n)]).reverse(),
        })),
      });
    case 'series':
      return ok([labels(0), labels(1)]);
    case 'metadata':
      return ok({
        up: [{ type: 'gauge', help: at(0), unit: at(1) }],
        [at(2)]: [{ type: at(3), help: at(4), unit: '' }],
      });
    case 'targets':
      return ok({ activeTargets: [target(at), { ...target(at), health: 'up', lastError: '' }], droppedTargets: [] });
    case 'rules':
      return ok({ groups: [ruleGroup(at)] });
    case 'alerts':
      return ok({ alerts: ruleGroup(at).rules[0]?.alerts });
    case 'status/buildinfo':
      return ok({ version: at(0), revision: at(1), branch: at(2), buildUser: '', buildDate: at(3), goVersion: at(4) });
    case 'status/runtimeinfo':
      return ok({ startTime: at(0), CWD: at(1), storageRetention: at(2), reloadConfigSuccess: false });
    case 'status/config':
      return ok({ yaml: `global:\n  scrape_interval: ${at(0)}\n` });
    case 'status/flags':
      return ok({ 'web.listen-address': at(0), [at(1)]: at(2) });
    case 'status/tsdb':
      return ok({
        headStats: { numSeries: 3, chunkCount: 1, minTime: 1, maxTime: 2 },
        seriesCountByMetricName: [{ name: at(0), value: 3 }],
      });
    default:
      return ok([at(0)]);
  }
}

function target(at: At) {
  return {
    discoveredLabels: { __address__: at(0), job: at(1) },
    labels: { instance: at(2), job: at(3) },
    scrapePool: at(4),
    scrapeUrl: at(5),
    globalUrl: at(6),
    lastError: at(7),
    lastScrape: at(0).length % 2 === 0 ? '2025-11-22T08:26:45Z' : at(8),
    lastScrapeDuration: 0.01,
    health: 'down',
    scrapeInterval: '15s',
    scrapeTimeout: '10s',
  };
}

function ruleGroup(at: At) {
  const alert = {
    labels: { alertname: at(0), severity: at(1) },
    annotations: { summary: at(2), [at(3)]: at(4) },
    state: 'firing',
    activeAt: '2025-11-22T08:00:00Z',
    value: '1e+00',
  };
  return {
    name: at(5),
    file: at(6),
    interval: 15,
    rules: [
      {
        type: 'alerting',
        name: at(0),
        query: at(7),
        duration: 0,
        labels: { severity: at(1) },
        annotations: { summary: at(2) },
        alerts: [alert],
        state: 'firing',
        health: 'err',
        lastError: at(8),
      },
      { type: 'recording', name: at(1), query: at(2), health: 'err', lastError: at(3) },
    ],
  };
}

/** JSON that is none of the API's: texts where numbers and objects belong. */
function mangled(at: At): object {
  return [
    { status: 'success', data: { resultType: at(1), result: [] } },
    { status: at(1), data: {} },
    { status: 'success', data: { resultType: 'vector', result: [{ metric: { a: 'b' }, value: [NOW_S, at(2)] }] } },
    { status: 'success', data: { resultType: 'vector', result: [{ metric: { a: 3 }, value: [at(2), '1'] }] } },
    { status: 'success', data: at(3) },
    { [at(4)]: at(5) },
  ][at(0).length % 6] as object;
}

/** What an application exposes, or something like it. */
export function exposition(at: At): string {
  const value = (text: string) => text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
  const line = (text: string) => text.replace(/[\r\n]/g, ' ');
  return [
    `# HELP up ${line(at(0))}`,
    '# TYPE up gauge',
    `up{job="${value(at(1))}",x="${value(at(2))}"} 1`,
    `up{job="${value(at(3))}",x="y"} 2`,
    ...(at(0).length % 3 === 0 ? [`${line(at(4))}{a="b"} ${line(at(5))}`] : []),
    `# HELP app_requests_total ${line(at(6))}`,
    '# TYPE app_requests_total counter',
    'app_requests_total 3',
    '',
  ].join('\n');
}
