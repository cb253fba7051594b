import { metricOf } from '../advise/ast-tools.ts';
import { spanText } from '../backends/span.ts';
import { isEmptyResult } from '../model/query-result.ts';
import type { VectorSelector } from '../promql/ast.ts';
import { parse } from '../promql/parse.ts';
import { print } from '../promql/print.ts';
import { selectorsOf } from '../promql/walk.ts';
import type { Source, Target } from '../source/source.ts';
import type { Patient } from './patient.ts';
import { isoTime, nameOf } from './words.ts';
import type { Question } from './world.ts';

/** A query that gave nothing. */
export type Asked = {
  readonly source: Source;
  readonly question: Question;
  readonly timeMs: number;
  /** Whether it is about now. */
  readonly live: boolean;
  readonly signal: AbortSignal;
};

/** Why a metric of the query has no samples at its time, where its name is right. */
export type Absence =
  | { readonly kind: 'not-emitted'; readonly metric: string; readonly help: string }
  | {
      readonly kind: 'outside';
      readonly metric: string;
      /** When its data begin or end, as a clause. */
      readonly sentence: string;
      readonly evidence: readonly string[];
    };

/** Looks at each metric the query names, at other times; undefined when all of them are there, or nothing is known of them. */
export async function absence(asked: Asked): Promise<Absence | undefined> {
  const metrics = new Set(selectorsIn(asked.question.query).flatMap((selector) => metricOf(selector) ?? []));
  for (const metric of metrics) {
    const found = await absenceOf(metric, asked);
    if (found !== undefined) return found;
  }
  return undefined;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How far a metric is looked for before and after the moment: closely, then roughly. */
const REACHES_MS = [6 * HOUR_MS, 30 * DAY_MS];

async function absenceOf(metric: string, { source, timeMs, signal }: Asked): Promise<Absence | undefined> {
  const named = `{__name__=${JSON.stringify(metric)}}`;
  const count = `count(${named})`;
  if (!isEmptyResult((await source.instant(count, { timeMs, signal })).data)) return undefined;
  const [before, after] = await Promise.all([
    edge(REACHES_MS.map((reach) => [timeMs - reach, timeMs])),
    edge(REACHES_MS.map((reach) => [timeMs, timeMs + reach])),
  ]);
  if (after !== undefined) {
    const begins = `${spanText(after - timeMs)} later`;
    return {
      kind: 'outside',
      metric,
      sentence: before === undefined ? `its first sample is ${begins}` : `it has a gap there and goes on ${begins}`,
      evidence: [`${count} is empty at ${isoTime(timeMs)} and is not at ${isoTime(after)}`],
    };
  }
  // What was there and has vanished is told by the hints about stale data.
  const ever = await source.series({ match: [named], startMs: 0, endMs: timeMs + DAY_MS, limit: 1, signal });
  if (ever.items.length > 0) return undefined;
  const about = await source.metadata({ metric: familyOf(metric), limit: 1, signal }).catch(() => undefined);
  const help = about?.get(familyOf(metric))?.[0]?.help;
  return help === undefined ? undefined : { kind: 'not-emitted', metric, help };

  /** The first moment with a sample in the first of these spans that has one. */
  async function edge(spans: readonly (readonly [number, number])[]): Promise<number | undefined> {
    for (const [startMs, endMs] of spans) {
      const stepMs = Math.ceil((endMs - startMs) / STEPS / 1000) * 1000;
      const { data } = await source.range(count, { startMs, endMs, stepMs, signal });
      const first = data.kind === 'matrix' ? data.series[0]?.samples[0]?.ms : undefined;
      if (first !== undefined) return first;
    }
    return undefined;
  }
}

const STEPS = 200;

/** Metadata has families: `_bucket`, `_sum` and `_count` belong to one. */
function familyOf(metric: string): string {
  return metric.replace(/_(bucket|sum|count)$/, '');
}

/** Ids of findings that would explain that nothing came; they count where they failed or warn. `named`: a hint knows a better query. */
export async function surroundings(patient: Patient, asked: Asked, named: boolean): Promise<readonly string[]> {
  const selectors = selectorsIn(asked.question.query);
  const bundled = selectors.some((selector) => metricOf(selector)?.startsWith('sse_') === true);
  if (!asked.live) return ['scenario'];
  const list = await patient.server.targets();
  const targets = list.kind === 'listed' ? list.targets : [];
  const [silent, skewed] = await Promise.all([silentTargets(asked, selectors, targets, named), isSkewed(asked)]);
  return [
    ...(skewed ? ['clock'] : []),
    ...silent.map(({ labels }) => `targets/${nameOf(labels)}`),
    ...(named
      ? []
      : targets
          .filter(({ lastScrapeMs }) => lastScrapeMs === undefined)
          .map(({ labels }) => `samples/${labels.job ?? ''}`)),
    ...(bundled && !named ? ['traffic'] : []),
  ];
}

/** Targets that are down and would have brought what the query asks for. */
async function silentTargets(
  { source, timeMs, signal }: Asked,
  selectors: readonly VectorSelector[],
  targets: readonly Target[],
  named: boolean,
): Promise<readonly Target[]> {
  const down = targets.filter(({ health }) => health === 'down');
  if (down.length === 0) return [];
  let known = false;
  for (const selector of selectors) {
    const { offset: _offset, at: _at, extension: _extension, ...plain } = selector;
    const query = `count by (job, instance) (last_over_time(${print(plain)}[1h]))`;
    const { data } = await source.instant(query, { timeMs, signal });
    const origins = data.kind === 'vector' ? data.samples.map(({ labels }) => labels) : [];
    const theirs = down.filter(({ labels }) => origins.some((origin) => isSame(origin, labels)));
    const all = origins.every((origin) => down.some(({ labels }) => isSame(origin, labels)));
    if (theirs.length > 0 && all) return theirs;
    known ||= origins.length > 0;
    const meant = origins.length > 0 ? [] : down.filter(({ labels }) => isMeant(plain, labels));
    if (meant.length > 0) return meant;
  }
  // A target that never answered may be the one that has the metric; unless a hint knows better.
  return named || known ? [] : down;
}

type LabelsOf = Target['labels'];

function isSame(one: LabelsOf, other: LabelsOf): boolean {
  return one.job === other.job && one.instance === other.instance;
}

/** Whether a selector names the target itself, by job or instance. */
function isMeant({ matchers }: VectorSelector, labels: LabelsOf): boolean {
  const naming = matchers.filter(({ name, operator }) => operator === '=' && (name === 'job' || name === 'instance'));
  return naming.length > 0 && naming.every(({ name, value }) => labels[name] === value);
}

/** Whether the query gives something at the server's own now: then the clocks differ. */
async function isSkewed({ source, question, signal }: Asked): Promise<boolean> {
  return !isEmptyResult((await source.instant(question.query, { signal })).data);
}

function selectorsIn(query: string): readonly VectorSelector[] {
  const parsed = parse(query);
  return parsed.kind === 'ok' ? selectorsOf(parsed.expr) : [];
}
