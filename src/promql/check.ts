import {
  type Binary,
  type Call,
  type Expr,
  isComparison,
  isSetOperator,
  type NodeKind,
  type NodeOf,
  type ValueType,
  type VectorMatching,
} from './ast.ts';
import type { Diagnostic } from './diagnostic.ts';
import { findFunction } from './functions/table.ts';
import { compileMatcher } from './matcher.ts';
import { mergeSpans, type Span } from './span.ts';
import { TYPE_NAMES, typeOf } from './types.ts';

/**
 * Checks that the parts of an expression fit together and returns every problem in the order Prometheus finds them.
 * Expects a tree without syntax errors;
 * `idleMatching` holds the matching that was written between other than two vectors.
 */
export function check(expr: Expr, idleMatching: ReadonlyMap<Binary, VectorMatching>): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const context: Context = {
    idleMatching,
    bypassEmpty: new Set(),
    report: (span, message) => diagnostics.push({ span, message }),
  };
  checkNode(context, expr);
  return diagnostics;
}

type Context = {
  readonly idleMatching: ReadonlyMap<Binary, VectorMatching>;
  /** Selectors that may match everything: the second argument of info(). */
  readonly bypassEmpty: Set<Expr>;
  readonly report: (span: Span, message: string) => void;
};

type CheckTable = { readonly [K in NodeKind]: (context: Context, node: NodeOf<K>) => void };

const CHECKS: CheckTable = {
  number: () => undefined,
  string: () => undefined,
  vector: checkVectorSelector,
  matrix: (context, node) => checkNode(context, node.selector),
  subquery: (context, node) => {
    checkNode(context, node.expr);
    const type = typeOf(node.expr);
    if (type !== 'vector') context.report(node.span, `subquery is only allowed on instant vector, got ${type} instead`);
  },
  call: checkCall,
  aggregation: (context, node) => {
    expectType(context, node.expr, 'vector', 'aggregation expression');
    if (node.parameter === undefined) return;
    const wanted = node.operator === 'count_values' ? 'string' : 'scalar';
    expectType(context, node.parameter, wanted, 'aggregation parameter');
  },
  binary: checkBinary,
  unary: (context, node) => {
    checkNode(context, node.expr);
    const type = typeOf(node.expr);
    if (isOperand(type)) return;
    const got = TYPE_NAMES[type];
    context.report(
      node.span,
      `unary expression only allowed on expressions of type scalar or instant vector, got "${got}"`,
    );
  },
  paren: (context, node) => checkNode(context, node.expr),
};

function checkNode(context: Context, node: Expr): void {
  (CHECKS[node.kind] as (context: Context, node: Expr) => void)(context, node);
}

function expectType(context: Context, node: Expr, wanted: ValueType, where: string): void {
  checkNode(context, node);
  const type = typeOf(node);
  if (type === wanted) return;
  context.report(node.span, `expected type ${TYPE_NAMES[wanted]} in ${where}, got ${TYPE_NAMES[type]}`);
}

function checkVectorSelector(context: Context, node: NodeOf<'vector'>): void {
  if (node.name !== '') {
    for (const matcher of node.matchers) {
      if (matcher.name !== '__name__') continue;
      context.report(node.span, `metric name must not be set twice: "${node.name}" or "${matcher.value}"`);
    }
    return;
  }
  if (context.bypassEmpty.has(node)) return;
  if (node.matchers.some((matcher) => !compileMatcher(matcher).matches(''))) return;
  context.report(node.span, 'vector selector must contain at least one non-empty matcher');
}

function checkCall(context: Context, node: Call): void {
  const row = findFunction(node.name);
  if (row === undefined) return;
  const count = node.args.length;
  const wanted = row.args.length;
  if (row.variadic === 0) {
    if (count !== wanted)
      context.report(node.span, `expected ${wanted} argument(s) in call to "${row.name}", got ${count}`);
  } else {
    const least = wanted - 1;
    const most = least + row.variadic;
    if (count < least) {
      context.report(node.span, `expected at least ${least} argument(s) in call to "${row.name}", got ${count}`);
    } else if (row.variadic > 0 && count > most) {
      context.report(node.span, `expected at most ${most} argument(s) in call to "${row.name}", got ${count}`);
    }
  }
  if (row.name === 'info') checkInfoSelector(context, node);
  for (const [index, arg] of node.args.entries()) {
    if (index >= wanted && row.variadic === 0) break;
    const type = row.args[Math.min(index, wanted - 1)];
    if (type !== undefined) expectType(context, arg, type, `call to function "${row.name}"`);
  }
}

/** The second argument of info() is no expression but a filter in the shape of a selector. */
function checkInfoSelector(context: Context, node: Call): void {
  const filter = node.args[1];
  if (filter === undefined) return;
  if (filter.kind !== 'vector') context.report(filter.span, 'expected label selectors only');
  else if (filter.name !== '')
    context.report(filter.span, 'expected label selectors only, got vector selector instead');
  else context.bypassEmpty.add(filter);
}

function checkBinary(context: Context, node: Binary): void {
  checkNode(context, node.left);
  checkNode(context, node.right);
  const { operator } = node;
  const left = typeOf(node.left);
  const right = typeOf(node.right);
  const between =
    node.matchingSpan === undefined ? node.operatorSpan : mergeSpans(node.operatorSpan, node.matchingSpan);
  if (node.bool && !isComparison(operator)) {
    context.report(between, 'bool modifier can only be used on comparison operators');
  }
  if (isComparison(operator) && !node.bool && left === 'scalar' && right === 'scalar') {
    context.report(between, 'comparisons between scalars must use BOOL modifier');
  }
  const matching = context.idleMatching.get(node) ?? node.matching;
  if (matching?.on) {
    for (const label of matching.labels.filter((name) => matching.include.includes(name))) {
      context.report(between, `label "${label}" must not occur in ON and GROUP clause at once`);
    }
  }
  for (const side of [node.left, node.right]) {
    if (isOperand(typeOf(side))) continue;
    context.report(side.span, 'binary expression must contain only scalar and instant vector types');
  }
  if (matching !== undefined) checkMatching(context, node, matching, left === 'vector' && right === 'vector');
  if (isSetOperator(operator) && (left === 'scalar' || right === 'scalar')) {
    context.report(node.span, `set operator "${operator}" not allowed in binary scalar expression`);
  }
}

function checkMatching(context: Context, node: Binary, matching: VectorMatching, betweenVectors: boolean): void {
  const fills = (matching.fillLeft ?? matching.fillRight) !== undefined;
  if (!betweenVectors) {
    if (matching.labels.length > 0) context.report(node.span, 'vector matching only allowed between instant vectors');
    if (fills) context.report(node.span, 'filling in missing series only allowed between instant vectors');
    return;
  }
  if (!isSetOperator(node.operator)) return;
  if (matching.cardinality === 'many-to-one' || matching.cardinality === 'one-to-many') {
    context.report(node.span, `no grouping allowed for "${node.operator}" operation`);
    context.report(node.span, 'set operations must always be many-to-many');
  }
  if (fills) context.report(node.span, 'filling in missing series not allowed for set operators');
}

function isOperand(type: ValueType): boolean {
  return type === 'scalar' || type === 'vector';
}
