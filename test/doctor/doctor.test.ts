import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { SERVICES } from '../../src/backends/backend.ts';
import { doctor, ONE_SERVER_CHECKS, STACK_CHECKS } from '../../src/doctor/doctor.ts';
import type { Finding, Report, Status } from '../../src/doctor/finding.ts';
import type { World } from '../../src/doctor/world.ts';
import { type Answer, loopback } from '../helpers/loopback.ts';
import {
  dockerScript,
  PROMETHEUS_3,
  type PrometheusOptions,
  prometheusLike,
  stateOf,
  tempFolder,
  type WorldOptions,
  worldWith,
} from './helpers.ts';

const open: { close(): unknown }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

function examined(world: World): Promise<Report> {
  return doctor(world, new AbortController().signal);
}

/** What one broken thing must lead to: these findings, with these texts in evidence or sentence, and nothing else failing. */
type Expected = {
  readonly [id: string]: {
    readonly status: Status;
    readonly says: RegExp;
    readonly fix?: RegExp;
    readonly because?: string;
  };
};

function expectFindings(report: Report, expected: Expected): void {
  for (const [id, { status, says, fix, because }] of Object.entries(expected)) {
    const finding = report.findings.find((each) => each.id === id);
    expect(finding, `${id} in ${report.findings.map((each) => each.id).join(', ')}`).toBeDefined();
    expect(`${id}: ${finding?.status}`).toBe(`${id}: ${status}`);
    expect(textOf(finding as Finding)).toMatch(says);
    if (fix !== undefined) expect(finding?.fix).toMatch(fix);
    if (because !== undefined) expect(finding?.because).toBe(because);
  }
  const failed = report.findings.filter(({ status }) => status === 'fail').map(({ id }) => id);
  const wanted = Object.keys(expected).filter((id) => expected[id]?.status === 'fail');
  expect(failed).toEqual(wanted);
  expect(report.summary.status).toBe(failed.length > 0 ? 'fail' : report.summary.status);
}

function textOf({ sentence, evidence, advice }: Finding): string {
  return [sentence, ...evidence, advice ?? ''].join('\n');
}

const withDocker = (answers: Readonly<Record<string, string>>, more: Readonly<Record<string, string>> = {}) => ({
  docker: dockerScript(answers),
  ...more,
});

/** What the docker client prints on stderr, and ends with 1. */
const refuses = (text: string) => `echo '${text}' >&2; exit 1`;

const NO_DAEMON = 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?';
const DENIED =
  'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.50/version": dial unix /var/run/docker.sock: connect: permission denied';

/** A machine without a stack: what is broken, and what must be found. */
const MACHINES: readonly (readonly [string, () => WorldOptions, Expected])[] = [
  [
    'nothing is wrong',
    () => ({}),
    { start: { status: 'ok', says: /Docker can run the stack/, fix: /^prom-tutor start$/ } },
  ],
  ['Node is too old', () => ({ nodeVersion: '20.18.3' }), { node: { status: 'fail', says: /20\.18\.3 is too old/ } }],
  ['Node is exactly old enough', () => ({ nodeVersion: '20.19.0' }), { node: { status: 'ok', says: /20\.19\.0/ } }],
  [
    'the terminal is narrow',
    () => ({ terminal: { isTTY: true, columns: 40, colour: true, ascii: false } }),
    { terminal: { status: 'warn', says: /40 columns/ } },
  ],
  [
    'the locale is not UTF-8',
    () => ({ terminal: { isTTY: true, columns: 80, colour: true, ascii: true }, env: { LANG: 'C' } }),
    { terminal: { status: 'warn', says: /not UTF-8/, fix: /^export LC_ALL=/ } },
  ],
  [
    'the terminal is dumb',
    () => ({ terminal: { isTTY: true, columns: 80, colour: false, ascii: true }, env: { TERM: 'dumb' } }),
    { terminal: { status: 'ok', says: /TERM=dumb/ } },
  ],
  [
    'a proxy would catch localhost',
    () => ({ env: { HTTP_PROXY: 'http://user:geheim@proxy:3128', NO_PROXY: 'example.com' } }),
    {
      proxy: {
        status: 'warn',
        says: /HTTP_PROXY=http:\/\/proxy:3128\nNO_PROXY=example\.com/,
        fix: /NO_PROXY=example\.com,localhost,127\.0\.0\.1/,
      },
    },
  ],
  [
    'a proxy leaves localhost out',
    () => ({ env: { http_proxy: 'http://proxy:3128', no_proxy: 'localhost, 127.0.0.1' } }),
    { proxy: { status: 'ok', says: /left out/ } },
  ],
  [
    'the state folder is below a file',
    () => ({ stateDir: join(fileIn(tempFolder(), 'occupied', ''), 'prom-tutor') }),
    {
      'state-folder': { status: 'fail', says: /ENOTDIR/, fix: /XDG_STATE_HOME/ },
      'state-file': { status: 'skip', says: /occupied/, because: 'state-folder' },
    },
  ],
  [
    'the state file is garbage',
    () => ({ stateFile: '{"version": 1, "backend"' }),
    { 'state-file': { status: 'fail', says: /stack\.json: it is not JSON/, fix: /^prom-tutor start$/ } },
  ],
  [
    'the state file is of a newer prom-tutor',
    () => ({ stateFile: { version: 99 } }),
    { 'state-file': { status: 'fail', says: /newer/, fix: /npm install/ } },
  ],
  [
    'the state file is a pipe',
    () => ({ stateDir: pipeIn(tempFolder()) }),
    { 'state-file': { status: 'fail', says: /is not a file/ } },
  ],
  [
    'an earlier state file was damaged',
    () => ({ stateDir: folderOf(fileIn(tempFolder(), 'stack.json.damaged', 'x')) }),
    { 'state-file': { status: 'skip', says: /stack\.json\.damaged in .* was set aside/ } },
  ],
  [
    'docker is not installed, and Prometheus neither',
    () => ({ programs: {} }),
    {
      'docker-client': { status: 'skip', says: /not installed/ },
      'docker-daemon': { status: 'skip', says: /no daemon to ask/ },
      start: { status: 'ok', says: /embedded Prometheus can run the stack/, fix: /^prom-tutor start$/ },
    },
  ],
  [
    'docker is not installed, but Prometheus is',
    () => ({ programs: PROMETHEUS_3 }),
    {
      'docker-client': { status: 'skip', says: /not installed/ },
      start: { status: 'ok', says: /prometheus binary can run/, fix: /start/ },
    },
  ],
  [
    'the daemon is not running',
    () => ({ programs: withDocker({ 'version --format*': refuses(NO_DAEMON) }) }),
    {
      'docker-daemon': { status: 'warn', says: /is not running[\s\S]*Cannot connect/, fix: /docker/ },
      start: { status: 'ok', says: /embedded Prometheus can run the stack/ },
    },
  ],
  [
    'the daemon is not running, but Prometheus is there',
    () => ({ programs: withDocker({ 'version --format*': refuses(NO_DAEMON) }, PROMETHEUS_3) }),
    {
      'docker-daemon': { status: 'warn', says: /is not running/ },
      start: { status: 'ok', says: /prometheus binary/ },
    },
  ],
  [
    'the account may not use the daemon',
    () => ({ programs: withDocker({ 'version --format*': refuses(DENIED) }) }),
    { 'docker-daemon': { status: 'warn', says: /may not use[\s\S]*permission denied/, fix: /usermod -aG docker/ } },
  ],
  [
    'DOCKER_HOST points to a machine that is not there',
    () => ({
      env: { DOCKER_HOST: 'tcp://10.9.9.9:2375' },
      programs: withDocker({
        'version --format*': refuses(
          'error during connect: Get "http://10.9.9.9:2375/v1.50/version": dial tcp 10.9.9.9:2375: i/o timeout',
        ),
      }),
    }),
    {
      'docker-daemon': {
        status: 'warn',
        says: /another machine[\s\S]*tcp:\/\/10\.9\.9\.9:2375, chosen by DOCKER_HOST/,
        fix: /^unset DOCKER_HOST$/,
      },
    },
  ],
  [
    'the context is of another machine, which answers',
    () => ({ programs: withDocker({ 'context inspect*': 'echo "office ssh://me@office"' }) }),
    {
      'docker-daemon': {
        status: 'warn',
        says: /another machine: ports[\s\S]*ssh:\/\/me@office/,
        fix: /^docker context use default$/,
      },
    },
  ],
  [
    'the context does not exist',
    () => ({
      env: { DOCKER_CONTEXT: 'gone' },
      programs: withDocker({
        'version --format*': refuses(
          'Failed to initialize: unable to resolve docker endpoint: context "gone": context not found',
        ),
        'context inspect*': refuses('context "gone": context not found'),
      }),
    }),
    { 'docker-daemon': { status: 'warn', says: /context that does not exist/, fix: /^unset DOCKER_CONTEXT$/ } },
  ],
  [
    'the daemon hangs',
    () => ({ programs: withDocker({ 'version --format*': 'sleep 98763', 'ps*': 'sleep 98763' }) }),
    {
      'docker-daemon': { status: 'warn', says: /does not answer/, fix: /restart/ },
      start: { status: 'ok', says: /embedded Prometheus can run the stack/ },
    },
  ],
  [
    'the docker client hangs',
    () => ({ programs: { docker: 'sleep 98763' } }),
    {
      'docker-client': { status: 'warn', says: /hangs/ },
      'docker-daemon': { status: 'skip', says: /./, because: 'docker-client' },
      'docker-compose': { status: 'skip', says: /./, because: 'docker-client' },
    },
  ],
  [
    'docker is the script of WSL without the integration',
    () => ({ programs: { docker: `echo "The command 'docker' could not be found in this WSL 2 distro."; exit 1` } }),
    { 'docker-client': { status: 'warn', says: /cannot be run[\s\S]*WSL integration/ } },
  ],
  [
    'docker is Podman',
    () => ({ programs: withDocker({ '--version': 'echo "podman version 4.3.1"' }) }),
    { 'docker-client': { status: 'warn', says: /Podman 4\.3\.1/ } },
  ],
  [
    'there is no compose plugin',
    () => ({ programs: withDocker({ 'compose version*': refuses('docker: unknown command: docker compose') }) }),
    {
      'docker-compose': { status: 'warn', says: /no compose plugin/, fix: /docker-compose-plugin/ },
      start: { status: 'ok', says: /embedded Prometheus can run the stack/ },
    },
  ],
  [
    'there is only docker-compose of version 1',
    () => ({
      programs: withDocker(
        { 'compose version*': refuses('docker: unknown command: docker compose') },
        { 'docker-compose': 'echo 1.29.2' },
      ),
    }),
    { 'docker-compose': { status: 'warn', says: /Only docker-compose 1\.29\.2/, fix: /docker-compose-plugin/ } },
  ],
  [
    'Compose 2 is there, but not as a plugin',
    () => ({
      programs: withDocker(
        { 'compose version*': refuses('docker: unknown command: docker compose') },
        { 'docker-compose': 'echo 2.24.1' },
      ),
    }),
    { 'docker-compose': { status: 'warn', says: /not as the plugin/, fix: /cli-plugins/ } },
  ],
  [
    'the images are not there yet',
    () => ({ programs: withDocker({ 'image inspect*node*': refuses('No such image') }) }),
    { 'docker-images': { status: 'skip', says: /pull node:22-alpine first[\s\S]*prom\/prometheus:v3\.5\.3: here/ } },
  ],
  [
    'Prometheus is of version 2',
    () => ({
      programs: {
        prometheus: 'echo "prometheus, version 2.42.0+ds (branch: debian/sid)" >&2',
        promtool: 'echo "promtool, version 2.42.0+ds" >&2',
      },
    }),
    {
      'prometheus-binary': { status: 'warn', says: /prometheus 2\.42\.0\+ds is too old/ },
      start: { status: 'ok', says: /embedded/ },
    },
  ],
  [
    'promtool is missing',
    () => ({ programs: withDocker({}, { prometheus: PROMETHEUS_3.prometheus }) }),
    { 'prometheus-binary': { status: 'warn', says: /promtool is not on PATH/ } },
  ],
  [
    'containers are left over from a lost state',
    () => ({ programs: withDocker(containersAnswer([container('sse-app')])) }),
    { containers: { status: 'warn', says: /no state file tells of[\s\S]*sse-sse-app-1: running/, fix: /start/ } },
  ],
  [
    'somebody else has a compose project of that name',
    () => ({
      programs: withDocker(
        containersAnswer([container('web', { Config: { Labels: { 'com.docker.compose.service': 'web' } } })]),
      ),
    }),
    { containers: { status: 'warn', says: /of somebody else/ } },
  ],
];

describe.skipIf(process.platform === 'win32')('a machine without a stack', () => {
  // Most of their time goes by in waiting.
  it.concurrent.each(MACHINES)('%s', { timeout: 20_000 }, async (_, options, expected) => {
    const started = performance.now();
    expectFindings(await examined(worldWith(options())), expected);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('says who holds a port', async () => {
    const server = createTcpServer();
    open.push(server);
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(8001, '127.0.0.1', () => resolve(true));
    });
    const report = await examined(worldWith());
    const finding = report.findings.find(({ id }) => id === 'ports/8001');
    expect(finding).toMatchObject({ status: 'warn' });
    // Another program of this machine may have it, and it may be another user's.
    if (free && process.platform === 'linux') expect(finding?.evidence.join()).toContain(`process ${process.pid}`);
  });
});

function fileIn(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function folderOf(path: string): string {
  return join(path, '..');
}

function pipeIn(folder: string): string {
  execFileSync('/bin/sh', ['-c', `mkfifo '${join(folder, 'stack.json')}'`]);
  return folder;
}

type Inspect = { readonly State?: object; readonly Config?: { readonly Labels?: object } };

/** One element of `docker inspect`: a container of the stack that runs well, unless told otherwise. */
function container(service: string, more: Inspect = {}): object {
  const labels = {
    'com.docker.compose.project': 'sse',
    'com.docker.compose.service': service,
    'dev.prom-tutor.stack': 'abc123',
  };
  return {
    Id: `id-of-${service}`,
    Name: `/sse-${service}-1`,
    State: { Status: 'running', ExitCode: 0, OOMKilled: false, Error: '', ...more.State },
    Config: more.Config ?? { Labels: labels },
    HostConfig: { PortBindings: {} },
  };
}

/** What a docker with these containers answers. */
function containersAnswer(containers: readonly object[]): Readonly<Record<string, string>> {
  const members = Object.fromEntries(
    containers.map((each, index) => [`c${index}`, { Name: (each as { Name: string }).Name.slice(1) }]),
  );
  return {
    'ps --all*': `echo ${containers.map((_, index) => `c${index}`).join(' ')}`,
    'inspect --type*': `cat <<'END'\n${JSON.stringify(containers)}\nEND\n`,
    'logs --tail*': 'echo "the last words"',
    'network inspect*': `echo '${JSON.stringify(members)}'`,
  };
}

/** That the container of Prometheus publishes this port, which in truth the loopback server of the test has. */
function publishes(port: number, name = 'sse-prometheus-1'): Readonly<Record<string, string>> {
  return { 'ps --format*': `printf '%s\\t%s\\n' ${name} '127.0.0.1:${port}->9090/tcp'` };
}

/** The containers of a whole stack, with one of them told otherwise. */
function stackWith(service?: string, state: object = {}): readonly object[] {
  return SERVICES.map((each) => container(each, each === service ? { State: state } : {}));
}

const MINUTE_AGO = new Date(Date.now() - 60_000).toISOString();

const KILLED = { Status: 'exited', ExitCode: 137, FinishedAt: MINUTE_AGO };

/** A stack on docker that Prometheus answers for: what is broken in it, and what must be found. */
const STACKS: readonly (readonly [string, Readonly<Record<string, string>>, PrometheusOptions, Expected])[] = [
  [
    'nothing is wrong',
    containersAnswer(stackWith()),
    {},
    { prometheus: { status: 'ok', says: /answers/ }, traffic: { status: 'ok', says: /gets requests/ } },
  ],
  [
    'an instance was killed',
    containersAnswer(stackWith('sse-app-2', KILLED)),
    {
      targets: [
        { instance: 'sse-app:8000', health: 'up' },
        {
          instance: 'sse-app-2:8000',
          health: 'down',
          lastError: 'dial tcp: lookup sse-app-2 on 127.0.0.11:53: no such host',
        },
      ],
    },
    {
      'containers/sse-app-2': {
        status: 'fail',
        says: /was killed \(SIGKILL\)[\s\S]*exit code 137[\s\S]*the last words/,
        fix: /^docker start sse-sse-app-2-1$/,
      },
      'targets/sse-app-2:8000': { status: 'skip', says: /not known/, because: 'containers/sse-app-2' },
    },
  ],
  [
    'an instance ran out of memory',
    containersAnswer(
      stackWith('sse-app', { Status: 'exited', ExitCode: 137, OOMKilled: true, FinishedAt: MINUTE_AGO }),
    ),
    {},
    { 'containers/sse-app': { status: 'fail', says: /more memory/, fix: /^docker start/ } },
  ],
  [
    'the load was stopped',
    containersAnswer(stackWith('load', { Status: 'exited', ExitCode: 143, FinishedAt: MINUTE_AGO })),
    { vectors: { 'increase(sse_requests_total': [{ metric: {}, value: 0 }] } },
    {
      'containers/load': { status: 'fail', says: /was stopped/ },
      traffic: { status: 'skip', says: /no requests/, because: 'containers/load' },
    },
  ],
  [
    'an instance is paused',
    containersAnswer(stackWith('sse-app', { Status: 'paused' })),
    {
      targets: [
        {
          instance: 'sse-app:8000',
          health: 'down',
          lastError: 'Get "http://sse-app:8000/metrics": context deadline exceeded',
        },
      ],
    },
    {
      'containers/sse-app': { status: 'fail', says: /is paused/, fix: /^docker unpause sse-sse-app-1$/ },
      'targets/sse-app:8000': {
        status: 'skip',
        says: /did not answer within scrape_timeout/,
        because: 'containers/sse-app',
      },
    },
  ],
  [
    'an instance crashes again and again',
    containersAnswer(stackWith('sse-app', { Status: 'restarting', ExitCode: 1 })),
    {},
    { 'containers/sse-app': { status: 'fail', says: /again and again/ } },
  ],
  [
    'an instance does not answer its health check',
    containersAnswer(
      stackWith('sse-app', {
        Status: 'running',
        Health: { Status: 'unhealthy', Log: [{ Output: 'wget: timed out' }] },
      }),
    ),
    {},
    { 'containers/sse-app': { status: 'fail', says: /health check[\s\S]*wget: timed out/, fix: /^docker restart/ } },
  ],
  [
    'the backfill failed',
    containersAnswer([...stackWith(), container('backfill', { State: { Status: 'exited', ExitCode: 1 } })]),
    { vectors: { 'count(up)': [] } },
    {
      'containers/backfill': { status: 'fail', says: /backfill failed/ },
      scenario: { status: 'skip', says: /not in Prometheus/, because: 'containers/backfill' },
    },
  ],
  [
    'the one-shot services are done',
    containersAnswer([
      ...stackWith(),
      container('history', { State: { Status: 'exited', ExitCode: 0, FinishedAt: MINUTE_AGO } }),
    ]),
    {},
    { containers: { status: 'ok', says: /All 4 containers/ } },
  ],
  [
    'one container was removed',
    containersAnswer(stackWith().slice(0, 3)),
    {},
    { 'containers/load': { status: 'fail', says: /has been removed/, fix: /start/ } },
  ],
  [
    'the network is gone',
    {
      ...containersAnswer(stackWith()),
      'network inspect*': refuses('Error response from daemon: network sse_default not found'),
    },
    {},
    { 'docker-network': { status: 'fail', says: /sse_default is not there[\s\S]*not found/ } },
  ],
  [
    'an instance was cut off from the network',
    {
      ...containersAnswer(stackWith()),
      'network inspect*': `echo '{"a":{"Name":"sse-prometheus-1"},"b":{"Name":"sse-sse-app-2-1"},"c":{"Name":"sse-load-1"}}'`,
    },
    {
      targets: [
        {
          instance: 'sse-app:8000',
          health: 'down',
          lastError: 'dial tcp: lookup sse-app on 127.0.0.11:53: no such host',
        },
      ],
    },
    {
      'docker-network/sse-app': {
        status: 'fail',
        says: /not connected/,
        fix: /^docker network connect --alias sse-app sse_default sse-sse-app-1$/,
      },
      'targets/sse-app:8000': { status: 'skip', says: /not known/, because: 'docker-network/sse-app' },
    },
  ],
  [
    'a target is down for a reason of its own',
    containersAnswer(stackWith()),
    {
      targets: [
        {
          instance: 'sse-app:8000',
          health: 'down',
          lastError: 'server returned HTTP status 500 Internal Server Error',
        },
      ],
    },
    {
      'targets/sse-app:8000': {
        status: 'fail',
        says: /failed while it wrote[\s\S]*lastError: server returned HTTP status 500/,
      },
    },
  ],
  [
    'a target was not scraped yet',
    containersAnswer(stackWith()),
    { targets: [{ instance: 'sse-app:8000', health: 'unknown', lastScrape: '0001-01-01T00:00:00Z' }] },
    {
      targets: { status: 'ok', says: /wait for their first scrape/ },
      'samples/sse-streaming': { status: 'warn', says: /next scrape is in 15 s at most/ },
    },
  ],
  [
    'samples do not arrive',
    containersAnswer(stackWith()),
    { vectors: { 'timestamp(up)': [{ metric: { job: 'sse-streaming' }, value: Date.now() / 1000 - 240 }] } },
    { 'samples/sse-streaming': { status: 'fail', says: /newest sample of 4 min ago/ } },
  ],
  [
    'an instance shows no metrics',
    containersAnswer(stackWith()),
    { vectors: { scrape_samples_scraped: [{ metric: { job: 'sse-streaming', instance: 'sse-app:8000' }, value: 0 }] } },
    { 'samples/sse-app:8000': { status: 'warn', says: /no metrics at all/ } },
  ],
  [
    'Prometheus has no targets',
    containersAnswer(stackWith()),
    { targets: [], vectors: { 'timestamp(up)': [] } },
    { targets: { status: 'warn', says: /no targets/ }, samples: { status: 'skip', says: /scrapes nothing/ } },
  ],
  [
    'the clock of Prometheus is behind',
    containersAnswer(stackWith()),
    { skewMs: -120_000 },
    { clock: { status: 'warn', says: /2 min behind/ } },
  ],
  [
    'Prometheus is of version 2',
    containersAnswer(stackWith()),
    { version: '2.42.0' },
    { 'prometheus-version': { status: 'warn', says: /2\.42\.0/ } },
  ],
  [
    'the history is not there',
    containersAnswer(stackWith()),
    { vectors: { 'count(up)': [] } },
    { scenario: { status: 'fail', says: /not in Prometheus/, fix: /start/ } },
  ],
  [
    'nobody asks the service',
    containersAnswer(stackWith()),
    { vectors: { 'increase(sse_requests_total': [{ metric: {}, value: 0 }] } },
    { traffic: { status: 'warn', says: /gets no requests/ } },
  ],
];

describe.skipIf(process.platform === 'win32')('a stack on docker', () => {
  it.each(STACKS)('%s', async (_, answers, prometheus, expected) => {
    const server = await prometheusLike(prometheus);
    open.push(server);
    const world = worldWith({
      programs: withDocker({ ...answers, ...publishes(server.port) }),
      stateFile: stateOf('docker', server.url),
    });
    expectFindings(await examined(world), expected);
  });

  it('puts everything down to a daemon that is down', async () => {
    const world = worldWith({
      programs: withDocker({
        'version --format*': refuses(NO_DAEMON),
        'ps*': refuses(NO_DAEMON),
        'network*': refuses(NO_DAEMON),
      }),
      stateFile: stateOf('docker', 'http://127.0.0.1:1'),
    });
    const report = await examined(world);
    expectFindings(report, {
      'docker-daemon': { status: 'fail', says: /not running/ },
      containers: { status: 'skip', says: /cannot be looked at/, because: 'docker-daemon' },
      'docker-network': { status: 'skip', says: /./, because: 'docker-daemon' },
      'ports/1': { status: 'skip', says: /Nothing listens/, because: 'docker-daemon' },
      prometheus: { status: 'skip', says: /connection refused/, because: 'docker-daemon' },
      targets: { status: 'skip', says: /./, because: 'docker-daemon' },
    });
    expect(report.summary).toMatchObject({ cause: 'docker-daemon', next: expect.stringMatching(/docker/) });
  });

  it('puts everything down to containers that were removed by hand', async () => {
    const world = worldWith({ stateFile: stateOf('docker', 'http://127.0.0.1:1') });
    const report = await examined(world);
    expectFindings(report, {
      containers: { status: 'fail', says: /have been removed/, fix: /^prom-tutor start$/ },
      prometheus: { status: 'skip', says: /refused/, because: 'containers' },
    });
  });

  it('tells of a start that was interrupted', async () => {
    const state = stateOf('docker', 'http://127.0.0.1:1', { phase: 'starting' });
    const report = await examined(worldWith({ stateFile: state }));
    expectFindings(report, {
      'state-file': { status: 'fail', says: /interrupted/, fix: /^prom-tutor start$/ },
      containers: { status: 'skip', says: /removed/, because: 'state-file' },
      prometheus: { status: 'skip', says: /refused/, because: 'state-file' },
    });
  });

  it('does not take a start that is under way for a broken stack', async () => {
    const world = worldWith({ stateFile: stateOf('docker', 'http://127.0.0.1:1', { phase: 'starting' }) });
    fileIn(world.stateDir, 'stack.lock', JSON.stringify({ name: 'prom-tutor', pid: process.pid, startedAt: '' }));
    const report = await examined(world);
    expectFindings(report, { 'state-file': { status: 'warn', says: /under way/ } });
  });

  it('tells of a stack of another version', async () => {
    const server = await prometheusLike();
    open.push(server);
    const stateFile = stateOf('docker', server.url, { toolVersion: '0.0.1' });
    const report = await examined(
      worldWith({ programs: withDocker({ ...containersAnswer(stackWith()), ...publishes(server.port) }), stateFile }),
    );
    expectFindings(report, {
      'state-file': { status: 'warn', says: /by prom-tutor 0\.0\.1/, fix: /stop && prom-tutor start/ },
    });
  });

  it('says that the environment sends queries elsewhere', async () => {
    const server = await prometheusLike();
    open.push(server);
    const world = worldWith({
      programs: withDocker({ ...containersAnswer(stackWith()), ...publishes(server.port) }),
      stateFile: stateOf('docker', server.url),
      envServer: { variable: 'PROMETHEUS_URL', url: 'prod.example:9090' },
    });
    expectFindings(await examined(world), {
      'server-url': {
        status: 'warn',
        says: /PROMETHEUS_URL sends query and explore to http:\/\/prod\.example:9090/,
        fix: /^unset PROMETHEUS_URL$/,
      },
      prometheus: { status: 'ok', says: new RegExp(server.url) },
    });
  });

  it('does not put the silence of a server from the environment down to Docker', async () => {
    const world = worldWith({
      programs: withDocker({ 'version --format*': refuses(NO_DAEMON) }),
      envServer: { variable: 'PROMETHEUS_URL', url: 'http://127.0.0.1:1' },
    });
    expectFindings(await examined(world), {
      'docker-daemon': { status: 'warn', says: /not running/ },
      prometheus: { status: 'fail', says: /connection refused/, fix: /^unset PROMETHEUS_URL$/ },
    });
  });

  it('has no complaint about faults where the state file names no instance', async () => {
    const server = await prometheusLike();
    open.push(server);
    const state = stateOf('docker', server.url);
    const report = await examined(
      worldWith({
        programs: withDocker({ ...containersAnswer(stackWith()), ...publishes(server.port) }),
        stateFile: { ...state, urls: { ...state.urls, apps: [] } },
      }),
    );
    expectFindings(report, { faults: { status: 'ok', says: /No fault is on/ } });
    expect(JSON.stringify(report)).not.toContain('Invalid URL');
  });

  it('recognises a stranger on the port of the stack', async () => {
    const server = createServer((_, response) => response.end('<html>hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push(server);
    const { port } = server.address() as AddressInfo;
    const world = worldWith({
      programs: withDocker({
        ...containersAnswer(stackWith('prometheus', KILLED)),
        ...publishes(port, 'web-1'),
      }),
      stateFile: stateOf('docker', `http://127.0.0.1:${port}`),
    });
    expectFindings(await examined(world), {
      'containers/prometheus': { status: 'fail', says: /SIGKILL/ },
      [`ports/${port}`]: {
        status: 'fail',
        says: /belongs to another program[\s\S]*container web-1/,
        fix: /^prom-tutor start$/,
      },
      prometheus: { status: 'skip', says: /web page|Prometheus API/, because: `ports/${port}` },
    });
  });
});

describe.skipIf(process.platform === 'win32')('a stack of processes', () => {
  /** The four services, all of them this very process, but for those told otherwise. */
  const services = (more: Readonly<Record<string, object>> = {}) =>
    SERVICES.map((name) => ({ name, pid: process.pid, startedAt: '', ...more[name] }));

  const machine = async (processes: ReturnType<typeof services>, prometheus: PrometheusOptions = {}) => {
    const server = await prometheusLike(prometheus);
    open.push(server);
    const dir = tempFolder();
    mkdirSync(join(dir, 'logs'));
    fileIn(join(dir, 'logs'), 'sse-app-2.log', 'first\nlast words \u001b[31m\n');
    return worldWith({ programs: PROMETHEUS_3, stateFile: stateOf('binary', server.url, { dir, processes }) });
  };

  it('runs, and nothing is wrong', async () => {
    expectFindings(await examined(await machine(services())), {
      processes: { status: 'ok', says: /All 4 processes/ },
      ports: { status: 'ok', says: /listens on its ports/ },
    });
  });

  it('lacks one that is gone: found with the end of its log', async () => {
    const lastError = 'Get "http://localhost:8001/metrics": dial tcp 127.0.0.1:8001: connect: connection refused';
    const gone = services({ 'sse-app-2': { pid: 4_190_000, startedAt: '1' } });
    const targets = [{ instance: 'sse-app-2:8000', health: 'down', lastError }];
    expectFindings(await examined(await machine(gone, { targets })), {
      'processes/sse-app-2': {
        status: 'fail',
        says: /process 4190000 does not run[\s\S]*sse-app-2\.log: last words/,
        fix: /^prom-tutor start$/,
      },
      'targets/sse-app-2:8000': { status: 'skip', says: /Nothing listens/, because: 'processes/sse-app-2' },
    });
  });

  it('lacks one that was never started', async () => {
    const three = services().slice(0, 3);
    expectFindings(await examined(await machine(three)), {
      'processes/load': { status: 'fail', says: /never started/ },
    });
  });

  it.runIf(process.platform === 'linux')('has one that is suspended', async () => {
    const child = spawn('sleep', ['60']);
    open.push({ close: () => child.kill('SIGKILL') });
    child.kill('SIGSTOP');
    const suspended = services({ load: { pid: child.pid ?? 0 } });
    expectFindings(await examined(await machine(suspended)), {
      'processes/load': { status: 'fail', says: /suspended/, fix: new RegExp(`^kill -CONT ${child.pid}$`) },
    });
  });

  it.runIf(process.platform === 'linux')('does not take a stranger with the same pid for its own', async () => {
    const reused = services({ load: { startedAt: 'long ago' } });
    expectFindings(await examined(await machine(reused)), {
      'processes/load': { status: 'fail', says: /gone/ },
    });
  });
});

/** Servers that `--server` may name: what answers there, and what must be found. */
const SERVERS: readonly (readonly [string, Answer, Expected])[] = [
  [
    'a login page',
    (_, r) => r.writeHead(200, { 'content-type': 'text/html' }).end('<html><title>Sign in</title>'),
    { prometheus: { status: 'fail', says: /Sign in/ } },
  ],
  [
    '401',
    (_, r) => r.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end('Unauthorized'),
    { prometheus: { status: 'fail', says: /--user/ } },
  ],
  [
    '404 everywhere',
    (_, r) => r.writeHead(404).end('404 page not found'),
    { prometheus: { status: 'fail', says: /no Prometheus API/ } },
  ],
  [
    'a tenant is wanted',
    (_, r) => r.writeHead(401).end('no org id'),
    { prometheus: { status: 'fail', says: /--org-id/ } },
  ],
  [
    'a Prometheus that starts',
    (_, r) => r.writeHead(503, { 'x-prometheus-stopping': 'false' }).end('Service Unavailable'),
    { prometheus: { status: 'warn', says: /still starting/ } },
  ],
  [
    'a proxy without its server',
    (_, r) => r.writeHead(502).end('Bad Gateway'),
    { prometheus: { status: 'fail', says: /502/ } },
  ],
  [
    'an answer that breaks off',
    (_, r) =>
      r
        .writeHead(200, { 'content-type': 'application/json', 'content-length': '99' })
        .write('{"status":"succ', () => r.socket?.destroy()),
    { prometheus: { status: 'fail', says: /broke off/ } },
  ],
  ['no answer, ever', () => undefined, { prometheus: { status: 'fail', says: /did not answer/ } }],
];

describe('another server', () => {
  it.each(SERVERS)('%s', async (_, answer, expected) => {
    const server = await loopback(answer);
    open.push(server);
    const report = await examined(worldWith({ server: server.url }));
    expectFindings(report, expected);
    expect(report.findings.map(({ id }) => id)).not.toContain('docker-daemon');
    if (report.summary.status === 'fail') {
      expect(report.findings.find(({ id }) => id === 'targets')).toMatchObject({
        status: 'skip',
        because: 'prometheus',
      });
    }
  });

  it('finds the API below another path, and names the address', async () => {
    const server = await loopback(({ url, params }, response) => {
      if (url.startsWith('/metrics-api/api/v1/query') && params.get('query') === '1') {
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end('{"status":"success","data":{"resultType":"scalar","result":[1,"1"]}}');
      } else if (url === '/') response.writeHead(302, { location: '/metrics-api/graph' }).end();
      else if (url === '/metrics-api/graph') response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
      else response.writeHead(404).end('404 page not found');
    });
    open.push(server);
    expectFindings(await examined(worldWith({ server: server.url })), {
      prometheus: { status: 'fail', says: /no Prometheus API/, fix: new RegExp(`--server ${server.url}/metrics-api$`) },
    });
  });

  it.each([
    [
      'without a scheme',
      (port: number) => `127.0.0.1:${port}`,
      {
        'server-url': { status: 'warn', says: /no http:\/\/ in front/ },
        prometheus: { status: 'ok', says: /answers/ },
      },
    ],
    [
      'no address at all',
      () => 'http://',
      {
        'server-url': { status: 'fail', says: /cannot be understood/ },
        prometheus: { status: 'skip', says: /./, because: 'server-url' },
      },
    ],
    ['nobody there', () => 'http://127.0.0.1:1', { prometheus: { status: 'fail', says: /connection refused/ } }],
    [
      'no such host',
      () => 'http://no-such-host.invalid:9090',
      { prometheus: { status: 'fail', says: /no-such-host\.invalid/ } },
    ],
  ] as const)('%s', async (_, url, expected) => {
    const server = await prometheusLike();
    open.push(server);
    expectFindings(await examined(worldWith({ server: url(server.port) })), expected as Expected);
  });

  it('does without a target list', async () => {
    const server = await loopback(({ url, params }, response) => {
      const result = params.get('query') === 'time()' ? [1, String(Date.now() / 1000)] : [1, '1'];
      if (url.startsWith('/api/v1/query')) {
        const scalar = { status: 'success', data: { resultType: 'scalar', result } };
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(scalar));
      } else response.writeHead(404).end('404 page not found');
    });
    open.push(server);
    expectFindings(await examined(worldWith({ server: server.url })), {
      prometheus: { status: 'ok', says: /answers/ },
      'prometheus-version': { status: 'skip', says: /does not tell its version/ },
      targets: { status: 'skip', says: /no list of targets/ },
    });
  });
});

describe('the table', () => {
  it.each([
    ['stack', STACK_CHECKS],
    ['server', ONE_SERVER_CHECKS],
  ])('of the %s has each id once, and causes above their symptoms', (_, checks) => {
    const ids = checks.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [index, { id, needs }] of checks.entries()) {
      for (const need of needs) {
        const at = ids.indexOf(need.split('/')[0] as string);
        if (at !== -1) expect(`${id} needs ${need}: ${at < index}`).toBe(`${id} needs ${need}: true`);
      }
    }
  });
});
