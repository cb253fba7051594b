import type { Expr, NodeKind, NodeOf } from '../ast.ts';

/** Functions whose result depends on the moment of evaluation even when their arguments do not. */
const UNSAFE: ReadonlySet<string> = new Set([
  'days_in_month',
  'day_of_month',
  'day_of_week',
  'day_of_year',
  'end',
  'hour',
  'minute',
  'month',
  'predict_linear',
  'range',
  'start',
  'step',
  'time',
  'timestamp',
  'start_timestamp',
  'year',
]);

type InvariantTable = { readonly [K in NodeKind]: (node: NodeOf<K>) => boolean };

const INVARIANT: InvariantTable = {
  number: () => true,
  string: () => true,
  vector: (node) => node.at !== undefined,
  matrix: (node) => node.selector.at !== undefined,
  subquery: (node) => node.at !== undefined,
  call: (node) => !UNSAFE.has(node.name) && node.args.every(isStepInvariant),
  // As in Prometheus, the parameter is not asked: it is taken at the first step when the rest does not change.
  aggregation: (node) => isStepInvariant(node.expr),
  binary: (node) => isStepInvariant(node.left) && isStepInvariant(node.right),
  unary: (node) => isStepInvariant(node.expr),
  paren: (node) => isStepInvariant(node.expr),
};

/** True when an expression has the same value at every step, because all its selectors are pinned with `@`. */
export function isStepInvariant(node: Expr): boolean {
  const known = CACHE.get(node);
  if (known !== undefined) return known;
  const invariant = (INVARIANT[node.kind] as (node: Expr) => boolean)(node);
  CACHE.set(node, invariant);
  return invariant;
}

const CACHE = new WeakMap<Expr, boolean>();
