import type { StackState } from './state.ts';

/** Whether a backend can be used on this machine, and if not, why and what helps. */
export type Availability =
  | { readonly usable: true; readonly detail: string }
  | { readonly usable: false; readonly reason: string; readonly hint?: string };

/** What `start` tells while it works; the command draws it. */
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
  readonly signal: AbortSignal;
  report(event: StartEvent): void;
};

export type ServiceStatus = {
  readonly name: string;
  readonly state: 'running' | 'starting' | 'unhealthy' | 'stopped' | 'missing';
  readonly detail: string;
};

/** One way of running the stack. All of them start the same service, scenario and targets. */
export interface Backend {
  readonly kind: StackState['backend'];
  probe(signal: AbortSignal): Promise<Availability>;
  /** Resolves when Prometheus is ready, each instance's own /metrics answers and the history can be queried. */
  start(options: StartOptions): Promise<StackState>;
  /** Removes everything that `start` made; with `keepData` the history, the scenario and what was scraped stay. */
  stop(state: StackState, options: { readonly keepData: boolean; readonly signal: AbortSignal }): Promise<void>;
  status(state: StackState, signal: AbortSignal): Promise<readonly ServiceStatus[]>;
  /** Lines of the logs, oldest first; without `service` those of all, each line led by its service's name. */
  logs(
    state: StackState,
    options: {
      readonly service?: string;
      readonly follow: boolean;
      readonly tail: number;
      readonly signal: AbortSignal;
    },
  ): AsyncIterable<string>;
}
