import type { CompiledMatcher } from '../../model/matcher.ts';
import type { SeriesColumns } from '../../model/storage.ts';
import type { Expr, TimeModifiers } from '../ast.ts';
import { Collector } from '../engine/collector.ts';
import type { EvalContext } from '../engine/context.ts';
import { executionError } from '../engine/errors.ts';
import { timeAt } from '../engine/grid.ts';
import {
  entriesOf,
  formatSet,
  keyOf,
  type LabelSet,
  labelSetOf,
  labelValue,
  metricName,
  only,
  withLabel,
} from '../engine/label-set.ts';
import { atTime, newestSamples, resolveDuration } from '../engine/selectors.ts';
import { copySample, type GridSeries, type VectorValue } from '../engine/values.ts';
import { compileMatcher } from '../matcher.ts';
import { children } from '../walk.ts';
import type { WholeCall } from './row.ts';

/** The labels that say which info series belongs to which series. */
const IDENTIFYING: readonly string[] = ['instance', 'job'];

const DEFAULT_NAME: CompiledMatcher = compileMatcher({ name: '__name__', operator: '=', value: 'target_info' });

const ANY_INFO: CompiledMatcher = compileMatcher({ name: '__name__', operator: '=~', value: '.+_info' });

/** Adds the data labels of info series that have the same identifying labels, as they were at the time of the samples. */
export async function info(call: WholeCall): Promise<VectorValue> {
  const { context, args } = call;
  const { series } = await call.vector(0);
  const wanted = wantedOf(args[1]);
  // Series that are info series themselves stay as they are; to be one, a name must have been asked for.
  const namesAsked = wanted.names.some(({ operator }) => operator === '=' || operator === '=~');
  const isInfo = (labels: LabelSet): boolean =>
    namesAsked && wanted.names.every((matcher) => matcher.matches(metricName(labels)));
  const base = series.filter((row) => !isInfo(row.labels));
  const found = infoSamples(context, args[0], wanted, base);
  const collector = new Collector(context.grid.steps);
  await context.query.budget.forEach(series, (row) => {
    if (isInfo(row.labels)) collector.add(row);
    else enrich(context, row, found.get(keyOf(only(row.labels, IDENTIFYING))) ?? new Map(), wanted, collector);
  });
  return { kind: 'vector', series: collector.series };
}

/** What the second argument asks for: names of info metrics, and conditions on their data labels. */
type Wanted = { readonly names: readonly CompiledMatcher[]; readonly data: readonly CompiledMatcher[] };

function wantedOf(arg: Expr | undefined): Wanted {
  if (arg?.kind !== 'vector') return { names: [DEFAULT_NAME], data: [] };
  const matchers = arg.matchers.map(compileMatcher);
  return {
    names: matchers.filter((matcher) => matcher.name === '__name__'),
    data: matchers.filter((matcher) => matcher.name !== '__name__'),
  };
}

/** By identifying labels, then by the name of the info metric: the labels that hold at each step. */
type InfoSamples = ReadonlyMap<string, Map<string, readonly (Newest | undefined)[]>>;

type Newest = { readonly labels: LabelSet; readonly ms: number };

function infoSamples(
  context: EvalContext,
  arg: Expr | undefined,
  wanted: Wanted,
  base: readonly GridSeries[],
): InfoSamples {
  const found = new Map<string, Map<string, (Newest | undefined)[]>>();
  const identities = identityMatchers(base);
  const times = timesOf(context, arg);
  const first = times[0];
  const last = times.at(-1);
  if (identities.length === 0 || first === undefined || last === undefined) return found;
  const names = namesToSelect(wanted.names);
  const { storage, lookbackMs } = context.query;
  const range = { startMs: Math.min(first, last) - lookbackMs + 1, endMs: Math.max(first, last) };
  for (const columns of storage.select([...names, ...identities, ...wanted.data], range)) {
    const labels = labelSetOf(columns.labels);
    const key = keyOf(only(labels, IDENTIFYING));
    const byName = found.get(key) ?? new Map<string, (Newest | undefined)[]>();
    found.set(key, byName);
    const name = metricName(labels);
    const steps = byName.get(name) ?? new Array<Newest | undefined>(times.length).fill(undefined);
    byName.set(name, steps);
    keepNewest(columns, labels, times, lookbackMs, steps);
  }
  return found;
}

/** Which info metrics to look for: target_info when nothing is said, all `_info` metrics when only some are ruled out. */
function namesToSelect(asked: readonly CompiledMatcher[]): readonly CompiledMatcher[] {
  if (asked.length === 0) return [DEFAULT_NAME];
  return asked.some(({ operator }) => operator === '=' || operator === '=~') ? asked : [ANY_INFO, ...asked];
}

/** Of several info series with the same identity the one with the newer sample counts. */
function keepNewest(
  columns: SeriesColumns,
  labels: LabelSet,
  times: Float64Array,
  lookbackMs: number,
  steps: (Newest | undefined)[],
): void {
  newestSamples(columns, times, lookbackMs, (step, index) => {
    if (columns.histograms?.[index] !== undefined) {
      throw executionError(`this should be an info metric, with float samples: ${formatSet(labels)}`);
    }
    const ms = columns.times[index] ?? 0;
    const known = steps[step];
    if (known !== undefined && known.ms === ms) {
      const existing = `${formatSet(known.labels)} @ ${known.ms}`;
      throw executionError(
        `found duplicate series for info metric: existing ${existing}, new ${formatSet(labels)} @ ${ms}`,
      );
    }
    if (known === undefined || known.ms < ms) steps[step] = { labels, ms };
  });
}

/** Conditions that keep the search to the identities that occur. */
function identityMatchers(base: readonly GridSeries[]): readonly CompiledMatcher[] {
  return IDENTIFYING.flatMap((name) => {
    const values = new Set(base.map((row) => labelValue(row.labels, name)).filter((value) => value !== ''));
    if (values.size === 0) return [];
    const listed = [...values];
    return [
      { name, operator: '=~' as const, value: listed.join('|'), values: listed, matches: (v: string) => values.has(v) },
    ];
  });
}

/** Where the first selector of an expression reads its samples at every step: through all offsets and `@` around it. */
function timesOf(context: EvalContext, arg: Expr | undefined): Float64Array {
  const { grid, query } = context;
  const modifiers = arg === undefined ? undefined : pathToSelector(arg);
  return Float64Array.from({ length: grid.steps }, (_, step) => {
    let ms = timeAt(grid, step);
    for (const { at, offset } of modifiers ?? []) {
      ms = (atTime(query, at) ?? ms) - (offset === undefined ? 0 : resolveDuration(query, offset, true));
    }
    return ms;
  });
}

function pathToSelector(node: Expr): readonly TimeModifiers[] | undefined {
  if (node.kind === 'vector') return [node];
  for (const child of children(node)) {
    const path = pathToSelector(child);
    if (path !== undefined) return node.kind === 'subquery' ? [node, ...path] : path;
  }
  return undefined;
}

function enrich(
  { grid }: EvalContext,
  row: GridSeries,
  infos: ReadonlyMap<string, readonly (Newest | undefined)[]>,
  wanted: Wanted,
  collector: Collector,
): void {
  const mayMiss = wanted.data.every((matcher) => matcher.matches(''));
  const names = [...infos.keys()].sort();
  const enriched = new Map<string, LabelSet>();
  for (let step = 0; step < grid.steps; step++) {
    if (row.present[step] !== 1) continue;
    const at = names.flatMap((name) => infos.get(name)?.[step]?.labels ?? []);
    if (at.length === 0 && !mayMiss) continue;
    const key = at.map(keyOf).join('\n');
    const labels = enriched.get(key) ?? withDataLabels(row.labels, at, wanted);
    enriched.set(key, labels);
    copySample(row, collector.row(labels, row.dropName), step);
  }
}

function withDataLabels(base: LabelSet, infos: readonly LabelSet[], { data }: Wanted): LabelSet {
  const added = new Map<string, string>();
  for (const [name, value] of infos.flatMap(entriesOf)) {
    if (name === '__name__') continue;
    if (data.length > 0 && !data.some((matcher) => matcher.name === name)) continue;
    const known = added.get(name);
    if (known !== undefined && known !== value) throw executionError(`conflicting label: ${name}`);
    if (labelValue(base, name) === '') added.set(name, value);
  }
  let labels = base;
  for (const [name, value] of added) labels = withLabel(labels, name, value);
  return labels;
}
