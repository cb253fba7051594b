import type { QueryData } from '../model/query-result.ts';
import type { Expr } from '../promql/ast.ts';
import { parse } from '../promql/parse.ts';
import { print } from '../promql/print.ts';
import { children } from '../promql/walk.ts';
import type { Asker } from './ask.ts';
import type { Moment } from './ground.ts';

/** A part of a query and what it gives by itself: what stands inside it comes after it, one level deeper. */
export type QueryPart = { readonly text: string; readonly depth: number; readonly gives: PartResult };

export type PartResult =
  | { readonly kind: 'rows' | 'series'; readonly count: number }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text' }
  | { readonly kind: 'error'; readonly message: string };

/** Takes a query apart, its numbers and texts aside; undefined when it cannot be read. */
export async function queryParts(
  query: string,
  asker: Asker,
  moment: Moment,
): Promise<readonly QueryPart[] | undefined> {
  const parsed = parse(query);
  if (parsed.kind === 'error') return undefined;
  return Promise.all(
    listed(parsed.expr, 0).map(async ({ expr, depth }) => {
      const text = print(expr);
      const outcome = await asker.at(text, moment);
      const gives: PartResult =
        outcome.kind === 'ok' ? resultOf(outcome.result.data) : { kind: 'error', message: outcome.error.message };
      return { text, depth, gives };
    }),
  );
}

/** Parentheses are no step of their own, and a number says what it gives. */
function listed(expr: Expr, depth: number): readonly { readonly expr: Expr; readonly depth: number }[] {
  if (expr.kind === 'paren') return listed(expr.expr, depth);
  if ((expr.kind === 'number' || expr.kind === 'string') && depth > 0) return [];
  return [{ expr, depth }, ...inside(expr).flatMap((child) => listed(child, depth + 1))];
}

/** The selector under a window is the window's own. */
function inside(expr: Expr): readonly Expr[] {
  return expr.kind === 'matrix' ? [] : children(expr);
}

function resultOf(data: QueryData): PartResult {
  switch (data.kind) {
    case 'vector':
      return { kind: 'rows', count: data.samples.length };
    case 'matrix':
      return { kind: 'series', count: data.series.length };
    case 'scalar':
      return { kind: 'number', value: data.value };
    case 'string':
      return { kind: 'text' };
  }
}
