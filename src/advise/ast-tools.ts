import type {
  Aggregation,
  Binary,
  Call,
  Expr,
  MatrixSelector,
  NodeKind,
  NodeOf,
  VectorSelector,
} from '../promql/ast.ts';
import { print } from '../promql/print.ts';
import type { Span } from '../promql/span.ts';
import { walk } from '../promql/walk.ts';

/** Functions that turn the growth of a counter into numbers. */
export const RATE_FAMILY: readonly string[] = ['rate', 'irate', 'increase'];

/** Functions whose result needs two samples in the window. */
export const NEED_TWO: readonly string[] = [...RATE_FAMILY, 'delta', 'idelta', 'deriv', 'predict_linear'];

/** The expression without parentheses around the whole. */
export function bare(expr: Expr): Expr {
  return expr.kind === 'paren' ? bare(expr.expr) : expr;
}

/** A node and what it stands in, outermost first. */
export type Placed<K extends NodeKind> = { readonly node: NodeOf<K>; readonly path: readonly Expr[] };

/** All nodes of one kind, parents before children. */
export function nodesOf<K extends NodeKind>(expr: Expr | undefined, kind: K): readonly Placed<K>[] {
  const found: Placed<K>[] = [];
  if (expr !== undefined) {
    walk(expr, (node, path) => {
      if (node.kind === kind) found.push({ node: node as NodeOf<K>, path: [...path] });
    });
  }
  return found;
}

/** Calls of some functions. */
export function callsOf(expr: Expr | undefined, names: readonly string[]): readonly Placed<'call'>[] {
  return nodesOf(expr, 'call').filter(({ node }) => names.includes(node.name));
}

export function uses(expr: Expr | undefined, names: readonly string[]): boolean {
  return (
    callsOf(expr, names).length > 0 || nodesOf(expr, 'aggregation').some(({ node }) => names.includes(node.operator))
  );
}

/** The name of the metric a selector asks for, whichever way it is written; undefined when it names none. */
export function metricOf(selector: VectorSelector): string | undefined {
  if (selector.name !== '') return selector.name;
  return selector.matchers.find(({ name, operator }) => name === '__name__' && operator === '=')?.value;
}

/** Names of metrics that a function of the given kind looks at along time: `rate(x[5m])` rates x. */
export function metricsUnder(expr: Expr | undefined, names: readonly string[]): readonly string[] {
  return callsOf(expr, names).flatMap(({ node }) =>
    node.args.flatMap((arg) => nodesOf(arg, 'vector').flatMap(({ node: selector }) => metricOf(selector) ?? [])),
  );
}

export function windowOf(call: Call): MatrixSelector | undefined {
  return call.args.map(bare).find((arg): arg is MatrixSelector => arg.kind === 'matrix');
}

/** The selector without offset and `@`. */
export function unshifted({ offset: _offset, at: _at, ...plain }: VectorSelector): VectorSelector {
  return plain;
}

/** `x{…}[5m] offset 1h`: the selector over another window, its modifiers where they belong. */
export function overWindow(selector: VectorSelector, window: string): string {
  const plain = print(unshifted(selector));
  return `${plain}[${window}]${print(selector).slice(plain.length)}`;
}

/** The query with a stretch of it replaced. */
export function spliced(query: string, { start, end }: Span, text: string): string {
  return query.slice(0, start) + text + query.slice(end);
}

/** A number written as such, in parentheses or not, with its sign. */
export function literal(expr: Expr): number | undefined {
  const node = bare(expr);
  if (node.kind === 'unary') {
    const value = literal(node.expr);
    return value === undefined ? undefined : node.operator === '-' ? -value : value;
  }
  return node.kind === 'number' ? node.value : undefined;
}

export function keepsLabel({ without, grouping }: Aggregation, label: string): boolean {
  return without ? !grouping.includes(label) : grouping.includes(label);
}

/** Whether two expressions are the same apart from spaces and parentheses around the whole. */
export function same(a: Expr, b: Expr): boolean {
  return print(bare(a)) === print(bare(b));
}

export function binaries(
  expr: Expr | undefined,
  ...operators: readonly Binary['operator'][]
): readonly Placed<'binary'>[] {
  return nodesOf(expr, 'binary').filter(({ node }) => operators.length === 0 || operators.includes(node.operator));
}
