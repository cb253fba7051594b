import { lstat } from 'node:fs/promises';
import type { PrometheusBinaries } from '../backends/prometheus-binaries.ts';
import { stackLockHolder } from '../backends/stack-lock.ts';
import type { StackState } from '../backends/state.ts';
import { peekStack, stackAside, stackFile } from '../backends/state-file.ts';
import { prometheusBinaries } from './binaries.ts';
import { type Containers, projectContainers, publishedByContainers } from './containers.ts';
import {
  type DockerClient,
  type DockerCompose,
  type DockerDaemon,
  dockerClient,
  dockerCompose,
  dockerDaemon,
} from './docker.ts';
import { once } from './once.ts';
import { type ServerFacts, serverFacts } from './server.ts';
import type { World } from './world.ts';

/** What the checks look at: the world, and facts that several of them need. Each fact is found out once, when first asked for. */
export type Patient = {
  readonly world: World;
  readonly stack: () => Promise<StackFile>;
  /** The state of the running stack, where the file tells of one. */
  readonly state: () => Promise<StackState | undefined>;
  /** Whether its start is done, is being done by another prom-tutor, or was never finished. */
  readonly startPhase: () => Promise<'done' | 'under-way' | 'interrupted'>;
  readonly client: () => Promise<DockerClient>;
  readonly daemon: () => Promise<DockerDaemon>;
  readonly compose: () => Promise<DockerCompose>;
  readonly containers: () => Promise<Containers>;
  /** Ports of this machine that lead into containers, with the container's name. */
  readonly published: () => Promise<ReadonlyMap<number, string>>;
  readonly binaries: () => Promise<PrometheusBinaries>;
  readonly server: ServerFacts;
  /** Whether the stack runs on Docker: otherwise other backends stand in, and trouble with Docker is no failure. */
  readonly dockerMatters: () => Promise<boolean>;
};

export type StackFile =
  | { readonly kind: 'none' }
  | { readonly kind: 'ok'; readonly state: StackState }
  | { readonly kind: 'damaged' | 'newer'; readonly reason: string }
  /** Under the name `aside` it would be out of the way. */
  | { readonly kind: 'unreadable'; readonly reason: string; readonly aside: string };

/** `signal` ends the programs that are being asked. */
export function patientIn(outside: World, signal: AbortSignal): Patient {
  const world: World = {
    ...outside,
    exec: (program, args, options) => outside.exec(program, args, { ...options, signal }),
  };
  // The stack is nothing to go by when another server was named.
  const stack = once(async () =>
    world.server === undefined ? stackFileOf(world.stateDir) : { kind: 'none' as const },
  );
  const state = once(async () => {
    const file = await stack();
    return file.kind === 'ok' ? file.state : undefined;
  });
  const startPhase = once(async () => {
    if ((await state())?.phase !== 'starting') return 'done';
    return (await stackLockHolder(world, world.stateDir)) === undefined ? 'interrupted' : 'under-way';
  });
  const binaries = once(() => prometheusBinaries(world, signal));
  return {
    world,
    stack,
    state,
    startPhase,
    client: once(() => dockerClient(world)),
    daemon: once(() => dockerDaemon(world)),
    compose: once(() => dockerCompose(world)),
    containers: once(() => projectContainers(world)),
    published: once(() => publishedByContainers(world)),
    binaries,
    server: serverFacts(world, state, async () => (await startPhase()) === 'under-way'),
    dockerMatters: once(async () => (await state())?.backend === 'docker'),
  };
}

async function stackFileOf(stateDir: string): Promise<StackFile> {
  const path = stackFile(stateDir);
  try {
    // Reading a pipe or a device would wait for ever.
    const entry = await lstat(path).catch(() => undefined);
    if (entry !== undefined && !entry.isFile() && !entry.isSymbolicLink()) {
      return { kind: 'unreadable', reason: `${path} is not a file`, aside: await stackAside(stateDir) };
    }
    // To look is not to change: what is damaged stays for `start`, which sets it aside.
    const found = await peekStack(stateDir);
    return found.kind === 'ok' ? { kind: 'ok', state: found.value } : found;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'unreadable', reason, aside: await stackAside(stateDir) };
  }
}
