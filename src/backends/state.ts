import type { Scenario } from '../model/scenario.ts';

export type BackendKind = 'docker' | 'binary' | 'embedded';

/** A process of ours: enough to recognise it later and never to signal a stranger that got the same pid. */
export type ProcessRecord = {
  readonly name: string;
  readonly pid: number;
  /** Its start time as the system tells it (Linux: field 22 of /proc/PID/stat), empty where the system does not. */
  readonly startedAt: string;
};

/**
 * The state file of the running stack, `stack.json` in the state folder, mode 0600, written atomically. `starting`
 * means that `start` did not finish: whatever it names may be half there.
 */
export type StackState = {
  readonly version: 1;
  readonly toolVersion: string;
  readonly backend: BackendKind;
  /** Random, new for every start; our processes and containers carry it. */
  readonly id: string;
  readonly phase: 'starting' | 'running';
  readonly startedMs: number;
  /** Base URLs as reached from this machine, without a slash at the end. `apps[0]` is instance sse-app:8000. */
  readonly urls: { readonly prometheus: string; readonly apps: readonly string[]; readonly grafana?: string };
  readonly scenario: Scenario;
  /** Bearer token of the demo service's /admin endpoints. */
  readonly token: string;
  /** Empty for docker. */
  readonly processes: readonly ProcessRecord[];
  /** Where data and logs of the binary and embedded backends live; the compose file's folder for docker. */
  readonly dir: string;
};
