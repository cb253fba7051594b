import { nearest } from '../lib/nearest.ts';
import { FUNCTIONS } from '../promql/functions/table.ts';
import { AGGREGATORS } from '../promql/syntax/tokens.ts';
import type { TextAdvice } from './text-advice.ts';

/**
 * Explains what Prometheus said about a query, in a sentence a beginner can act on. `message` is its text without the
 * position. Undefined when we have nothing sure to add.
 */
export function adviseError(query: string, message: string): TextAdvice | undefined {
  for (const { pattern, advise } of RULES) {
    const match = pattern.exec(message);
    if (match !== null) return advise(query, match);
  }
  return undefined;
}

type Rule = {
  readonly pattern: RegExp;
  readonly advise: (query: string, match: RegExpExecArray) => TextAdvice | undefined;
};

const RULES: readonly Rule[] = [
  {
    pattern: /^expected type range vector in call to function "(\w+)", got (.*)$/,
    advise: (query, [, name = '', got = '']) =>
      got.startsWith('instant vector')
        ? {
            message: `\`${name}()\` looks along time: it needs the samples of a window, not one value. Put a window such as \`[5m]\` after the selector.`,
            ...windowFix(query, name),
          }
        : { message: `\`${name}()\` needs a selector with a window, such as \`sse_requests_total[5m]\`.` },
  },
  {
    pattern: /^expected type instant vector in aggregation expression, got range vector/,
    advise: () => ({
      message:
        'An aggregation adds up rows at one moment, and `[…]` makes every row a list of samples. Turn the list into one value first: `sum(rate(x[5m]))`, or leave out the window.',
    }),
  },
  {
    pattern: /^expected type scalar in call to function "histogram_quantile"/,
    advise: () => ({ message: 'The quantile comes first, then the buckets: `histogram_quantile(0.99, …)`.' }),
  },
  {
    pattern: /^expected type (.+) in call to function "(\w+)", got (.+)$/,
    advise: (_query, [, wanted, name, got]) => ({
      message: `\`${name}()\` wants a ${wanted} here and was given a ${got}.`,
    }),
  },
  {
    pattern: /^binary expression must contain only scalar and instant vector types/,
    advise: (query) =>
      /["'`]/.test(query.replace(/\{[^}]*\}/g, ''))
        ? {
            message:
              'That compares a VALUE with a text. Values are numbers; labels are filtered inside braces: `up{job="…"}`.',
          }
        : {
            message: 'One side is a list of samples (`[…]`). Turn it into one value first, for instance with `rate()`.',
          },
  },
  {
    pattern: /^ranges only allowed for vector selectors/,
    advise: () => ({
      message:
        'A window `[5m]` stands directly after a selector: name, braces, window. After a function or a parenthesis only a subquery `[30m:15s]` can stand.',
    }),
  },
  {
    pattern: /^unknown function with name "(.*)"/,
    advise: (query, [, name = '']) =>
      new RegExp(`\\b${name}\\s*\\(\\s*\\)`).test(query)
        ? { message: `\`${name}\` is a metric, not a function: write it without parentheses.` }
        : unknownFunction(query, name),
  },
  {
    pattern: /^comparisons between scalars must use BOOL modifier/,
    advise: () => ({ message: 'Two bare numbers are compared. Begin with a selector such as `up`, and compare that.' }),
  },
  {
    pattern: /^vector selector must contain at least one non-empty matcher/,
    advise: () => ({
      message: 'That would select everything. Name a metric, or one label with a value that is not empty.',
    }),
  },
  {
    pattern: /^offset modifier must be preceded by/,
    advise: () => ({
      message:
        '`offset` stands directly after the selector and its window, inside the function: `rate(x[5m] offset 1h)`.',
    }),
  },
  {
    pattern: /^no offset modifiers allowed before range/,
    advise: () => ({ message: 'First the window, then `offset`: `x[5m] offset 1h`.' }),
  },
  {
    pattern: /^missing unit character in duration/,
    advise: () => ({ message: 'A window needs a unit: `[30s]`, `[5m]`, `[1h]`.' }),
  },
  {
    pattern: /^error parsing regexp/,
    advise: () => ({ message: 'The pattern after `=~` is not a regular expression of the RE2 kind.' }),
  },
  {
    pattern: /^multiple matches for labels: many-to-one matching must be explicit/,
    advise: () => ({
      message:
        'Several rows on one side meet one row on the other. Say which side has many: `group_left` when it is the left one.',
    }),
  },
  {
    pattern: /^found duplicate series for the match group (.*?) on the (left|right) hand-side/,
    advise: (_query, [, group, side]) => ({
      message: `On the ${side} several rows share the labels ${group}, so Prometheus cannot tell which of them to pair. Aggregate that side until one row is left for each.`,
    }),
  },
  {
    pattern: /^expected (at least )?(\d+) argument\(s\) in call to "(\w+)", got (\d+)/,
    advise: (_query, [, atLeast, wanted, name, got]) => ({
      message: `\`${name}()\` takes ${atLeast === undefined ? '' : 'at least '}${wanted} argument${wanted === '1' ? '' : 's'}, not ${got}.`,
    }),
  },
  {
    pattern: /^no expression found in input/,
    advise: () => ({ message: 'Nothing was typed. Begin with the name of a metric.' }),
  },
  {
    pattern: /^bad number or duration syntax/,
    advise: () => ({ message: 'A number or a duration is misspelt: `5m`, `1h30m`, `0.99`.' }),
  },
];

function unknownFunction(query: string, name: string): TextAdvice {
  const known = [...FUNCTIONS.map((row) => row.name), ...AGGREGATORS];
  const elsewhere = ELSEWHERE[name.toLowerCase()];
  const meant = elsewhere ?? nearest(name, known, 1)[0];
  if (meant === undefined) {
    return {
      message: `There is no function \`${name}\`. A metric is written without parentheses: \`metric{label="value"}\`.`,
    };
  }
  if (elsewhere !== undefined)
    return { message: `There is no function \`${name}\`. What comes closest here is \`${elsewhere}\`.` };
  const fix = query.replace(new RegExp(`\\b${name}\\b(?=\\s*(?:\\(|by\\b|without\\b))`, 'g'), meant);
  return { message: `There is no function \`${name}\`. Did you mean \`${meant}\`?`, ...(fix === query ? {} : { fix }) };
}

/** What other languages call it, and the function or aggregation here that does about the same. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  average: 'avg',
  difference: 'delta',
  diff: 'delta',
  len: 'count',
  length: 'count',
  maximum: 'max',
  mean: 'avg',
  median: 'quantile',
  minimum: 'min',
  percentile: 'histogram_quantile',
  size: 'count',
  total: 'sum',
};

/** Puts `[5m]` after the bare selectors in calls of this function. */
function windowFix(query: string, name: string): { readonly fix?: string } {
  const pattern = new RegExp(`(\\b${name}\\s*\\(\\s*[a-zA-Z_:][\\w:]*\\s*(?:\\{[^{}]*\\})?)(\\s*\\))`, 'g');
  const fix = query.replace(pattern, '$1[5m]$2');
  return fix === query ? {} : { fix };
}
