import type { ArithmeticOperator, BinaryOperator, ComparisonOperator, SetOperator } from '../ast.ts';
import { power } from '../maths/go-math.ts';

type Arithmetic = { readonly [K in ArithmeticOperator]: (left: number, right: number) => number };

export const ARITHMETIC: Arithmetic = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
  '^': power,
  atan2: Math.atan2,
};

type Comparison = { readonly [K in ComparisonOperator]: (left: number, right: number) => boolean };

export const COMPARISON: Comparison = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '>': (left, right) => left > right,
  '<': (left, right) => left < right,
  '>=': (left, right) => left >= right,
  '<=': (left, right) => left <= right,
};

/** One side of an operator as it can be computed with: the arithmetic, or the comparison and what it keeps. */
export type Operation =
  | { readonly kind: 'trim' }
  | { readonly kind: 'arithmetic'; readonly compute: (left: number, right: number) => number }
  | { readonly kind: 'comparison'; readonly holds: (left: number, right: number) => boolean };

export function operationOf(operator: Exclude<BinaryOperator, SetOperator>): Operation {
  if (operator === '</' || operator === '>/') return { kind: 'trim' };
  if (operator in ARITHMETIC) return { kind: 'arithmetic', compute: ARITHMETIC[operator as ArithmeticOperator] };
  return { kind: 'comparison', holds: COMPARISON[operator as ComparisonOperator] };
}
