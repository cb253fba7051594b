import type { Call, Expr } from '../ast.ts';
import type { EvalContext } from '../engine/context.ts';
import { executionError } from '../engine/errors.ts';
import { emptySeries, type GridSeries, type ScalarValue, type Value, type VectorValue } from '../engine/values.ts';
import { overWindows } from '../engine/windows.ts';
import type { Span } from '../span.ts';
import { checkExtension } from './extensions.ts';
import { collected, nameless, unwrapped } from './result.ts';
import type { EachFunction, Implementation, WholeCall, WindowImplementation } from './row.ts';
import { findFunction } from './table.ts';

/** The value of a function call. */
export async function evaluateCall(context: EvalContext, node: Call): Promise<Value> {
  const row = findFunction(node.name);
  if (row === undefined) throw executionError(`unknown function with name "${node.name}"`);
  const { run } = row;
  switch (run.kind) {
    case 'each':
      return eachFloat(context, node, run.compute);
    case 'each-histogram':
      return eachHistogramSample(context, node, run);
    case 'window':
      return callOverWindows(context, node, run);
    case 'whole':
      return run.compute(wholeCall(context, node));
  }
}

function wholeCall(context: EvalContext, node: Call): WholeCall {
  const args = node.args.map(unwrapped);
  return {
    context,
    node,
    args,
    vector: (position) => argument(context, args, position, 'vector'),
    scalar: (position) => argument(context, args, position, 'scalar'),
    text: (position) => {
      const arg = args[position];
      if (arg?.kind !== 'string') throw executionError('a text argument must be a string literal');
      return arg.value;
    },
  };
}

async function argument<K extends Value['kind']>(
  context: EvalContext,
  args: readonly Expr[],
  position: number,
  kind: K,
): Promise<Extract<Value, { kind: K }>> {
  const arg = args[position];
  if (arg === undefined) throw executionError(`argument ${position + 1} is missing`);
  const value = await context.evaluate(arg, context.grid);
  if (value.kind !== kind) throw executionError(`argument ${position + 1} is a ${value.kind}, not a ${kind}`);
  return value as Extract<Value, { kind: K }>;
}

async function eachFloat(context: EvalContext, node: Call, compute: EachFunction): Promise<VectorValue> {
  const { grid } = context;
  const args = node.args.map(unwrapped);
  const vector = await argument(context, args, 0, 'vector');
  const scalars = await scalarsOf(context, args.slice(1));
  const at = new Array<number>(scalars.length).fill(0);
  const rows: GridSeries[] = [];
  await context.query.budget.forEach(vector.series, (series) => {
    const row = emptySeries(nameless(context, series), grid.steps, true);
    for (let step = 0; step < grid.steps; step++) {
      if (series.present[step] !== 1 || series.histograms?.[step] !== undefined) continue;
      for (let i = 0; i < scalars.length; i++) at[i] = scalars[i]?.[step] ?? 0;
      const result = compute(series.values[step] ?? 0, at);
      if (result === undefined) continue;
      row.values[step] = result;
      row.present[step] = 1;
    }
    rows.push(row);
  });
  return collected(context, rows);
}

async function eachHistogramSample(
  context: EvalContext,
  node: Call,
  run: Extract<Implementation, { kind: 'each-histogram' }>,
): Promise<VectorValue> {
  const vector = await argument(context, node.args.map(unwrapped), 0, 'vector');
  const rows = vector.series.map((series) => {
    const row = emptySeries(nameless(context, series), context.grid.steps, true);
    series.histograms?.forEach((histogram, step) => {
      if (histogram === undefined) return;
      row.values[step] = run.compute(histogram);
      row.present[step] = 1;
    });
    return row;
  });
  return collected(context, rows);
}

async function callOverWindows(context: EvalContext, node: Call, run: WindowImplementation): Promise<VectorValue> {
  const args = node.args.map(unwrapped);
  const position = args.findIndex((arg) => arg.kind === 'matrix' || arg.kind === 'subquery');
  const matrix = await argument(context, args, position, 'matrix');
  checkExtension(node.name, matrix);
  const others = args.filter((_, index) => index !== position);
  const scalars = await scalarsOf(context, others);
  return overWindows(context, matrix, placeOf(args[0]), scalars, run);
}

/** Where annotations say they are: at the first argument. Prometheus has lost the place of a subquery by then. */
function placeOf(arg: Expr | undefined): Span {
  return arg === undefined || arg.kind === 'subquery' ? { start: 0, end: 0 } : arg.span;
}

async function scalarsOf(context: EvalContext, args: readonly Expr[]): Promise<readonly Float64Array[]> {
  const values: ScalarValue[] = [];
  for (const position of args.keys()) values.push(await argument(context, args, position, 'scalar'));
  return values.map((value) => value.values);
}
