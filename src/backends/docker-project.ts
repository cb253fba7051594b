import { type DockerOptions, docker, dockerText, PROJECT, STACK_LABEL } from './docker-cli.ts';
import { entriesAt, listAt, numberAt, parsedJson, textAt, valueAt } from './json-path.ts';
import type { World } from './world.ts';

/** A container of compose project `sse`, as Docker tells it. */
export type ContainerState = {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  /** The stack's id from our label; undefined for a container that is not ours. */
  readonly stackId: string | undefined;
  /** created, running, paused, restarting, removing, exited or dead. */
  readonly status: string;
  /** starting, healthy or unhealthy; undefined without a health check. */
  readonly health: string | undefined;
  readonly exitCode: number;
  readonly outOfMemory: boolean;
  /** Docker's own words when it could not be started; empty otherwise. */
  readonly error: string;
  readonly createdMs: number | undefined;
  /** Milliseconds since 1970; undefined when it never ran or has not ended. */
  readonly startedMs: number | undefined;
  readonly finishedMs: number | undefined;
  readonly image: string;
  /** Published ports: from the container's to this machine's. */
  readonly ports: ReadonlyMap<number, number>;
  readonly environment: ReadonlyMap<string, string>;
  /** The folder of the compose file it was made from. */
  readonly workingDir: string;
};

/** A volume or network of ours, with the id of the stack it was made for. */
export type NamedThing = { readonly name: string; readonly stackId: string };

/** Everything that exists of project `sse`. `foreign`: things without our label, which belong to another project of that name. */
export type ProjectState = {
  readonly containers: readonly ContainerState[];
  readonly volumes: readonly NamedThing[];
  readonly networks: readonly NamedThing[];
  readonly foreign: readonly string[];
};

/** What there is of the project now, stopped containers included. Throws `DockerRefusal` when Docker does not say. */
export async function projectState(world: World, signal: AbortSignal): Promise<ProjectState> {
  const options = { signal, timeoutMs: 10_000 };
  const [containers, volumes, networks] = await Promise.all([
    containersOf(world, options),
    labelled(world, 'volume', options),
    labelled(world, 'network', options),
  ]);
  const strange = containers.filter(({ stackId }) => stackId === undefined);
  return {
    containers: containers.filter(({ stackId }) => stackId !== undefined),
    volumes: volumes.ours,
    networks: networks.ours,
    foreign: [
      ...strange.map(({ name }) => `container ${name}`),
      ...volumes.foreign.map((name) => `volume ${name}`),
      ...networks.foreign.map((name) => `network ${name}`),
    ],
  };
}

/** Removes containers, volumes and networks of ours, such as `projectState` gives them. */
export async function removeThings(
  world: World,
  { containers, volumes, networks }: Pick<ProjectState, 'containers' | 'volumes' | 'networks'>,
  signal: AbortSignal,
): Promise<void> {
  const running = containers.filter(({ status }) => status === 'running' || status === 'restarting');
  const ids = containers.map(({ id }) => id);
  // All at once; each gets two seconds to end by itself.
  if (running.length > 0) await docker(world, ['stop', '-t', '2', ...running.map(({ id }) => id)], { signal });
  if (ids.length > 0) await gone(world, ['rm', '-f', '-v', ...ids], signal);
  if (networks.length > 0) await gone(world, ['network', 'rm', ...networks.map(({ name }) => name)], signal);
  if (volumes.length > 0) await gone(world, ['volume', 'rm', '-f', ...volumes.map(({ name }) => name)], signal);
}

/** Ports that any container publishes on this machine, with the container's name. */
export async function publishedPorts(world: World, signal: AbortSignal): Promise<ReadonlyMap<number, string>> {
  const text = await dockerText(world, ['ps', '--format', '{{.Names}}\t{{.Ports}}'], { signal, timeoutMs: 5_000 });
  return portsOfPs(text);
}

/** Lines such as `web-1 TAB 0.0.0.0:8080-8081->80-81/tcp, [::]:8080->80/tcp, 443/tcp`. */
export function portsOfPs(text: string): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [name = '', ports = ''] = line.split('\t');
    for (const [, first = '', last] of ports.matchAll(/:(\d+)(?:-(\d+))?->[^,]*\/tcp/g)) {
      for (let port = Number(first); port <= Number(last ?? first); port++) found.set(port, name);
    }
  }
  return found;
}

async function containersOf(world: World, options: DockerOptions): Promise<readonly ContainerState[]> {
  const filter = `label=com.docker.compose.project=${PROJECT}`;
  const ids = words(await dockerText(world, ['ps', '-aq', '--no-trunc', '--filter', filter], options));
  if (ids.length === 0) return [];
  // One that is removed between the two questions makes Docker complain, but it still tells about the others.
  const answer = await docker(world, ['inspect', '--type', 'container', ...ids], options);
  return listAt({ found: parsedJson(answer.stdout) }, 'found').map(containerOf);
}

/** From one element of `docker inspect`. */
export function containerOf(found: unknown): ContainerState {
  const labels = valueAt(found, 'Config', 'Labels');
  const ports = entriesAt(found, 'HostConfig', 'PortBindings').flatMap(([inside, bindings]) => {
    const outside = Number(textAt(listAt({ bindings }, 'bindings')[0], 'HostPort'));
    return Number.isInteger(outside) && outside > 0 ? [[Number.parseInt(inside, 10), outside] as const] : [];
  });
  const environment = listAt(found, 'Config', 'Env').flatMap((line) => {
    const match = /^([^=]+)=([\s\S]*)$/.exec(String(line));
    return match === null ? [] : [[match[1] ?? '', match[2] ?? ''] as const];
  });
  return {
    id: textAt(found, 'Id') ?? '',
    name: (textAt(found, 'Name') ?? '').replace(/^\//, ''),
    service: textAt(labels, 'com.docker.compose.service') ?? '',
    stackId: textAt(labels, STACK_LABEL),
    status: textAt(found, 'State', 'Status') ?? 'unknown',
    health: textAt(found, 'State', 'Health', 'Status'),
    exitCode: numberAt(found, 'State', 'ExitCode') ?? 0,
    outOfMemory: valueAt(found, 'State', 'OOMKilled') === true,
    error: textAt(found, 'State', 'Error') ?? '',
    createdMs: timeAt(found, 'Created'),
    startedMs: timeAt(found, 'State', 'StartedAt'),
    finishedMs: timeAt(found, 'State', 'FinishedAt'),
    image: textAt(found, 'Config', 'Image') ?? '',
    ports: new Map(ports),
    environment: new Map(environment),
    workingDir: textAt(labels, 'com.docker.compose.project.working_dir') ?? '',
  };
}

/** Docker writes the year 1 where something has not happened. */
function timeAt(found: unknown, ...path: readonly string[]): number | undefined {
  const ms = Date.parse(textAt(found, ...path) ?? '');
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}

async function labelled(
  world: World,
  kind: 'volume' | 'network',
  options: DockerOptions,
): Promise<{ readonly ours: readonly NamedThing[]; readonly foreign: readonly string[] }> {
  const format = `{{.Name}}\t{{.Label "${STACK_LABEL}"}}`;
  const filter = `label=com.docker.compose.project=${PROJECT}`;
  const text = await dockerText(world, [kind, 'ls', '--filter', filter, '--format', format], options);
  const things = text.split('\n').flatMap((line) => {
    const [name = '', stackId = ''] = line.split('\t');
    return name === '' ? [] : [{ name, stackId }];
  });
  return {
    ours: things.filter(({ stackId }) => stackId !== ''),
    foreign: things.filter(({ stackId }) => stackId === '').map(({ name }) => name),
  };
}

/** Removing what is gone already is no failure; anything else is. */
async function gone(world: World, args: readonly string[], signal: AbortSignal): Promise<void> {
  const answer = await docker(world, args, { signal });
  const complaints = answer.stderr.split('\n').filter((line) => line.trim() !== '' && !/no such/i.test(line));
  if (!answer.ok && complaints.length > 0) {
    throw new Error(`docker ${args.slice(0, 2).join(' ')} failed: ${complaints.at(-1)}`);
  }
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
