import { access } from 'node:fs/promises';
import { versionsOf } from '../backends/docker-probe.ts';
import { type DockerPlace, type DockerTrouble, explainDockerError, isLocalEndpoint } from './docker-errors.ts';
import type { Exec, Ran } from './exec.ts';
import type { World } from './world.ts';

export type DockerClient =
  | { readonly kind: 'present'; readonly version: string; readonly podman: boolean }
  | { readonly kind: 'missing' }
  | { readonly kind: 'hung' }
  | { readonly kind: 'broken'; readonly reason: string };

export type DockerDaemon =
  | { readonly kind: 'answers'; readonly version: string; readonly place: DockerPlace; readonly local: boolean }
  | { readonly kind: 'hung'; readonly place: DockerPlace }
  | { readonly kind: 'trouble'; readonly trouble: DockerTrouble; readonly text: string; readonly place: DockerPlace }
  /** The client itself is missing or broken: nothing can be said about the daemon. */
  | { readonly kind: 'unknown' };

export type DockerCompose =
  | { readonly kind: 'present'; readonly version: string }
  /** `docker compose` is missing, but a program docker-compose of this version is there. */
  | { readonly kind: 'standalone'; readonly version: string }
  | { readonly kind: 'missing'; readonly text: string }
  | { readonly kind: 'hung' }
  | { readonly kind: 'unknown' };

/** Time a docker command has, in milliseconds: a daemon that answers at all does so in a fraction of it. */
export const DOCKER_LIMIT_MS = 3_000;

/** The client by its own word: does not ask the daemon. */
export async function dockerClient(world: World): Promise<DockerClient> {
  const ran = await docker(world.exec, ['--version']);
  if (ran.kind === 'missing' || ran.kind === 'hung') return { kind: ran.kind };
  if (ran.kind === 'broken') return ran;
  const text = `${ran.stdout}\n${ran.stderr}`;
  if (ran.code !== 0) return { kind: 'broken', reason: text.trim() };
  const version = /(\d+\.\d+[\w.+~-]*)/.exec(ran.stdout)?.[1] ?? 'unknown';
  return { kind: 'present', version, podman: /podman/i.test(text) };
}

/** Whether the daemon answers, and where it is. */
export async function dockerDaemon(world: World): Promise<DockerDaemon> {
  const [ran, place] = await Promise.all([
    docker(world.exec, ['version', '--format', '{{json .}}']),
    dockerPlace(world),
  ]);
  if (ran.kind === 'hung') return { kind: 'hung', place };
  if (ran.kind !== 'done') return { kind: 'unknown' };
  const { daemon } = versionsOf({ ok: ran.code === 0, stdout: ran.stdout, stderr: ran.stderr }, '');
  if (daemon.answers) {
    return { kind: 'answers', version: daemon.version, place, local: isLocalEndpoint(place.endpoint) };
  }
  const text = ran.stderr.trim() || ran.stdout.trim();
  return { kind: 'trouble', trouble: explainDockerError(text, place), text, place };
}

/** The compose plugin, or what there is in its stead; does not ask the daemon. */
export async function dockerCompose(world: World): Promise<DockerCompose> {
  const plugin = await docker(world.exec, ['compose', 'version', '--short']);
  if (plugin.kind === 'hung') return { kind: 'hung' };
  if (plugin.kind !== 'done') return { kind: 'unknown' };
  const version = versionIn(plugin.stdout);
  if (plugin.code === 0 && version !== undefined) return { kind: 'present', version };
  const alone = await world.exec('docker-compose', ['version', '--short'], { timeoutMs: 1_500 });
  const standalone = alone.kind === 'done' && alone.code === 0 ? versionIn(alone.stdout) : undefined;
  if (standalone !== undefined) return { kind: 'standalone', version: standalone };
  return { kind: 'missing', text: plugin.stderr.trim().split('\n')[0] ?? '' };
}

/** The stack's compose file is written for version 2 and later. */
export function isComposeTwo(compose: DockerCompose): boolean {
  return compose.kind === 'present' && Number.parseInt(compose.version, 10) >= 2;
}

export async function docker(exec: Exec, args: readonly string[]): Promise<Ran> {
  return exec('docker', args, { timeoutMs: DOCKER_LIMIT_MS });
}

async function dockerPlace({ exec, env, platform }: World): Promise<DockerPlace> {
  const [inspected, hasSystemd] = await Promise.all([
    docker(exec, ['context', 'inspect', '--format', '{{.Name}} {{.Endpoints.docker.Host}}']),
    access('/run/systemd/system').then(
      () => true,
      () => false,
    ),
  ]);
  const text = inspected.kind === 'done' && inspected.code === 0 ? inspected.stdout.trim() : '';
  const [name = '', endpoint = ''] = text.split(/\s+/);
  const byHost = env.DOCKER_HOST !== undefined && env.DOCKER_HOST !== '';
  const byContext = env.DOCKER_CONTEXT !== undefined && env.DOCKER_CONTEXT !== '';
  return {
    platform,
    endpoint: byHost ? (env.DOCKER_HOST ?? '') : endpoint,
    chosenBy: byHost
      ? 'DOCKER_HOST'
      : byContext
        ? 'DOCKER_CONTEXT'
        : name === 'default' || name === ''
          ? 'default'
          : 'context',
    hasSystemd,
  };
}

function versionIn(text: string): string | undefined {
  return /v?(\d+\.\d+[\w.+~-]*)/.exec(text)?.[1];
}
