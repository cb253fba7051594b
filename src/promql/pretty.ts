import type { Expr, NodeKind, NodeOf } from './ast.ts';
import { print, printBinaryModifiers, printGrouping, printMatcher, printSubqueryTime } from './print.ts';
import { children, mapExpr } from './walk.ts';

/**
 * The expression over several lines where one would be too long, as Prometheus' own formatter breaks it: what is inside
 * parentheses or an operator's side goes onto lines of its own, two spaces deeper; matchers are put in order. Comments
 * are lost. https://github.com/prometheus/prometheus/blob/main/promql/parser/prettier_rules.md
 */
export function pretty(node: Expr): string {
  return broken(mapExpr(node, withSortedMatchers), 0);
}

function withSortedMatchers(node: Expr): Expr {
  if (node.kind !== 'vector') return node;
  const texts = new Map(node.matchers.map((matcher) => [matcher, printMatcher(matcher)]));
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  const matchers = [...node.matchers].sort((a, b) => order(texts.get(a) ?? '', texts.get(b) ?? ''));
  return { ...node, matchers };
}

function broken(node: Expr, level: number): string {
  return (BREAKERS[node.kind] as (node: Expr, level: number) => string)(node, level);
}

/** Whatever is longer than this in bytes is broken. */
const MAX_LINE = 100;

type BreakTable = { readonly [K in NodeKind]: (node: NodeOf<K>, level: number) => string };

const BREAKERS: BreakTable = {
  number: onOneLine,
  string: onOneLine,
  vector: onOneLine,
  matrix: onOneLine,
  subquery: (node, level) => (isLong(node) ? broken(node.expr, level) + printSubqueryTime(node) : print(node)),
  call: (node, level) => {
    if (!isLong(node)) return onOneLine(node, level);
    return `${indent(level)}${node.name}(\n${listed(node.args, level + 1)}\n${indent(level)})`;
  },
  aggregation: (node, level) => {
    if (!isLong(node)) return onOneLine(node, level);
    const grouping = printGrouping(node);
    const parts = node.parameter === undefined ? [node.expr] : [node.parameter, node.expr];
    const head = `${node.operator}${grouping === '' ? '' : `${grouping} `}`;
    return `${indent(level)}${head}(\n${listed(parts, level + 1)}\n${indent(level)})`;
  },
  binary: (node, level) => {
    if (!isLong(node)) return onOneLine(node, level);
    const operator = `${indent(level)}${node.operator}${printBinaryModifiers(node)}`;
    return `${broken(node.left, level + 1)}\n${operator}\n${broken(node.right, level + 1)}`;
  },
  unary: (node, level) => `${indent(level)}${node.operator}${broken(node.expr, level).trim()}`,
  paren: (node, level) => {
    if (!isLong(node)) return onOneLine(node, level);
    return `${indent(level)}(\n${broken(node.expr, level + 1)}\n${indent(level)})`;
  },
};

function listed(nodes: readonly Expr[], level: number): string {
  return nodes.map((node) => broken(node, level)).join(',\n');
}

function onOneLine(node: Expr, level: number): string {
  return indent(level) + print(node);
}

/** Asks the parts first: whatever holds a long part is long, so that no long text is made again and again. */
function isLong(node: Expr): boolean {
  const known = LONG.get(node);
  if (known !== undefined) return known;
  const long = children(node).some(isLong) || new TextEncoder().encode(print(node)).length > MAX_LINE;
  LONG.set(node, long);
  return long;
}

const LONG = new WeakMap<Expr, boolean>();

function indent(level: number): string {
  return '  '.repeat(level);
}
