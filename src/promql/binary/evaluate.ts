import { type Binary, isSetOperator } from '../ast.ts';
import type { EvalContext } from '../engine/context.ts';
import { executionError } from '../engine/errors.ts';
import type { ScalarValue, Value } from '../engine/values.ts';
import { combineVectors } from './matching.ts';
import { type Operation, operationOf } from './operators.ts';
import { combineSets } from './sets.ts';
import { combineWithScalar } from './with-scalar.ts';

/** The value of a binary operation; which kind depends on the types of its sides. */
export async function evaluateBinary(context: EvalContext, node: Binary): Promise<Value> {
  const left = await context.evaluate(node.left, context.grid);
  const right = await context.evaluate(node.right, context.grid);
  const { operator } = node;
  if (isSetOperator(operator)) {
    if (left.kind !== 'vector' || right.kind !== 'vector') {
      throw executionError(`set operator "${operator}" not allowed in binary scalar expression`);
    }
    return combineSets(context, node, operator, left, right);
  }
  const operation = operationOf(operator);
  if (left.kind === 'scalar' && right.kind === 'scalar') return betweenScalars(operator, operation, left, right);
  if (left.kind === 'vector' && right.kind === 'vector') return combineVectors(context, node, operation, left, right);
  if (left.kind === 'vector' && right.kind === 'scalar') {
    return combineWithScalar(context, node, operation, left, right, 'right');
  }
  if (left.kind === 'scalar' && right.kind === 'vector') {
    return combineWithScalar(context, node, operation, right, left, 'left');
  }
  throw executionError('binary expression must contain only scalar and instant vector types');
}

function betweenScalars(operator: string, operation: Operation, left: ScalarValue, right: ScalarValue): ScalarValue {
  if (operation.kind === 'trim') throw executionError(`operator "${operator}" not allowed for Scalar operations`);
  const values = left.values.map((value, step) => {
    const other = right.values[step] ?? 0;
    return operation.kind === 'arithmetic' ? operation.compute(value, other) : Number(operation.holds(value, other));
  });
  return { kind: 'scalar', values };
}
