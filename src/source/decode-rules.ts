import { type Envelope, float, labelSet, list, optionalText, record, ShapeError, wallTime } from './decode.ts';
import type { Alert, Rule, RuleGroup } from './source.ts';

/** The answer of /api/v1/rules. */
export function decodeRules({ data }: Envelope): readonly RuleGroup[] {
  return list(record(data, 'data').groups ?? [], 'data.groups').map((item, index) => {
    const at = `data.groups[${index}]`;
    const fields = record(item, at);
    return {
      name: optionalText(fields.name),
      file: optionalText(fields.file),
      intervalSeconds: number(fields.interval),
      limit: number(fields.limit),
      rules: list(fields.rules ?? [], `${at}.rules`).map((rule, place) => decodeRule(rule, `${at}.rules[${place}]`)),
      evaluationSeconds: number(fields.evaluationTime),
      lastEvaluationMs: wallTime(optionalText(fields.lastEvaluation)),
    };
  });
}

/** The answer of /api/v1/alerts. */
export function decodeAlerts({ data }: Envelope): readonly Alert[] {
  return decodeAlertList(record(data, 'data').alerts, 'data.alerts');
}

function decodeRule(item: unknown, at: string): Rule {
  const fields = record(item, at);
  const common = {
    name: optionalText(fields.name),
    query: optionalText(fields.query),
    labels: labelSet(fields.labels ?? {}, `${at}.labels`),
    health: oneOf(['ok', 'err'], fields.health, 'unknown'),
    lastError: optionalText(fields.lastError),
    evaluationSeconds: number(fields.evaluationTime),
    lastEvaluationMs: wallTime(optionalText(fields.lastEvaluation)),
  };
  if (fields.type === 'recording') return { kind: 'recording', ...common };
  if (fields.type !== 'alerting') throw new ShapeError(`${at}.type is not a known type`);
  return {
    kind: 'alerting',
    ...common,
    state: oneOf(['firing', 'pending'], fields.state, 'inactive'),
    forSeconds: number(fields.duration),
    keepFiringForSeconds: number(fields.keepFiringFor),
    annotations: labelSet(fields.annotations ?? {}, `${at}.annotations`),
    alerts: decodeAlertList(fields.alerts, `${at}.alerts`),
  };
}

function decodeAlertList(items: unknown, at: string): readonly Alert[] {
  return list(items ?? [], at).map((item, index) => {
    const place = `${at}[${index}]`;
    const fields = record(item, place);
    return {
      labels: labelSet(fields.labels ?? {}, `${place}.labels`),
      annotations: labelSet(fields.annotations ?? {}, `${place}.annotations`),
      state: oneOf(['pending'], fields.state, 'firing'),
      activeAtMs: wallTime(optionalText(fields.activeAt)),
      keepFiringSinceMs: wallTime(optionalText(fields.keepFiringSince)),
      value: float(fields.value, `${place}.value`),
    };
  });
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function oneOf<const T extends string, const D extends string>(known: readonly T[], value: unknown, other: D): T | D {
  return known.find((one) => one === value) ?? other;
}
