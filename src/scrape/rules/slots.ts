import { hashLabels } from '../../promql/aggregations/hash-labels.ts';
import { fromEntries } from '../../promql/engine/label-set.ts';

/**
 * Where the evaluations of a group lie within its interval, in milliseconds. Prometheus spreads them by a hash over file
 * and name, so that the same group is evaluated at the same moments after every restart.
 * https://github.com/prometheus/prometheus/blob/v3.5.0/rules/group.go (EvalTimestamp)
 */
export function slotOffsetMs(file: string, group: string, intervalMs: number): number {
  const labels = fromEntries([
    ['name', group],
    ['file', file],
  ]);
  return Number(hashLabels(labels) % BigInt(Math.round(intervalMs * 1e6))) / 1e6;
}

/** The newest moment of evaluation that is not after `ms`; milliseconds since 1970, with a fraction. */
export function slotAt(ms: number, intervalMs: number, offsetMs: number): number {
  return Math.floor((ms - offsetMs) / intervalMs) * intervalMs + offsetMs;
}
