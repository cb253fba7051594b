import { SERVICES, type StartEvent } from './backend.ts';
import { BackendUnavailable, PortTaken } from './backend-unavailable.ts';
import { type DockerAnswer, DockerRefusal, docker } from './docker-cli.ts';
import { composeFailure, isPortTaken, runCompose } from './docker-compose.ts';
import { type ContainerState, projectState } from './docker-project.ts';
import type { StackState } from './state.ts';
import type { World } from './world.ts';

const UP_MS = 180_000;

/**
 * Starts what does not run, in the order that the compose file demands, and tells meanwhile where it is. Throws
 * `PortTaken`, or `BackendUnavailable` with the last words of the service that failed.
 */
export async function bringUp(
  world: World,
  state: StackState,
  options: { readonly signal: AbortSignal; report(event: StartEvent): void },
): Promise<void> {
  const { signal, report } = options;
  report({ kind: 'step', id: 'services', text: 'starting the services' });
  const up = runCompose(world, state, ['up', '-d', '--no-build'], { signal, timeoutMs: UP_MS });
  const answer = await watched(world, up, options);
  if (!answer.ok) throw await failure(world, answer, signal);
  report({ kind: 'done', id: 'services', text: 'the services run' });
}

/** How often it is asked whether the containers still run. */
const LOOK_MS = 1_500;

/**
 * Does something that needs the running services. Throws `BackendUnavailable` with the last words of the first that ends
 * meanwhile: nobody comes up who has already gone. `work` gets a signal that is aborted then.
 */
export async function whileServicesRun<T>(
  world: World,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const working = work(either);
  const ending = serviceEnds(world, either);
  ending.catch(() => undefined);
  try {
    return await Promise.race([working, ending]);
  } finally {
    over.abort(new Error('over'));
    await working.catch(() => undefined);
  }
}

async function serviceEnds(world: World, signal: AbortSignal): Promise<never> {
  for (;;) {
    await world.sleep(LOOK_MS, signal);
    // A daemon that is slow to answer says nothing about the containers.
    const { containers } = await projectState(world, signal).catch((error: unknown) => {
      if (error instanceof DockerRefusal) return { containers: [] };
      throw error;
    });
    const gone = containers.find(
      ({ service, status }) => SERVICES.some((name) => name === service) && (status === 'exited' || status === 'dead'),
    );
    if (gone !== undefined) throw await endedService(world, gone, signal);
  }
}

/** Tells which part of the chain is at work until `up` is done. */
async function watched(
  world: World,
  up: Promise<DockerAnswer>,
  { signal, report }: { readonly signal: AbortSignal; report(event: StartEvent): void },
): Promise<DockerAnswer> {
  let done = false;
  const ended = up.finally(() => {
    done = true;
  });
  // Its failure is for the caller; here it only ends the watch.
  ended.catch(() => undefined);
  let told = '';
  while (!done) {
    await Promise.race([ended.catch(() => undefined), world.sleep(600, signal).catch(() => undefined)]);
    if (done || signal.aborted) break;
    const { containers } = await projectState(world, signal).catch(() => ({ containers: [] }));
    const text = placeInChain(containers);
    if (done || text === told) continue;
    told = text;
    report({ kind: 'step', id: 'services', text });
  }
  return ended;
}

function placeInChain(containers: readonly ContainerState[]): string {
  const at = (service: string) => containers.find((container) => container.service === service)?.status;
  if (at('history') === 'running') return 'writing the history of the service';
  if (at('backfill') === 'running') return 'loading the history into Prometheus';
  return 'starting the services';
}

/** The one-shots and the instances can fail for reasons that only their logs tell. */
async function failure(world: World, answer: DockerAnswer, signal: AbortSignal): Promise<BackendUnavailable> {
  if (isPortTaken(answer)) return new PortTaken('a port was taken while Docker started the stack');
  if (answer.failure === 'timeout') {
    return new BackendUnavailable(`Docker did not start the stack within ${UP_MS / 1000} s`, {
      hint: 'Find out more: prom-tutor doctor',
    });
  }
  const { containers } = await projectState(world, signal);
  const failed = containers.find(
    ({ status, exitCode, health }) => (status === 'exited' && exitCode !== 0) || health === 'unhealthy',
  );
  if (failed === undefined) return composeFailure('Docker could not start the stack', answer);
  return endedService(world, failed, signal);
}

/** What to say of a container that ended, or that is unhealthy: how, with its last words. */
async function endedService(world: World, failed: ContainerState, signal: AbortSignal): Promise<BackendUnavailable> {
  const logs = await docker(world, ['logs', '--tail', '5', failed.id], { signal, timeoutMs: 5_000 });
  const words = `${logs.stdout}\n${logs.stderr}`.trim();
  const how = failed.outOfMemory
    ? 'ran out of memory'
    : failed.health === 'unhealthy'
      ? 'is unhealthy'
      : `ended with code ${failed.exitCode}`;
  return new BackendUnavailable(`${failed.service} ${how}${words === '' ? '' : `:\n${words}`}`, {
    hint: 'Find out more: prom-tutor doctor',
  });
}
