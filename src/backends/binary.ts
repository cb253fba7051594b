import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../lib/paths.ts';
import { httpSource } from '../source/http.ts';
import { type Backend, type RepairOptions, SERVICES, type StartOptions } from './backend.ts';
import { BackendUnavailable, PortTaken } from './backend-unavailable.ts';
import { writePrometheusConfig } from './binary-config.ts';
import { controlInstance } from './binary-control.ts';
import { backfill, hasHistory, writeStackHistory } from './binary-history.ts';
import { requireRunning, type ServiceName, startService } from './binary-services.ts';
import { binaryRoot, endLostProcesses, stopBinary } from './binary-stop.ts';
import { binaryLogs, binaryStatus } from './binary-watch.ts';
import { newStack } from './new-stack.ts';
import { isRunning } from './processes.ts';
import { binaryAvailability, findPrometheus, type PrometheusBinaries } from './prometheus-binaries.ts';
import { appReady, historyReady, prometheusReady } from './ready.ts';
import { requireStackFiles } from './stack-files.ts';
import { PARTS } from './stack-folder.ts';
import { stackPorts } from './stack-ports.ts';
import type { StackState } from './state.ts';
import type { World } from './world.ts';

/** The stack as processes of this machine, with the `prometheus` and `promtool` of PATH. */
export function binaryBackend(world: World): Backend {
  return {
    kind: 'binary',
    inDaemon: false,
    probe: async (signal) => binaryAvailability(await findPrometheus(world, signal)),
    start: (options) => start(world, options),
    repair: (state, options) => repair(world, state, options),
    // Its processes are nothing without their state file: a start removes them and begins anew.
    adopt: async () => undefined,
    stop: (state, options) => stopBinary(world, state, options),
    hasKept: ({ id }) => hasHistory(join(binaryRoot(world), id)),
    control: (state, service, action, signal) => controlInstance(world, state, service, action, signal),
    status: (state, signal) => binaryStatus(world, state, signal),
    logs: (state, options) => binaryLogs(world, state, options),
  };
}

const PORT_ATTEMPTS = 3;

type Progress = Pick<StartOptions, 'signal' | 'report'>;

async function start(world: World, options: StartOptions): Promise<StackState> {
  await requireStackFiles(world);
  const pair = await requirePair(world, options.signal);
  if (options.grafana) {
    options.report({ kind: 'note', text: 'Grafana is left out: it comes with the Docker backend only.' });
  }
  for (let attempt = 1; ; attempt++) {
    const ports = await stackPorts(world, options, new Map());
    const state = newStack(world, 'binary', ports, options, (id) => join(binaryRoot(world), id));
    let last = state;
    const save = (next: StackState) => {
      last = next;
      return options.save(next);
    };
    try {
      return await startAll(world, state, pair, { ...options, save });
    } catch (error) {
      if (!(error instanceof PortTaken) || attempt === PORT_ATTEMPTS) throw error;
      options.report({ kind: 'note', text: `${error.message}; trying again with others.` });
      await stopBinary(world, last, options.kept === undefined ? {} : { keepId: options.kept.id });
    }
  }
}

type Pair = NonNullable<PrometheusBinaries['pair']>;

async function requirePair(world: World, signal: AbortSignal): Promise<Pair> {
  const found = await findPrometheus(world, signal);
  if (found.pair !== undefined) return found.pair;
  const availability = binaryAvailability(found);
  if (availability.usable) throw new Error('usable without a pair of programs');
  const { reason, hint } = availability;
  throw new BackendUnavailable(reason, hint === undefined ? {} : { hint });
}

async function startAll(world: World, fresh: StackState, pair: Pair, options: StartOptions): Promise<StackState> {
  const { signal, report, save } = options;
  await save(fresh);
  await makeFolder(fresh.dir);
  await copyFile(join(world.stackFiles, 'app.mjs'), join(fresh.dir, PARTS.app));
  await copyFile(join(world.stackFiles, PARTS.rules), join(fresh.dir, PARTS.rules));
  await writePrometheusConfig(join(world.stackFiles, 'prometheus.yml'), fresh);
  report({ kind: 'step', id: 'history', text: 'writing the history of the service' });
  const scenario = await writeStackHistory(world, fresh, signal);
  let state: StackState = { ...fresh, scenario };
  const add = async (name: ServiceName) => {
    signal.throwIfAborted();
    const record = await startService(world, state, name, pair.prometheus.path);
    state = { ...state, processes: [...state.processes, record] };
    await save(state);
  };
  // The instances answer before Prometheus asks them for the first time, and load up while promtool works.
  await add('sse-app');
  await add('sse-app-2');
  report({ kind: 'step', id: 'history', text: 'loading the history into Prometheus' });
  await backfill(world, state, pair.promtool.path, signal);
  report({ kind: 'done', id: 'history', text: 'the history is in place' });
  report({ kind: 'step', id: 'ready', text: 'starting the services' });
  await instancesReady(world, state, signal);
  await add('prometheus');
  await add('load');
  return ready(world, state, options);
}

/** Waits until it can be used; ends at once, with its last words, when a process ends by itself. */
async function ready(world: World, state: StackState, { signal, report }: Progress): Promise<StackState> {
  const source = httpSource({ url: state.urls.prometheus });
  const waiting = { signal, timeoutMs: 60_000 };
  try {
    report({ kind: 'step', id: 'ready', text: 'waiting for Prometheus' });
    await whileRunning(world, state, signal, async (limited) => {
      await prometheusReady(world, source, { ...waiting, signal: limited });
      await historyReady(world, source, state.scenario, { ...waiting, signal: limited });
    });
    await instancesReady(world, state, signal);
    await requireRunning(world, state);
  } finally {
    await source.close();
  }
  report({ kind: 'done', id: 'ready', text: `Prometheus answers at ${state.urls.prometheus}` });
  return { ...state, phase: 'running' };
}

async function instancesReady(world: World, state: StackState, signal: AbortSignal): Promise<void> {
  const names = ['sse-app', 'sse-app-2'];
  await whileRunning(world, state, signal, async (limited) => {
    const waiting = { signal: limited, timeoutMs: 30_000 };
    await Promise.all(names.map((name, index) => appReady(world, name, state.urls.apps[index] ?? '', waiting)));
  });
}

/** Does `work` and watches the processes meanwhile: what nobody runs any more need not be waited for. */
async function whileRunning(
  world: World,
  state: StackState,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const done = new AbortController();
  const limited = AbortSignal.any([signal, done.signal]);
  const watch = async () => {
    for (;;) {
      await world.sleep(200, limited);
      await requireRunning(world, state);
    }
  };
  const watching = watch();
  try {
    await Promise.race([work(limited), watching]);
  } finally {
    done.abort(new Error('no longer waiting'));
    await watching.catch(() => undefined);
  }
}

async function repair(world: World, state: StackState, options: RepairOptions): Promise<StackState> {
  const { prometheus } = await requirePair(world, options.signal);
  await endLostProcesses(world, state.processes);
  let now = state;
  for (const name of SERVICES) {
    const record = now.processes.find((one) => one.name === name);
    if (record !== undefined && (await isRunning(world, record))) continue;
    options.signal.throwIfAborted();
    options.report({ kind: 'step', id: 'ready', text: `starting ${name}` });
    const others = now.processes.filter((one) => one.name !== name);
    now = { ...now, processes: [...others, await startService(world, now, name, prometheus.path)] };
    await options.save(now);
  }
  return ready(world, now, options);
}
