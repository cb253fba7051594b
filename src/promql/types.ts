import type { Expr, NodeKind, NodeOf, ValueType } from './ast.ts';
import { findFunction } from './functions/table.ts';

type TypeTable = { readonly [K in NodeKind]: (node: NodeOf<K>) => ValueType };

const TYPES: TypeTable = {
  number: () => 'scalar',
  string: () => 'string',
  vector: () => 'vector',
  matrix: () => 'matrix',
  subquery: () => 'matrix',
  call: (node) => findFunction(node.name)?.returns ?? 'vector',
  aggregation: () => 'vector',
  binary: (node) => (typeOf(node.left) === 'scalar' && typeOf(node.right) === 'scalar' ? 'scalar' : 'vector'),
  unary: (node) => typeOf(node.expr),
  paren: (node) => typeOf(node.expr),
};

/** The type of an expression, without looking whether its parts fit. An unknown function counts as an instant vector. */
export function typeOf(node: Expr): ValueType {
  const known = CACHE.get(node);
  if (known !== undefined) return known;
  const type = (TYPES[node.kind] as (node: Expr) => ValueType)(node);
  CACHE.set(node, type);
  return type;
}

/** The parser asks at every operator of a long row; nodes never change, so the answer does not either. */
const CACHE = new WeakMap<Expr, ValueType>();

/** The name people know a type by. */
export const TYPE_NAMES: { readonly [K in ValueType]: string } = {
  scalar: 'scalar',
  vector: 'instant vector',
  matrix: 'range vector',
  string: 'string',
};
