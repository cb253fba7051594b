import { QueryError } from '../model/errors.ts';
import { sortByLabels } from '../model/labels.ts';
import type { QueryResult } from '../model/query-result.ts';
import { isEmptyResult } from '../model/query-result.ts';
import { parse } from '../promql/parse.ts';
import type { Source, Target } from '../source/source.ts';
import { type Culprit, culpritsOf } from './culprit.ts';
import { isForeignRefusal, prometheusRefusal, readAsServer } from './dialect.ts';
import type { AdviceContext, MetricType, Task } from './finding.ts';
import { type Row, rowsOfData } from './rows.ts';

/** What is to be explained: a query, and what became of it. */
export type AdviceQuestion = {
  readonly query: string;
  readonly source: Source;
  /** Milliseconds; the end of a range query. */
  readonly timeMs: number;
  readonly use?: AdviceContext['use'];
  /** Where it was asked over a range, small questions are asked over it as well: each series counts with its last sample. */
  readonly range?: AdviceContext['range'];
  /** What came back; asked when absent. */
  readonly outcome?: { readonly result: QueryResult } | { readonly error: QueryError };
  readonly task?: Task;
  /** Milliseconds between two scrapes where it is known; else the targets are asked, else the samples are counted. */
  readonly intervalMs?: number;
  /** The time in which names and values are looked up. Milliseconds; the hour before the query unless given. */
  readonly span?: { readonly startMs: number; readonly endMs: number };
  /** Whether the query is about now, so that targets and clocks have something to do with it. */
  readonly live?: boolean;
  readonly clockMs?: number;
  /** Asks instead of the source, where somebody keeps the answers already. */
  readonly instant?: (query: string, timeMs: number) => Promise<QueryResult>;
  readonly signal?: AbortSignal;
};

/** Questions one detector may ask. */
const BUDGET = 10;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Collects what is known of a query. Asks the server only for what detectors want to know, each thing once. The context
 * that comes back counts questions: `fresh` gives the same one with its whole budget. `outcome` is what became of the query.
 */
export async function adviceContext(question: AdviceQuestion): Promise<{
  readonly fresh: () => AdviceContext;
  readonly outcome: NonNullable<AdviceQuestion['outcome']>;
}> {
  const { query, source, timeMs, task, range } = question;
  const signal = question.signal === undefined ? {} : { signal: question.signal };
  const instant = question.instant ?? ((text: string, ms: number) => source.instant(text, { timeMs: ms, ...signal }));
  const overRange = (text: string) =>
    range === undefined ? instant(text, timeMs) : source.range(text, { ...range, ...signal });
  const outcome = question.outcome ?? (await outcomeOf(() => instant(query, timeMs)));
  const result = 'result' in outcome ? outcome.result : undefined;
  const parsed = result === undefined ? parse(query) : readAsServer(query);
  const expr = parsed.kind === 'ok' ? parsed.expr : undefined;
  const span = question.span ?? { startMs: timeMs - HOUR_MS, endMs: timeMs };
  const kept = new Map<string, Promise<readonly Row[] | undefined>>();
  if (result !== undefined) kept.set(`${timeMs} ${query}`, Promise.resolve(inOrder(result)));
  const once = memory();
  const types = () => once('metadata', () => typesOf(source, signal));
  const targets = () => once('targets', () => (question.live === true ? quietly(source.targets(signal), []) : []));
  const base = {
    query,
    timeMs,
    use: question.use ?? (range === undefined ? 'table' : 'graph'),
    range,
    expr,
    tree: parsed.expr,
    error: refusalOf('error' in outcome ? outcome.error.message : undefined, prometheusRefusal(parsed)),
    result,
    rows: result === undefined ? [] : inOrder(result),
    task,
    clockMs: question.live === true ? question.clockMs : undefined,
    typeOf: async (name: string) => typeByName(name, await types()),
    metricNames: () => once('names', async () => (await source.labelValues('__name__', { ...span, ...signal })).items),
    labelValues: (name: string) =>
      once(`values ${name}`, async () => (await source.labelValues(name, { ...span, ...signal })).items),
    intervalMs: () => once('interval', async () => question.intervalMs ?? shortestInterval(await targets())),
    targets,
    everSeen: (match: string) =>
      once(`seen ${match}`, async () => {
        const asked = { startMs: 0, endMs: timeMs + DAY_MS, limit: 1, match: [match], ...signal };
        // Some servers refuse to look back so far.
        return (await quietly(source.series(asked), { items: [], warnings: [] })).items.length > 0;
      }),
    recorded: () => once('recorded', () => recordedIn(source, signal)),
  };
  const empty = result !== undefined && isEmptyResult(result.data);
  const fresh = (): AdviceContext => {
    let left = BUDGET;
    const ask = (text: string, ms = timeMs) => {
      const key = `${ms} ${text}`;
      const known = kept.get(key);
      if (known !== undefined) return known;
      if (left === 0) return Promise.resolve(undefined);
      left--;
      const asked = outcomeOf(() => (ms === timeMs ? overRange(text) : instant(text, ms))).then((got) =>
        'result' in got ? inOrder(got.result) : undefined,
      );
      kept.set(key, asked);
      return asked;
    };
    const context: AdviceContext = {
      ...base,
      ask,
      runs: async (text) => (await ask(text)) !== undefined,
      culprits: () => once('culprits', async (): Promise<readonly Culprit[]> => (empty ? culpritsOf(context) : [])),
    };
    return context;
  };
  return { fresh, outcome };
}

/** What the server said; where it answers all the same, or refuses in other words, what Prometheus says of such a text. */
function refusalOf(said: string | undefined, prometheus: string | undefined): string | undefined {
  return said === undefined || isForeignRefusal(said) ? (prometheus ?? said) : said;
}

/** Which row is cited must not depend on the order a server happens to give them in. */
function inOrder({ data }: QueryResult): readonly Row[] {
  return sortByLabels(rowsOfData(data), ({ labels }) => labels);
}

async function outcomeOf(
  ask: () => Promise<QueryResult>,
): Promise<{ readonly result: QueryResult } | { readonly error: QueryError }> {
  try {
    return { result: await ask() };
  } catch (error) {
    if (error instanceof QueryError) return { error };
    throw error;
  }
}

function memory(): <T>(key: string, make: () => T | Promise<T>) => Promise<T> {
  const known = new Map<string, Promise<unknown>>();
  return <T>(key: string, make: () => T | Promise<T>) => {
    const found = known.get(key) ?? Promise.resolve(make());
    known.set(key, found);
    return found as Promise<T>;
  };
}

/** The types of metrics by their families, as far as the metadata of the server agree; none where it keeps them. */
export async function typesOf(
  source: Source,
  options: { readonly signal?: AbortSignal },
): Promise<ReadonlyMap<string, MetricType>> {
  const families = await quietly(source.metadata(options), new Map());
  return new Map(
    [...families].flatMap(([family, [said, ...others]]) =>
      said !== undefined && isType(said.type) && others.every(({ type }: { type: string }) => type === said.type)
        ? [[family, said.type] as const]
        : [],
    ),
  );
}

async function recordedIn(
  source: Source,
  options: { readonly signal?: AbortSignal },
): Promise<ReadonlyMap<string, string>> {
  const groups = await quietly(source.rules(options), []);
  const rules = groups.flatMap((group) => group.rules.filter(({ kind }) => kind === 'recording'));
  return new Map(rules.map(({ name, query }) => [name, query]));
}

/** Metadata, targets and rules are helpful, never necessary: many servers keep them to themselves. */
async function quietly<T>(asked: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') throw error;
    return otherwise;
  }
}

const TYPES: readonly MetricType[] = ['counter', 'gauge', 'histogram', 'summary'];

function isType(text: string): text is MetricType {
  return (TYPES as readonly string[]).includes(text);
}

/** https://prometheus.io/docs/concepts/metric_types/: `_bucket`, `_sum` and `_count` only ever grow. */
function typeByName(name: string, types: ReadonlyMap<string, MetricType>): MetricType | undefined {
  const known = types.get(name);
  if (known !== undefined) return known;
  const part = /^(.*)_(bucket|sum|count)$/.exec(name);
  const family = part?.[1] === undefined ? undefined : types.get(part[1]);
  if (family === 'histogram' || family === 'summary') return 'counter';
  return /_(?:total|bucket)$/.test(name) || /_seconds_(?:sum|count)$/.test(name) ? 'counter' : undefined;
}

function shortestInterval(targets: readonly Target[]): number | undefined {
  const known = targets.map(({ scrapeIntervalMs }) => scrapeIntervalMs).filter((ms) => ms > 0);
  return known.length === 0 ? undefined : Math.min(...known);
}
