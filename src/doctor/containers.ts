import { PROJECT } from '../backends/docker-cli.ts';
import { type ContainerState, containerOf, portsOfPs } from '../backends/docker-project.ts';
import { entriesAt, listAt, parsedJson, textAt, valueAt } from '../backends/json-path.ts';
import { docker } from './docker.ts';
import type { World } from './world.ts';

/** A container of the stack's compose project, and what its last health check printed (empty without one). */
export type Container = ContainerState & {
  readonly healthOutput: string;
  /** By network, the names by which other containers find it; empty where Docker does not tell. */
  readonly names: ReadonlyMap<string, readonly string[]>;
};

export type Containers =
  | { readonly kind: 'listed'; readonly containers: readonly Container[] }
  | { readonly kind: 'unknown'; readonly reason: string };

/** All containers of the project, ended ones too. */
export async function projectContainers(world: World): Promise<Containers> {
  const filter = `label=com.docker.compose.project=${PROJECT}`;
  const listed = await docker(world.exec, ['ps', '--all', '--quiet', '--no-trunc', '--filter', filter]);
  if (listed.kind !== 'done') return { kind: 'unknown', reason: `docker ps: ${REASONS[listed.kind]}` };
  if (listed.code !== 0) return { kind: 'unknown', reason: listed.stderr.trim() };
  const ids = listed.stdout.split(/\s+/).filter((id) => id !== '');
  if (ids.length === 0) return { kind: 'listed', containers: [] };
  const inspected = await docker(world.exec, ['inspect', '--type', 'container', ...ids]);
  if (inspected.kind !== 'done') return { kind: 'unknown', reason: `docker inspect: ${REASONS[inspected.kind]}` };
  const found = listAt({ found: parsedJson(inspected.stdout) }, 'found');
  return {
    kind: 'listed',
    containers: found.map((each) => ({ ...containerOf(each), healthOutput: healthOutput(each), names: namesOf(each) })),
  };
}

/** Ports that any container publishes on this machine, with the container's name; empty when Docker does not say. */
export async function publishedByContainers(world: World): Promise<ReadonlyMap<number, string>> {
  const ran = await docker(world.exec, ['ps', '--format', '{{.Names}}\t{{.Ports}}']);
  return ran.kind === 'done' && ran.code === 0 ? portsOfPs(ran.stdout) : new Map();
}

/** The last line a container wrote; empty when it wrote none or Docker does not tell. */
export async function lastLogLine(world: World, container: string): Promise<string> {
  const ran = await docker(world.exec, ['logs', '--tail', '1', container]);
  if (ran.kind !== 'done' || ran.code !== 0) return '';
  return `${ran.stdout}\n${ran.stderr}`.trim().split('\n').at(-1) ?? '';
}

const REASONS = { missing: 'docker is not installed', hung: 'no answer', broken: 'docker cannot be run' } as const;

/** Engines since 25 list `DNSNames` beside the aliases that were asked for. */
function namesOf(inspected: unknown): Container['names'] {
  return new Map(
    entriesAt(inspected, 'NetworkSettings', 'Networks').map(([network, endpoint]) => [
      network,
      [...new Set([...listAt(endpoint, 'Aliases'), ...listAt(endpoint, 'DNSNames')].map(String))],
    ]),
  );
}

function healthOutput(inspected: unknown): string {
  return textAt(listAt(valueAt(inspected, 'State', 'Health'), 'Log').at(-1), 'Output')?.trim() ?? '';
}
