import { scenarioExpired } from '../model/scenario.ts';
import type { ServiceStatus } from './backend.ts';
import { backendFor } from './choose.ts';
import { type KeptEntry, keptEntries, readKept } from './kept-file.ts';
import { stackLockHolder } from './stack-lock.ts';
import type { StackState } from './state.ts';
import { readStack } from './state-file.ts';
import type { World } from './world.ts';

export type StackStatus = {
  /** `none`: no state file. `starting`: a start is under way. `unfinished`: one was killed. `gone`: nothing of it runs. */
  readonly kind: 'none' | 'starting' | 'unfinished' | 'running' | 'gone';
  readonly state: StackState | undefined;
  readonly services: readonly ServiceStatus[];
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
  if (state === undefined) return { ...common, kind: 'none', services: [], scenario: undefined };
  const nowMs = world.now();
  const scenario = { ageMs: nowMs - state.scenario.t0Ms, expired: scenarioExpired(state.scenario, nowMs) };
  const services = await backendFor(state, world).status(state, signal);
  if (state.phase === 'starting') {
    const kind = (await stackLockHolder(world, world.stateDir)) === undefined ? 'unfinished' : 'starting';
    return { ...common, kind, services, scenario };
  }
  const gone = services.every((service) => service.state === 'missing' || service.state === 'stopped');
  return { ...common, kind: gone ? 'gone' : 'running', services, scenario };
}
