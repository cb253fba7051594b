import {
  CHECKPOINT_NAMES,
  CHECKPOINT_STORY,
  type CheckpointName,
  checkpointMs,
  type Scenario,
} from '../model/scenario.ts';
import type { Source } from '../source/source.ts';

/** One instant at which answers are compared. `ms` since 1970. */
export type Moment = { readonly name: string; readonly ms: number; readonly story: string };

/** Whom to ask, and at which instants: what judging, demos and numbers in prose stand on. */
export type Ground = {
  /** `scenario`: the bundled stack and its known history. `server`: another Prometheus, nothing known. */
  readonly kind: 'scenario' | 'server';
  readonly source: Source;
  readonly moments: readonly Moment[];
  readonly signal?: AbortSignal;
  /** Set where the history is asked without a running stack: nothing is live. */
  readonly still?: {
    /** The address that a stack would have, for commands that are shown. */
    readonly server: string;
  };
};

/** The bundled stack: its checkpoints. */
export function scenarioGround(source: Source, scenario: Pick<Scenario, 't0Ms'>, signal?: AbortSignal): Ground {
  const moments = CHECKPOINT_NAMES.map((name) => ({
    name,
    ms: checkpointMs(scenario, name),
    story: CHECKPOINT_STORY[name],
  }));
  return { kind: 'scenario', source, moments, ...(signal === undefined ? {} : { signal }) };
}

/** Another server: now, and five instants spread over the last hour, off any scrape grid of whole seconds. */
export function serverGround(source: Source, nowMs: number, signal?: AbortSignal): Ground {
  const moments = [0, 11, 23, 34, 46, 58].map((minutes) => ({
    name: minutes === 0 ? 'now' : `${minutes} minutes ago`,
    ms: Math.round(nowMs - minutes * 60_317),
    story: "this server's own data",
  }));
  return { kind: 'server', source, moments, ...(signal === undefined ? {} : { signal }) };
}

/** The instant that a lesson's `at:` means on this ground: the checkpoint, or now on another server. */
export function momentAt(ground: Ground, at: CheckpointName): Moment {
  const moment = ground.moments.find(({ name }) => name === at) ?? ground.moments[0];
  if (moment === undefined) throw new Error('a ground without moments');
  return moment;
}
