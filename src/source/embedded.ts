import { QueryError } from '../model/errors.ts';
import { compareLabels, compareUtf8, type Labels, labelsKey } from '../model/labels.ts';
import type { CompiledMatcher } from '../model/matcher.ts';
import { parseErrorPosition } from '../model/position.ts';
import type { QueryResult } from '../model/query-result.ts';
import type { TimeRange } from '../model/storage.ts';
import { Engine, type EngineOptions, type EngineResult } from '../promql/engine/engine.ts';
import { compileMatcher } from '../promql/matcher.ts';
import { parseErrorText, parseSelector } from '../promql/parse.ts';
import type { MemoryStorage } from '../tsdb/memory-storage.ts';
import type { Listed, MetricMetadata, QueryOptions, RuleGroup, SelectOptions, Source, Target } from './source.ts';

export type EmbeddedOptions = {
  readonly storage: MemoryStorage;
  /** For messages: "the embedded Prometheus", or the name of a file. */
  readonly name: string;
  /** The instant of a query that names none; milliseconds since 1970. */
  readonly now: () => number;
  readonly engine?: EngineOptions;
  readonly targets?: () => readonly Target[];
  readonly rules?: () => readonly RuleGroup[];
  /** What the targets say of their metrics, by family name. */
  readonly metadata?: () => ReadonlyMap<string, readonly MetricMetadata[]>;
};

/** The version of Prometheus whose language and answers the embedded engine has. */
export const EMBEDDED_VERSION = '3.14.0';

/** Samples in memory as a `Source`: everything a Prometheus answers, without one. */
export function embeddedSource(options: EmbeddedOptions): Source {
  const { storage, name } = options;
  const engine = (asked: QueryOptions) => new Engine(storage, engineOptions(options.engine ?? {}, asked));
  return {
    name,
    async instant(query, asked = {}) {
      const request = { query, ms: asked.timeMs ?? options.now(), ...signalOf(asked) };
      return answer(query, await engine(asked).instant(request), asked);
    },
    async range(query, asked) {
      const { startMs, endMs, stepMs } = asked;
      const request = { query, startMs, endMs, stepMs, ...signalOf(asked) };
      return answer(query, await engine(asked).range(request), asked);
    },
    async series(asked) {
      const range = rangeOf(asked);
      const found = asked.match.flatMap((text) => storage.select(matchersOf(text), range).map(({ labels }) => labels));
      const unique = [...new Map(found.map((labels): [string, Labels] => [labelsKey(labels), labels])).values()];
      return limited(unique.sort(compareLabels), asked.limit);
    },
    async labelNames(asked = {}) {
      const names = selectors(asked).flatMap((matchers) => storage.labelNames(matchers, rangeOf(asked)));
      return limited([...new Set(names)].sort(compareUtf8), asked.limit);
    },
    async labelValues(label, asked = {}) {
      const values = selectors(asked).flatMap((matchers) => storage.labelValues(label, matchers, rangeOf(asked)));
      return limited([...new Set(values)].sort(compareUtf8), asked.limit);
    },
    async metadata(asked = {}) {
      const known = [...(options.metadata?.() ?? [])];
      const wanted = known.filter(([family]) => asked.metric === undefined || family === asked.metric);
      return new Map(asked.limit === undefined ? wanted : wanted.slice(0, asked.limit));
    },
    targets: async () => options.targets?.() ?? [],
    rules: async () => options.rules?.() ?? [],
    alerts: async () =>
      (options.rules?.() ?? []).flatMap(({ rules }) =>
        rules.flatMap((rule) => (rule.kind === 'alerting' ? rule.alerts : [])),
      ),
    buildInfo: async () => ({ version: EMBEDDED_VERSION, revision: 'prom-tutor' }),
    ready: async () => ({ ready: true, reason: '' }),
    close: async () => undefined,
  };
}

function engineOptions(base: EngineOptions, asked: QueryOptions): EngineOptions {
  const longest = base.timeoutMs ?? 120_000;
  return {
    ...base,
    timeoutMs: Math.min(longest, asked.timeoutMs ?? longest),
    ...(asked.lookbackDeltaMs === undefined ? {} : { lookbackMs: asked.lookbackDeltaMs }),
  };
}

function signalOf({ signal }: QueryOptions): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

/** The status the API gives to each kind of error. */
const STATUS = { bad_data: 400, execution: 422, canceled: 499, timeout: 503 } as const;

function answer(query: string, result: EngineResult, asked: QueryOptions): QueryResult {
  if (result.kind === 'error') {
    asked.signal?.throwIfAborted();
    const { message, position } = parseErrorPosition(result.message, query);
    const { errorType } = result;
    const place = position === undefined ? {} : { position };
    throw new QueryError({ message, query, errorType, status: STATUS[errorType], ...place });
  }
  const { data } = result;
  const warnings = firstOf(result.warnings, 'warning');
  const infos = firstOf(result.infos, 'info');
  const { limit } = asked;
  const stats = asked.stats === true ? { stats: result.stats } : {};
  if (limit === undefined || limit === 0) return { data, warnings, infos, ...stats };
  const cut = { warnings: [...warnings, TRUNCATED], infos, ...stats };
  if (data.kind === 'vector' && data.samples.length > limit) {
    return { data: { ...data, samples: data.samples.slice(0, limit) }, ...cut };
  }
  if (data.kind === 'matrix' && data.series.length > limit) {
    return { data: { ...data, series: data.series.slice(0, limit) }, ...cut };
  }
  return { data, warnings, infos, ...stats };
}

const TRUNCATED = 'results truncated due to limit';

/** How many warnings, and how many infos, an answer carries; of the others it tells the number. */
const MAX_ANNOTATIONS = 10;

function firstOf(texts: readonly string[], kind: 'warning' | 'info'): readonly string[] {
  const omitted = texts.length - MAX_ANNOTATIONS;
  return omitted <= 0 ? texts : [...texts.slice(0, MAX_ANNOTATIONS), `${omitted} more ${kind} annotations omitted`];
}

function limited<T>(items: readonly T[], limit: number | undefined): Listed<T> {
  if (limit === undefined || limit === 0 || items.length <= limit) return { items, warnings: [] };
  return { items: items.slice(0, limit), warnings: [TRUNCATED] };
}

/** The time asked about, open where it is not given. */
function rangeOf({ startMs = Number.NEGATIVE_INFINITY, endMs = Number.POSITIVE_INFINITY }: SelectOptions): TimeRange {
  return { startMs, endMs };
}

/** The conditions of each `match[]`; one empty list, which everything fulfils, when there is none. */
function selectors({ match }: SelectOptions): readonly (readonly CompiledMatcher[])[] {
  return match === undefined || match.length === 0 ? [[]] : match.map(matchersOf);
}

function matchersOf(text: string): readonly CompiledMatcher[] {
  const parsed = parseSelector(text);
  if (parsed.kind === 'error') {
    const said = parseErrorPosition(parseErrorText(text, parsed.diagnostics), text);
    // Prometheus words an empty selector differently from an empty query.
    const message = text.trim() === '' ? 'unexpected end of input' : said.message;
    const { position } = said;
    const place = position === undefined ? {} : { position };
    throw new QueryError({ message, query: text, errorType: 'bad_data', status: 400, ...place });
  }
  const matchers = parsed.matchers.map(compileMatcher);
  if (matchers.every((matcher) => matcher.matches(''))) {
    const message = 'match[] must contain at least one non-empty matcher';
    throw new QueryError({ message, query: text, errorType: 'bad_data', status: 400 });
  }
  return matchers;
}
