import { SCRAPE_INTERVAL_MS } from '../model/scenario.ts';
import type { StartOptions } from './backend.ts';
import { type StackPorts, stackUrls } from './stack-ports.ts';
import type { BackendKind, StackState } from './state.ts';
import type { World } from './world.ts';

/**
 * The state of a stack that is about to be made. Data that is gone on with brings its id and its scenario; otherwise the
 * scenario is what will be asked for, and T0 an estimate until the history is written.
 */
export function newStack(
  world: World,
  backend: BackendKind,
  ports: StackPorts,
  { kept, seed, historyMs }: StartOptions,
  dirOf: (id: string) => string,
): StackState {
  const nowMs = world.now();
  const id = kept?.id ?? world.randomHex(8);
  return {
    version: 1,
    toolVersion: world.toolVersion,
    backend,
    id,
    phase: 'starting',
    startedMs: nowMs,
    urls: stackUrls(ports),
    scenario: kept?.scenario ?? { t0Ms: nowMs - (nowMs % SCRAPE_INTERVAL_MS), seed, historyMs },
    token: world.randomHex(24),
    processes: [],
    dir: dirOf(id),
  };
}
