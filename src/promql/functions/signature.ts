import type { ValueType } from '../ast.ts';

/** What a function takes and gives. */
export type FunctionSignature = {
  readonly name: string;
  readonly args: readonly ValueType[];
  /** How often the last argument may be left out or repeated: 0 exactly once, N up to N more than the others, -1 any number. */
  readonly variadic: number;
  readonly returns: ValueType;
  readonly experimental: boolean;
  /** One or two sentences for people: what comes out, from what. */
  readonly doc: string;
};
