import type {
  Aggregation,
  Aggregator,
  Binary,
  BinaryOperator,
  Expr,
  NodeKind,
  NodeOf,
  VectorMatching,
} from '../promql/ast.ts';
import { isComparison } from '../promql/ast.ts';
import { print, printNumber } from '../promql/print.ts';
import { typeOf } from '../promql/types.ts';
import { bare, metricOf } from './ast-tools.ts';
import { durationWords, lastWords } from './duration-words.ts';
import { knownLabels } from './lint/known-labels.ts';
import { percentile, sayCall } from './say-call.ts';
import { closed, saySelector, sayShift } from './say-selector.ts';
import { listed } from './words.ts';

/**
 * A query in one plain sentence: what its values are, per what, over which time. Names and values of the query stand in
 * it as they are written there: unsafe for terminals.
 */
export function sayQuery(expr: Expr): string {
  const said = bare(expr).kind === 'vector' ? `the newest value of ${say(expr)}` : say(expr);
  return `${said.replace(/^\(?[a-z]/, (start) => start.toUpperCase())}.`;
}

function say(node: Expr): string {
  return (PHRASES[node.kind] as (node: Expr) => string)(node);
}

const PHRASES: { readonly [K in NodeKind]: (node: NodeOf<K>) => string } = {
  number: (node) => (node.duration ? durationWords(node.value * 1_000) : printNumber(node.value)),
  string: (node) => `the text ${node.value}`,
  vector: saySelector,
  matrix: (node) => `all samples of ${saySelector(node.selector)} in ${lastWords(node.range)}`,
  subquery: (node) => `${grouped(node.expr)}, again and again over ${lastWords(node.range)}${sayShift(node)}`,
  call: (node) => percentileOfHistogram(node) ?? sayCall(node, say),
  aggregation: sayAggregation,
  binary: sayBinary,
  unary: (node) => `${node.operator === '-' ? 'minus ' : ''}${grouped(node.expr)}`,
  paren: (node) => say(node.expr),
};

function sayAggregation(node: Aggregation): string {
  return AGGREGATIONS[node.operator](say(node.expr), node) + sayGrouping(node, []);
}

/** `, per provider and instance`; the labels of `leaveOut` belong to the machinery. */
function sayGrouping({ without, grouping }: Aggregation, leaveOut: readonly string[]): string {
  const labels = grouping.filter((label) => !leaveOut.includes(label));
  if (without) return labels.length === 0 ? ', per label set' : `, for every label set without ${listed(labels)}`;
  return labels.length === 0 ? '' : `, per ${listed(labels)}`;
}

type AggregationPhrase = (what: string, node: Aggregation) => string;

const AGGREGATIONS: { readonly [K in Aggregator]: AggregationPhrase } = {
  sum: (what) => `the sum of ${what}`,
  avg: (what) => `the average of ${what}`,
  count: (what) => `how many series there are of ${what}`,
  min: (what) => `the smallest of ${what}`,
  max: (what) => `the largest of ${what}`,
  group: (what) => `1 where there is ${what}`,
  stddev: (what) => `the standard deviation of ${what}`,
  stdvar: (what) => `the variance of ${what}`,
  topk: (what, node) => `the ${parameter(node)} largest of ${what}`,
  bottomk: (what, node) => `the ${parameter(node)} smallest of ${what}`,
  count_values: (what) => `how many series have each value of ${what}`,
  quantile: (what, { parameter: share }) => `the ${percentile(share)} across the series of ${what}`,
  limitk: (what, node) => `any ${parameter(node)} of ${what}`,
  limit_ratio: (what, node) => `the share ${parameter(node)} of the series of ${what}`,
};

function parameter({ parameter: node }: Aggregation): string {
  return node === undefined ? '' : say(node);
}

/** The form everybody uses: a quantile of summed rates of buckets is a quantile of the histogram. */
function percentileOfHistogram(node: NodeOf<'call'>): string | undefined {
  const [share, buckets] = node.args;
  if (node.name !== 'histogram_quantile' || buckets === undefined) return undefined;
  const outer = bare(buckets);
  const sum = outer.kind === 'aggregation' && outer.operator === 'sum' ? outer : undefined;
  const inner = sum === undefined ? outer : bare(sum.expr);
  if (inner.kind !== 'call' || !['rate', 'increase', 'irate'].includes(inner.name)) return undefined;
  const [window] = inner.args.map(bare);
  if (window?.kind !== 'matrix') return undefined;
  const { selector } = window;
  const metric = metricOf(selector);
  const keepsLe = sum === undefined || (sum.without ? !sum.grouping.includes('le') : sum.grouping.includes('le'));
  if (metric === undefined || (metric.endsWith('_bucket') && !keepsLe)) return undefined;
  const what = closed(saySelector(selector), selector).replace(metric, metric.replace(/_bucket$/, ''));
  const per = sum === undefined ? ', per series' : sayGrouping(sum, ['le']);
  return `the ${percentile(share)} of ${what} over ${lastWords(window.range)}${per}`;
}

function sayBinary(node: Binary): string {
  const { operator, bool, matching } = node;
  const how = matching === undefined ? '' : sayMatching(matching);
  if (isComparison(operator)) return sayComparison(node, operator, bool) + how;
  if (operator === 'or') return sayOr(node) + (matching?.on === true && matching.labels.length === 0 ? '' : how);
  const words = OPERATORS[operator];
  return words(grouped(node.left), grouped(node.right)) + how;
}

/** A comparison keeps the rows of its vector for which it holds; with `bool` it answers 1 and 0. */
function sayComparison({ left, right }: Binary, operator: keyof typeof COMPARISONS, bool: boolean): string {
  const swapped = typeOf(left) === 'scalar' && typeOf(right) !== 'scalar';
  const [kept, limit] = swapped ? [right, left] : [left, right];
  const words = COMPARISONS[swapped ? MIRRORED[operator] : operator];
  if (bool) return `1 where ${grouped(kept)} ${words} ${grouped(limit)}, 0 where not`;
  return `${say(kept)}, only where it ${words} ${grouped(limit)}`;
}

const COMPARISONS = {
  '==': 'equals',
  '!=': 'differs from',
  '>': 'is above',
  '<': 'is below',
  '>=': 'is at least',
  '<=': 'is at most',
} as const;

const MIRRORED = { '==': '==', '!=': '!=', '>': '<', '<': '>', '>=': '<=', '<=': '>=' } as const;

/** `or` fills in by labels: what has none on the right only stands in for a left side that has none either. */
function sayOr({ left, right, matching }: Binary): string {
  const made = bare(right);
  const value = made.kind === 'call' && made.name === 'vector' ? made.args[0] : undefined;
  const [kept, other] = [grouped(left), grouped(value ?? right)];
  if (matching?.on === true && matching.labels.length === 0) return `${kept}, or where there is no row of it ${other}`;
  const bareRight = withoutLabels(right);
  if (bareRight && withoutLabels(left)) return `${kept}, or ${other} where there is none`;
  if (bareRight) return `${kept}, and beside its rows one without labels: ${other}`;
  return `${kept}, and of ${other} what has other labels than that`;
}

function withoutLabels(node: Expr): boolean {
  const { kind, names } = knownLabels(node, () => false);
  return kind === 'only' && names.size === 0;
}

type OperatorPhrase = (left: string, right: string) => string;

const OPERATORS: { readonly [K in Exclude<BinaryOperator, keyof typeof COMPARISONS | 'or'>]: OperatorPhrase } = {
  '+': (left, right) => `${left} plus ${right}`,
  '-': (left, right) => `${left} minus ${right}`,
  '*': (left, right) => `${left} times ${right}`,
  '/': (left, right) => `${left} divided by ${right}`,
  '%': (left, right) => `the remainder of ${left} divided by ${right}`,
  '^': (left, right) => `${left} to the power of ${right}`,
  atan2: (left, right) => `the angle of ${left} over ${right}`,
  '</': (left, right) => `the part of ${left} below ${right}`,
  '>/': (left, right) => `the part of ${left} above ${right}`,
  and: (left, right) => `${left}, only where there is ${right}`,
  unless: (left, right) => `${left}, except where there is ${right}`,
};

function sayMatching({ on, labels, cardinality, include }: VectorMatching): string {
  const by = on
    ? labels.length === 0
      ? cardinality === 'many-to-many'
        ? ', whatever its labels'
        : ', all rows matched with the one on the other side'
      : `, matched by ${listed(labels)}`
    : labels.length === 0
      ? ''
      : `, matched by all labels but ${listed(labels)}`;
  if (include.length === 0) return by;
  return `${by}, with ${listed(include)} taken from the ${cardinality === 'many-to-one' ? 'right' : 'left'}`;
}

/** Parentheses around what would run into its neighbours. */
function grouped(node: Expr): string {
  const inner = bare(node);
  if (inner.kind === 'number') return print(inner);
  const said = say(inner);
  return inner.kind === 'binary' || said.includes(',') ? `(${said})` : said;
}
