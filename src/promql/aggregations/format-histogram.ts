import type { FloatHistogram } from '../../model/float-histogram.ts';
import { toNativeHistogram } from '../engine/native-histogram.ts';
import { formatG } from '../maths/go-float.ts';

const BRACKETS = { 0: ['(', ']'], 1: ['[', ')'], 2: ['(', ')'], 3: ['[', ']'] } as const;

/** A native histogram on one line: `{count:3, sum:6, (1,2]:3}`. */
export function formatHistogram(histogram: FloatHistogram): string {
  const buckets = toNativeHistogram(histogram).buckets.map(({ boundaries, lower, upper, count }) => {
    const [open, close] = BRACKETS[boundaries];
    return `, ${open}${formatG(lower)},${formatG(upper)}${close}:${formatG(count)}`;
  });
  return `{count:${formatG(histogram.count)}, sum:${formatG(histogram.sum)}${buckets.join('')}}`;
}
