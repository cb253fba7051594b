/**
 * The moments of the written history that lessons look at, in minutes before T0. All lie off the 15 s scrape grid, so
 * that no answer depends on a sample falling exactly on the edge of a window. Source: the curriculum, section 3.1;
 * `outbreak` tells "many errors" from "an open breaker", which begin and end together at all the others.
 */
export const CHECKPOINT_MINUTES = {
  quiet: 0.12,
  'half-open': 10.9,
  incident: 13.9,
  outbreak: 18.7,
  'target-down': 28.4,
  warm: 43.9,
  restart: 62.9,
} as const;

export type CheckpointName = keyof typeof CHECKPOINT_MINUTES;

export const CHECKPOINT_NAMES = Object.keys(CHECKPOINT_MINUTES) as readonly CheckpointName[];

/** One sentence a beginner understands, for the header of an exercise shown at that moment. */
export const CHECKPOINT_STORY: { readonly [K in CheckpointName]: string } = {
  quiet: 'an ordinary moment, everything works',
  'half-open': 'the circuit breaker of anthropic lets a few requests through to test it',
  incident: 'anthropic is failing and its circuit breaker is open',
  outbreak: 'anthropic has begun to fail, its circuit breaker is still closed',
  'target-down': 'instance sse-app-2 has been stopped',
  warm: 'mistral has a little traffic and no errors',
  restart: 'instance sse-app-2 has just restarted',
};

/** The past that was written for the bundled stack. All instants are in milliseconds since 1970. */
export type Scenario = {
  /** End of the written history, on the 15 s grid; `now` inside lessons. */
  readonly t0Ms: number;
  readonly seed: number;
  readonly historyMs: number;
};

/** The absolute instant of a checkpoint, in milliseconds since 1970. */
export function checkpointMs(scenario: Pick<Scenario, 't0Ms'>, name: CheckpointName): number {
  return Math.round(scenario.t0Ms - CHECKPOINT_MINUTES[name] * 60_000);
}

export const SCRAPE_INTERVAL_MS = 15_000;

/** How long a real Prometheus of the stack keeps samples, in milliseconds. `stack/compose.yaml` says the same. */
export const RETENTION_MS = 30 * 24 * 3_600_000;

/** The same for the embedded one, which keeps them in memory; what was written before T0 it never drops. */
export const EMBEDDED_RETENTION_MS = 24 * 3_600_000;

/** What lessons look at lies within this time before T0. */
const LOOK_BACK_MS = 3 * 3_600_000;

/** Whether Prometheus may by now have dropped some of what the lessons look at. */
export function scenarioExpired(scenario: Pick<Scenario, 't0Ms'>, nowMs: number): boolean {
  return nowMs - scenario.t0Ms > RETENTION_MS - LOOK_BACK_MS;
}
