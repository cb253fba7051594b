import type { Expr } from '../promql/ast.ts';
import { isComparison, isSetOperator } from '../promql/ast.ts';
import { parse } from '../promql/parse.ts';

/**
 * What the values of a query stand for where its metric is one whose values are states: `{0: 'down', 1: 'up'}` for `up`.
 * Undefined where the query computes something else from them, or the metric is not known for that.
 */
export function stateNames(query: string): Readonly<Record<number, string>> | undefined {
  const parsed = parse(query);
  if (parsed.kind !== 'ok') return undefined;
  const name = kept(parsed.expr);
  return name === undefined || !Object.hasOwn(STATES, name) ? undefined : STATES[name];
}

const STATES: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  // https://prometheus.io/docs/concepts/jobs_instances/
  up: { 0: 'down', 1: 'up' },
  // https://github.com/prometheus/blackbox_exporter
  probe_success: { 0: 'failed', 1: 'ok' },
  sse_circuit_breaker_state: { 0: 'closed', 1: 'half-open', 2: 'open' },
};

const KEEPS_VALUES = new Set(['min', 'max', 'topk', 'bottomk', 'limitk', 'limit_ratio']);
const KEEPING_CALLS = new Set([
  'last_over_time',
  'first_over_time',
  'min_over_time',
  'max_over_time',
  'label_replace',
  'label_join',
]);

/** The metric whose values an expression passes on unchanged. */
function kept(node: Expr): string | undefined {
  switch (node.kind) {
    case 'vector':
      return node.name;
    case 'matrix':
      return kept(node.selector);
    case 'paren':
    case 'subquery':
      return kept(node.expr);
    case 'aggregation':
      return KEEPS_VALUES.has(node.operator) ? kept(node.expr) : undefined;
    case 'call':
      return KEEPING_CALLS.has(node.name) && node.args[0] !== undefined ? kept(node.args[0]) : undefined;
    case 'binary': {
      if (isComparison(node.operator)) return node.bool ? undefined : kept(node.left);
      if (!isSetOperator(node.operator)) return undefined;
      const left = kept(node.left);
      return node.operator === 'or' && kept(node.right) !== left ? undefined : left;
    }
    default:
      return undefined;
  }
}
