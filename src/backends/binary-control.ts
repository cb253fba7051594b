import type { InstanceAction, InstanceService } from './backend.ts';
import { BackendUnavailable } from './backend-unavailable.ts';
import { startService } from './binary-services.ts';
import { endLostProcesses } from './binary-stop.ts';
import { isRunning, stopProcesses } from './processes.ts';
import type { StackState } from './state.ts';
import type { World } from './world.ts';

/** Time an instance gets to say goodbye to open streams. */
const GRACE_MS = 2_000;

/** Ends the process of an instance, or starts a new one in its place. The record of one that was ended stays. */
export async function controlInstance(
  world: World,
  state: StackState,
  service: InstanceService,
  action: InstanceAction,
  signal: AbortSignal,
): Promise<StackState> {
  signal.throwIfAborted();
  const record = state.processes.find(({ name }) => name === service);
  const runs = record !== undefined && (await isRunning(world, record));
  if (action !== 'start' && runs) {
    const stubborn = await stopProcesses(world, [record], GRACE_MS);
    if (stubborn.length > 0) throw new BackendUnavailable(`${service} cannot be stopped`);
  }
  if (action === 'stop' || (action === 'start' && runs)) return state;
  // One that was started by a command that was killed before it could note it would hold the port.
  await endLostProcesses(world, state.processes);
  const others = state.processes.filter(({ name }) => name !== service);
  return { ...state, processes: [...others, await startService(world, state, service, '')] };
}
