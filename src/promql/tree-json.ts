import { METRIC_NAME } from '../model/labels.ts';
import type {
  AtModifier,
  Duration,
  Expr,
  NodeKind,
  NodeOf,
  TimeModifiers,
  VectorMatching,
  VectorSelector,
} from './ast.ts';
import { evaluateDuration } from './duration.ts';
import { findFunction } from './functions/table.ts';
import { printNumber } from './print.ts';

/**
 * The tree of an expression in the form of Prometheus' /api/v1/parse_query, ready for `JSON.stringify`. Times are
 * milliseconds. https://github.com/prometheus/prometheus/blob/main/web/api/v1/translate_ast.go
 */
export function treeJson(node: Expr): object {
  return (TREES[node.kind] as (node: Expr) => object)(node);
}

type TreeTable = { readonly [K in NodeKind]: (node: NodeOf<K>) => object };

const TREES: TreeTable = {
  number: ({ value }) => ({ type: 'numberLiteral', val: printNumber(value) }),
  string: ({ value }) => ({ type: 'stringLiteral', val: wellFormed(value) }),
  vector: (node) => ({ type: 'vectorSelector', ...selectorJson(node) }),
  matrix: ({ selector, range }) => ({
    type: 'matrixSelector',
    ...selectorJson(selector),
    range: durationJson(range),
  }),
  subquery: (node) => ({
    type: 'subquery',
    expr: treeJson(node.expr),
    range: durationJson(node.range),
    step: node.step === undefined ? 0 : durationJson(node.step),
    ...timeJson(node),
  }),
  call: (node) => ({ type: 'call', func: functionJson(node.name), args: node.args.map(treeJson) }),
  aggregation: (node) => ({
    type: 'aggregation',
    op: node.operator,
    expr: treeJson(node.expr),
    param: node.parameter === undefined ? null : treeJson(node.parameter),
    grouping: node.grouping,
    without: node.without,
  }),
  binary: (node) => ({
    type: 'binaryExpr',
    op: node.operator,
    lhs: treeJson(node.left),
    rhs: treeJson(node.right),
    matching: node.matching === undefined ? null : matchingJson(node.matching),
    bool: node.bool,
  }),
  unary: (node) => ({ type: 'unaryExpr', op: node.operator, expr: treeJson(node.expr) }),
  paren: (node) => ({ type: 'parenExpr', expr: treeJson(node.expr) }),
};

function selectorJson(node: VectorSelector): object {
  const name = node.name === '' ? [] : [{ name: METRIC_NAME, type: '=', value: node.name }];
  const rest = node.matchers.map(({ name: label, operator, value }) => ({
    name: label,
    type: operator,
    value: wellFormed(value),
  }));
  return { name: node.name, matchers: [...rest, ...name], ...timeJson(node) };
}

function timeJson({ at, offset }: TimeModifiers): object {
  return {
    offset: offset === undefined ? 0 : durationJson(offset),
    timestamp: at?.kind === 'timestamp' ? at.ms : null,
    startOrEnd: startOrEnd(at),
  };
}

function startOrEnd(at: AtModifier | undefined): 'start' | 'end' | null {
  return at === undefined || at.kind === 'timestamp' ? null : at.kind;
}

/** A length that depends on the query's step or range is not known from the text; Prometheus says 0 there. */
function durationJson({ ms, expr }: Duration): number {
  if (ms !== undefined) return ms;
  const evaluated = evaluateDuration(expr, undefined);
  return evaluated.kind === 'ok' ? evaluated.ms : 0;
}

function matchingJson({ cardinality, labels, on, include }: VectorMatching): object {
  return { card: cardinality, labels, on, include };
}

function functionJson(name: string): object {
  const row = findFunction(name);
  return {
    name,
    argTypes: row?.args ?? [],
    variadic: row?.variadic ?? 0,
    returnType: row?.returns ?? 'vector',
  };
}

/** Bytes that are no UTF-8 become the replacement character, as in every JSON that Go writes. */
function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
}
