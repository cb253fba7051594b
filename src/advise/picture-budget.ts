import { UserError } from '../model/errors.ts';
import type { Binary, Expr } from '../promql/ast.ts';
import { print } from '../promql/print.ts';
import { mapExpr, walk } from '../promql/walk.ts';
import { type Asking, askRows, treeOf } from './picture-ask.ts';

/** How the errors a service may make within a stretch of time are used up. */
export type BudgetPicture = {
  readonly kind: 'budget';
  /** The share of requests that has to succeed, 0…1. */
  readonly objective: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
  /** Over the whole stretch. `allowed` errors are the budget. Undefined where there were no requests. */
  readonly requests: number | undefined;
  readonly errors: number | undefined;
  readonly allowed: number | undefined;
  readonly steps: readonly BudgetStep[];
};

/** At the end of a step. */
export type BudgetStep = {
  readonly ms: number;
  /** Of the whole stretch's budget: 1 untouched, 0 used up, negative overspent. Undefined without data. */
  readonly left: number | undefined;
  /** During the step: 1 uses up the budget exactly within the stretch. Undefined without requests. */
  readonly burn: number | undefined;
};

const STEPS = 12;
const DEFAULT_RANGE_MS = 3_600_000;

/**
 * From a burn rate `errors / requests / (1 - 0.99)`, both sides aggregated to one row. Every `left` is the query
 * `errors` over the time from the start, divided by the budget, so the last one is what the learner's query gives.
 */
export async function budgetPicture(
  { query, rangeMs = DEFAULT_RANGE_MS }: { readonly query: string; readonly rangeMs?: number },
  asking: Asking,
): Promise<BudgetPicture> {
  const { errors, requests, objective } = findBurn(query);
  const endMs = asking.timeMs;
  const startMs = endMs - rangeMs;
  const stepMs = rangeMs / STEPS;
  const counted = async (side: Side, timeMs: number, windowMs: number): Promise<number | undefined> => {
    const rows = await askRows({ ...asking, timeMs }, side.over(windowMs));
    if (rows.length > 1) throw notABurn(query, `it has ${rows.length} rows where one is needed: aggregate with sum()`);
    const value = rows[0]?.value;
    return value === undefined || !side.perSecond ? value : value * (windowMs / 1000);
  };
  const allRequests = await counted(requests, endMs, rangeMs);
  const allErrors = await counted(errors, endMs, rangeMs);
  const allowed = allRequests === undefined ? undefined : allRequests * (1 - objective);
  const steps: BudgetStep[] = [];
  for (let index = 1; index <= STEPS; index++) {
    const ms = startMs + index * stepMs;
    const [spent, stepErrors, stepRequests] = await Promise.all([
      index === STEPS ? allErrors : counted(errors, ms, index * stepMs),
      counted(errors, ms, stepMs),
      counted(requests, ms, stepMs),
    ]);
    const left = spent === undefined || !allowed ? undefined : 1 - spent / allowed;
    const burn = stepErrors === undefined || !stepRequests ? undefined : stepErrors / stepRequests / (1 - objective);
    steps.push({ ms, left, burn });
  }
  return {
    kind: 'budget',
    objective,
    startMs,
    endMs,
    stepMs,
    requests: allRequests,
    errors: allErrors,
    allowed,
    steps,
  };
}

/** A side of the ratio, to be asked over any window. */
type Side = { readonly perSecond: boolean; over(windowMs: number): string };

function findBurn(query: string): { readonly errors: Side; readonly requests: Side; readonly objective: number } {
  const tree = unwrapped(treeOf(query));
  const quotient = asDivision(tree);
  const share = quotient === undefined ? undefined : constant(quotient.right);
  const ratio = quotient === undefined ? undefined : asDivision(unwrapped(quotient.left));
  if (share === undefined || ratio === undefined || !(share > 0 && share < 1)) {
    throw notABurn(query, 'it has to read errors / requests / (1 - 0.99)');
  }
  const [errors, requests] = [sideOf(query, ratio.left), sideOf(query, ratio.right)];
  return { errors, requests, objective: 1 - share };
}

function sideOf(query: string, side: Expr): Side {
  const functions = new Set<string>();
  walk(side, (node) => {
    if (node.kind === 'call') functions.add(node.name);
  });
  const perSecond = functions.has('rate');
  if (functions.size !== 1 || !(perSecond || functions.has('increase'))) {
    throw notABurn(query, `\`${print(side)}\` has to count with rate() or with increase()`);
  }
  return { perSecond, over: (windowMs) => print(mapExpr(side, (node) => withWindow(node, windowMs))) };
}

function withWindow(node: Expr, windowMs: number): Expr {
  if (node.kind !== 'matrix') return node;
  const { span } = node.range;
  const expr = { kind: 'duration-literal', span, seconds: windowMs / 1000, units: true } as const;
  return { ...node, range: { ms: windowMs, span, expr } };
}

function asDivision(node: Expr): Binary | undefined {
  return node.kind === 'binary' && node.operator === '/' ? node : undefined;
}

function unwrapped(node: Expr): Expr {
  return node.kind === 'paren' ? unwrapped(node.expr) : node;
}

function constant(node: Expr): number | undefined {
  if (node.kind === 'number') return node.value;
  if (node.kind === 'paren') return constant(node.expr);
  if (node.kind !== 'binary' || node.operator !== '-') return undefined;
  const [left, right] = [constant(node.left), constant(node.right)];
  return left === undefined || right === undefined ? undefined : left - right;
}

function notABurn(query: string, why: string): UserError {
  return new UserError(`cannot picture the budget of \`${query}\`: ${why}`);
}
