import type { Scenario } from '../model/scenario.ts';
import { SERVICES } from './backend.ts';
import { dockerText } from './docker-cli.ts';
import { type ContainerState, type ProjectState, projectState } from './docker-project.ts';
import { parsedJson } from './json-path.ts';
import { localUrl } from './stack-ports.ts';
import type { StackState } from './state.ts';
import { isScenario } from './state-file.ts';
import type { World } from './world.ts';

/**
 * The state of a stack that runs in Docker and that no state file knows: started with `docker compose` by hand, or its
 * file was lost. Undefined when not all of it runs.
 */
export async function adoptProject(world: World, signal: AbortSignal): Promise<StackState | undefined> {
  const project = await projectState(world, signal);
  const running = runningServices(project);
  const [prometheus, app, app2] = ['prometheus', 'sse-app', 'sse-app-2'].map((service) => running.get(service));
  if (project.foreign.length > 0 || SERVICES.some((service) => !running.has(service))) return undefined;
  const ports = [prometheus?.ports.get(9090), app?.ports.get(8000), app2?.ports.get(8000)];
  const [prometheusPort, appPort, app2Port] = ports;
  if (app === undefined || prometheusPort === undefined || appPort === undefined || app2Port === undefined)
    return undefined;
  const scenario = await readScenario(world, app, signal);
  if (scenario === undefined) return undefined;
  const grafanaPort = running.get('grafana')?.ports.get(3000);
  return {
    version: 1,
    toolVersion: world.toolVersion,
    backend: 'docker',
    id: app.stackId ?? '',
    phase: 'running',
    startedMs: app.startedMs ?? world.now(),
    urls: {
      prometheus: localUrl(prometheusPort),
      apps: [localUrl(appPort), localUrl(app2Port)],
      ...(grafanaPort === undefined ? {} : { grafana: localUrl(grafanaPort) }),
    },
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
