import { type Labels, labelsKey, METRIC_NAME } from '../../model/labels.ts';
import type { AlertingRule } from './rule-file.ts';
import { RuleError } from './rule-query.ts';

/** One alert that is active or was until a moment ago. Times are milliseconds since 1970. */
export type AlertState = {
  readonly labels: Labels;
  annotations: Labels;
  state: 'inactive' | 'pending' | 'firing';
  /** When the condition began to hold. */
  activeAtMs: number;
  /** Since when it only fires because of `keep_firing_for`. */
  keepFiringSinceMs: number | undefined;
  resolvedAtMs: number | undefined;
  value: number;
};

/** What the condition of an alert finds now: an alert with these labels should be active. */
export type Seen = { readonly labels: Labels; readonly annotations: Labels; readonly value: number };

/** A sample that a rule writes. */
export type RuleSample = { readonly labels: Labels; readonly value: number };

/** How long a resolved alert is remembered. https://github.com/prometheus/prometheus/blob/v3.5.0/rules/alerting.go */
const RESOLVED_RETENTION_MS = 15 * 60_000;

/** The alerts of one rule, from evaluation to evaluation: inactive, pending, firing. */
export class AlertStates {
  private readonly rule: Pick<AlertingRule, 'alert' | 'forMs' | 'keepFiringForMs'>;
  private readonly alerts = new Map<string, AlertState>();

  constructor(rule: Pick<AlertingRule, 'alert' | 'forMs' | 'keepFiringForMs'>) {
    this.rule = rule;
  }

  /** Alerts that are pending or firing, in the order they became active. */
  get active(): readonly AlertState[] {
    return [...this.alerts.values()].filter(({ resolvedAtMs }) => resolvedAtMs === undefined);
  }

  /** The worst state of all its alerts. */
  get state(): AlertState['state'] {
    const states = [...this.alerts.values()].map(({ state }) => state);
    return states.includes('firing') ? 'firing' : states.includes('pending') ? 'pending' : 'inactive';
  }

  /** Nothing active and nothing remembered: an evaluation that sees nothing changes nothing. */
  get idle(): boolean {
    return this.alerts.size === 0;
  }

  /**
   * Takes over what an evaluation has found. Throws `RuleError` when two rows have the same labels, or when more than
   * `limit` alerts (0: any number) are active, which are then all forgotten.
   */
  step(seen: readonly Seen[], ms: number, limit = 0): void {
    const found = new Map<string, Seen>();
    for (const one of seen) {
      const key = labelsKey(one.labels);
      if (found.has(key)) {
        throw new RuleError('vector contains metrics with the same labelset after applying alert labels');
      }
      found.set(key, one);
    }
    for (const [key, one] of found) this.see(key, one, ms);
    let count = 0;
    for (const [key, alert] of this.alerts) if (this.advance(key, alert, found.has(key), ms)) count++;
    if (limit === 0 || count <= limit) return;
    this.alerts.clear();
    throw new RuleError(`exceeded limit of ${limit} with ${count} alerts`);
  }

  /** The rows of ALERTS and ALERTS_FOR_STATE that belong to the last step. */
  samples(): readonly RuleSample[] {
    const samples: RuleSample[] = [];
    for (const { labels, state, activeAtMs } of this.alerts.values()) {
      if (state === 'inactive') continue;
      samples.push({ labels: { ...labels, [METRIC_NAME]: 'ALERTS', alertstate: state }, value: 1 });
      const since = Math.floor(activeAtMs / 1000);
      samples.push({ labels: { ...labels, [METRIC_NAME]: FOR_STATE }, value: since });
    }
    return samples;
  }

  private see(key: string, { labels, annotations, value }: Seen, ms: number): void {
    const known = this.alerts.get(key);
    if (known !== undefined && known.state !== 'inactive') {
      known.value = value;
      known.annotations = annotations;
      return;
    }
    const fresh = { keepFiringSinceMs: undefined, resolvedAtMs: undefined };
    this.alerts.set(key, { labels, annotations, value, state: 'pending', activeAtMs: ms, ...fresh });
  }

  /** Moves one alert on; true when it is pending or firing afterwards. */
  private advance(key: string, alert: AlertState, seen: boolean, ms: number): boolean {
    if (seen) alert.keepFiringSinceMs = undefined;
    else if (!this.keptFiring(alert, ms)) {
      const old = alert.resolvedAtMs !== undefined && ms - alert.resolvedAtMs > RESOLVED_RETENTION_MS;
      if (alert.state === 'pending' || old) this.alerts.delete(key);
      if (alert.state !== 'inactive') {
        alert.state = 'inactive';
        alert.resolvedAtMs = ms;
      }
      return false;
    }
    if (alert.state === 'pending' && ms - alert.activeAtMs >= this.rule.forMs) alert.state = 'firing';
    return true;
  }

  private keptFiring(alert: AlertState, ms: number): boolean {
    const { keepFiringForMs } = this.rule;
    if (alert.state !== 'firing' || keepFiringForMs === 0) return false;
    alert.keepFiringSinceMs ??= ms;
    return ms - alert.keepFiringSinceMs < keepFiringForMs;
  }
}

export const FOR_STATE = 'ALERTS_FOR_STATE';
