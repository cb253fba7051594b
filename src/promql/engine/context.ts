import type { Storage } from '../../model/storage.ts';
import type { Expr } from '../ast.ts';
import type { Features } from '../features.ts';
import type { Annotations } from './annotations.ts';
import type { Budget } from './budget.ts';
import type { Grid } from './grid.ts';
import type { Value } from './values.ts';

/** What the whole query is about: the same for all parts of it, subqueries included. */
export type QueryContext = {
  readonly storage: Storage;
  readonly features: Features;
  readonly lookbackMs: number;
  /** The resolution of subqueries that give none. */
  readonly subqueryStepMs: number;
  /** The outermost window: what `@ start()`, `@ end()`, `step()` and `range()` mean. An instant query has a step of 0. */
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
  readonly range: boolean;
  readonly annotations: Annotations;
  readonly budget: Budget;
};

/** Where an expression is evaluated: the query, the moments, and the evaluator for its parts. */
export type EvalContext = {
  readonly query: QueryContext;
  readonly grid: Grid;
  readonly evaluate: (node: Expr, grid: Grid) => Promise<Value>;
};
