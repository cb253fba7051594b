import type { InstanceAction, InstanceService } from './backend.ts';
import { BackendUnavailable } from './backend-unavailable.ts';
import { docker, lastWords } from './docker-cli.ts';
import { projectState } from './docker-project.ts';
import type { StackState } from './state.ts';
import type { World } from './world.ts';

/** Stops, starts or restarts the container of an instance. */
export async function controlContainer(
  world: World,
  state: StackState,
  service: InstanceService,
  action: InstanceAction,
  signal: AbortSignal,
): Promise<StackState> {
  const { containers } = await projectState(world, signal);
  const found = containers.find((one) => one.service === service && one.stackId === state.id);
  if (found === undefined) {
    throw new BackendUnavailable(`${service} has no container any more`, { hint: 'Bring it back: prom-tutor start' });
  }
  const answer = await docker(world, [...ARGS[action], found.id], { signal, timeoutMs: 30_000 });
  if (!answer.ok) throw new BackendUnavailable(`Docker could not ${action} ${service}: ${lastWords(answer)}`);
  return state;
}

/** Two seconds to say goodbye to open streams, as in the compose file. Docker does nothing where it is so already. */
const ARGS: { readonly [A in InstanceAction]: readonly string[] } = {
  stop: ['stop', '-t', '2'],
  start: ['start'],
  restart: ['restart', '-t', '2'],
};
