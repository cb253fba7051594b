import { writeFileSync } from 'node:fs';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Loopback, loopback } from '../../helpers/loopback.ts';
import { freePort, type RunningPrometheus, realSuite, startPrometheus } from '../../helpers/prometheus.ts';
import { type Breakage, breakInTurn, newPatient, type Patient } from './breakages.ts';

/** A real Prometheus that scrapes one service every second, and what the service answers. */
type ScrapeGround = {
  readonly patient: Patient;
  prometheus: RunningPrometheus;
  service: Loopback;
  page: Page;
  target: string;
};

type Page = { readonly status: number; readonly type: string; readonly text: string };

const METRICS: Page = { status: 200, type: 'text/plain; version=0.0.4', text: '# TYPE a counter\na 0\n' };

const configOf = (lines: string, global = 'scrape_interval: 1s') =>
  `global: {${global}}\nscrape_configs:\n- job_name: shop\n${lines}`;

const targetAt = (address: string) => `  static_configs: [{targets: ['${address}']}]\n`;

const good = ({ service }: ScrapeGround) => configOf(targetAt(`127.0.0.1:${service.port}`));

/** As an operator does it: the file is changed, and Prometheus reads it again. */
async function configured(ground: ScrapeGround, text: string): Promise<void> {
  writeFileSync(join(ground.prometheus.dir, 'prometheus.yml'), text);
  const { status } = await fetch(`${ground.prometheus.url}/-/reload`, { method: 'POST' });
  expect(status).toBe(200);
}

async function lastError({ prometheus }: ScrapeGround): Promise<string> {
  const { data } = (await (await fetch(`${prometheus.url}/api/v1/targets`)).json()) as {
    data: { activeTargets: { lastError: string }[] };
  };
  return data.activeTargets[0]?.lastError ?? '';
}

type Scraped = { readonly name: string; readonly kind: string; readonly advice: RegExp } & (
  | { readonly answers: Page }
  | { readonly config: (ground: ScrapeGround) => string | Promise<string> }
);

const unanswering = createTcpServer(() => undefined);

const SCRAPED: readonly Scraped[] = [
  {
    name: 'the app answers HTML',
    kind: 'target-content-type',
    advice: /metrics_path|page/,
    answers: { status: 200, type: 'text/html', text: '<html><body>hello</body></html>' },
  },
  {
    name: 'the app answers 500',
    kind: 'target-server-error',
    advice: /log|app/,
    answers: { status: 500, type: 'text/plain', text: 'boom' },
  },
  {
    name: 'the app answers 404: the path is wrong',
    kind: 'target-not-found',
    advice: /metrics_path|path/,
    answers: { status: 404, type: 'text/plain', text: 'no' },
  },
  {
    name: 'the app wants credentials',
    kind: 'target-auth',
    advice: /authorization|basic_auth/,
    answers: { status: 401, type: 'text/plain', text: 'no' },
  },
  {
    name: 'nothing listens at the target',
    kind: 'target-localhost-in-container',
    advice: /port|start/i,
    config: async () => configOf(targetAt(`127.0.0.1:${await freePort()}`)),
  },
  {
    name: 'the name of the target is wrong',
    kind: 'target-no-such-host',
    advice: /name/i,
    config: () => configOf(targetAt('no-such-app.invalid:8000')),
  },
  {
    name: 'the scheme is https where http is spoken',
    kind: 'target-http-on-https',
    advice: /scheme/,
    config: ({ service }) => configOf(`  scheme: https\n${targetAt(`127.0.0.1:${service.port}`)}`),
  },
  {
    name: 'the target accepts and never answers',
    kind: 'target-timeout',
    advice: /slow|answer|timeout/i,
    config: () => configOf(targetAt(`127.0.0.1:${(unanswering.address() as { port: number }).port}`)),
  },
];

const ROWS = SCRAPED.map(
  (row): Breakage<ScrapeGround> => ({
    name: row.name,
    breakIt: async (ground) => {
      const text = 'answers' in row ? good(ground) : await row.config(ground);
      ground.target = /targets: \['([^']+)'/.exec(text)?.[1] ?? '';
      if ('answers' in row) ground.page = row.answers;
      else await configured(ground, text);
    },
    fails: (ground) => [`targets/${ground.target}`],
    kind: row.kind,
    proves: async ({ evidence }, ground) => expect(evidence[0]).toBe(`lastError: ${await lastError(ground)}`),
    mend: {
      advice: row.advice,
      does: async (ground) => {
        ground.page = METRICS;
        await configured(ground, good(ground));
      },
    },
  }),
);

async function found({ url }: RunningPrometheus, query: string): Promise<readonly unknown[]> {
  const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`);
  return ((await answer.json()) as { data: { result: unknown[] } }).data.result;
}

const WINDOW_ROW: Breakage<ScrapeGround> = {
  name: 'the window of the query is not longer than the scrape interval',
  breakIt: async ({ patient, prometheus }) => {
    // Until a longer window has samples there is none to be proposed.
    await expect.poll(() => found(prometheus, 'rate(a[1m])'), { timeout: 20_000 }).toHaveLength(1);
    patient.options = ['--server', prometheus.url, 'rate(a[1s])'];
  },
  fails: [],
  warns: ['query'],
  kind: 'query-empty',
  proves: async ({ sentence }, { prometheus }) => {
    expect(sentence).toContain('The window [1s] is too short: it holds 1 sample');
    expect(await found(prometheus, 'rate(a[1s])')).toEqual([]);
  },
  mend: {
    advice: /query 'rate\(a\[1m\]\)'/,
    does: ({ patient, prometheus }) => {
      patient.options = ['--server', prometheus.url, 'rate(a[1m])'];
    },
  },
};

realSuite('a Prometheus whose scrapes fail', ['prometheus'], () => {
  const patient = newPatient();
  const ground = { patient, page: METRICS } as ScrapeGround;

  beforeAll(async () => {
    await new Promise<void>((resolve) => unanswering.listen(0, '127.0.0.1', resolve));
    ground.service = await loopback((_, response) => {
      const { status, type, text } = ground.page;
      response.writeHead(status, { 'content-type': type }).end(text);
    });
    ground.prometheus = await startPrometheus({ config: good(ground), flags: ['--web.enable-lifecycle'] });
    patient.options = ['--server', ground.prometheus.url];
  });

  afterAll(async () => {
    await ground.prometheus?.close();
    await ground.service?.close();
    unanswering.close();
  });

  it('is well when they do not', async () => {
    await expect.poll(async () => (await patient.doctor()).fails, { timeout: 15_000 }).toEqual([]);
  });

  breakInTurn(() => ground, [WINDOW_ROW, ...ROWS]);
});
