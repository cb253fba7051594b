import { labelsKey, labelsOf, METRIC_NAME } from '../../model/labels.ts';
import { compileMatcher } from '../../promql/matcher.ts';
import type { MemoryStorage } from '../../tsdb/memory-storage.ts';
import { type AlertStates, FOR_STATE } from './alert-states.ts';
import type { AlertingRule } from './rule-file.ts';

/** An outage longer than this forgets pending alerts. Prometheus: --rules.alert.for-outage-tolerance. */
const OUTAGE_TOLERANCE_MS = 3_600_000;

/** A restored alert waits this long at least, and rules that wait less are not restored: --rules.alert.for-grace-period. */
const GRACE_PERIOD_MS = 10 * 60_000;

/**
 * After a restart: alerts that are active again have been so since the moment that ALERTS_FOR_STATE tells, the outage
 * not counted. `nowMs`: milliseconds since 1970.
 * https://github.com/prometheus/prometheus/blob/v3.5.0/rules/group.go (RestoreForState)
 */
export function restoreForState(rule: AlertingRule, alerts: AlertStates, storage: MemoryStorage, nowMs: number): void {
  if (rule.forMs < GRACE_PERIOD_MS || alerts.active.length === 0) return;
  const matchers = [
    compileMatcher({ name: METRIC_NAME, operator: '=', value: FOR_STATE }),
    compileMatcher({ name: 'alertname', operator: '=', value: rule.alert }),
  ];
  const range = { startMs: nowMs - OUTAGE_TOLERANCE_MS, endMs: nowMs };
  const earlier = new Map(
    storage.select(matchers, range).map((columns) => {
      const { [METRIC_NAME]: _, ...labels } = columns.labels;
      return [labelsKey(labelsOf(Object.entries(labels))), columns] as const;
    }),
  );
  for (const alert of alerts.active) {
    const columns = earlier.get(labelsKey(alert.labels));
    if (columns === undefined) continue;
    const last = columns.times.length - 1;
    // The alert had ended before the outage.
    if (columns.stale?.[last] === 1) continue;
    const downAtMs = Math.floor((columns.times[last] ?? 0) / 1000) * 1000;
    const activeAtMs = Math.trunc(columns.values[last] ?? 0) * 1000;
    const remainingMs = rule.forMs - (downAtMs - activeAtMs);
    // One that was firing already fires again at the next evaluation.
    if (remainingMs <= 0) alert.activeAtMs = activeAtMs;
    else if (remainingMs < GRACE_PERIOD_MS) alert.activeAtMs = nowMs + GRACE_PERIOD_MS - rule.forMs;
    else alert.activeAtMs = activeAtMs + (nowMs - downAtMs);
  }
}
