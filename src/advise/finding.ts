import type { QueryData, QueryResult } from '../model/query-result.ts';
import type { Expr } from '../promql/ast.ts';
import type { Span } from '../promql/span.ts';
import type { Target } from '../source/source.ts';
import type { Culprit } from './culprit.ts';
import type { Row } from './rows.ts';

type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';
export type DetectorId = `M${Digit}${Digit}`;

/**
 * What a detector looks at. `text`: the text before parsing. `syntax`: Prometheus' refusal. `ast`: the tree and the
 * types of metrics. `live`: small questions to the server. `result`: what came back.
 */
export type Layer = 'text' | 'syntax' | 'ast' | 'live' | 'result';

/**
 * When a finding may be said. `first`: unasked, it is a mistake whatever was meant. `empty`: when nothing came and rows
 * were expected. `asked`: when somebody asks why, or when the answer is known to be wrong.
 */
export type Voice = 'first' | 'empty' | 'asked';

/** Rows that anybody gets who asks this query for this instant (milliseconds). What a sentence says stands on them. */
export type Evidence = { readonly query: string; readonly timeMs: number; readonly rows: readonly Row[] };

/** What one detector found. `sentence` is Markdown with `code`; it may hold words of a server: unsafe for terminals. */
export type Found = {
  readonly sentence: string;
  readonly evidence: readonly Evidence[];
  /** Facts that no query gives: names of metrics, values of a label, words of a target. One line each, unsafe. */
  readonly facts?: readonly string[];
  /** What to do, and the corrected query as a whole. */
  readonly fix?: { readonly text: string; readonly query: string };
  /** When this finding speaks, where it differs from its detector. */
  readonly voice?: Voice;
  /** The stretch of the query it is about; all of it where that is not said. */
  readonly span?: Span;
};

export type Finding = Omit<Found, 'voice'> & { readonly id: DetectorId; readonly voice: Voice };

export type Detector = {
  readonly id: DetectorId;
  readonly layer: Layer;
  /** A few words, for lists. */
  readonly title: string;
  readonly voice: Voice;
  readonly detect: (context: AdviceContext) => Found | undefined | Promise<Found | undefined>;
};

export type MetricType = 'counter' | 'gauge' | 'histogram' | 'summary';

/** What the answer was meant to be, where somebody knows: an exercise. Both queries were asked at the same instants. */
export type Task = {
  readonly reference: string;
  readonly expr: Expr | undefined;
  readonly compared: readonly ComparedAt[];
};

/** Answer and reference at one instant. `pairs` are there when both have the same rows. */
export type ComparedAt = {
  readonly timeMs: number;
  readonly equal: boolean;
  readonly answer: QueryData;
  readonly reference: QueryData;
  readonly pairs: readonly { readonly reference: Row['value']; readonly answer: Row['value'] }[] | undefined;
};

/** All that detectors know of a query. Nothing in it depends on lessons. */
export type AdviceContext = {
  readonly query: string;
  /** The instant of the query, and of its evidence. Milliseconds. */
  readonly timeMs: number;
  /** What the query is for. */
  readonly use: 'table' | 'graph' | 'alert';
  readonly range: { readonly startMs: number; readonly endMs: number; readonly stepMs: number } | undefined;
  /** The tree, when the text is PromQL that fits together. */
  readonly expr: Expr | undefined;
  /** The tree, also when its parts do not fit together. */
  readonly tree: Expr | undefined;
  /** Prometheus' refusal, without its position: its own words also where another server answers, or refuses in others. */
  readonly error: string | undefined;
  readonly result: QueryResult | undefined;
  /** All rows of the result. */
  readonly rows: readonly Row[];
  readonly task: Task | undefined;
  /** This machine's clock, where it may be compared with the server's. Milliseconds. */
  readonly clockMs: number | undefined;
  /** Asks a small question; undefined when it fails or the budget is spent. The same question is asked once. */
  ask(query: string, timeMs?: number): Promise<readonly Row[] | undefined>;
  /** Whether a query runs at all. */
  runs(query: string): Promise<boolean>;
  /** The type of a metric by its metadata, or by its name where there is none; the parts of histograms are counters. */
  typeOf(name: string): Promise<MetricType | undefined>;
  metricNames(): Promise<readonly string[]>;
  /** The values of a label on any metric. */
  labelValues(name: string): Promise<readonly string[]>;
  /** Milliseconds between two scrapes; undefined when nobody knows. */
  intervalMs(): Promise<number | undefined>;
  /** Whether series fitting a selector were there at any time, as far as the server tells. */
  everSeen(match: string): Promise<boolean>;
  /** The targets of now; none where the query is about another time than now. */
  targets(): Promise<readonly Target[]>;
  /** What recording rules work out, by the name they record it under. */
  recorded(): Promise<ReadonlyMap<string, string>>;
  /** Why nothing came; undefined when rows came or no cause is certain. */
  culprits(): Promise<readonly Culprit[]>;
};
