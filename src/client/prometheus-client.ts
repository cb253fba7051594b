import manifest from '../../package.json' with { type: 'json' };
import type { Labels } from '../model/labels.ts';
import type { QueryResult } from '../model/query-result.ts';
import { httpSource } from '../source/http.ts';
import type { MetricMetadata, Source, Target } from '../source/source.ts';
import { extractScalarValue, extractVectorValues } from './extract.ts';
import { type PrometheusClientOptions, sourceOptions } from './options.ts';
import { processEnv } from './process-env.ts';
import { type DurationInput, instantMs, lengthMs, type TimeInput } from './time.ts';

/** What every question may be asked with. */
export type AskOptions = {
  /** Aborting rejects with the signal's reason and makes the server stop evaluating. */
  readonly signal?: AbortSignal;
};

export type QueryAskOptions = AskOptions & {
  /** The instant the query is about. Default: the server's now. */
  readonly time?: TimeInput;
  /** At most this many series; the server warns when it cut. */
  readonly limit?: number;
};

export type QueryRangeOptions = AskOptions & {
  readonly start: TimeInput;
  readonly end: TimeInput;
  /** From one point to the next, such as `'15s'` or seconds. */
  readonly step: DurationInput;
  readonly limit?: number;
};

export type SelectorOptions = AskOptions & {
  /** Only what these series selectors find, such as `'up'` or `'{job="sse-streaming"}'`. */
  readonly match?: string | readonly string[];
  readonly start?: TimeInput;
  readonly end?: TimeInput;
  readonly limit?: number;
};

/**
 * Asks a Prometheus, or any server that speaks its HTTP API.
 *
 * Every method rejects with `QueryError` when the server judged the query wrong or failed it, with `UnavailableError`
 * when no usable answer came (its `kind` says why, its `hint` what to do), and with `TypeError` for times that are none.
 *
 * @example
 * ```ts
 * await using client = new PrometheusClient();
 * const active = client.extractScalarValue(await client.query('sum(sse_active_connections)'));
 * ```
 */
export class PrometheusClient implements AsyncDisposable {
  /** The server asked, without credentials. */
  readonly url: string;
  readonly #source: Source;

  /** Connects at the first question. Throws `UnavailableError` of kind `bad-url` for an address that is none. */
  constructor(options: PrometheusClientOptions = {}) {
    this.#source = httpSource(sourceOptions(options, options.env ?? processEnv(), `prom-tutor/${manifest.version}`));
    this.url = this.#source.name;
  }

  /** Evaluates a query at one instant. */
  async query(promql: string, options: QueryAskOptions = {}): Promise<QueryResult> {
    return this.#source.instant(promql, {
      ...common(options),
      ...(options.time === undefined ? {} : { timeMs: instantMs(options.time, 'time') }),
    });
  }

  /** Evaluates a query at every step from start to end, both included. */
  async queryRange(promql: string, options: QueryRangeOptions): Promise<QueryResult> {
    const startMs = instantMs(options.start, 'start');
    const endMs = instantMs(options.end, 'end');
    const stepMs = lengthMs(options.step, 'step');
    return this.#source.range(promql, { startMs, endMs, stepMs, ...common(options) });
  }

  /** The label sets of all series that a selector finds. */
  async series(
    match: string | readonly string[],
    options: Omit<SelectorOptions, 'match'> = {},
  ): Promise<readonly Labels[]> {
    const selectors = typeof match === 'string' ? [match] : match;
    return (await this.#source.series({ ...selection(options), match: selectors })).items;
  }

  /** All label names, ordered. */
  async labels(options: SelectorOptions = {}): Promise<readonly string[]> {
    return (await this.#source.labelNames(selection(options))).items;
  }

  /** All values of one label, ordered. */
  async labelValues(name: string, options: SelectorOptions = {}): Promise<readonly string[]> {
    return (await this.#source.labelValues(name, selection(options))).items;
  }

  /** Type, help and unit of metrics by family name (`_bucket`, `_sum`, `_count` belong to the name without them). */
  metadata(metric?: string, options: AskOptions = {}): Promise<ReadonlyMap<string, readonly MetricMetadata[]>> {
    return this.#source.metadata({ ...common(options), ...(metric === undefined ? {} : { metric }) });
  }

  /** What Prometheus scrapes, and how the last scrape went. */
  targets(options: AskOptions = {}): Promise<readonly Target[]> {
    return this.#source.targets(common(options));
  }

  /** The number of an answer that holds exactly one sample; undefined for no data, several series or a native histogram. */
  extractScalarValue(result: QueryResult): number | undefined {
    return extractScalarValue(result);
  }

  /** The number of every series by its labels as text, such as `{provider="openai"}`; of a range the last point. */
  extractVectorValues(result: QueryResult): Map<string, number> {
    return extractVectorValues(result);
  }

  /** Ends the connections; questions still under way are rejected. */
  close(): Promise<void> {
    return this.#source.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function common(options: AskOptions & { readonly limit?: number }) {
  return {
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.limit === undefined ? {} : { limit: options.limit }),
  };
}

function selection(options: SelectorOptions) {
  const match = typeof options.match === 'string' ? [options.match] : options.match;
  return {
    ...common(options),
    ...(match === undefined ? {} : { match }),
    ...(options.start === undefined ? {} : { startMs: instantMs(options.start, 'start') }),
    ...(options.end === undefined ? {} : { endMs: instantMs(options.end, 'end') }),
  };
}
