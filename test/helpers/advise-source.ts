import { METRICS } from '../../src/app/schema.ts';
import { storageWithPast } from '../../src/backends/embedded-stack.ts';
import { readStackRules, stackRulesFile } from '../../src/backends/stack-rules.ts';
import type { Labels } from '../../src/model/labels.ts';
import { type CheckpointName, checkpointMs } from '../../src/model/scenario.ts';
import { embeddedSource } from '../../src/source/embedded.ts';
import type { RuleGroup, Source, Target } from '../../src/source/source.ts';
import { MemoryStorage } from '../../src/tsdb/memory-storage.ts';

export const ADVISE_T0_MS = Date.UTC(2026, 0, 5, 12, 0, 0);

/** The demo service's history in this process, with what its targets say of their metrics. */
export async function scenarioSource(t0Ms = ADVISE_T0_MS): Promise<Source> {
  const rules = await readStackRules(stackRulesFile());
  const storage = await storageWithPast({ t0Ms, seed: 1, historyMs: 3 * 3_600_000 }, rules);
  const described = new Map(Object.values(METRICS).map(({ name, type, help }) => [name, [{ type, help, unit: '' }]]));
  return embeddedSource({ storage, name: 'the scenario', now: () => t0Ms, metadata: () => described });
}

export function atCheckpoint(name: CheckpointName, t0Ms = ADVISE_T0_MS): number {
  return checkpointMs({ t0Ms }, name);
}

/** A series by its labels (`__name__` included): one value for every 15 seconds (or `stepMs`), the last at T0. */
export type MadeSeries = { readonly labels: Labels; readonly values: readonly number[]; readonly stepMs?: number };

/** A Prometheus that holds these series and nothing else. */
export function madeSource(
  series: readonly MadeSeries[],
  targets: readonly Target[] = [],
  recorded: Readonly<Record<string, string>> = {},
): Source {
  const storage = new MemoryStorage();
  for (const { labels, values, stepMs = 15_000 } of series) {
    const times = values.map((_, index) => ADVISE_T0_MS - (values.length - 1 - index) * stepMs);
    storage.columnsFor(labels).fill(Float64Array.from(times), Float64Array.from(values));
  }
  return embeddedSource({
    storage,
    name: 'made',
    now: () => ADVISE_T0_MS,
    targets: () => targets,
    rules: () => [recording(recorded)],
  });
}

function recording(recorded: Readonly<Record<string, string>>): RuleGroup {
  const rules = Object.entries(recorded).map(([name, query]) => ({
    kind: 'recording' as const,
    name,
    query,
    labels: {},
    health: 'ok' as const,
    lastError: '',
    evaluationSeconds: 0,
    lastEvaluationMs: undefined,
  }));
  return {
    name: 'made',
    file: 'made.yml',
    intervalSeconds: 15,
    limit: 0,
    rules,
    evaluationSeconds: 0,
    lastEvaluationMs: undefined,
  };
}

export function target(change: Partial<Target>): Target {
  return {
    labels: { job: 'app', instance: 'one:8000' },
    scrapePool: 'app',
    scrapeUrl: 'http://one:8000/metrics',
    health: 'up',
    lastError: '',
    lastScrapeMs: ADVISE_T0_MS,
    lastScrapeDurationMs: 5,
    scrapeIntervalMs: 15_000,
    ...change,
  };
}
