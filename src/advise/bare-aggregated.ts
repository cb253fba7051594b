import { parse } from '../promql/parse.ts';
import { AGGREGATORS } from '../promql/syntax/tokens.ts';
import type { TextAdvice } from './text-advice.ts';

/** `sum by (job) rate(x[5m])` and `sum x`: an aggregation puts what it adds up in parentheses of its own. */
export function bareAggregated(text: string, masked: string): TextAdvice | undefined {
  const pattern = new RegExp(
    `\\b(?:${AGGREGATORS.join('|')})(?:\\s*\\b(by|without)\\s*(\\([^()]*\\))\\s*|\\s+(?!(?:by|without)\\b))(?=(?!(?:and|or|unless|on|ignoring|offset|bool)\\b)[a-zA-Z_:])`,
  );
  let [fixed, shadow] = [text, masked];
  let [start, changed] = [0, false];
  for (;;) {
    const found = pattern.exec(shadow.slice(start));
    if (found === null) break;
    const from = start + found.index + found[0].length;
    const to = operandEnd(shadow, from);
    const wrap = (line: string) => `${line.slice(0, from)}(${line.slice(from, to)})${line.slice(to)}`;
    [fixed, shadow, start, changed] = [wrap(fixed), wrap(shadow), from + 1, true];
  }
  if (!changed) return undefined;
  return {
    message: 'What is aggregated stands in parentheses of its own: `sum by (label) (…)`, or `sum(…)`.',
    ...(parse(fixed).kind === 'error' ? {} : { fix: fixed }),
  };
}

/** Where a name ends together with the braces, parentheses and brackets that follow it. */
function operandEnd(masked: string, from: number): number {
  let end = from + (/^[\w:]+/.exec(masked.slice(from))?.[0].length ?? 0);
  for (;;) {
    if (!/^[({[]/.test(masked.slice(end))) return end;
    let depth = 0;
    do {
      if ('({['.includes(masked.charAt(end))) depth += 1;
      if (')}]'.includes(masked.charAt(end))) depth -= 1;
      end += 1;
    } while (depth > 0 && end < masked.length);
  }
}
