import type { TargetState } from '../scrape/target.ts';
import type { MetricMetadata, Target } from '../source/source.ts';

/** What the scrape loop knows of its targets, as the API tells it. */
export function targetsOf(states: readonly TargetState[]): readonly Target[] {
  return states.map(({ config, health, lastError, lastScrapeMs, lastDurationMs }) => ({
    labels: config.labels,
    scrapePool: config.job,
    scrapeUrl: config.url,
    health,
    lastError,
    lastScrapeMs,
    lastScrapeDurationMs: lastDurationMs,
    scrapeIntervalMs: config.intervalMs,
  }));
}

/** What the targets say of their metrics, by family; the same words of two targets count once. */
export function familiesOf(states: readonly TargetState[]): ReadonlyMap<string, readonly MetricMetadata[]> {
  const families = new Map<string, MetricMetadata[]>();
  for (const { metadata } of states) {
    for (const [family, said] of metadata) {
      const known = families.get(family) ?? [];
      families.set(family, known);
      if (!known.some((one) => one.type === said.type && one.help === said.help && one.unit === said.unit))
        known.push(said);
    }
  }
  return families;
}
