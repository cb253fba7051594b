import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaultBoard } from '../../../src/app/faults.ts';
import { historyOf } from '../../../src/app/history.ts';
import { createLiveService } from '../../../src/app/live-service.ts';
import { type InstancePast, simulate } from '../../../src/app/simulate.ts';
import { storageWithHistory } from '../../../src/backends/embedded-stack.ts';
import type { StackState } from '../../../src/backends/state.ts';
import { SCRAPE_INTERVAL_MS, type Scenario } from '../../../src/model/scenario.ts';
import { embeddedSource } from '../../../src/source/embedded.ts';
import { programFolder } from '../../helpers/programs.ts';
import { freePort } from '../../helpers/prometheus.ts';
import { medianOf, middle } from './measure.ts';
import type { BenchOptions } from './options.ts';
import { ms, type Table } from './report.ts';

/** How long what a person waits for takes, and how many times that is the start of an empty Node, which tells a slow machine from slow code. */
export async function benchStart({ runs, bin }: BenchOptions): Promise<readonly Table[]> {
  const t0Ms = Math.floor(Date.now() / SCRAPE_INTERVAL_MS) * SCRAPE_INTERVAL_MS;
  const scenario: Scenario = { t0Ms, seed: 1, historyMs: 6 * 3_600_000 };
  const empty = await medianOf(runs, () => spawnSync(process.execPath, ['-e', '0']));
  const table = (title: string, figures: readonly (readonly [string, number])[]): Table => ({
    title,
    columns: ['', 'ms', '× empty Node'],
    rows: figures.map(([name, figure]) => [name, ms(figure), (figure / empty).toFixed(1)]),
  });
  const version = await medianOf(runs, () => spawnSync(process.execPath, [bin, '--version']));
  const starts: StartTimes[] = [];
  for (let run = 0; run < runs; run++) starts.push(await startOnce(bin));
  return [
    table('A command', [
      ['node -e 0', empty],
      ['prom-tutor --version', version],
    ]),
    table(
      'The embedded stack, six hours of history, from the outside',
      (['process', 'answer', 'start', 'stop'] as const).map((phase) => [
        phaseName(phase),
        middle(starts.map((times) => times[phase])),
      ]),
    ),
    table('Its parts, in this process', await partsOf(scenario, runs)),
  ];
}

async function partsOf(scenario: Scenario, runs: number): Promise<readonly (readonly [string, number])[]> {
  const pasts = simulate(scenario);
  const storage = storageWithHistory(scenario, pasts);
  const { t0Ms } = scenario;
  const source = embeddedSource({ storage, name: 'bench', now: () => t0Ms });
  const hour = { startMs: t0Ms - 3_600_000, endMs: t0Ms, stepMs: 15_000 };
  const rate = 'sum by (provider) (rate(sse_requests_total[5m]))';
  const quantile = 'histogram_quantile(0.99, sum by (le) (rate(sse_request_duration_seconds_bucket[5m])))';
  const works: readonly (readonly [string, () => unknown])[] = [
    ['live through six hours', () => simulate(scenario)],
    ['make columns of it', () => historyOf(scenario, pasts)],
    ['both, into storage', () => storageWithHistory(scenario)],
    ['query: one instant', () => source.instant(rate)],
    ['query: an hour', () => source.range(rate, hour)],
    ['query: an hour of quantiles', () => source.range(quantile, hour)],
    ['an instance goes on from it', () => goOn(pasts)],
    ['an instance lives it again', () => goOn(pasts, scenario)],
  ];
  const figures: (readonly [string, number])[] = [];
  for (const [name, work] of works) figures.push([name, await medianOf(runs, work)]);
  return figures;
}

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
async function startOnce(bin: string): Promise<StartTimes> {
  const home = mkdtempSync(join(tmpdir(), 'prom-tutor-bench-'));
  const env = { PATH: programFolder({}), HOME: home, XDG_STATE_HOME: home, LANG: 'C.UTF-8' };
  const ports = ['--port', String(await freePort()), '--app-port', String(await freePort())];
  const began = performance.now();
  const child = spawn(process.execPath, [bin, 'start', ...ports], { env, stdio: 'ignore' });
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
  spawnSync(process.execPath, [bin, 'stop'], { env });
  rmSync(home, { recursive: true, force: true });
  return { process: processMs, answer: answerMs, start: startMs, stop: performance.now() - stopBegan };
}

function goOn(pasts: readonly InstancePast[], past?: Scenario): Promise<void> {
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
