import type { KeptData } from './kept-file.ts';
import type { BackendKind, StackState } from './state.ts';

/** Whether a backend can be used on this machine, and if not, why and what helps. */
export type Availability =
  | { readonly usable: true; readonly detail: string }
  | { readonly usable: false; readonly reason: string; readonly hint?: string };

/** What `start` tells while it works; the command draws it. A `step` told again with the same id is news of that step. */
export type StartEvent =
  | { readonly kind: 'step'; readonly id: string; readonly text: string }
  | { readonly kind: 'done'; readonly id: string; readonly text: string }
  | { readonly kind: 'note'; readonly text: string };

export type StartOptions = {
  readonly historyMs: number;
  readonly seed: number;
  /** A port asked for by the person fails when taken; without one the next free port is used and told. */
  readonly port?: number;
  readonly appPort?: number;
  readonly grafanaPort?: number;
  readonly grafana: boolean;
  /** Data of an earlier stack of this backend to go on with, instead of writing a new history. */
  readonly kept?: KeptData;
  readonly signal: AbortSignal;
  report(event: StartEvent): void;
  /** Called with phase `starting` before anything is made, and again whenever there is more to clean up. */
  save(state: StackState): Promise<void>;
};

export type ServiceStatus = {
  readonly name: string;
  readonly state: 'running' | 'starting' | 'unhealthy' | 'stopped' | 'missing';
  readonly detail: string;
};

export type RepairOptions = Pick<StartOptions, 'grafana' | 'grafanaPort' | 'signal' | 'report' | 'save'>;

export type StopOptions = {
  /** Touches only what belongs to the stack with this id. */
  readonly onlyId?: string;
  /** The history, the scenario and what was scraped of the stack with this id stay. */
  readonly keepId?: string;
  readonly signal: AbortSignal;
};

/** What `stop` removed, in words such as "6 containers". */
export type Removed = readonly string[];

/** One way of running the stack. All of them start the same service, scenario and targets. */
export interface Backend {
  readonly kind: BackendKind;
  /** What it starts lives in a daemon, which may be out of reach later while the stack is still there. */
  readonly inDaemon: boolean;
  /** Whether a stack can be started. Answers within about two seconds. */
  probe(signal: AbortSignal): Promise<Availability>;
  /**
   * Resolves when Prometheus is ready, each instance's own /metrics answers and the history can be queried. What it made
   * when it rejects is in the state it saved last, for `stop`.
   */
  start(options: StartOptions): Promise<StackState>;
  /** Brings back what has ended of a stack that `start` finished, on the same ports and with the same data. */
  repair(state: StackState, options: RepairOptions): Promise<StackState>;
  /**
   * A stack of ours that runs though no state file knows it. Throws `BackendUnavailable` when somebody else seems to be
   * starting one right now; what has `ownId` is not somebody else's.
   */
  adopt(signal: AbortSignal, ownId?: string): Promise<StackState | undefined>;
  /** Removes what this backend has of ours, known to a state file or not. */
  stop(state: StackState | undefined, options: StopOptions): Promise<Removed>;
  /** Whether the data of that stack is still there to go on with. */
  hasKept(kept: KeptData, signal: AbortSignal): Promise<boolean>;
  /**
   * Stops or starts one instance of the service for real; what is as asked already stays. Gives the state as it is then.
   * Resolves without waiting until a started one answers.
   */
  control(
    state: StackState,
    service: InstanceService,
    action: InstanceAction,
    signal: AbortSignal,
  ): Promise<StackState>;
  /** The services that should run, each with what it does. Empty never: what is not there is `missing`. */
  status(state: StackState, signal: AbortSignal): Promise<readonly ServiceStatus[]>;
  /** Lines of the logs, oldest first as far as they tell the time; of all services each line is led by its service's name. */
  logs(
    state: StackState,
    options: {
      readonly service?: string;
      readonly follow: boolean;
      /** So many lines of each service. */
      readonly tail: number;
      readonly signal: AbortSignal;
    },
  ): AsyncIterable<string>;
}

/** The instances of the demo service, in the order of `urls.apps`. */
export const INSTANCE_SERVICES = ['sse-app', 'sse-app-2'] as const;
export type InstanceService = (typeof INSTANCE_SERVICES)[number];

export const INSTANCE_ACTIONS = ['stop', 'start', 'restart'] as const;
export type InstanceAction = (typeof INSTANCE_ACTIONS)[number];

/** What every backend runs; `status` and `logs` know them by these names. */
export const SERVICES = ['prometheus', 'sse-app', 'sse-app-2', 'load'] as const;
