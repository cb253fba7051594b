import type { AlertState } from '../scrape/rules/alert-states.ts';
import type { RuleState, RunningGroup } from '../scrape/rules/rule-group.ts';
import type { TargetState } from '../scrape/target.ts';
import type { Alert, MetricMetadata, Rule, RuleGroup, Target } from '../source/source.ts';

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

/** What the evaluation of rules knows, as the API tells it: by file and name. */
export function ruleGroupsOf(groups: readonly RunningGroup[]): readonly RuleGroup[] {
  const shown = groups.map(({ group, file, intervalMs, rules, durationMs, lastEvaluationMs }) => ({
    name: group.name,
    file,
    intervalSeconds: intervalMs / 1000,
    limit: group.limit,
    rules: rules.map(ruleOf),
    evaluationSeconds: durationMs / 1000,
    lastEvaluationMs,
  }));
  return shown.sort((a, b) => (a.file === b.file ? order(a.name, b.name) : order(a.file, b.file)));
}

function ruleOf({ rule, alerts, health, lastError, durationMs, lastEvaluationMs }: RuleState): Rule {
  const { query, labels } = rule;
  const common = { query, labels, health, lastError, evaluationSeconds: durationMs / 1000, lastEvaluationMs };
  if (rule.kind === 'recording') return { kind: 'recording', name: rule.record, ...common };
  return {
    kind: 'alerting',
    name: rule.alert,
    ...common,
    state: alerts?.state ?? 'inactive',
    forSeconds: rule.forMs / 1000,
    keepFiringForSeconds: rule.keepFiringForMs / 1000,
    annotations: rule.annotations,
    alerts: (alerts?.active ?? []).flatMap(alertOf),
  };
}

function alertOf({ state, ...alert }: AlertState): readonly Alert[] {
  const { labels, annotations, activeAtMs, keepFiringSinceMs, value } = alert;
  return state === 'inactive' ? [] : [{ labels, annotations, state, activeAtMs, keepFiringSinceMs, value }];
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
