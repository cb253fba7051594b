import type { FloatHistogram } from '../../model/float-histogram.ts';
import type { Binary, BinaryOperator } from '../ast.ts';
import type { EvalContext } from '../engine/context.ts';
import { histogramsNotEvaluated } from '../engine/errors.ts';

type SampleType = 'float' | 'histogram';

/** Divided by zero only the totals and the zero bucket are left, as in Prometheus: every other bucket would be infinite. */
const NO_BUCKETS = { positiveSpans: [], negativeSpans: [], positiveBuckets: [], negativeBuckets: [] };

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
  if (operator === '/' && side === 'right') {
    const divided = mapped(histogram, scalar < 0, (count) => count / scalar);
    return scalar === 0 ? { ...divided, ...NO_BUCKETS } : divided;
  }
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
