import type { Expr } from '../../promql/ast.ts';
import type { Span } from '../../promql/span.ts';
import type { MetricType } from '../finding.ts';

/** `text`: Prometheus refuses the text. `ast`: read off the tree, with metadata where there is some. `live`: seen in data. */
export type LintLayer = 'text' | 'ast' | 'live';

/** `certain`: wrong, or without effect, whatever was meant. `likely`: there are sound queries that look like this. */
export type Certainty = 'certain' | 'likely';

/** Replaces a stretch of the query; an empty span inserts. */
export type Edit = { readonly span: Span; readonly text: string };

/** What one rule says of one place. `message` is Markdown with `code` and may hold words of the query: unsafe. */
export type LintNote = {
  readonly span: Span;
  readonly message: string;
  /** Where it differs from the rule's. */
  readonly certainty?: Certainty;
  readonly fix?: readonly Edit[];
};

/** A finding in a query. Spans are offsets in the query as it was written, variables of Grafana included. */
export type LintFinding = LintNote & {
  readonly rule: string;
  readonly layer: LintLayer;
  readonly certainty: Certainty;
};

/** What a query is for: an alerting or a recording rule, a panel of a dashboard over time, or one value of it. */
export type LintUse = 'alert' | 'record' | 'graph' | 'instant' | 'query';

export type LintContext = {
  readonly query: string;
  readonly use: LintUse;
  /** The type that metadata tells; undefined without metadata, or where it says nothing of this name. */
  readonly typeOf: (name: string) => MetricType | undefined;
  /** Whether a variable of Grafana stands for some of this stretch, so that nobody knows what is really there. */
  readonly variable: (span: Span) => boolean;
};

/** A rule that reads the tree of a query that Prometheus accepts. */
export type LintCheck = (expr: Expr, context: LintContext) => readonly LintNote[];
