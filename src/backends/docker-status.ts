import { SERVICES, type ServiceStatus } from './backend.ts';
import type { ContainerState } from './docker-project.ts';
import { spanText } from './span.ts';

/** What each service that should run does, from the containers there are. */
export function serviceStatus(
  containers: readonly ContainerState[],
  options: { readonly grafana: boolean; readonly nowMs: number },
): readonly ServiceStatus[] {
  const names = options.grafana ? [...SERVICES, 'grafana'] : SERVICES;
  return names.map((name) => {
    const container = containers.find(({ service }) => service === name);
    if (container === undefined) return { name, state: 'missing', detail: 'there is no container' };
    return { name, state: stateOf(container), detail: detailOf(container, options.nowMs) };
  });
}

function stateOf({ status, health }: ContainerState): ServiceStatus['state'] {
  if (status !== 'running') return status === 'restarting' ? 'starting' : 'stopped';
  if (health === 'starting') return 'starting';
  return health === 'unhealthy' ? 'unhealthy' : 'running';
}

function detailOf(container: ContainerState, nowMs: number): string {
  const { status, exitCode, outOfMemory, error, finishedMs, startedMs } = container;
  if (status === 'running' || status === 'restarting') {
    return startedMs === undefined ? `container ${container.name}` : `for ${spanText(nowMs - startedMs)}`;
  }
  if (status !== 'exited' && status !== 'dead') return error === '' ? status : `${status}: ${error}`;
  const when = finishedMs === undefined ? '' : ` ${spanText(nowMs - finishedMs)} ago`;
  if (outOfMemory) return `ran out of memory${when}`;
  if (error !== '') return error;
  return `${ENDINGS[exitCode] ?? `ended with code ${exitCode}`}${when}`;
}

/** 128 and the number of the signal. */
const ENDINGS: Readonly<Record<number, string>> = { 0: 'ended', 137: 'was killed', 143: 'was stopped' };
