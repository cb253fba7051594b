import { histogramFunctions } from './histogram.ts';
import { labelsFunctions } from './labels.ts';
import { mathFunctions } from './math.ts';
import { overTimeFunctions } from './over-time.ts';
import { rateFunctions } from './rate.ts';
import type { FunctionRow } from './row.ts';
import { scalarsFunctions } from './scalars.ts';
import { timeFunctions } from './time.ts';

/** Every function of PromQL, in alphabetical order. */
export const FUNCTIONS: readonly FunctionRow[] = [
  ...mathFunctions,
  ...rateFunctions,
  ...overTimeFunctions,
  ...histogramFunctions,
  ...labelsFunctions,
  ...timeFunctions,
  ...scalarsFunctions,
].sort((a, b) => (a.name < b.name ? -1 : 1));

const BY_NAME: ReadonlyMap<string, FunctionRow> = new Map(FUNCTIONS.map((row) => [row.name, row]));

/** The row of a function, undefined when Prometheus knows none of that name. */
export function findFunction(name: string): FunctionRow | undefined {
  return BY_NAME.get(name);
}
