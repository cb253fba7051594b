import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaultBoard } from '../../src/app/faults.ts';
import { historyOf } from '../../src/app/history.ts';
import { createLiveService } from '../../src/app/live-service.ts';
import { simulate } from '../../src/app/simulate.ts';
import { storageWithHistory } from '../../src/backends/embedded-stack.ts';
import type { StackState } from '../../src/backends/state.ts';
import { SCRAPE_INTERVAL_MS, type Scenario } from '../../src/model/scenario.ts';
import { embeddedSource } from '../../src/source/embedded.ts';
import { BIN } from '../helpers/lesson-stack.ts';
import { programFolder } from '../helpers/programs.ts';
import { freePort } from '../helpers/prometheus.ts';

/**
 * How long what a person waits for takes: medians of several runs, and how many times that is the start of an empty Node,
 * which tells a slow machine from slow code. Nothing here passes or fails. `npm run bench [RUNS]`.
 */
const runs = Math.max(1, Number(process.argv[2] ?? 5));
const t0Ms = Math.floor(Date.now() / SCRAPE_INTERVAL_MS) * SCRAPE_INTERVAL_MS;
const scenario: Scenario = { t0Ms, seed: 1, historyMs: 6 * 3_600_000 };

const empty = await median(() => spawnSync(process.execPath, ['-e', '0']));
console.log(
  `${cpus().length} processors, load ${loadavg()[0]?.toFixed(1)}, Node ${process.versions.node}, ${runs} runs`,
);
print('node -e 0', empty);
print('prom-tutor --version', await median(() => spawnSync(process.execPath, [BIN, '--version'])));

console.log('\nThe embedded stack, six hours of history, from the outside:');
const starts: StartTimes[] = [];
for (let run = 0; run < runs; run++) starts.push(await startOnce());
for (const phase of ['process', 'answer', 'start', 'stop'] as const) {
  print(phaseName(phase), middle(starts.map((times) => times[phase])));
}

console.log('\nIts parts, in this process:');
const pasts = simulate(scenario);
print('live through six hours', await median(() => simulate(scenario)));
print('make columns of it', await median(() => historyOf(scenario, pasts)));
print('both, into storage', await median(() => storageWithHistory(scenario)));
const storage = storageWithHistory(scenario, pasts);
const source = embeddedSource({ storage, name: 'bench', now: () => t0Ms });
const hour = { startMs: t0Ms - 3_600_000, endMs: t0Ms, stepMs: 15_000 };
print('query: one instant', await median(() => source.instant('sum by (provider) (rate(sse_requests_total[5m]))')));
print('query: an hour', await median(() => source.range('sum by (provider) (rate(sse_requests_total[5m]))', hour)));
print(
  'query: an hour of quantiles',
  await median(() =>
    source.range('histogram_quantile(0.99, sum by (le) (rate(sse_request_duration_seconds_bucket[5m])))', hour),
  ),
);
print('an instance goes on from it', await median(() => goOn()));
print('an instance lives it again', await median(() => goOn(scenario)));

type StartTimes = { readonly process: number; readonly answer: number; readonly start: number; readonly stop: number };

function phaseName(phase: keyof StartTimes): string {
  const names = {
    process: 'start to its background process',
    answer: 'start to the first answered query',
    start: 'start to its end, with the taste',
    stop: 'stop',
  } as const satisfies { readonly [K in keyof StartTimes]: string };
  return names[phase];
}

/** One start on a machine without Docker and Prometheus, watched from outside through its state file and its API. */
async function startOnce(): Promise<StartTimes> {
  const home = mkdtempSync(join(tmpdir(), 'prom-tutor-bench-'));
  const env = { PATH: programFolder({}), HOME: home, XDG_STATE_HOME: home, LANG: 'C.UTF-8' };
  const ports = ['--port', String(await freePort()), '--app-port', String(await freePort())];
  const began = performance.now();
  const child = spawn(process.execPath, [BIN, 'start', ...ports], { env, stdio: 'ignore' });
  const ended = new Promise<number>((resolve) => child.once('exit', () => resolve(performance.now() - began)));
  const stateFile = join(home, 'prom-tutor', 'stack.json');
  const state = await until(() => {
    const read = JSON.parse(readFileSync(stateFile, 'utf8')) as StackState;
    return read.processes.length > 0 ? read : undefined;
  });
  const processMs = performance.now() - began;
  const url = `${state.urls.prometheus}/api/v1/query?query=sum(sse_requests_total)`;
  await until(async () => {
    const { data } = (await (await fetch(url)).json()) as { data: { result: unknown[] } };
    return data.result.length > 0 ? true : undefined;
  });
  const answerMs = performance.now() - began;
  const startMs = await ended;
  const stopBegan = performance.now();
  spawnSync(process.execPath, [BIN, 'stop'], { env });
  rmSync(home, { recursive: true, force: true });
  return { process: processMs, answer: answerMs, start: startMs, stop: performance.now() - stopBegan };
}

function goOn(past?: Scenario) {
  const earlier = pasts[0]?.lastLife;
  const startMs = Date.now();
  return createLiveService({
    instance: 'sse-app:8000',
    version: '1',
    faults: new FaultBoard(),
    ...(past === undefined ? (earlier === undefined ? {} : { earlier }) : { scenario: past }),
    world: {
      now: Date.now,
      random: Math.random,
      readings: { startMs, cpuSeconds: () => 0, memory: () => ({ residentBytes: 0, heapBytes: 0 }) },
      log: () => undefined,
    },
  }).then(({ stop }) => stop());
}

/** Tries until it gives something; what fails meanwhile is not there yet. */
async function until<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const giveUpAt = performance.now() + 60_000;
  for (;;) {
    const found = await Promise.resolve()
      .then(look)
      .catch(() => undefined);
    if (found !== undefined) return found;
    if (performance.now() > giveUpAt) throw new Error('nothing came within a minute');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function median(work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  return middle(times);
}

function middle(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
}

function print(what: string, ms: number): void {
  console.log(
    `${what.padEnd(36)} ${ms.toFixed(ms < 10 ? 1 : 0).padStart(6)} ms ${(ms / empty).toFixed(1).padStart(6)} x`,
  );
}
