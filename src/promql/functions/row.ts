import type { FloatHistogram } from '../../model/float-histogram.ts';
import type { Call, Expr, ValueType } from '../ast.ts';
import type { EvalContext } from '../engine/context.ts';
import type { ScalarValue, Value, ValueOf, VectorValue } from '../engine/values.ts';
import type { WindowFunction, WindowRun } from '../engine/windows.ts';
import type { FunctionSignature } from './signature.ts';

/** How a function computes; which one fits is a matter of what it looks at. */
export type Implementation =
  /** Every float sample on its own; the scalar arguments are those of the step. Undefined leaves the sample out. */
  | { readonly kind: 'each'; readonly compute: EachFunction }
  /** Every native histogram on its own. */
  | { readonly kind: 'each-histogram'; readonly compute: (histogram: FloatHistogram) => number }
  /** Every window of a range vector on its own. */
  | WindowImplementation
  /** Whole arguments at once. */
  | { readonly kind: 'whole'; readonly compute: (call: WholeCall) => Promise<Value> };

export type EachFunction = (value: number, scalars: readonly number[]) => number | undefined;

export type WindowImplementation = WindowRun & { readonly kind: 'window' };

/** A call whose function sees its arguments as a whole. Positions count from 0. */
export type WholeCall = {
  readonly context: EvalContext;
  readonly node: Call;
  /** The arguments as written, without parentheses around them. */
  readonly args: readonly Expr[];
  vector(position: number): Promise<VectorValue>;
  scalar(position: number): Promise<ScalarValue>;
  text(position: number): string;
};

export type FunctionRow = FunctionSignature & { readonly run: Implementation };

export function each(compute: EachFunction): Implementation {
  return { kind: 'each', compute };
}

export function eachHistogram(compute: (histogram: FloatHistogram) => number): Implementation {
  return { kind: 'each-histogram', compute };
}

export function overWindow(compute: WindowFunction, options: Partial<Omit<WindowRun, 'compute'>> = {}): Implementation {
  return { kind: 'window', compute, keepName: false, ...options };
}

/** A function that remembers the window before; see `WindowRun`. */
export function perSeries(make: () => WindowFunction): Implementation {
  return { kind: 'window', compute: make(), perSeries: make, keepName: false };
}

/** A row whose implementation must give what its signature promises. */
export function whole<R extends Extract<ValueType, 'scalar' | 'vector'>>(
  signature: FunctionSignature & { readonly returns: R },
  compute: (call: WholeCall) => Promise<ValueOf<NoInfer<R>>>,
): FunctionRow {
  return { ...signature, run: { kind: 'whole', compute } };
}
