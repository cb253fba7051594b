import { access, copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { request } from 'undici';
import { SCENARIO_FILE } from '../app/write-history.ts';
import { makeFolder } from '../lib/paths.ts';
import { EXIT, UserError } from '../model/errors.ts';
import { httpSource } from '../source/http.ts';
import {
  type Backend,
  type InstanceAction,
  type InstanceService,
  type Removed,
  type RepairOptions,
  SERVICES,
  type ServiceStatus,
  type StartOptions,
} from './backend.ts';
import { BackendUnavailable, PortTaken } from './backend-unavailable.ts';
import { plainEnv } from './binary-services.ts';
import { binaryLogs } from './binary-watch.ts';
import type { DaemonConfig } from './daemon-config.ts';
import { newStack } from './new-stack.ts';
import { processRow } from './process-table.ts';
import { findProcesses, isSame, spawnInBackground, stopProcesses } from './processes.ts';
import { appReady, historyReady, prometheusReady } from './ready.ts';
import { logFile, PARTS } from './stack-folder.ts';
import { portOf, stackPorts } from './stack-ports.ts';
import type { ProcessRecord, StackState } from './state.ts';
import { type World, within } from './world.ts';

/** The stack inside one background process of this tool: for machines with Node alone. */
export function embeddedBackend(world: World): Backend {
  return {
    kind: 'embedded',
    inDaemon: false,
    probe: async () => ({ usable: true, detail: 'inside prom-tutor, nothing to install' }),
    start: (options) => start(world, options),
    repair: (state, options) => repair(world, state, options),
    // Its process is nothing without its state file: a start ends it and begins anew.
    adopt: async () => undefined,
    stop: (state, options) => stop(world, state, options.keepId),
    hasKept: ({ id }) => exists(join(embeddedRoot(world), id, PARTS.scenario, SCENARIO_FILE)),
    control: (state, service, action, signal) => control(world, state, service, action, signal),
    status: (state, signal) => status(world, state, signal),
    logs: (state, options) => binaryLogs(world, state, options),
  };
}

const PORT_ATTEMPTS = 3;
const READY_TIMEOUT_MS = 30_000;
/** Time the process gets to close its streams before it is ended by force. */
const GRACE_MS = 3_000;
/** Open streams get half a second to end. */
const CONTROL_MS = 5_000;
/** By which the state file and the log know the background process. */
export const PROCESS_NAME = 'prom-tutor';

async function start(world: World, options: StartOptions): Promise<StackState> {
  if (options.grafana) {
    options.report({ kind: 'note', text: 'Grafana is left out: it comes with the Docker backend only.' });
  }
  for (let attempt = 1; ; attempt++) {
    const ports = await stackPorts(world, options, new Map());
    const state = newStack(world, 'embedded', ports, options, (id) => join(embeddedRoot(world), id));
    let last = state;
    const save = (next: StackState) => {
      last = next;
      return options.save(next);
    };
    try {
      await save(state);
      return await run(world, state, { ...options, save });
    } catch (error) {
      if (!(error instanceof PortTaken) || attempt === PORT_ATTEMPTS) throw error;
      options.report({ kind: 'note', text: `${error.message}; trying again with others.` });
      await stop(world, last, options.kept?.id);
    }
  }
}

/** The samples of an ended process are lost: the past is written anew, the same as before, and the instances start at zero. */
async function repair(world: World, state: StackState, options: RepairOptions): Promise<StackState> {
  await endProcesses(world, state);
  options.report({
    kind: 'note',
    text: 'What was scraped since the start is lost, it was in memory only; the history is the same as before.',
  });
  return run(world, { ...state, processes: [] }, options);
}

async function run(world: World, fresh: StackState, options: RepairOptions): Promise<StackState> {
  const { signal, report, save } = options;
  const script = daemonScript(world);
  await requireBuilt(script);
  report({ kind: 'step', id: 'history', text: 'writing the history of the service' });
  await writeFolder(world, fresh);
  const record = await spawnInBackground(world, {
    name: PROCESS_NAME,
    file: world.execPath,
    args: [script, fresh.dir],
    env: plainEnv(world),
    cwd: fresh.dir,
    logFile: logFile(fresh, PROCESS_NAME),
  });
  const state: StackState = { ...fresh, processes: [record] };
  await save(state);
  await untilReady(world, state, signal, () => {
    report({ kind: 'done', id: 'history', text: 'the history is in place' });
    report({ kind: 'step', id: 'ready', text: 'starting the services' });
  });
  report({ kind: 'done', id: 'ready', text: `Prometheus answers at ${state.urls.prometheus}` });
  return { ...state, phase: 'running' };
}

/** Throws `UserError` in a clone that was not built. */
async function requireBuilt(script: string): Promise<void> {
  if (await exists(script)) return;
  throw new UserError(`the background process is missing: ${script}`, {
    hint: 'In a clone of prom-tutor, build it: npm run build. Otherwise install prom-tutor again.',
    exitCode: EXIT.unavailable,
  });
}

/** What the process reads: its configuration (with the token, so for us alone), the rules, and the scenario the instances claim. */
async function writeFolder(world: World, state: StackState): Promise<void> {
  const folder = join(state.dir, PARTS.scenario);
  await makeFolder(folder);
  await writeFile(join(folder, SCENARIO_FILE), `${JSON.stringify(state.scenario)}\n`, { mode: 0o600 });
  const [app = 0, app2 = 0] = state.urls.apps.map((url) => portOf(url) ?? 0);
  const config: DaemonConfig = {
    scenario: state.scenario,
    token: state.token,
    ports: { prometheus: portOf(state.urls.prometheus) ?? 0, apps: [app, app2] },
    rules: join(state.dir, PARTS.rules),
  };
  await copyFile(join(world.stackFiles, PARTS.rules), config.rules);
  await writeFile(join(state.dir, PARTS.daemon), JSON.stringify(config), { mode: 0o600 });
}

async function untilReady(world: World, state: StackState, signal: AbortSignal, onHistory: () => void): Promise<void> {
  const done = new AbortController();
  const limited = AbortSignal.any([signal, done.signal]);
  const waiting = { signal: limited, timeoutMs: READY_TIMEOUT_MS, longestPauseMs: 50 };
  const source = httpSource({ url: state.urls.prometheus });
  const work = async () => {
    await prometheusReady(world, source, waiting);
    await historyReady(world, source, state.scenario, waiting);
    onHistory();
    const names = ['sse-app', 'sse-app-2'];
    await Promise.all(names.map((name, index) => appReady(world, name, state.urls.apps[index] ?? '', waiting)));
  };
  const watch = async () => {
    for (;;) {
      await world.sleep(150, limited);
      await requireAlive(world, state);
    }
  };
  const watching = watch();
  try {
    await Promise.race([work(), watching]);
    // Whoever answered: it was ours only if ours has lived to see it.
    await requireAlive(world, state);
  } finally {
    done.abort(new Error('no longer waiting'));
    await watching.catch(() => undefined);
    await source.close();
  }
}

/** Throws with its last words when the process has ended by itself. */
async function requireAlive(world: World, state: StackState): Promise<void> {
  if ((await living(world, state)).length > 0) return;
  const text = await readFile(logFile(state, PROCESS_NAME), 'utf8').catch(() => '');
  const words = text.trim().split('\n').slice(-5).join('\n');
  if (/EADDRINUSE|is taken/.test(words)) throw new PortTaken(words);
  throw new BackendUnavailable(`the background process ended by itself${words === '' ? '' : `:\n${words}`}`, {
    hint: 'Find out more: prom-tutor doctor',
  });
}

/** Ends the process and removes the folders of all stacks but the one to keep. */
async function stop(world: World, state: StackState | undefined, keepId: string | undefined): Promise<Removed> {
  const processes = await endProcesses(world, state);
  const folders = (await readdir(embeddedRoot(world)).catch(() => [])).filter((name) => /^[0-9a-f]{16}$/.test(name));
  const removed = folders.filter((id) => id !== keepId);
  for (const id of removed) await rm(join(embeddedRoot(world), id), { recursive: true, force: true });
  if (keepId === undefined) await rm(embeddedRoot(world), { recursive: true, force: true });
  return [
    ...(processes > 0 ? [`${processes} ${processes === 1 ? 'process' : 'processes'}`] : []),
    ...(removed.length > 0 ? [`${removed.length} data ${removed.length === 1 ? 'folder' : 'folders'}`] : []),
  ];
}

/** Ends the process of the stack and any other of ours that no state file knows. Gives how many there were. */
async function endProcesses(world: World, state: StackState | undefined): Promise<number> {
  const known = state === undefined ? [] : await living(world, state);
  if (state !== undefined && known.length > 0) await askToQuit(world, state);
  const lost = (await findProcesses(world, (args) => isOurs(embeddedRoot(world), args)))
    .filter(({ pid }) => !known.some((one) => one.pid === pid))
    .map(({ pid, startedAt }) => ({ name: `process ${pid}`, pid, startedAt }));
  const stubborn = await stopProcesses(world, [...known, ...lost], GRACE_MS);
  if (stubborn.length > 0) throw new BackendUnavailable(`${stubborn.join(', ')} cannot be stopped`);
  return known.length + lost.length;
}

/** Over its API, which works on every system; a signal is for when that does not help. */
async function askToQuit(world: World, state: StackState): Promise<void> {
  const answered = await request(`${state.urls.prometheus}/-/quit`, {
    method: 'POST',
    headers: { authorization: `Bearer ${state.token}` },
    signal: within(1_000),
  }).then(
    async ({ statusCode, body }) => {
      await body.dump();
      return statusCode === 200;
    },
    () => false,
  );
  const giveUpAt = world.now() + GRACE_MS;
  while (answered && world.now() < giveUpAt) {
    if ((await living(world, state)).length === 0) return;
    await world.sleep(30);
  }
}

/** Over the API of the process, which holds the instances. */
async function control(
  _world: World,
  state: StackState,
  service: InstanceService,
  action: InstanceAction,
  signal: AbortSignal,
): Promise<StackState> {
  const url = `${state.urls.prometheus}/-/instances?service=${service}&action=${action}`;
  const { statusCode, body } = await request(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${state.token}` },
    signal: within(CONTROL_MS, signal),
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new BackendUnavailable(`the background process does not answer: ${(error as Error).message}`, {
      hint: 'Bring it back: prom-tutor start',
    });
  });
  const words = await body.text();
  if (statusCode !== 200) throw new BackendUnavailable(`cannot ${action} ${service}: ${words.trim()}`);
  return state;
}

/** All services live in one process: each is as alive as it, and as well as its own address answers. */
async function status(world: World, state: StackState, signal: AbortSignal): Promise<readonly ServiceStatus[]> {
  const [record] = state.processes;
  const alive = await living(world, state);
  if (record === undefined || alive.length === 0) {
    const detail = record === undefined ? 'it was never started' : `process ${record.pid} has ended`;
    return SERVICES.map((name) => ({ name, state: record === undefined ? 'missing' : 'stopped', detail }));
  }
  const [app, app2] = state.urls.apps;
  const addresses = {
    prometheus: `${state.urls.prometheus}/-/ready`,
    'sse-app': `${app}/healthz`,
    'sse-app-2': `${app2}/healthz`,
    load: undefined,
  } as const satisfies { readonly [S in (typeof SERVICES)[number]]: string | undefined };
  const detail = `process ${record.pid}`;
  return Promise.all(
    SERVICES.map(async (name): Promise<ServiceStatus> => {
      const url = addresses[name];
      if (url === undefined || (await answers(url, signal))) return { name, state: 'running', detail };
      return { name, state: 'unhealthy', detail: `${detail} does not answer on port ${portOf(url)}` };
    }),
  );
}

async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const { statusCode, body } = await request(url, { signal: within(1_500, signal) });
    await body.dump();
    return statusCode === 200;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

/** The folder under which every stack of this backend has its own. */
export function embeddedRoot(world: Pick<World, 'stateDir'>): string {
  return join(world.stateDir, 'embedded');
}

function daemonScript(world: World): string {
  return join(world.stackFiles, '..', 'dist', 'daemon.mjs');
}

/** The recorded processes that still run. Another program may have their pid by now: it must look like ours, too. */
async function living(world: World, { processes }: StackState): Promise<readonly ProcessRecord[]> {
  const rows = await Promise.all(processes.map(({ pid }) => processRow(world, pid)));
  return processes.filter((record, index) => {
    const row = rows[index];
    if (row === undefined || !isSame(row, record)) return false;
    return row.args.length === 0 || isOurs(embeddedRoot(world), row.args);
  });
}

/** Our own background process, by its script and a folder of ours. */
function isOurs(rootDir: string, args: readonly string[]): boolean {
  const inside = `${rootDir}${sep}`;
  if (args.length > 1)
    return args.some((word) => word.endsWith(`${sep}daemon.mjs`)) && args.some((word) => word.startsWith(inside));
  const line = args[0] ?? '';
  return line.includes(`daemon.mjs`) && line.includes(inside);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
