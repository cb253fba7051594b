import type { FloatHistogram } from '../../model/float-histogram.ts';
import type { Binary, BinaryOperator } from '../ast.ts';
import type { EvalContext } from '../engine/context.ts';
import { histogramsNotEvaluated } from '../engine/errors.ts';

type SampleType = 'float' | 'histogram';

/** Says that an operator cannot take these two kinds of samples. */
export function noteIncompatible(
  { query }: EvalContext,
  node: Binary,
  [left, right]: readonly [SampleType, SampleType],
): void {
  const { operator } = node;
  const message = `incompatible sample types encountered for binary operator "${operator}": ${left} ${operator} ${right}`;
  query.annotations.info(message, node.span);
}

/** A histogram times a number, or divided by one; undefined for what cannot be done. */
export function scaledHistogram(
  operator: BinaryOperator,
  histogram: FloatHistogram,
  scalar: number,
  side: 'left' | 'right',
): FloatHistogram | undefined {
  if ((operator === '</' || operator === '>/') && side === 'right') throw histogramsNotEvaluated(`"${operator}"`);
  if (operator === '*') return mapped(histogram, scalar < 0, (count) => count * scalar);
  if (operator === '/' && side === 'right') return mapped(histogram, scalar < 0, (count) => count / scalar);
  return undefined;
}

function mapped(histogram: FloatHistogram, negative: boolean, change: (count: number) => number): FloatHistogram {
  return {
    ...histogram,
    count: change(histogram.count),
    sum: change(histogram.sum),
    zeroCount: change(histogram.zeroCount),
    positiveBuckets: histogram.positiveBuckets.map(change),
    negativeBuckets: histogram.negativeBuckets.map(change),
    counterResetHint: negative ? 'gauge' : histogram.counterResetHint,
  };
}
