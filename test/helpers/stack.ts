import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { isRunning } from '../../src/backends/processes.ts';
import type { ProcessRecord, StackState } from '../../src/backends/state.ts';
import { COOKBOOK } from '../../src/explorer/cookbook.ts';
import type { Series } from '../../src/model/query-result.ts';
import { httpSource } from '../../src/source/http.ts';
import { fakeIo } from './fake-io.ts';
import type { newLearner, Ran } from './learner.ts';
import { BIN } from './lesson-stack.ts';
import { freePort } from './prometheus.ts';

type Learner = ReturnType<typeof newLearner>;

/** Options that keep a stack away from the default ports, which others on this machine may use. */
export async function ownPorts(): Promise<readonly string[]> {
  return ['--port', String(await freePort()), '--app-port', String(await freePort())];
}

/** The built command in a process of its own, so that it can be killed. */
export function startApart(me: Learner, ...argv: readonly string[]): ChildProcess {
  return spawn(process.execPath, [BIN, ...argv], { env: me.env, stdio: 'ignore' });
}

/** The built command, run to its end as a person would, with what it wrote. */
export function runApart(me: Learner, ...argv: readonly string[]): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...argv], {
    env: me.env,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { code: status ?? -1, out: stdout, err: stderr };
}

export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    await new Promise((resolve) => child.once('exit', resolve));
  }
}

/** Waits until the state file says what is wanted. */
export async function stateIs(me: Learner, wanted: (state: StackState) => boolean): Promise<StackState> {
  return expect
    .poll(() => (existsSync(join(me.stateDir, 'stack.json')) && wanted(me.state()) ? me.state() : undefined), {
      timeout: 20_000,
      interval: 10,
    })
    .toBeDefined()
    .then(() => me.state());
}

/** Asks the Prometheus of a stack. */
export async function asking<T>(
  state: StackState,
  ask: (source: ReturnType<typeof httpSource>) => Promise<T>,
): Promise<T> {
  const source = httpSource({ url: state.urls.prometheus });
  try {
    return await ask(source);
  } finally {
    await source.close();
  }
}

/** The request rate of each provider over the hour before now, a point a minute. */
export async function lastHour(state: StackState): Promise<readonly Series[]> {
  const endMs = Date.now();
  const range = { startMs: endMs - 3_600_000, endMs, stepMs: 60_000 };
  const { data } = await asking(state, (source) =>
    source.range('sum by (provider) (rate(sse_requests_total[5m]))', range),
  );
  return data.kind === 'matrix' ? data.series : [];
}

/** Every provider is drawn over the full hour, and the busy ones with traffic in every minute. */
export async function expectFullHour(state: StackState): Promise<void> {
  const series = await lastHour(state);
  expect(series.map(({ labels }) => labels.provider)).toEqual(['anthropic', 'mistral', 'openai']);
  for (const { labels, samples } of series) {
    expect(`${labels.provider}: ${samples.length} points`).toBe(`${labels.provider}: 61 points`);
    if (labels.provider === 'mistral') continue;
    expect(Math.min(...samples.map(({ value }) => value as number))).toBeGreaterThan(0);
  }
}

/** The ten queries of the guide (which the panels of the dashboard ask too) all give something. */
export async function expectCookbookAnswered(state: StackState): Promise<void> {
  for (const { number, query } of COOKBOOK) {
    const { data } = await asking(state, (source) => source.instant(query));
    expect(`${number}: ${data.kind === 'vector' ? data.samples.length > 0 : data.kind}`).toBe(`${number}: true`);
  }
}

/** The targets by instance: health, and whether they were scraped since. */
export async function targetsSince(state: StackState, sinceMs: number): Promise<Readonly<Record<string, string>>> {
  const targets = await asking(state, (source) => source.targets());
  return Object.fromEntries(
    targets.map(({ labels, health, lastScrapeMs }) => [
      labels.instance,
      `${health}${(lastScrapeMs ?? 0) > sinceMs ? '' : ', not scraped since'}`,
    ]),
  );
}

export const ALL_UP = { 'localhost:9090': 'up', 'sse-app:8000': 'up', 'sse-app-2:8000': 'up' };

/** A counter of one instance as it exposes it now, summed over its label sets. */
export async function counterNow(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const values = [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))].map(([, value]) =>
    Number(value),
  );
  return values.reduce((sum, value) => sum + value, 0);
}

/** Command lines of processes that run anything out of this learner's state folder. */
export function processesOf(me: Learner): readonly string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const lines = pids.map((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    } catch {
      return '';
    }
  });
  return lines.filter((line) => line.includes(me.stateDir));
}

/** None of these runs any more. One that has ended and waits for its parent counts as gone. */
export async function expectGone(processes: readonly ProcessRecord[]): Promise<void> {
  const system = fakeIo({ platform: process.platform });
  const running = await Promise.all(processes.map((record) => isRunning(system, record)));
  expect(processes.filter((_, index) => running[index]).map(({ name }) => name)).toEqual([]);
}

export function docker(...args: readonly string[]): string {
  return execFileSync('docker', [...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

/** Everything of compose project `sse`: containers, volumes, networks. */
export function dockerThings(): readonly string[] {
  const filter = ['--filter', 'label=com.docker.compose.project=sse'];
  return [
    ['ps', '-a', '--format', '{{.Names}}'],
    ['volume', 'ls', '-q'],
    ['network', 'ls', '--format', '{{.Name}}'],
  ]
    .flatMap((command) => docker(...command, ...filter).split('\n'))
    .filter((name) => name !== '');
}

/** What keeps the Docker suites from running, in words. A stack that somebody uses is not ours to stop. */
export function dockerObstacle(): string | undefined {
  const answer = spawnSync('docker', ['info', '--format', '{{.ServerVersion}}'], { encoding: 'utf8', timeout: 10_000 });
  if (answer.status !== 0) return `Docker's daemon does not answer: ${answer.stderr?.trim().split('\n').at(-1)}`;
  for (const image of ['node:22-alpine', 'prom/prometheus:v3.5.3']) {
    const found = spawnSync('docker', ['image', 'inspect', image], { stdio: 'ignore' });
    if (found.status !== 0 && process.env.CI === undefined)
      return `the image ${image} is not here, and pulling it takes long`;
  }
  const things = dockerThings();
  return things.length === 0 ? undefined : `a stack is there already (${things.join(', ')}); stop it first`;
}
