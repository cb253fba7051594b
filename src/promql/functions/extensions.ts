import { executionError } from '../engine/errors.ts';
import type { MatrixValue } from '../engine/values.ts';

/** Refuses `anchored` and `smoothed` for functions that would misread the samples around the window. */
export function checkExtension(name: string, { extension }: MatrixValue): void {
  if (extension === undefined) return;
  const safe: readonly string[] = SAFE_EXTENSIONS[extension];
  if (safe.includes(name)) return;
  throw executionError(`${extension} modifier can only be used with: ${safe.join(', ')} - not with ${name}`);
}

const SAFE_EXTENSIONS = {
  anchored: ['changes', 'delta', 'increase', 'rate', 'resets'],
  smoothed: ['delta', 'increase', 'rate'],
} as const;
