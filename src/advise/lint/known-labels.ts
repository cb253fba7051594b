import type { Expr } from '../../promql/ast.ts';
import { choosesRows, isSetOperator, type NodeKind, type NodeOf } from '../../promql/ast.ts';
import type { Span } from '../../promql/span.ts';
import { typeOf } from '../../promql/types.ts';

/** `only`: no other labels can be there. `lost`: these are gone for sure, any other may be there. */
export type KnownLabels = { readonly kind: 'only' | 'lost'; readonly names: ReadonlySet<string> };

/** What the text of an expression alone says about the labels of its rows. `unknown` tells which stretches say nothing. */
export function knownLabels(expr: Expr, unknown: (span: Span) => boolean): KnownLabels {
  return (TABLE[expr.kind] as (node: Expr, unknown: (span: Span) => boolean) => KnownLabels)(expr, unknown);
}

export function mayHave({ kind, names }: KnownLabels, label: string): boolean {
  return kind === 'only' ? names.has(label) : !names.has(label);
}

const ANYTHING: KnownLabels = { kind: 'lost', names: new Set() };
const NOTHING: KnownLabels = { kind: 'only', names: new Set() };

type Table = { readonly [K in NodeKind]: (node: NodeOf<K>, unknown: (span: Span) => boolean) => KnownLabels };

const TABLE: Table = {
  number: () => NOTHING,
  string: () => NOTHING,
  vector: () => ANYTHING,
  matrix: () => ANYTHING,
  subquery: (node, unknown) => knownLabels(node.expr, unknown),
  paren: (node, unknown) => knownLabels(node.expr, unknown),
  unary: (node, unknown) => knownLabels(node.expr, unknown),
  call: ofCall,
  aggregation: ofAggregation,
  binary: ofBinary,
};

/** https://prometheus.io/docs/prometheus/latest/querying/functions/: these make labels of their own. */
const OWN_LABELS = ['absent', 'absent_over_time', 'info', 'histogram_quantiles'];

function ofCall(node: NodeOf<'call'>, unknown: (span: Span) => boolean): KnownLabels {
  if (OWN_LABELS.includes(node.name)) return ANYTHING;
  const data = node.args.find((arg) => typeOf(arg) === 'vector' || typeOf(arg) === 'matrix');
  if (data === undefined) return node.name === 'vector' || node.name === 'time' ? NOTHING : ANYTHING;
  const inner = knownLabels(data, unknown);
  if (node.name === 'label_replace' || node.name === 'label_join') {
    const target = node.args[1];
    return target?.kind === 'string' && !unknown(target.span) ? withLabels(inner, [target.value]) : ANYTHING;
  }
  return node.name === 'histogram_quantile' || node.name === 'histogram_fraction'
    ? withoutLabels(inner, ['le'])
    : inner;
}

function ofAggregation(node: NodeOf<'aggregation'>, unknown: (span: Span) => boolean): KnownLabels {
  const inner = knownLabels(node.expr, unknown);
  if (choosesRows(node.operator)) return inner;
  if (node.modifierSpan !== undefined && unknown(node.modifierSpan)) return ANYTHING;
  const grouped: KnownLabels = node.without
    ? withoutLabels(inner, node.grouping)
    : { kind: 'only', names: new Set(node.grouping.filter((name) => mayHave(inner, name))) };
  if (node.operator !== 'count_values') return grouped;
  const { parameter } = node;
  return parameter?.kind === 'string' && !unknown(parameter.span) ? withLabels(grouped, [parameter.value]) : ANYTHING;
}

/** https://prometheus.io/docs/prometheus/latest/querying/operators/#vector-matching */
function ofBinary(node: NodeOf<'binary'>, unknown: (span: Span) => boolean): KnownLabels {
  const left = knownLabels(node.left, unknown);
  const right = knownLabels(node.right, unknown);
  const { matching } = node;
  if (matching === undefined) return typeOf(node.left) === 'scalar' ? right : left;
  if (node.operator === 'or') return ANYTHING;
  if (isSetOperator(node.operator)) return left;
  if (node.matchingSpan !== undefined && unknown(node.matchingSpan)) return ANYTHING;
  if (matching.cardinality === 'many-to-one') return withLabels(left, matching.include);
  if (matching.cardinality === 'one-to-many') return withLabels(right, matching.include);
  if (!matching.on) return withoutLabels(left, matching.labels);
  return { kind: 'only', names: new Set(matching.labels.filter((name) => mayHave(left, name))) };
}

function withLabels({ kind, names }: KnownLabels, added: readonly string[]): KnownLabels {
  return kind === 'only'
    ? { kind, names: new Set([...names, ...added]) }
    : { kind, names: new Set([...names].filter((name) => !added.includes(name))) };
}

function withoutLabels({ kind, names }: KnownLabels, removed: readonly string[]): KnownLabels {
  return kind === 'only'
    ? { kind, names: new Set([...names].filter((name) => !removed.includes(name))) }
    : { kind, names: new Set([...names, ...removed]) };
}
