import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ExpositionParser } from '../../src/exposition/parse.ts';
import { seriesLabels } from '../../src/exposition/series.ts';
import { fetchMetrics } from '../../src/scrape/fetch.ts';
import { freePort, type RunningPrometheus, realSuite, startPrometheus } from '../helpers/prometheus.ts';

type Route = (request: IncomingMessage, response: ServerResponse) => void;

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';

function body(text: string | Buffer, type = TEXT, headers: Record<string, string> = {}): Route {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': type, ...headers }).end(text);
  };
}

const status =
  (code: number, message?: string): Route =>
  (_request, response) => {
    response.writeHead(code, message ?? '').end();
  };

const routes: Readonly<Record<string, Route>> = {
  ok: body('a 1\n'),
  html: body('<html></html>', 'text/html'),
  'html-as-text': body('<html></html>'),
  json: body('{}', 'application/json'),
  'no-type': (_request, response) => {
    response.end('a 1\n');
  },
  'bad-type': body('a 1\n', '@@;;'),
  '500': status(500, 'Internal Server Error'),
  '404': status(404, 'Not Found'),
  '204': status(204, 'No Content'),
  hang: () => undefined,
  'hang-body': (_request, response) => {
    response.writeHead(200, { 'content-type': TEXT });
    response.write('a 1\n');
  },
  reset: (request) => {
    request.socket.end();
  },
  'reset-body': (request, response) => {
    response.writeHead(200, { 'content-type': TEXT, 'content-length': '1000' });
    response.write('a 1\n');
    setTimeout(() => request.socket.end(), 50);
  },
  'bad-value': body('a 1\nb x\n'),
  'no-name': body('{a="1"} 1\n'),
  'unquoted-label': body('a{x=1} 1\n'),
  'no-value': body('a\n'),
  'bad-timestamp': body('a 1 later\n'),
  'bad-metadata': body('# TYPE a thing\na 1\n'),
  gzip: body(gzipSync('a 1\n'), TEXT, { 'content-encoding': 'gzip' }),
  redirect: (_request, response) => {
    response.writeHead(302, { location: '/ok' }).end();
  },
  'redirect-loop': (_request, response) => {
    response.writeHead(302, { location: '/redirect-loop' }).end();
  },
  'openmetrics-without-end': body('a 1\n', 'application/openmetrics-text; version=1.0.0; charset=utf-8'),
  openmetrics: body('a 1\n# EOF\n', 'application/openmetrics-text; version=1.0.0; charset=utf-8'),
  empty: body(''),
  big: body(`# ${'x'.repeat(5000)}\na 1\n`),
};

realSuite('what a failed scrape says', ['prometheus'], () => {
  let server: Server;
  let raw: ReturnType<typeof createTcpServer>;
  let prometheus: RunningPrometheus;
  const urls = new Map<string, string>();

  beforeAll(async () => {
    server = createServer((request, response) => {
      (routes[(request.url ?? '/').slice(1)] ?? (routes['404'] as Route))(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    raw = createTcpServer((socket) => socket.on('error', () => undefined).end('not http\r\n\r\n'));
    await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', () => resolve()));
    const { port } = server.address() as AddressInfo;
    for (const name of Object.keys(routes)) urls.set(name, `http://127.0.0.1:${port}/${name}`);
    urls.set('refused', `http://127.0.0.1:${await freePort()}/metrics`);
    urls.set('https', `https://127.0.0.1:${port}/metrics`);
    const jobs = [...urls].map(([name, url]) => {
      const { protocol, host, pathname } = new URL(url);
      const limit = name === 'big' ? ', body_size_limit: 1KB' : '';
      return `- {job_name: "${name}", scheme: ${protocol.slice(0, -1)}, metrics_path: ${pathname}, static_configs: [{targets: ["${host}"]}]${limit}}`;
    });
    const config = `global: {scrape_interval: 1s, scrape_timeout: 500ms}\nscrape_configs:\n${jobs.join('\n')}\n`;
    prometheus = await startPrometheus({ config });
  });

  afterAll(async () => {
    await prometheus?.close();
    server?.closeAllConnections();
    server?.close();
    raw?.close();
  });

  it('is the same here as in Prometheus, for every broken target', { timeout: 30_000 }, async () => {
    const theirs = await errorsOfAll(prometheus.url, urls.size);
    const ours = Object.fromEntries(
      await Promise.all([...urls].map(async ([name, url]) => [name, await scrapeError(url)] as const)),
    );
    expect(ours).toEqual(theirs);
  });
});

/** Waits until Prometheus has scraped every target once; it starts to look a few seconds after its own start. */
async function errorsOfAll(url: string, count: number): Promise<Record<string, string>> {
  type Answer = { data: { activeTargets: { scrapePool: string; lastError: string; health: string }[] } };
  for (;;) {
    const { data } = (await (await fetch(`${url}/api/v1/targets`)).json()) as Answer;
    const scraped = data.activeTargets.filter(({ health }) => health !== 'unknown');
    if (scraped.length === count) return Object.fromEntries(scraped.map((t) => [t.scrapePool, t.lastError]));
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function scrapeError(url: string): Promise<string> {
  const fetched = await fetchMetrics({ url, timeoutMs: 500, bodySizeLimit: 1024 });
  if (fetched.kind === 'failed') return fetched.message;
  try {
    const parser = new ExpositionParser(fetched.format, {
      sample: (series, _value, _ms, type, line) => void seriesLabels(series, type, line),
    });
    parser.push(fetched.text);
    parser.end();
    return '';
  } catch (error) {
    return (error as { detail: string }).detail;
  }
}
