import { QueryError, type QueryPosition, UnavailableError } from '../../src/model/errors.ts';
import { type Labels, labelsKey, METRIC_NAME } from '../../src/model/labels.ts';
import type { InstantSample, QueryResult, Sample, Series } from '../../src/model/query-result.ts';
import type { Aggregation, Binary, Expr, VectorSelector } from '../../src/promql/ast.ts';
import { compileMatcher, matchersOf } from '../../src/promql/matcher.ts';
import { parse } from '../../src/promql/parse.ts';
import type { Source } from '../../src/source/source.ts';

function positionOf(query: string, offset: number): QueryPosition {
  const lines = query.slice(0, offset).split('\n');
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

/** The past that the sample source holds ends here: 2025-11-22 13:00:00 UTC. */
export const SAMPLE_T0_MS = Date.UTC(2025, 10, 22, 13, 0, 0);

const STEP_MS = 15_000;
const LOOKBACK_MS = 300_000;

export type SampleSource = Source & {
  /** Every query asked so far. */
  readonly asked: readonly string[];
  /** From now on nothing answers, as when the stack was stopped. */
  silence(on: boolean): void;
  /** From now on every query takes this long, in milliseconds. */
  slowDown(ms: number): void;
};

/**
 * Two hours of `up` of three targets, instance 2 down from −36 to −28 minutes, and a counter. Queries are really parsed
 * and evaluated, but only selectors, comparisons with a number and plain aggregations: the rest is refused.
 */
export function sampleSource(): SampleSource {
  const asked: string[] = [];
  let silent = false;
  let delayMs = 0;
  const at = async (query: string, ms: number): Promise<readonly InstantSample[]> => {
    asked.push(query);
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    if (silent) {
      throw new UnavailableError({ kind: 'refused', message: 'nothing listens there', url: 'http://sample' });
    }
    const parsed = parse(query);
    if (parsed.kind === 'ok') return evaluate(parsed.expr, ms, query);
    const { message, span } = parsed.diagnostics[0];
    const fields = { message: `parse error: ${message}`, query, errorType: 'bad_data', status: 400 };
    throw new QueryError({ ...fields, position: positionOf(query, span.start) });
  };
  return {
    name: 'http://localhost:9090',
    asked,
    silence: (on) => {
      silent = on;
    },
    slowDown: (newDelayMs) => {
      delayMs = newDelayMs;
    },
    instant: async (query, { timeMs = SAMPLE_T0_MS } = {}) => answer(await at(query, timeMs)),
    async range(query, { startMs, endMs, stepMs }) {
      const found = new Map<string, { labels: Labels; samples: Sample[] }>();
      for (let ms = startMs; ms <= endMs; ms += stepMs) {
        for (const { labels, value } of await at(query, ms)) {
          const key = labelsKey(labels);
          const series = found.get(key) ?? { labels, samples: [] };
          series.samples.push({ ms, value });
          found.set(key, series);
        }
      }
      return { data: { kind: 'matrix', series: [...found.values()] }, warnings: [], infos: [] };
    },
    series: async () => ({ items: SERIES.map(({ labels }) => labels), warnings: [] }),
    labelNames: async () => ({ items: ['__name__', 'instance', 'job'], warnings: [] }),
    labelValues: async (name) => ({
      items: [...new Set(SERIES.flatMap(({ labels }) => labels[name] ?? []))],
      warnings: [],
    }),
    metadata: async () => new Map(),
    targets: async () => [],
    rules: async () => [],
    alerts: async () => [],
    buildInfo: async () => ({ version: '3.5.3', revision: '' }),
    ready: async () => ({ ready: !silent, reason: '' }),
    close: async () => undefined,
  };
}

const TARGETS = [
  ['sse-streaming', 'sse-app:8000'],
  ['sse-streaming', 'sse-app-2:8000'],
  ['prometheus', 'localhost:9090'],
] as const;

const SERIES: readonly Series[] = TARGETS.flatMap(([job, instance]) => [
  { labels: { [METRIC_NAME]: 'up', instance, job }, samples: samples((m) => (isDown(instance, m) ? 0 : 1)) },
  ...(job === 'prometheus'
    ? []
    : [{ labels: { [METRIC_NAME]: 'sse_requests_total', instance, job }, samples: samples((m) => (120 - m) * 300) }]),
]);

function isDown(instance: string, minutesAgo: number): boolean {
  return instance === 'sse-app-2:8000' && minutesAgo <= 36 && minutesAgo > 28;
}

function samples(value: (minutesAgo: number) => number): readonly Sample[] {
  return Array.from({ length: 481 }, (_, index) => {
    const ms = SAMPLE_T0_MS - (480 - index) * STEP_MS;
    return { ms, value: value((SAMPLE_T0_MS - ms) / 60_000) };
  });
}

function answer(found: readonly InstantSample[]): QueryResult {
  return { data: { kind: 'vector', samples: found }, warnings: [], infos: [] };
}

function evaluate(expr: Expr, ms: number, query: string): readonly InstantSample[] {
  switch (expr.kind) {
    case 'paren':
      return evaluate(expr.expr, ms, query);
    case 'vector':
      return select(expr, ms);
    case 'binary':
      return compare(expr, ms, query);
    case 'aggregation':
      return aggregate(expr, ms, query);
    default:
      throw refused(expr.kind, query);
  }
}

function refused(what: string, query: string): QueryError {
  return new QueryError({
    message: `the sample source does not know ${what}`,
    query,
    errorType: 'execution',
    status: 422,
  });
}

function select(selector: VectorSelector, ms: number): readonly InstantSample[] {
  const matchers = matchersOf(selector).map(compileMatcher);
  return SERIES.filter(({ labels }) => matchers.every(({ name, matches }) => matches(labels[name] ?? ''))).flatMap(
    ({ labels, samples: all }) => {
      const last = all.findLast((sample) => sample.ms <= ms && sample.ms > ms - LOOKBACK_MS);
      return last === undefined ? [] : [{ labels, ms, value: last.value }];
    },
  );
}

const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
};

function compare({ operator, left, right, bool }: Binary, ms: number, query: string): readonly InstantSample[] {
  const test = COMPARE[operator];
  if (test === undefined || right.kind !== 'number') throw refused(operator, query);
  const compared = evaluate(left, ms, query).map((row) => ({ row, holds: test(Number(row.value), right.value) }));
  if (bool) return compared.map(({ row, holds }) => ({ ...row, labels: nameless(row.labels), value: holds ? 1 : 0 }));
  return compared.filter(({ holds }) => holds).map(({ row }) => row);
}

const AGGREGATE: Readonly<Record<string, (values: readonly number[]) => number>> = {
  sum: (values) => values.reduce((a, b) => a + b, 0),
  count: (values) => values.length,
  avg: (values) => values.reduce((a, b) => a + b, 0) / values.length,
  max: (values) => Math.max(...values),
  min: (values) => Math.min(...values),
};

function aggregate(
  { operator, expr, grouping, without }: Aggregation,
  ms: number,
  query: string,
): readonly InstantSample[] {
  const combine = AGGREGATE[operator];
  if (combine === undefined || without) throw refused(operator, query);
  const groups = new Map<string, { labels: Labels; values: number[] }>();
  for (const { labels, value } of evaluate(expr, ms, query)) {
    const kept = Object.fromEntries(Object.entries(labels).filter(([name]) => grouping.includes(name)));
    const group = groups.get(labelsKey(kept)) ?? { labels: kept, values: [] };
    group.values.push(Number(value));
    groups.set(labelsKey(kept), group);
  }
  return [...groups.values()].map(({ labels, values }) => ({ labels, ms, value: combine(values) }));
}

function nameless(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => name !== METRIC_NAME));
}
