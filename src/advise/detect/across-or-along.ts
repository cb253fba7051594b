import { print } from '../../promql/print.ts';
import { callsOf, nodesOf, uses } from '../ast-tools.ts';
import type { AdviceContext, Found } from '../finding.ts';
import { numberOf } from '../rows.ts';
import { counted, numberText } from '../words.ts';

/** M32: across rows or along time. */
export async function acrossOrAlong(context: AdviceContext): Promise<Found | undefined> {
  const asked = context.task?.expr;
  if (asked === undefined || context.expr === undefined) return undefined;
  for (const operator of ['max', 'min', 'avg', 'sum', 'count', 'stddev', 'quantile'] as const) {
    const along = `${operator}_over_time`;
    const [aggregation] = nodesOf(context.expr, 'aggregation').filter(({ node }) => node.operator === operator);
    const [call] = callsOf(context.expr, [along]);
    if (aggregation !== undefined && call === undefined && uses(asked, [along]) && !uses(asked, [operator])) {
      const before = aggregation.node.expr;
      const rows = await context.ask(`count(${print(before)})`);
      if (rows?.[0] === undefined) continue;
      return {
        sentence: `\`${operator}()\` goes across rows at one moment: here it makes one of ${numberText(numberOf(rows[0]))}. Along time, row by row, it is \`${along}(…[window])\`.`,
        evidence: [{ query: `count(${print(before)})`, timeMs: context.timeMs, rows: rows.slice(0, 1) }],
      };
    }
    if (call !== undefined && aggregation === undefined && uses(asked, [operator]) && !uses(asked, [along])) {
      const query = `count(${print(call.node)})`;
      const rows = await context.ask(query);
      if (rows?.[0] === undefined) continue;
      return {
        sentence: `\`${along}()\` goes along time, row by row: ${counted(numberOf(rows[0]), 'row')} stay what they are. Across rows at one moment it is \`${operator}(…)\`.`,
        evidence: [{ query, timeMs: context.timeMs, rows: rows.slice(0, 1) }],
      };
    }
  }
  return undefined;
}
