import type { Labels } from '../model/labels.ts';
import type { QueryResult } from '../model/query-result.ts';

/** What every query may be asked with. All times are milliseconds. */
export type QueryOptions = {
  /** Evaluation limit asked of the server. */
  readonly timeoutMs?: number;
  /** At most this many series; a cut shows as a warning of the server. */
  readonly limit?: number;
  readonly lookbackDeltaMs?: number;
  readonly stats?: boolean;
  readonly signal?: AbortSignal;
};

export type InstantOptions = QueryOptions & {
  /** The evaluation instant; the server's own now when absent. */
  readonly timeMs?: number;
};

export type RangeOptions = QueryOptions & {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
};

/** Which series, over which time, a metadata question is about. */
export type SelectOptions = {
  readonly match?: readonly string[];
  readonly startMs?: number;
  readonly endMs?: number;
  readonly limit?: number;
  readonly signal?: AbortSignal;
};

/** A list answer with the server's warnings, such as "results truncated due to limit". */
export type Listed<T> = { readonly items: readonly T[]; readonly warnings: readonly string[] };

export type MetricMetadata = { readonly type: string; readonly help: string; readonly unit: string };

export type TargetHealth = 'up' | 'down' | 'unknown';

export type Target = {
  readonly labels: Labels;
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  readonly health: TargetHealth;
  /** Prometheus' own words for the last failed scrape; empty when it succeeded. */
  readonly lastError: string;
  /** Milliseconds since 1970; undefined when never scraped. */
  readonly lastScrapeMs: number | undefined;
  readonly lastScrapeDurationMs: number;
  /** 0 where the server does not tell it. */
  readonly scrapeIntervalMs: number;
};

/** An alert that is pending or firing. Times are milliseconds since 1970. */
export type Alert = {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: 'pending' | 'firing';
  /** When its condition began to hold; undefined where the server does not tell. */
  readonly activeAtMs: number | undefined;
  /** Since when it only fires because of `keep_firing_for`. */
  readonly keepFiringSinceMs: number | undefined;
  /** What the condition gave at the last evaluation. */
  readonly value: number;
};

type CommonRule = {
  readonly name: string;
  /** The expression as the server prints it. */
  readonly query: string;
  readonly labels: Labels;
  readonly health: 'ok' | 'err' | 'unknown';
  /** Prometheus' own words; empty when the last evaluation went well. */
  readonly lastError: string;
  readonly evaluationSeconds: number;
  /** Undefined before the first evaluation. */
  readonly lastEvaluationMs: number | undefined;
};

/** A rule and how its last evaluation went. */
export type Rule =
  | (CommonRule & { readonly kind: 'recording' })
  | (CommonRule & {
      readonly kind: 'alerting';
      readonly state: 'inactive' | 'pending' | 'firing';
      readonly forSeconds: number;
      readonly keepFiringForSeconds: number;
      readonly annotations: Labels;
      readonly alerts: readonly Alert[];
    });

/** Rules that are evaluated one after the other at the same moments. */
export type RuleGroup = {
  readonly name: string;
  readonly file: string;
  readonly intervalSeconds: number;
  /** 0 is no limit. */
  readonly limit: number;
  readonly rules: readonly Rule[];
  readonly evaluationSeconds: number;
  readonly lastEvaluationMs: number | undefined;
};

export type BuildInfo = { readonly version: string; readonly revision: string };

/** Whether the server says it is ready to answer; `reason` is its own text when it is not. */
export type Readiness = { readonly ready: boolean; readonly reason: string };

/** The answer of another server as it came. */
export type PassedOn = {
  readonly data: unknown;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
};

/**
 * Something that answers PromQL: a Prometheus over HTTP, or the embedded engine. Nothing above it may know which.
 * Methods throw `QueryError` when the query is judged wrong, `UnavailableError` when no usable answer came, and reject
 * with the signal's reason when aborted.
 */
export interface Source {
  /** For messages: the URL without credentials, or "the embedded Prometheus". */
  readonly name: string;
  instant(query: string, options?: InstantOptions): Promise<QueryResult>;
  range(query: string, options: RangeOptions): Promise<QueryResult>;
  series(options: SelectOptions & { readonly match: readonly string[] }): Promise<Listed<Labels>>;
  labelNames(options?: SelectOptions): Promise<Listed<string>>;
  labelValues(name: string, options?: SelectOptions): Promise<Listed<string>>;
  /** By metric family name (`_total` kept, `_bucket/_sum/_count` not). */
  metadata(options?: {
    readonly metric?: string;
    readonly limit?: number;
    readonly signal?: AbortSignal;
  }): Promise<ReadonlyMap<string, readonly MetricMetadata[]>>;
  targets(options?: { readonly signal?: AbortSignal }): Promise<readonly Target[]>;
  /** The groups of rules, in the order the server shows them: by file and name. */
  rules(options?: { readonly signal?: AbortSignal }): Promise<readonly RuleGroup[]>;
  /** The alerts that are pending or firing. */
  alerts(options?: { readonly signal?: AbortSignal }): Promise<readonly Alert[]>;
  buildInfo(options?: { readonly signal?: AbortSignal }): Promise<BuildInfo>;
  ready(options?: { readonly signal?: AbortSignal }): Promise<Readiness>;
  /**
   * Any other question of the API, by its path behind /api/v1, to the server behind this source; absent where there is
   * none. `data` is what the answer carried.
   */
  passOn?(path: string, params: URLSearchParams, options?: { readonly signal?: AbortSignal }): Promise<PassedOn>;
  close(): Promise<void>;
}
