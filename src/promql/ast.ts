import type { MatchOperator } from '../model/matcher.ts';
import type { Span } from './span.ts';
import type { AGGREGATORS } from './syntax/tokens.ts';

/** The four types of PromQL, by Prometheus' internal names ("matrix" is shown to people as "range vector"). */
export type ValueType = 'scalar' | 'vector' | 'matrix' | 'string';

export type Aggregator = (typeof AGGREGATORS)[number];

export const ARITHMETIC_OPERATORS = ['+', '-', '*', '/', '%', '^', 'atan2'] as const;
export const COMPARISON_OPERATORS = ['==', '!=', '>', '<', '>=', '<='] as const;
/** Cut a native histogram at a value: keep what is below, or what is above. */
export const TRIM_OPERATORS = ['</', '>/'] as const;
export const SET_OPERATORS = ['and', 'or', 'unless'] as const;

export type ArithmeticOperator = (typeof ARITHMETIC_OPERATORS)[number];
export type ComparisonOperator = (typeof COMPARISON_OPERATORS)[number];
export type TrimOperator = (typeof TRIM_OPERATORS)[number];
export type SetOperator = (typeof SET_OPERATORS)[number];
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | TrimOperator | SetOperator;

/** `duration` is true when it was written with units, as in `5m`; the value is in seconds then. */
export type NumberLiteral = {
  readonly kind: 'number';
  readonly span: Span;
  readonly value: number;
  readonly duration: boolean;
};

export type StringLiteral = { readonly kind: 'string'; readonly span: Span; readonly value: string };

export type LabelMatcher = {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
  readonly span: Span;
  /** The value with its quotes. */
  readonly valueSpan: Span;
};

/** `@ 1603774568`, `@ start()`, `@ end()`. */
export type AtModifier =
  | { readonly kind: 'timestamp'; readonly ms: number; readonly span: Span }
  | { readonly kind: 'start' | 'end'; readonly span: Span };

/** `ms` is undefined when the length depends on the query's step or range; then `expr` says how. */
export type Duration = { readonly ms: number | undefined; readonly expr: DurationExpr; readonly span: Span };

/** How a range selector looks over its edges: the experimental `anchored` and `smoothed`. */
export type RangeExtension = 'anchored' | 'smoothed';

/** What may follow a selector or a subquery. The offset is positive into the past. */
export type TimeModifiers = { readonly offset?: Duration; readonly at?: AtModifier };

/** `name` is the metric name written before the braces, empty when there is none; it is not repeated in `matchers`. */
export type VectorSelector = TimeModifiers & {
  readonly kind: 'vector';
  readonly span: Span;
  readonly name: string;
  readonly matchers: readonly LabelMatcher[];
  readonly extension?: RangeExtension;
};

/** `selector[range]`; offset, `@` and extension are the selector's, whatever side of the brackets they were written on. */
export type MatrixSelector = {
  readonly kind: 'matrix';
  readonly span: Span;
  readonly selector: VectorSelector;
  readonly range: Duration;
};

export type Subquery = TimeModifiers & {
  readonly kind: 'subquery';
  readonly span: Span;
  readonly expr: Expr;
  readonly range: Duration;
  /** Absent in `[5m:]`: the default resolution. */
  readonly step?: Duration;
};

export type Call = {
  readonly kind: 'call';
  readonly span: Span;
  readonly name: string;
  readonly nameSpan: Span;
  readonly args: readonly Expr[];
};

/** `modifierSpan` covers `by (…)` or `without (…)` when there is one. */
export type Aggregation = {
  readonly kind: 'aggregation';
  readonly span: Span;
  readonly operator: Aggregator;
  readonly operatorSpan: Span;
  readonly parameter?: Expr;
  readonly expr: Expr;
  readonly grouping: readonly string[];
  readonly without: boolean;
  readonly modifierSpan?: Span;
};

export type Cardinality = 'one-to-one' | 'many-to-one' | 'one-to-many' | 'many-to-many';

/** How series of two vectors find each other. `include` are the labels of `group_left(…)` or `group_right(…)`. */
export type VectorMatching = {
  readonly cardinality: Cardinality;
  readonly on: boolean;
  readonly labels: readonly string[];
  readonly include: readonly string[];
  readonly fillLeft?: number;
  readonly fillRight?: number;
};

/** `matching` is there exactly when both sides are instant vectors. */
export type Binary = {
  readonly kind: 'binary';
  readonly span: Span;
  readonly operator: BinaryOperator;
  readonly operatorSpan: Span;
  readonly left: Expr;
  readonly right: Expr;
  readonly bool: boolean;
  readonly matching?: VectorMatching;
  /** Covers `on (…)` or `ignoring (…)` and what belongs to it, when there is one. */
  readonly matchingSpan?: Span;
};

export type Unary = { readonly kind: 'unary'; readonly span: Span; readonly operator: '+' | '-'; readonly expr: Expr };

export type Paren = { readonly kind: 'paren'; readonly span: Span; readonly expr: Expr };

export type Expr =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | Subquery
  | Call
  | Aggregation
  | Binary
  | Unary
  | Paren;

export type NodeKind = Expr['kind'];

export type NodeOf<K extends NodeKind> = Extract<Expr, { readonly kind: K }>;

/** Arithmetic over durations, inside `[]` and after `offset`. Literal values are in seconds. */
export type DurationExpr =
  | { readonly kind: 'duration-literal'; readonly span: Span; readonly seconds: number; readonly units: boolean }
  | { readonly kind: 'duration-query'; readonly span: Span; readonly name: 'step' | 'range' }
  | {
      readonly kind: 'duration-choice';
      readonly span: Span;
      readonly name: 'min_of' | 'max_of';
      readonly left: DurationExpr;
      readonly right: DurationExpr;
    }
  | { readonly kind: 'duration-unary'; readonly span: Span; readonly operator: '+' | '-'; readonly expr: DurationExpr }
  | {
      readonly kind: 'duration-binary';
      readonly span: Span;
      readonly operator: '+' | '-' | '*' | '/' | '%' | '^';
      readonly left: DurationExpr;
      readonly right: DurationExpr;
    }
  | { readonly kind: 'duration-paren'; readonly span: Span; readonly expr: DurationExpr };

export function isComparison(operator: BinaryOperator): operator is ComparisonOperator {
  return (COMPARISON_OPERATORS as readonly string[]).includes(operator);
}

/** Whether it chooses rows of its groups and leaves them their labels, instead of making one row of each group. */
export function choosesRows(operator: Aggregator): boolean {
  return (CHOOSING_AGGREGATORS as readonly Aggregator[]).includes(operator);
}

const CHOOSING_AGGREGATORS = ['topk', 'bottomk', 'limitk', 'limit_ratio'] as const satisfies readonly Aggregator[];

export function isSetOperator(operator: BinaryOperator): operator is SetOperator {
  return (SET_OPERATORS as readonly string[]).includes(operator);
}
