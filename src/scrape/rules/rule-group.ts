import { type Labels, labelsKey, labelsOf, METRIC_NAME } from '../../model/labels.ts';
import { type InstantSample, isHistogram } from '../../model/query-result.ts';
import type { MemoryStorage } from '../../tsdb/memory-storage.ts';
import { AlertStates, type RuleSample, type Seen } from './alert-states.ts';
import { type AlertWorld, alertAnnotations, alertLabels } from './describe-alert.ts';
import { restoreForState } from './restore.ts';
import type { AlertingRule, RecordingRule, Rule, RuleGroup } from './rule-file.ts';
import { RuleError, ruleRows } from './rule-query.ts';

/** A rule and what became of its last evaluation. Times are milliseconds since 1970. */
export type RuleState = {
  readonly rule: Rule;
  /** Of an alerting rule. */
  readonly alerts: AlertStates | undefined;
  health: 'unknown' | 'ok' | 'err';
  lastError: string;
  lastEvaluationMs: number | undefined;
  durationMs: number;
};

export type RunningGroup = {
  readonly group: RuleGroup;
  readonly file: string;
  readonly intervalMs: number;
  readonly rules: readonly RuleState[];
  lastEvaluationMs: number | undefined;
  durationMs: number;
};

/** A group that has not been evaluated yet. */
export function restingGroup(group: RuleGroup, file: string, intervalMs: number): RunningGroup {
  const rules = group.rules.map((rule): RuleState => {
    const alerts = rule.kind === 'alerting' ? new AlertStates(rule) : undefined;
    return { rule, alerts, health: 'unknown', lastError: '', lastEvaluationMs: undefined, durationMs: 0 };
  });
  return { group, file, intervalMs, rules, lastEvaluationMs: undefined, durationMs: 0 };
}

export type GroupWorld = AlertWorld & {
  readonly storage: MemoryStorage;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/**
 * A group of rules between evaluations. `evaluate` runs the rules one after the other, so that a rule sees what those
 * before it have just written; what goes wrong with a rule is its health, and the next rule runs all the same.
 */
export class GroupRunner {
  readonly state: RunningGroup;
  private readonly world: GroupWorld;
  /** The series each rule wrote last, to be marked as ended when they come no more. */
  private readonly written: Map<string, Labels>[];
  /** Alerts write nothing before their past is restored, or a restart would overwrite it. */
  private restored = false;

  constructor(group: RuleGroup, file: string, intervalMs: number, world: GroupWorld) {
    this.world = world;
    this.state = restingGroup(group, file, intervalMs);
    this.written = group.rules.map(() => new Map());
  }

  /** `slotMs`: the moment it counts for, in milliseconds since 1970. */
  async evaluate(slotMs: number, signal?: AbortSignal): Promise<void> {
    const began = this.world.now();
    for (const [index, rule] of this.state.rules.entries()) {
      if (signal?.aborted) return;
      await this.evaluateRule(rule, index, slotMs, signal);
    }
    this.state.lastEvaluationMs = began;
    this.state.durationMs = this.world.now() - began;
  }

  /** Lets pending alerts go on from where an earlier process left them; from now on alerts are written. */
  restore(): void {
    for (const { rule, alerts } of this.state.rules) {
      if (rule.kind === 'alerting' && alerts !== undefined) {
        restoreForState(rule, alerts, this.world.storage, this.world.now());
      }
    }
    this.restored = true;
  }

  private async evaluateRule(state: RuleState, index: number, slotMs: number, signal?: AbortSignal): Promise<void> {
    const began = this.world.now();
    const dataMs = Math.floor(slotMs) - this.state.group.queryOffsetMs;
    try {
      const samples = await this.samplesOf(state, slotMs, dataMs, signal);
      // An evaluation that was broken off must not end series.
      if (signal?.aborted) return;
      state.lastError = this.write(samples, index, dataMs);
    } catch (error) {
      if (signal?.aborted) return;
      // Whatever it was, it is this rule's: the loop and the rules after it go on, and the page says what happened.
      state.lastError = error instanceof RuleError ? error.message : `internal error: ${error}`;
    }
    state.health = state.lastError === '' ? 'ok' : 'err';
    state.lastEvaluationMs = began;
    state.durationMs = this.world.now() - began;
  }

  private async samplesOf(
    { rule, alerts }: RuleState,
    slotMs: number,
    dataMs: number,
    signal?: AbortSignal,
  ): Promise<readonly RuleSample[]> {
    const rows = await ruleRows(this.world.engine, rule.query, dataMs, signal);
    const { limit } = this.state.group;
    if (rule.kind === 'recording') return recorded(rule, rows, limit);
    if (alerts === undefined) return [];
    alerts.step(await seenBy(rule, rows, Math.floor(slotMs), this.world), slotMs, limit);
    return this.restored ? alerts.samples() : [];
  }

  /** Gives the last refusal of the storage, empty when there was none. */
  private write(samples: readonly RuleSample[], index: number, ms: number): string {
    const before = this.written[index] ?? new Map<string, Labels>();
    const now = new Map<string, Labels>();
    let refusal = '';
    for (const { labels, value } of samples) {
      const result = this.world.storage.append(labels, { ms, value });
      if (result === 'ok') now.set(labelsKey(labels), labels);
      else refusal = result;
    }
    for (const [key, labels] of before) {
      if (!now.has(key)) this.world.storage.append(labels, { ms, value: 0, stale: true });
    }
    this.written[index] = now;
    return refusal;
  }
}

/** The rows of a recording rule under its name and with its labels. Throws `RuleError`. */
function recorded(rule: RecordingRule, rows: readonly InstantSample[], limit: number): readonly RuleSample[] {
  const samples = rows.map(({ labels, value }): RuleSample => {
    if (isHistogram(value)) throw new RuleError('native histograms are not recorded by the embedded Prometheus');
    return { labels: recordedLabels(rule, labels), value };
  });
  if (new Set(samples.map(({ labels }) => labelsKey(labels))).size < samples.length) {
    throw new RuleError('vector contains metrics with the same labelset after applying rule labels');
  }
  if (limit > 0 && samples.length > limit) {
    throw new RuleError(`exceeded limit of ${limit} with ${samples.length} series`);
  }
  return samples;
}

/** The labels of a recorded series: those of the row, under the rule's name and with its labels. */
export function recordedLabels(rule: RecordingRule, labels: Labels): Labels {
  const merged = { ...labels, [METRIC_NAME]: rule.record, ...rule.labels };
  return labelsOf(Object.entries(merged).filter(([, value]) => value !== ''));
}

async function seenBy(
  rule: AlertingRule,
  rows: readonly InstantSample[],
  ms: number,
  world: AlertWorld,
): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  for (const row of rows) {
    const value = isHistogram(row.value) ? 0 : row.value;
    const plain = { labels: row.labels, value };
    const labels = await alertLabels(rule, plain, ms, world);
    seen.push({ labels, annotations: await alertAnnotations(rule, plain, ms, world), value });
  }
  return seen;
}
