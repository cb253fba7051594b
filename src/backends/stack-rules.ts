import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MetricFamily } from '../exposition/write.ts';
import { packageFolder } from '../lib/package-folder.ts';
import { UserError } from '../model/errors.ts';
import { METRIC_NAME } from '../model/labels.ts';
import { SCRAPE_INTERVAL_MS, type Scenario } from '../model/scenario.ts';
import { type RecordedSeries, recordHistory } from '../scrape/rules/record-history.ts';
import { type RuleGroup, readRuleFile, ruleProblemText } from '../scrape/rules/rule-file.ts';
import { type RunningGroup, restingGroup } from '../scrape/rules/rule-group.ts';
import { RuleError } from '../scrape/rules/rule-query.ts';
import { slotOffsetMs } from '../scrape/rules/slots.ts';
import { MemoryStorage } from '../tsdb/memory-storage.ts';
import { PARTS } from './stack-folder.ts';
import { hasCode } from './stored-json.ts';

/** The rules of a stack, and the file they come from. */
export type StackRules = { readonly file: string; readonly groups: readonly RuleGroup[] };

/** How often the stack's Prometheus evaluates rules. `stack/prometheus.yml` says the same. */
export const EVALUATION_INTERVAL_MS = SCRAPE_INTERVAL_MS;

/** The rules that ship with the tool. */
export function stackRulesFile(): string {
  return join(packageFolder('stack'), PARTS.rules);
}

/** Reads the rules of a stack. Throws `UserError` with everything that is wrong in them. */
export async function readStackRules(file: string): Promise<StackRules> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (!hasCode(error, 'ENOENT')) throw error;
    throw new UserError(`the rules are missing: ${file}`, { hint: 'Install prom-tutor again.' });
  });
  const { groups, problems } = readRuleFile(text);
  if (problems.length === 0) return { file, groups };
  const lines = problems.map((problem) => `  line ${problem.line}: ${ruleProblemText(problem)}`);
  throw new UserError(`the rules in ${file} cannot be used:\n${lines.join('\n')}`, {
    hint: `Mend them, and look again: promtool check rules ${file}`,
  });
}

/**
 * The moments of evaluation are those of the Prometheus in the container, whatever the file is called here: so the
 * written history is the same on every backend, and goes on without a seam where Prometheus does the same.
 */
export function stackSlotOffsetMs(group: string, intervalMs: number): number {
  return slotOffsetMs('/etc/prometheus/rules.yml', group, intervalMs);
}

/** Writes what the rules record over the past of a scenario into the storage that holds it. Throws `UserError`. */
export async function recordRules(
  storage: MemoryStorage,
  { file, groups }: StackRules,
  scenario: Scenario,
): Promise<readonly RecordedSeries[]> {
  try {
    return await recordHistory({
      groups,
      storage,
      fromMs: scenario.t0Ms - scenario.historyMs,
      toMs: scenario.t0Ms,
      intervalMs: EVALUATION_INTERVAL_MS,
      offsetMs: stackSlotOffsetMs,
      externalUrl: 'http://localhost:9090',
    });
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    throw new UserError(`the rules in ${file} fail on the written history: ${error.message}`, {
      hint: 'Take back what was changed in the rules.',
    });
  }
}

/** The families of a written past together with those that the rules record over it. Throws `UserError`. */
export async function withRecorded(
  families: readonly MetricFamily[],
  rules: StackRules,
  scenario: Scenario,
): Promise<readonly MetricFamily[]> {
  const recorded = new Map<string, RecordedSeries[]>();
  for (const series of await recordRules(storageOf(families), rules, scenario)) {
    const name = series.labels[METRIC_NAME] ?? '';
    recorded.set(name, [...(recorded.get(name) ?? []), series]);
  }
  const added = [...recorded].map(
    ([name, series]): MetricFamily => ({
      name,
      type: 'unknown',
      help: 'Written by a rule.',
      series: series.map(({ labels: { [METRIC_NAME]: _, ...labels }, times, values }) => ({
        name,
        labels,
        timesMs: times,
        values,
      })),
    }),
  );
  return [...families, ...added];
}

/** The rules as they are before anything was evaluated. */
export function restingGroups({ file, groups }: StackRules, intervalMs: number): readonly RunningGroup[] {
  return groups.map((group) => restingGroup(group, file, group.intervalMs ?? intervalMs));
}

/** Families as a storage, without copying their columns. */
export function storageOf(families: readonly MetricFamily[]): MemoryStorage {
  const storage = new MemoryStorage();
  for (const family of families) {
    for (const { name, labels, timesMs, values } of family.series) {
      storage.columnsFor({ [METRIC_NAME]: name, ...labels }).fill(timesMs, values);
    }
  }
  return storage;
}
