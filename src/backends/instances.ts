import type { Backend, InstanceService } from './backend.ts';
import { askInside } from './fault-inside.ts';
import { waitUntil } from './ready.ts';
import type { StackState } from './state.ts';
import { writeStack } from './state-file.ts';
import type { World } from './world.ts';

/**
 * Starts instances that do not answer, waits until they do, and gives the state as it is then. A process that is there but
 * does not listen is replaced: it may rest on purpose. Throws `BackendUnavailable` when that does not help.
 */
export async function bringBack(
  world: World,
  backend: Backend,
  state: StackState,
  services: readonly InstanceService[],
  signal: AbortSignal,
): Promise<StackState> {
  let now = state;
  const doing = await backend.status(state, signal);
  for (const service of services) {
    const found = doing.find(({ name }) => name === service)?.state;
    const there = found === 'running' || found === 'unhealthy';
    now = await backend.control(now, service, there ? 'restart' : 'start', signal);
    await writeStack(world.stateDir, now);
  }
  for (const service of services) await instanceAnswers(world, now, service, signal);
  return now;
}

const START_MS = 30_000;

/** Resolves when an instance answers. Its `/metrics` may be broken on purpose: that does not matter here. */
export async function instanceAnswers(
  world: World,
  state: StackState,
  service: InstanceService,
  signal: AbortSignal,
): Promise<void> {
  const waiting = { signal, timeoutMs: START_MS, longestPauseMs: 200 };
  await waitUntil(world, service, waiting, async (limited) =>
    (await askInside(state, service, limited)) === undefined ? 'no answer yet' : undefined,
  );
}
