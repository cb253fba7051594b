import type { Labels } from '../../model/labels.ts';
import { Engine, type EngineOptions } from '../../promql/engine/engine.ts';
import type { MemoryStorage } from '../../tsdb/memory-storage.ts';
import { untilLater } from '../until-later.ts';
import type { RuleGroup } from './rule-file.ts';
import { GroupRunner, type RunningGroup } from './rule-group.ts';
import { slotAt } from './slots.ts';

export type RuleLoop = {
  readonly groups: readonly RunningGroup[];
  stop(): Promise<void>;
};

export type RuleLoopOptions = {
  readonly groups: readonly RuleGroup[];
  readonly storage: MemoryStorage;
  /** Where the groups come from, for people to see. */
  readonly file: string;
  /** Where a group's evaluations lie within its interval, in milliseconds. */
  readonly offsetMs: (group: string, intervalMs: number) => number;
  /** For groups that name no interval, and the resolution of subqueries that name none. */
  readonly intervalMs: number;
  readonly engine?: EngineOptions;
  readonly externalLabels?: Labels;
  readonly externalUrl: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/**
 * Evaluates every group at its own fixed moments. A slow group delays neither the others nor the scrapes: the engine lets
 * other work run in between. An evaluation that outlasts its interval makes the next ones fall out, as in Prometheus.
 */
export function startRules(options: RuleLoopOptions): RuleLoop {
  const { storage, now, file, externalUrl } = options;
  const stopping = new AbortController();
  const engine = new Engine(storage, { ...options.engine, subqueryStepMs: options.intervalMs });
  const world = { engine, storage, now, externalUrl, externalLabels: options.externalLabels ?? {} };
  const runners = options.groups.map(
    (group) => new GroupRunner(group, file, group.intervalMs ?? options.intervalMs, world),
  );
  const runs = runners.map((runner) => run(runner, options, stopping.signal));
  return {
    groups: runners.map(({ state }) => state),
    stop: async () => {
      stopping.abort(new Error('the rules have been stopped'));
      await Promise.all(runs);
    },
  };
}

/** The past is restored after the second evaluation: before that not everything has been scraped again. */
const EVALUATIONS_BEFORE_RESTORE = 2;

async function run(runner: GroupRunner, { now, offsetMs }: RuleLoopOptions, signal: AbortSignal): Promise<void> {
  const { group, intervalMs } = runner.state;
  const offset = offsetMs(group.name, intervalMs);
  let slotMs = slotAt(now(), intervalMs, offset) + intervalMs;
  for (let count = 1; ; count++) {
    await untilLater(slotMs - now(), signal);
    if (signal.aborted) return;
    await runner.evaluate(slotMs, signal);
    if (count === EVALUATIONS_BEFORE_RESTORE) runner.restore();
    slotMs = Math.max(slotMs + intervalMs, slotAt(now(), intervalMs, offset));
  }
}
