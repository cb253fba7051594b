import type { Labels } from '../model/labels.ts';

/** A name and how often it occurs, or how much it takes. */
export type NamedCount = { readonly name: string; readonly value: number };

/** What the storage holds, as /api/v1/status/tsdb tells it: the largest first. */
export type Cardinality = {
  readonly series: number;
  readonly labelPairs: number;
  /** Milliseconds since 1970; undefined without samples. */
  readonly firstMs: number | undefined;
  readonly lastMs: number | undefined;
  readonly seriesByMetric: readonly NamedCount[];
  readonly valuesByLabel: readonly NamedCount[];
  readonly bytesByLabel: readonly NamedCount[];
  readonly seriesByPair: readonly NamedCount[];
};

/** What one target says of one of its metrics. */
export type TargetMetadata = {
  readonly target: Labels;
  readonly metric: string;
  readonly type: string;
  readonly help: string;
  readonly unit: string;
};

/** What a server knows of itself; a server over another one passes the questions on instead. */
export type ServerFacts = {
  /** Milliseconds since 1970. */
  readonly startedMs: number;
  /** The configuration it runs with, as YAML in Prometheus' form. */
  readonly config: () => string;
  /** Prometheus' names of flags, those that mean something here, and their values; features and retention are added. */
  readonly flags: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly hostname: string;
  /** How long samples are kept; undefined where nothing is ever dropped. */
  readonly retentionMs?: number;
  /** At most so many rows of each list. */
  cardinality(limit: number): Cardinality;
  targetMetadata(): readonly TargetMetadata[];
};
