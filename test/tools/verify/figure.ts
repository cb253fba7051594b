import type { BenchOptions } from '../bench/options.ts';

/** One figure of the project: what it should be, and how it is found out. */
export type Figure = {
  /** A word for the command line: `npm run verify -- memory fuzz`. */
  readonly group: string;
  readonly name: string;
  /** What was asked for, in words. */
  readonly goal: string;
  measure(options: BenchOptions): Promise<Measured>;
};

/** `held` is undefined where this machine cannot say: then `measured` tells why. */
export type Measured = { readonly measured: string; readonly held: boolean | undefined };

export function atMost(value: number | undefined, limit: number, words: (value: number) => string): Measured {
  if (value === undefined || Number.isNaN(value)) return { measured: 'not told by this system', held: undefined };
  return { measured: words(value), held: value <= limit };
}
