import type { Scenario } from '../model/scenario.ts';
import { SERVICES } from './backend.ts';
import { BackendUnavailable } from './backend-unavailable.ts';
import { dockerText } from './docker-cli.ts';
import { type ContainerState, type ProjectState, projectState } from './docker-project.ts';
import { parsedJson } from './json-path.ts';
import { spanText } from './span.ts';
import { localUrl, stackUrls } from './stack-ports.ts';
import type { StackState } from './state.ts';
import { isScenario } from './state-file.ts';
import type { World } from './world.ts';

/** A start is over by then, one way or the other. */
const START_MS = 120_000;

/**
 * The state of a stack that runs in Docker and that no state file knows: started with `docker compose` by hand, or its
 * file was lost. Undefined when not all of it runs. Throws `BackendUnavailable` when what there is was made a moment ago:
 * then somebody else is starting it, and it must not be taken for a leftover.
 */
export async function adoptProject(
  world: World,
  signal: AbortSignal,
  ownId: string | undefined,
): Promise<StackState | undefined> {
  const project = await projectState(world, signal);
  const found = project.foreign.length > 0 ? undefined : await runningStack(world, project, signal);
  if (found !== undefined) return found;
  const strange = project.containers.filter(({ stackId, status }) => stackId !== ownId && status !== 'exited');
  const age = Math.min(...strange.map(({ createdMs }) => world.now() - (createdMs ?? 0)));
  if (age > START_MS) return undefined;
  throw new BackendUnavailable(`somebody else is starting this stack in Docker, since ${spanText(age)}`, {
    hint: 'Wait until it is done and try again, or remove it: docker compose -p sse down -v',
  });
}

async function runningStack(world: World, project: ProjectState, signal: AbortSignal): Promise<StackState | undefined> {
  const running = runningServices(project);
  if (SERVICES.some((service) => !running.has(service))) return undefined;
  const app = running.get('sse-app');
  const portOf = (service: string, inside: number) => running.get(service)?.ports.get(inside);
  const [prometheusPort, appPort] = [portOf('prometheus', 9090), portOf('sse-app', 8000)];
  const [app2Port, grafanaPort] = [portOf('sse-app-2', 8000), portOf('grafana', 3000)];
  if (app === undefined || prometheusPort === undefined || appPort === undefined || app2Port === undefined)
    return undefined;
  const scenario = await readScenario(world, app, signal);
  if (scenario === undefined) return undefined;
  const urls = stackUrls({ prometheus: prometheusPort, app: appPort, app2: app2Port });
  return {
    version: 1,
    toolVersion: world.toolVersion,
    backend: 'docker',
    id: app.stackId ?? '',
    phase: 'running',
    startedMs: app.startedMs ?? world.now(),
    urls: { ...urls, ...(grafanaPort === undefined ? {} : { grafana: localUrl(grafanaPort) }) },
    scenario,
    token: app.environment.get('SSE_TOKEN') ?? '',
    processes: [],
    dir: app.workingDir,
  };
}

/** The scenario that the history service wrote, as an instance sees it; undefined when there is none or it is damaged. */
export async function readScenario(
  world: World,
  app: ContainerState,
  signal: AbortSignal,
): Promise<Scenario | undefined> {
  const args = ['exec', app.id, 'cat', '/scenario/scenario.json'];
  const found = parsedJson(await dockerText(world, args, { signal, timeoutMs: 10_000 }));
  return isScenario(found, '') === undefined ? (found as Scenario) : undefined;
}

export function runningServices({ containers }: ProjectState): ReadonlyMap<string, ContainerState> {
  return new Map(
    containers.filter(({ status }) => status === 'running').map((container) => [container.service, container]),
  );
}
