/**
 * The value at a moment on the straight line between two samples. Where a counter went down in between, the line starts
 * at zero, because that is where the counter started over.
 */
export function interpolate(
  times: Float64Array,
  values: Float64Array,
  left: number,
  right: number,
  atMs: number,
  isCounter: boolean,
): number {
  const leftTime = times[left] ?? 0;
  const rightTime = times[right] ?? 0;
  const rightValue = values[right] ?? 0;
  const leftValue = values[left] ?? 0;
  const from = isCounter && rightValue < leftValue ? 0 : leftValue;
  return from + ((rightValue - from) * (atMs - leftTime)) / (rightTime - leftTime);
}
