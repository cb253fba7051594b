import type { Expr, NodeKind, NodeOf, VectorSelector } from './ast.ts';

type ChildrenTable = { readonly [K in NodeKind]: (node: NodeOf<K>) => readonly Expr[] };

const CHILDREN: ChildrenTable = {
  number: () => [],
  string: () => [],
  vector: () => [],
  matrix: (node) => [node.selector],
  subquery: (node) => [node.expr],
  call: (node) => node.args,
  aggregation: (node) => (node.parameter === undefined ? [node.expr] : [node.parameter, node.expr]),
  binary: (node) => [node.left, node.right],
  unary: (node) => [node.expr],
  paren: (node) => [node.expr],
};

/** The direct parts of an expression, in the order they are written. */
export function children(node: Expr): readonly Expr[] {
  return (CHILDREN[node.kind] as (node: Expr) => readonly Expr[])(node);
}

/** Visits an expression and everything in it, parents first. `path` holds the ancestors, outermost first; copy it to keep it. */
export function walk(node: Expr, visit: (node: Expr, path: readonly Expr[]) => void): void {
  const path: Expr[] = [];
  const step = (current: Expr): void => {
    visit(current, path);
    path.push(current);
    for (const child of children(current)) step(child);
    path.pop();
  };
  step(node);
}

/** All selectors of an expression, in the order they are written; those inside `[]` included. */
export function selectorsOf(node: Expr): readonly VectorSelector[] {
  const found: VectorSelector[] = [];
  walk(node, (current) => {
    if (current.kind === 'vector') found.push(current);
  });
  return found;
}

type MapTable = { readonly [K in NodeKind]: (node: NodeOf<K>, map: (node: Expr) => Expr) => Expr };

const WITH_CHILDREN: MapTable = {
  number: (node) => node,
  string: (node) => node,
  vector: (node) => node,
  matrix: (node, map) => {
    const selector = map(node.selector);
    if (selector.kind !== 'vector') throw new Error(`a range needs a vector selector, not ${selector.kind}`);
    return { ...node, selector };
  },
  subquery: (node, map) => ({ ...node, expr: map(node.expr) }),
  call: (node, map) => ({ ...node, args: node.args.map(map) }),
  aggregation: (node, map) => ({
    ...node,
    ...(node.parameter === undefined ? {} : { parameter: map(node.parameter) }),
    expr: map(node.expr),
  }),
  binary: (node, map) => ({ ...node, left: map(node.left), right: map(node.right) }),
  unary: (node, map) => ({ ...node, expr: map(node.expr) }),
  paren: (node, map) => ({ ...node, expr: map(node.expr) }),
};

/**
 * A copy of the expression with every node replaced by `change(node)`, children first. Spans are kept as they are, so
 * after a change they no longer tell where the text is; print and parse again when positions matter.
 */
export function mapExpr(node: Expr, change: (node: Expr) => Expr): Expr {
  const step = (current: Expr): Expr =>
    change((WITH_CHILDREN[current.kind] as (node: Expr, map: (node: Expr) => Expr) => Expr)(current, step));
  return step(node);
}
