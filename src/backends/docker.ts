import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { httpSource } from '../source/http.ts';
import type { Backend, Removed, RepairOptions, StartOptions, StopOptions } from './backend.ts';
import { BackendUnavailable, PortTaken } from './backend-unavailable.ts';
import { adoptProject, readScenario, runningServices } from './docker-adopt.ts';
import { DockerRefusal, docker, dockerText, PROJECT } from './docker-cli.ts';
import { composeFailure, IMAGES, imageFor, runCompose, writeProject } from './docker-compose.ts';
import { controlContainer } from './docker-control.ts';
import { withGrafana } from './docker-grafana.ts';
import { fetchImage } from './docker-image.ts';
import { dockerLogs } from './docker-logs.ts';
import { dockerAvailability, probeDocker } from './docker-probe.ts';
import { projectState, publishedPorts, removeThings } from './docker-project.ts';
import { serviceStatus } from './docker-status.ts';
import { bringUp, whileServicesRun } from './docker-up.ts';
import { newStack } from './new-stack.ts';
import { findProcesses, stopProcesses } from './processes.ts';
import { appReady, historyReady, prometheusReady } from './ready.ts';
import { requireStackFiles } from './stack-files.ts';
import { stackPorts } from './stack-ports.ts';
import type { StackState } from './state.ts';
import type { World } from './world.ts';

/** The real thing: `stack/compose.yaml` on this machine's Docker. */
export function dockerBackend(world: World): Backend {
  return {
    kind: 'docker',
    inDaemon: true,
    probe: async (signal) => dockerAvailability(await probeDocker(world, signal)),
    start: (options) => start(world, options),
    repair: (state, options) => repair(world, state, options),
    adopt: (signal, ownId) => adoptProject(world, signal, ownId),
    stop: async (state, options) => {
      // A finished start has no compose left over.
      if (state?.phase !== 'running') await endOrphans(world);
      const removed = await stop(world, options);
      if (state?.phase === 'starting') await removeLate(world, options);
      return removed;
    },
    hasKept: async ({ id }, signal) => {
      const { volumes } = await projectState(world, signal);
      return volumes.filter(({ stackId }) => stackId === id).length === VOLUMES;
    },
    control: (state, service, action, signal) => controlContainer(world, state, service, action, signal),
    status: (state, signal) => status(world, state, signal),
    logs: (_state, options) => logs(world, options),
  };
}

/** The history's and Prometheus'. */
const VOLUMES = 2;

/** How often a start is tried again with other ports, when somebody takes them at the last moment. */
const PORT_ATTEMPTS = 3;

async function start(world: World, options: StartOptions): Promise<StackState> {
  const { signal, report } = options;
  await requireStackFiles(world);
  await refuseStrangers(world, signal);
  for (let attempt = 1; ; attempt++) {
    const ports = await stackPorts(world, options, await publishedPorts(world, signal));
    const state = newStack(world, 'docker', ports, options, () => projectDir(world));
    await options.save(state);
    await writeProject(world, state);
    try {
      await fetchImage(world, imageFor(world, 'prometheus'), options);
      await buildApp(world, state, options);
      await bringUp(world, state, options);
      const running = await ready(world, state, options);
      return options.grafana ? await withGrafana(world, running, options) : running;
    } catch (error) {
      if (!(error instanceof PortTaken) || attempt === PORT_ATTEMPTS) throw error;
      report({ kind: 'note', text: `${error.message}; trying again with others.` });
      await stop(world, options.kept === undefined ? { signal } : { keepId: options.kept.id, signal });
    }
  }
}

function projectDir(world: World): string {
  return join(world.stateDir, 'docker');
}

/** Project `sse` and the name sse-prometheus may be somebody else's; only what has our label is ours. */
async function refuseStrangers(world: World, signal: AbortSignal): Promise<void> {
  const { foreign } = await projectState(world, signal);
  const format = '{{.Names}} {{.Label "com.docker.compose.project"}}';
  const args = ['ps', '-a', '--filter', 'name=^/?sse-prometheus$', '--format', format];
  const named = (await dockerText(world, args, { signal, timeoutMs: 5_000 })).trim();
  const stranger =
    foreign[0] ?? (named === '' || named.endsWith(` ${PROJECT}`) ? undefined : 'container sse-prometheus');
  if (stranger === undefined) return;
  throw new BackendUnavailable(`Docker already has a project "${PROJECT}" that is not ours (${stranger})`, {
    hint: 'Remove it if you do not need it (docker compose ls shows where it is from), or use: --backend binary',
  });
}

/** The image of the demo service: our one file on Node, or a whole image that the environment names. */
async function buildApp(world: World, state: StackState, options: StartOptions): Promise<void> {
  const { signal, report } = options;
  if (imageFor(world, 'app') !== IMAGES.app.image) return fetchImage(world, imageFor(world, 'app'), options);
  await fetchImage(world, imageFor(world, 'node'), options);
  report({ kind: 'step', id: 'build', text: 'building the demo service' });
  const answer = await runCompose(world, state, ['build', '--quiet', 'sse-app'], { signal, timeoutMs: 300_000 });
  if (!answer.ok) throw composeFailure('Docker could not build the demo service', answer);
  report({ kind: 'done', id: 'build', text: 'the demo service is built' });
}

/** Waits until it can be used, and takes over the scenario that the history service wrote. */
async function ready(
  world: World,
  state: StackState,
  { signal, report }: Pick<StartOptions, 'signal' | 'report'>,
): Promise<StackState> {
  const app = runningServices(await projectState(world, signal)).get('sse-app');
  const scenario = app === undefined ? undefined : await readScenario(world, app, signal);
  if (scenario === undefined) {
    throw new BackendUnavailable('the history of the service is not complete', {
      hint: 'See: prom-tutor logs history',
    });
  }
  report({ kind: 'step', id: 'ready', text: 'waiting for Prometheus' });
  const source = httpSource({ url: state.urls.prometheus });
  try {
    await whileServicesRun(world, signal, async (either) => {
      const waiting = { signal: either, timeoutMs: 60_000 };
      await prometheusReady(world, source, waiting);
      await Promise.all(
        state.urls.apps.map((url, index) => appReady(world, `sse-app${index === 0 ? '' : '-2'}`, url, waiting)),
      );
      await historyReady(world, source, scenario, waiting);
    });
  } finally {
    await source.close();
  }
  report({ kind: 'done', id: 'ready', text: `Prometheus answers at ${state.urls.prometheus}` });
  return { ...state, scenario, phase: 'running' };
}

async function repair(world: World, state: StackState, options: RepairOptions): Promise<StackState> {
  const { containers } = await projectState(world, options.signal);
  const paused = containers.filter(({ status }) => status === 'paused').map(({ id }) => id);
  if (paused.length > 0) await docker(world, ['unpause', ...paused], { signal: options.signal });
  await bringUp(world, state, options);
  const running = await ready(world, state, options);
  const grafanaRuns = containers.some(({ service, status }) => service === 'grafana' && status === 'running');
  const wanted = options.grafana || state.urls.grafana !== undefined;
  return wanted && !grafanaRuns ? withGrafana(world, running, options) : running;
}

/** A start that was killed leaves its `docker compose` at work, which would go on making what we remove. */
async function endOrphans(world: World): Promise<void> {
  const dir = projectDir(world);
  const orphans = await findProcesses(
    world,
    (args) => args.some((word) => word.includes('--project-directory')) && args.some((word) => word.includes(dir)),
  );
  const records = orphans.map(({ pid, startedAt }) => ({ name: `docker compose (process ${pid})`, pid, startedAt }));
  const stubborn = await stopProcesses(world, records, 3_000);
  if (stubborn.length > 0) throw new BackendUnavailable(`${stubborn.join(', ')} cannot be stopped`);
}

async function stop(world: World, { onlyId, keepId, signal }: StopOptions): Promise<Removed> {
  const found = await projectState(world, signal);
  const wanted = ({ stackId }: { readonly stackId: string | undefined }) => onlyId === undefined || stackId === onlyId;
  const things = {
    containers: found.containers.filter(wanted),
    volumes: found.volumes.filter((volume) => wanted(volume) && volume.stackId !== keepId),
    networks: found.networks.filter(wanted),
  };
  await removeThings(world, things, signal);
  await rm(projectDir(world), { recursive: true, force: true });
  const counts = Object.entries(things).map(([kind, list]) => [list.length, kind.slice(0, -1)] as const);
  return counts.filter(([n]) => n > 0).map(([n, what]) => `${n} ${what}${n === 1 ? '' : 's'}`);
}

/** Looks again until two looks in a row find nothing, but not for ever. */
const LATE_LOOKS = 20;
const LATE_PAUSE_MS = 400;

/** Docker finishes what it was asked for before `docker compose` was ended: a container may appear after our first look. */
async function removeLate(world: World, options: StopOptions): Promise<void> {
  for (let looks = 0, quiet = 0; looks < LATE_LOOKS && quiet < 2; looks++) {
    await world.sleep(LATE_PAUSE_MS, options.signal);
    quiet = (await stop(world, options)).length === 0 ? quiet + 1 : 0;
  }
}

async function status(world: World, state: StackState, signal: AbortSignal) {
  const options = { grafana: state.urls.grafana !== undefined, nowMs: world.now() };
  try {
    return serviceStatus((await projectState(world, signal)).containers, options);
  } catch (error) {
    if (!(error instanceof DockerRefusal)) throw error;
    return serviceStatus([], options).map((service) => ({ ...service, detail: 'Docker does not answer' }));
  }
}

async function* logs(world: World, options: Parameters<Backend['logs']>[1]): AsyncIterable<string> {
  const { containers } = await projectState(world, options.signal);
  const wanted = containers.filter(({ service }) => options.service === undefined || service === options.service);
  const width = Math.max(0, ...wanted.map(({ service }) => service.length));
  for await (const { service, text } of dockerLogs(world, wanted, options)) {
    yield options.service === undefined ? `${service.padEnd(width)} | ${text}` : text;
  }
}
