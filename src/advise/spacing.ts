import type { VectorSelector } from '../promql/ast.ts';
import { print } from '../promql/print.ts';
import { overWindow, unshifted } from './ast-tools.ts';
import type { AdviceContext, Evidence } from './finding.ts';
import { numberOf } from './rows.ts';

/** How far the samples of a selector are apart, in milliseconds, and the count that tells it. */
export type Spacing = { readonly ms: number; readonly evidence: Evidence };

/**
 * Counts the samples of five minutes. Undefined where there are too few, or where the five minutes before held another
 * number: a series that is young, or has gaps, says nothing about how often it is scraped.
 */
export async function spacingOf(selector: VectorSelector, context: AdviceContext): Promise<Spacing | undefined> {
  const query = `max(count_over_time(${overWindow(selector, '5m')}))`;
  const rows = await context.ask(query);
  const count = numberOf(rows?.[0]);
  if (rows === undefined || !(count >= 2) || selector.offset !== undefined || selector.at !== undefined)
    return undefined;
  const before = await context.ask(`max(count_over_time(${print(unshifted(selector))}[5m] offset 5m))`);
  if (!(Math.abs(numberOf(before?.[0]) - count) <= 1)) return undefined;
  return { ms: 300_000 / count, evidence: { query, timeMs: context.timeMs, rows } };
}
