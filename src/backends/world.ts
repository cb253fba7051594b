/** The system a backend works on: part of the outside world that commands are given. */
export type System = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly pid: number;
  readonly execPath: string;
  /** Signals a process; 0 only asks whether it is there. Throws ESRCH when it is gone, EPERM when it is another user's. */
  kill(pid: number, signal: NodeJS.Signals | 0): void;
  /** Milliseconds since 1970. */
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  randomHex(bytes: number): string;
};

/** The system, and where things of ours are on it. */
export type World = System & {
  /** The state folder: the state file, the lock, and what each backend keeps. */
  readonly stateDir: string;
  /** The package's `stack` folder: the compose file, the bundled service, the Prometheus configuration. */
  readonly stackFiles: string;
  readonly toolVersion: string;
};

/** A limit in milliseconds and, with it, whatever ends the caller's work. */
export function within(ms: number, signal?: AbortSignal): AbortSignal {
  const timeout = AbortSignal.timeout(ms);
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}
