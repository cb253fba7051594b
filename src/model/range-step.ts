/**
 * A step for a range query that is drawn on so many columns: whole seconds, no more points than columns, and if possible
 * one that divides the range, so that the last point is the end of the range. Milliseconds in and out.
 */
export function rangeStep(rangeMs: number, columns: number): number {
  const range = rangeMs / 1000;
  const least = Math.max(1, Math.ceil(range / Math.max(1, columns - 1)));
  for (let step = least; step <= least * 1.4; step++) {
    if (Number.isInteger(range / step)) return step * 1000;
  }
  return least * 1000;
}
