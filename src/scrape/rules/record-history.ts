import { type Labels, labelsKey } from '../../model/labels.ts';
import { isHistogram, type Series } from '../../model/query-result.ts';
import { Engine } from '../../promql/engine/engine.ts';
import type { MemoryStorage } from '../../tsdb/memory-storage.ts';
import { AlertStates, type Seen } from './alert-states.ts';
import { type AlertWorld, alertLabels } from './describe-alert.ts';
import type { AlertingRule, Rule, RuleGroup } from './rule-file.ts';
import { recordedLabels } from './rule-group.ts';
import { RuleError } from './rule-query.ts';
import { slotAt } from './slots.ts';

export type HistoryOptions = {
  readonly groups: readonly RuleGroup[];
  /** Holds the samples that the rules look at, and gets what they write. */
  readonly storage: MemoryStorage;
  /** The evaluated time, in milliseconds since 1970: after the first, up to the second. */
  readonly fromMs: number;
  readonly toMs: number;
  /** For groups that name no interval. */
  readonly intervalMs: number;
  readonly offsetMs: (group: string, intervalMs: number) => number;
  readonly externalLabels?: Labels;
  readonly externalUrl: string;
};

/** The samples of a series that rules have written; milliseconds since 1970. */
export type RecordedSeries = { readonly labels: Labels; readonly times: Float64Array; readonly values: Float64Array };

/**
 * What the rules would have written over a past that is in storage already: each rule once over all its moments instead
 * of moment by moment. Groups and rules come in the order of the file, so a rule may use what an earlier one records, not
 * the other way round. There are no stale markers, as nowhere in the written history. Writes into the storage too, and
 * gives the series. Throws `RuleError` when a rule cannot be evaluated.
 */
export async function recordHistory(options: HistoryOptions): Promise<readonly RecordedSeries[]> {
  const recorded: RecordedSeries[] = [];
  const engine = new Engine(options.storage, {
    subqueryStepMs: options.intervalMs,
    maxPoints: Number.POSITIVE_INFINITY,
  });
  const world: AlertWorld = { engine, externalLabels: options.externalLabels ?? {}, externalUrl: options.externalUrl };
  for (const group of options.groups) {
    const grid = gridOf(group, options);
    for (const rule of group.rules) {
      const series = await seriesOf(engine, rule, grid);
      const written =
        rule.kind === 'recording'
          ? series.map(({ labels, samples }) => columns(recordedLabels(rule, labels), samples, grid))
          : await alertColumns(rule, series, grid, group.limit, world);
      for (const one of written) {
        const column = options.storage.columnsFor(one.labels);
        if (column.sampleCount > 0) throw new RuleError(`${nameOf(rule)}: another rule writes the same series`);
        column.fill(one.times, one.values);
      }
      recorded.push(...written);
    }
  }
  return recorded;
}

/** The moments of evaluation of a group. */
type Grid = {
  readonly firstMs: number;
  readonly stepMs: number;
  readonly steps: number;
  readonly queryOffsetMs: number;
  /** The times of the samples: those of the data, which the offset moves. Series that are always there share them. */
  readonly times: Float64Array;
};

function gridOf(group: RuleGroup, options: HistoryOptions): Grid {
  const stepMs = group.intervalMs ?? options.intervalMs;
  const offset = options.offsetMs(group.name, stepMs);
  const firstMs = Math.floor(slotAt(options.fromMs, stepMs, offset) + stepMs);
  const steps = Math.max(0, Math.floor((options.toMs - firstMs) / stepMs) + 1);
  const { queryOffsetMs } = group;
  const times = new Float64Array(steps);
  for (let step = 0; step < steps; step++) times[step] = firstMs - queryOffsetMs + step * stepMs;
  return { firstMs, stepMs, steps, queryOffsetMs, times };
}

async function seriesOf(engine: Engine, rule: Rule, grid: Grid): Promise<readonly Series[]> {
  const { firstMs, stepMs, steps, queryOffsetMs } = grid;
  if (steps === 0) return [];
  const startMs = firstMs - queryOffsetMs;
  const request = { query: rule.query, startMs, endMs: startMs + (steps - 1) * stepMs, stepMs };
  const result = await engine.range(request);
  if (result.kind === 'error') throw new RuleError(`${nameOf(rule)}: ${result.message}`);
  return result.data.kind === 'matrix' ? result.data.series : [];
}

function columns(labels: Labels, samples: Series['samples'], grid: Grid): RecordedSeries {
  const whole = samples.length === grid.steps;
  const times = whole ? grid.times : new Float64Array(samples.length);
  const values = new Float64Array(samples.length);
  for (const [index, { ms, value }] of samples.entries()) {
    if (isHistogram(value)) throw new RuleError('native histograms cannot be recorded in the history');
    if (!whole) times[index] = ms;
    values[index] = value;
  }
  return { labels, times, values };
}

/** Walks the alerts of a rule along the grid: ALERTS and ALERTS_FOR_STATE as they would have been written. */
async function alertColumns(
  rule: AlertingRule,
  series: readonly Series[],
  grid: Grid,
  limit: number,
  world: AlertWorld,
): Promise<readonly RecordedSeries[]> {
  const states = new AlertStates(rule);
  const rows = series.map((one) => ({ ...one, next: 0 }));
  const fixed = rule.templates.labels.every(([, template]) => template.constant);
  const known = new Map<Series, Labels>();
  const written = new Map<string, { labels: Labels; times: number[]; values: number[] }>();
  for (let step = 0; step < grid.steps; step++) {
    const slotMs = grid.firstMs + step * grid.stepMs;
    const dataMs = slotMs - grid.queryOffsetMs;
    const seen: Seen[] = [];
    for (const row of rows) {
      const sample = row.samples[row.next];
      if (sample === undefined || sample.ms !== dataMs) continue;
      row.next++;
      const value = isHistogram(sample.value) ? 0 : sample.value;
      const labels = known.get(row) ?? (await alertLabels(rule, { labels: row.labels, value }, slotMs, world));
      if (fixed) known.set(row, labels);
      seen.push({ labels, annotations: {}, value });
    }
    if (seen.length === 0 && states.idle) continue;
    states.step(seen, slotMs, limit);
    for (const { labels, value } of states.samples()) {
      const key = labelsKey(labels);
      const column = written.get(key) ?? { labels, times: [], values: [] };
      written.set(key, column);
      column.times.push(dataMs);
      column.values.push(value);
    }
  }
  return [...written.values()].map(({ labels, times, values }) => ({
    labels,
    times: Float64Array.from(times),
    values: Float64Array.from(values),
  }));
}

function nameOf(rule: Rule): string {
  return rule.kind === 'recording' ? rule.record : rule.alert;
}
