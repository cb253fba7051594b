import type { ServiceStatus } from './backend.ts';
import { backendFor } from './choose.ts';
import { type KeptEntry, keptEntries, readKept } from './kept-file.ts';
import { stackExpired } from './lasting.ts';
import { stackLockHolder } from './stack-lock.ts';
import type { StackState } from './state.ts';
import { readStack } from './state-file.ts';
import type { World } from './world.ts';

export type StackStatus = {
  /**
   * `none`: no state file. `starting`: a start is under way. `unfinished`: one was killed. `unreachable`: its backend
   * does not answer. `gone`: nothing of it runs.
   */
  readonly kind: 'none' | 'starting' | 'unfinished' | 'unreachable' | 'running' | 'gone';
  readonly state: StackState | undefined;
  readonly services: readonly ServiceStatus[];
  /** Why the backend does not answer; empty when it does. */
  readonly reason: string;
  readonly scenario: { readonly ageMs: number; readonly expired: boolean } | undefined;
  /** Data that is there for the next start, by backend. */
  readonly kept: readonly KeptEntry[];
  /** Sentences for stderr, such as that a state file was damaged. */
  readonly notices: readonly string[];
};

/** What there is of the stack right now. Changes nothing, but for a damaged state file, which is set aside. */
export async function stackStatus(world: World, signal: AbortSignal): Promise<StackStatus> {
  const [read, { kept, notice }] = await Promise.all([readStack(world.stateDir), readKept(world.stateDir)]);
  const { state } = read;
  const common = {
    state,
    kept: keptEntries(kept),
    notices: [read.notice, notice].filter((text) => text !== undefined),
  };
  if (state === undefined) return { ...common, kind: 'none', services: [], reason: '', scenario: undefined };
  const nowMs = world.now();
  const scenario = { ageMs: nowMs - state.scenario.t0Ms, expired: stackExpired(state, nowMs) };
  const backend = backendFor(state, world);
  const [availability, services] = await Promise.all([
    backend.inDaemon ? backend.probe(signal) : undefined,
    backend.status(state, signal),
  ]);
  const found = { ...common, services, scenario, reason: '' };
  if (availability?.usable === false) return { ...found, kind: 'unreachable', reason: availability.reason };
  if (state.phase === 'starting') {
    const holder = await stackLockHolder(world, world.stateDir);
    return { ...found, kind: holder === undefined ? 'unfinished' : 'starting' };
  }
  const gone = services.every((service) => service.state === 'missing' || service.state === 'stopped');
  return { ...found, kind: gone ? 'gone' : 'running' };
}
