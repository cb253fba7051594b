import { type Scenario, scenarioExpired } from '../model/scenario.ts';
import type { BackendKind } from './state.ts';

/** How long what a backend holds lasts. */
const LASTING = {
  docker: { onDisk: true },
  binary: { onDisk: true },
  // In memory: the written history can be made again at any time, what was scraped cannot.
  embedded: { onDisk: false },
} as const satisfies { readonly [K in BackendKind]: { readonly onDisk: boolean } };

/** Whether what was scraped outlives the processes of the stack. The written history does on every backend. */
export function keepsScraped(backend: BackendKind): boolean {
  return LASTING[backend].onDisk;
}

/** Whether the stack may by now have dropped some of what lessons look at; the embedded one never does. */
export function stackExpired(
  { backend, scenario }: { readonly backend: BackendKind; readonly scenario: Scenario },
  nowMs: number,
): boolean {
  return keepsScraped(backend) && scenarioExpired(scenario, nowMs);
}
