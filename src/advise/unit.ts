import type { Aggregation, Binary, Call, Expr, NodeKind, NodeOf } from '../promql/ast.ts';
import { isComparison, isSetOperator } from '../promql/ast.ts';
import { parse } from '../promql/parse.ts';
import { UNIT_TEXTS, type Unit, unitOfName, unitText } from './unit-name.ts';

/**
 * The unit of a query's values, such as "requests/s", "seconds" or "%", read off the names that Prometheus' naming rules
 * give metrics. Undefined where the names do not say it: no unit is better than a guess.
 */
export function unitOf(query: string): string | undefined {
  const parsed = parse(query);
  if (parsed.kind !== 'ok') return undefined;
  const unit = measure(parsed.expr);
  return unit === undefined ? undefined : unitText(unit);
}

/**
 * The units of a query whose result are buckets: of their bounds ("seconds"), and of what lies in them, which is a rate
 * ("observations/s") below `rate`.
 */
export function heatUnits(query: string): { readonly bound?: string; readonly cell: string } {
  const parsed = parse(query);
  if (parsed.kind !== 'ok') return { cell: 'observations' };
  const unit = bucketUnit(parsed.expr);
  const bound = unit === undefined ? undefined : UNIT_TEXTS[unit.base];
  const rated = someCall(parsed.expr, PER_SECOND);
  return { ...(bound === undefined ? {} : { bound }), cell: rated ? 'observations/s' : 'observations' };
}

function someCall(node: Expr, names: ReadonlySet<string>): boolean {
  if (node.kind === 'paren' || node.kind === 'subquery' || node.kind === 'aggregation')
    return someCall(node.expr, names);
  if (node.kind !== 'call') return false;
  return names.has(node.name) || node.args.some((arg) => someCall(arg, names));
}

function measure(node: Expr): Unit | undefined {
  return (MEASURES[node.kind] as (node: Expr) => Unit | undefined)(node);
}

const MEASURES: { readonly [K in NodeKind]: (node: NodeOf<K>) => Unit | undefined } = {
  number: () => undefined,
  string: () => undefined,
  vector: (node) => unitOfName(node.name),
  matrix: (node) => measure(node.selector),
  subquery: (node) => measure(node.expr),
  call: callUnit,
  aggregation: aggregationUnit,
  binary: binaryUnit,
  unary: (node) => measure(node.expr),
  paren: (node) => measure(node.expr),
};

const PER_SECOND = new Set(['rate', 'irate', 'deriv']);

const UNCHANGED = new Set([
  ...[
    'increase',
    'delta',
    'idelta',
    'abs',
    'ceil',
    'floor',
    'round',
    'sort',
    'sort_desc',
    'clamp',
    'clamp_min',
    'clamp_max',
  ],
  ...['avg_over_time', 'min_over_time', 'max_over_time', 'sum_over_time', 'last_over_time', 'first_over_time'],
  ...[
    'stddev_over_time',
    'mad_over_time',
    'label_replace',
    'label_join',
    'predict_linear',
    'sort_by_label',
    'scalar',
    'vector',
  ],
]);

function callUnit(call: Call): Unit | undefined {
  const [first, second] = call.args;
  if (call.name === 'histogram_quantile' || call.name === 'quantile_over_time') {
    if (second === undefined) return undefined;
    return call.name === 'quantile_over_time' ? measure(second) : bucketUnit(second);
  }
  if (first === undefined) return undefined;
  if (UNCHANGED.has(call.name)) return measure(first);
  if (!PER_SECOND.has(call.name)) return undefined;
  const unit = measure(first);
  return unit === undefined || unit.perSecond ? undefined : { ...unit, perSecond: true };
}

/** The unit of what a histogram observed: of the metric whose buckets lie below. */
function bucketUnit(node: Expr): Unit | undefined {
  if (node.kind === 'vector') return unitOfName(node.name.replace(/_bucket$/, ''));
  if (node.kind === 'matrix') return bucketUnit(node.selector);
  if (node.kind === 'aggregation' || node.kind === 'paren' || node.kind === 'subquery') return bucketUnit(node.expr);
  if (node.kind === 'call' && node.args[0] !== undefined) return bucketUnit(node.args[0]);
  return undefined;
}

const KEEPS_UNIT = new Set([
  'sum',
  'avg',
  'min',
  'max',
  'topk',
  'bottomk',
  'limitk',
  'limit_ratio',
  'stddev',
  'quantile',
]);

function aggregationUnit(node: Aggregation): Unit | undefined {
  return KEEPS_UNIT.has(node.operator) ? measure(node.expr) : undefined;
}

function binaryUnit(node: Binary): Unit | undefined {
  if (node.bool) return undefined;
  const left = measure(node.left);
  const right = measure(node.right);
  if (isComparison(node.operator) || isSetOperator(node.operator)) return left;
  if (node.operator === '/') return quotient(left, right, literal(node.right));
  if (node.operator === '*') {
    const factor = literal(node.left) ?? literal(node.right);
    const other = literal(node.left) === undefined ? left : right;
    if (factor === undefined) return undefined;
    return factor === 100 && other?.base === 'ratio' ? { base: 'percent', perSecond: false } : undefined;
  }
  return (node.operator === '+' || node.operator === '-') && same(left, right) ? left : undefined;
}

function quotient(left: Unit | undefined, right: Unit | undefined, divisor: number | undefined): Unit | undefined {
  if (left === undefined || right === undefined || divisor !== undefined || left.perSecond !== right.perSecond) {
    return undefined;
  }
  if (left.base === right.base) return { base: 'ratio', perSecond: false };
  return right.base === 'count' ? { base: left.base, perSecond: false } : undefined;
}

function same(left: Unit | undefined, right: Unit | undefined): boolean {
  return (
    left !== undefined && left.base === right?.base && left.perSecond === right.perSecond && left.noun === right.noun
  );
}

function literal(node: Expr): number | undefined {
  if (node.kind === 'paren') return literal(node.expr);
  return node.kind === 'number' ? node.value : undefined;
}
