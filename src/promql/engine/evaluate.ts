import { evaluateAggregation } from '../aggregations/evaluate.ts';
import type { Expr, NodeKind, NodeOf } from '../ast.ts';
import { evaluateBinary } from '../binary/evaluate.ts';
import { evaluateCall } from '../functions/call.ts';
import { mergeSameLabels } from './collector.ts';
import type { EvalContext, QueryContext } from './context.ts';
import { executionError } from './errors.ts';
import { firstStep, type Grid } from './grid.ts';
import { isStepInvariant } from './invariant.ts';
import { withoutMetadata } from './label-set.ts';
import { negateHistogram } from './negate-histogram.ts';
import { evaluateMatrixSelector, evaluateVectorSelector } from './selectors.ts';
import { evaluateSubquery } from './subquery.ts';
import type { GridSeries, ScalarValue, StringValue, Value, VectorValue } from './values.ts';

/** The value of an expression at every step of a grid. Counts what it makes in the budget of the query. */
export async function evaluate(query: QueryContext, node: Expr, grid: Grid): Promise<Value> {
  if (query.budget.due()) await query.budget.breathe();
  if (grid.steps > 1 && WORTH_ONCE.has(node.kind) && isStepInvariant(node)) {
    const before = query.budget.readSamples;
    const once = await evaluate(query, node, firstStep(grid));
    // As Prometheus counts: what is the same at every step counts as read at every step.
    query.budget.read((query.budget.readSamples - before) * (grid.steps - 1));
    return broadcast(query, once, grid);
  }
  const context: EvalContext = { query, grid, evaluate: (part, inner) => evaluate(query, part, inner) };
  const { held } = query.budget;
  const value = await (EVALUATORS[node.kind] as Evaluator)(context, node);
  query.budget.settle(held, sizeOf(value));
  return value;
}

/** How many samples a value keeps in memory; windows over the storage keep none of their own. */
function sizeOf(value: Value): number {
  switch (value.kind) {
    case 'scalar':
      return value.values.length;
    case 'vector':
      return value.series.length * (value.series[0]?.values.length ?? 0);
    case 'matrix':
      return value.copied ? value.series.reduce((sum, { times }) => sum + times.length, 0) : 0;
    case 'string':
      return 0;
  }
}

type Evaluator = (context: EvalContext, node: Expr) => Promise<Value>;

type EvaluatorTable = { readonly [K in NodeKind]: (context: EvalContext, node: NodeOf<K>) => Promise<Value> };

const EVALUATORS: EvaluatorTable = {
  number: async ({ grid }, node) => constant(node.value, grid.steps),
  string: async (_context, node): Promise<StringValue> => ({ kind: 'string', value: node.value }),
  vector: evaluateVectorSelector,
  matrix: evaluateMatrixSelector,
  subquery: evaluateSubquery,
  call: evaluateCall,
  aggregation: evaluateAggregation,
  binary: evaluateBinary,
  unary: evaluateUnary,
  paren: (context, node) => context.evaluate(node.expr, context.grid),
};

/** Kinds whose value is worth computing once when it is the same at every step. */
const WORTH_ONCE: ReadonlySet<NodeKind> = new Set<NodeKind>([
  'vector',
  'call',
  'aggregation',
  'binary',
  'unary',
  'paren',
]);

function constant(value: number, steps: number): ScalarValue {
  return { kind: 'scalar', values: new Float64Array(steps).fill(value) };
}

/** Repeats what was evaluated at one step at all steps. */
function broadcast(query: QueryContext, value: Value, grid: Grid): Value {
  switch (value.kind) {
    case 'scalar':
      return constant(value.values[0] ?? Number.NaN, grid.steps);
    case 'vector': {
      query.budget.hold(value.series.length * (grid.steps - 1));
      return { kind: 'vector', series: value.series.map((row) => repeated(row, grid.steps)) };
    }
    case 'string':
    case 'matrix':
      return value;
  }
}

function repeated(row: GridSeries, steps: number): GridSeries {
  const histogram = row.histograms?.[0];
  return {
    ...row,
    values: new Float64Array(steps).fill(row.values[0] ?? 0),
    present: new Uint8Array(steps).fill(row.present[0] ?? 0),
    histograms: histogram === undefined ? undefined : new Array(steps).fill(histogram),
  };
}

async function evaluateUnary(context: EvalContext, node: NodeOf<'unary'>): Promise<Value> {
  const value = await context.evaluate(node.expr, context.grid);
  if (node.operator === '+') return value;
  switch (value.kind) {
    case 'scalar':
      return { kind: 'scalar', values: value.values.map((number) => -number) };
    case 'vector':
      return negated(context, value);
    case 'string':
    case 'matrix':
      throw executionError(`a sign needs a scalar or an instant vector, not a ${value.kind}`);
  }
}

async function negated({ query, grid }: EvalContext, { series }: VectorValue): Promise<VectorValue> {
  const delayed = query.features.delayedNameRemoval === true;
  const rows: GridSeries[] = [];
  await query.budget.forEach(series, (row) => {
    const histograms = row.histograms?.map((histogram) => histogram && negateHistogram(histogram));
    rows.push({
      ...row,
      labels: delayed ? row.labels : withoutMetadata(row.labels),
      dropName: true,
      values: row.values.map((number) => -number),
      histograms,
    });
  });
  return { kind: 'vector', series: delayed ? rows : mergeSameLabels(rows, grid.steps) };
}
