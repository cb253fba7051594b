import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StackState } from '../../src/backends/state.ts';
import { execIn } from '../../src/doctor/exec.ts';
import type { World } from '../../src/doctor/world.ts';
import { httpSource } from '../../src/source/http.ts';
import { httpLook } from '../../src/source/http-look.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { type Loopback, loopback, success } from '../helpers/loopback.ts';

/** A folder that is removed by nobody but the system: small, and under its temporary folder. */
export function tempFolder(): string {
  return mkdtempSync(join(tmpdir(), 'prom-tutor-doctor-'));
}

/**
 * A folder to use as PATH, with these shell scripts as programs (name to body) and, beside them, only what the scripts
 * themselves need. So a machine without docker is a PATH without docker.
 */
export function binFolder(scripts: Readonly<Record<string, string>>): string {
  const folder = join(tempFolder(), 'bin');
  mkdirSync(folder);
  for (const tool of ['sh', 'sleep', 'cat']) symlinkSync(`/bin/${tool}`, join(folder, tool));
  for (const [name, body] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  }
  return folder;
}

/** The body of a `docker` that answers these command lines (shell patterns), and says nothing to others. */
export function dockerScript(answers: Readonly<Record<string, string>>): string {
  const rest = Object.entries(DOCKER_WELL).filter(([pattern]) => answers[pattern] === undefined);
  // The first pattern that fits wins.
  const cases = [...Object.entries(answers), ...rest].map(
    ([pattern, body]) => `${pattern.replaceAll(' ', '\\ ')}) ${body} ;;`,
  );
  return `case "$*" in\n${cases.join('\n')}\n*) echo "docker: unknown command: $*" >&2; exit 1 ;;\nesac`;
}

/** A Docker that works and runs nothing. */
const DOCKER_WELL: Readonly<Record<string, string>> = {
  '--version': 'echo "Docker version 28.2.2, build e6534b4"',
  'version --format*': `echo '{"Client":{"Version":"28.2.2"},"Server":{"Version":"28.2.2"}}'`,
  'context inspect*': 'echo "default unix:///var/run/docker.sock"',
  'compose version*': 'echo 2.40.3',
  'image inspect*': 'echo sha256:1',
  'ps --all*': ':',
  'ps --format*': ':',
};

export const PROMETHEUS_3 = {
  prometheus: 'echo "prometheus, version 3.5.3 (branch: HEAD, revision: x)"',
  promtool: 'echo "promtool, version 3.5.3 (branch: HEAD, revision: x)"',
} as const;

export type WorldOptions = Partial<Omit<World, 'env'>> & {
  readonly env?: World['env'];
  /** The programs on PATH; a Docker that works when not given. */
  readonly programs?: Readonly<Record<string, string>>;
  /** Written as the state file: an object as JSON, a text as it is. */
  readonly stateFile?: object | string;
};

/** A healthy world without a stack, and whatever a test breaks in it. Nothing of this machine's Docker is seen. */
export function worldWith(options: WorldOptions = {}): World {
  const { env, programs, stateFile, ...rest } = options;
  const io = fakeIo({ env: { PATH: binFolder(programs ?? { docker: dockerScript({}) }), HOME: '/root', ...env } });
  const stateDir = rest.stateDir ?? tempFolder();
  if (stateFile !== undefined) {
    const text = typeof stateFile === 'string' ? stateFile : JSON.stringify(stateFile);
    writeFileSync(join(stateDir, 'stack.json'), text, { mode: 0o600 });
  }
  return {
    ...io,
    stackFiles: '/nonexistent/stack',
    toolVersion: '0.1.0',
    nodeVersion: process.versions.node,
    machine: 'Linux 6.1.0 x64',
    terminal: { isTTY: true, columns: 100, colour: true, ascii: false },
    stateDir,
    patienceMs: 1_000,
    lookup: async () => ['127.0.0.1'],
    readText: async () => undefined,
    exec: execIn(io),
    openSource: (url) => httpSource({ url, timeoutMs: 1_000, connectTimeoutMs: 1_000 }),
    openLook: (url) => httpLook({ url, timeoutMs: 1_000, connectTimeoutMs: 1_000 }),
    question: undefined,
    server: undefined,
    envServer: undefined,
    // Nobody listens on port 1.
    defaultServer: 'http://127.0.0.1:1',
    ...rest,
  };
}

/** The state of a stack of this backend at that address, started ten minutes ago. */
export function stateOf(
  backend: StackState['backend'],
  prometheusUrl: string,
  more: Partial<StackState> = {},
): StackState {
  const nowMs = Date.now();
  return {
    version: 1,
    toolVersion: '0.1.0',
    backend,
    id: 'abc123',
    phase: 'running',
    startedMs: nowMs - 600_000,
    urls: { prometheus: prometheusUrl, apps: [] },
    scenario: { t0Ms: nowMs - 600_000, seed: 1, historyMs: 21_600_000 },
    token: 'secret-token',
    processes: [],
    dir: tempFolder(),
    ...more,
  };
}

export type FakeTarget = {
  readonly instance: string;
  readonly health: string;
  readonly lastError?: string;
  readonly lastScrape?: string;
};

export type PrometheusOptions = {
  readonly version?: string;
  readonly skewMs?: number;
  readonly targets?: readonly FakeTarget[];
  /** Vectors of queries that this text is part of. */
  readonly vectors?: Readonly<Record<string, readonly { readonly metric: object; readonly value: number }[]>>;
};

/** A loopback server that answers as a Prometheus in this state would. */
export function prometheusLike(options: PrometheusOptions = {}): Promise<Loopback> {
  const nowSeconds = () => (Date.now() + (options.skewMs ?? 0)) / 1000;
  const targets = options.targets ?? [{ instance: 'sse-app:8000', health: 'up' }];
  const vectors = {
    'timestamp(up)': [{ metric: { job: 'sse-streaming' }, value: nowSeconds() - 5 }],
    scrape_samples_scraped: [],
    'count(up)': [{ metric: {}, value: 3 }],
    'increase(sse_requests_total': [{ metric: {}, value: 900 }],
    ...options.vectors,
  };
  return loopback(({ url, params }, response) => {
    if (url.startsWith('/api/v1/status/buildinfo'))
      return success(response, { version: options.version ?? '3.5.3', revision: 'x' });
    if (url.startsWith('/api/v1/targets')) {
      return success(response, { activeTargets: targets.map((each) => targetJson(each)), droppedTargets: [] });
    }
    if (url === '/') {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html><title>Prometheus</title></html>');
      return;
    }
    if (url.startsWith('/-/ready')) {
      response.end('Prometheus Server is Ready.\n');
      return;
    }
    const query = params.get('query') ?? '';
    if (query === 'time()')
      return success(response, { resultType: 'scalar', result: [nowSeconds(), String(nowSeconds())] });
    if (query === '1') return success(response, { resultType: 'scalar', result: [nowSeconds(), '1'] });
    const rows = Object.entries(vectors).find(([part]) => query.includes(part))?.[1];
    const result = (rows ?? []).map(({ metric, value }) => ({ metric, value: [nowSeconds(), String(value)] }));
    return success(response, { resultType: 'vector', result });
  });
}

function targetJson({ instance, health, lastError = '', lastScrape = new Date().toISOString() }: FakeTarget) {
  return {
    discoveredLabels: {},
    labels: { instance, job: 'sse-streaming' },
    scrapePool: 'sse-streaming',
    scrapeUrl: `http://${instance}/metrics`,
    globalUrl: `http://${instance}/metrics`,
    lastError,
    lastScrape,
    lastScrapeDuration: 0.01,
    health,
    scrapeInterval: '15s',
    scrapeTimeout: '10s',
  };
}
