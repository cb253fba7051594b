import type { QueryError } from '../model/errors.ts';
import { adviseText } from './text-advice.ts';

/**
 * What a message of Prometheus means in plain words, and what usually helps. Undefined for messages that explain
 * themselves or are not known. Every sentence holds for every query that brings the message.
 */
export function errorWords(error: Pick<QueryError, 'message' | 'query' | 'position'>): string | undefined {
  if (/^\s*select\s/i.test(error.query))
    return 'This reads like SQL. PromQL begins with what you want to see: up, or sum(rate(metric[5m])).';
  const after = textAfter(error);
  for (const [pattern, words] of WORDS) {
    const match = pattern.exec(error.message);
    const told = match === null ? undefined : typeof words === 'string' ? words : words(match, after);
    if (told !== undefined) return told;
  }
  // Only what was refused for its text: a query that is right may look like some of the slips.
  return error.position === undefined ? undefined : adviseText(error.query)?.message.replaceAll('`', '');
}

type Words = string | ((match: RegExpExecArray, after: string) => string | undefined);

/** The query from the reported position on. */
function textAfter({ query, position }: Pick<QueryError, 'query' | 'position'>): string {
  if (position === undefined) return '';
  return (query.split('\n')[position.line - 1] ?? '').slice(Math.max(0, position.column - 1));
}

const WORDS: readonly (readonly [RegExp, Words])[] = [
  [
    /^expected type range vector in call to function "(\w+)", got instant vector/,
    ([, name]) => `${name}() looks at the samples of a stretch of time: put a window after the selector, such as [5m].`,
  ],
  [
    /^expected type instant vector in (aggregation expression|call to function "\w+"), got range vector/,
    'A window such as [5m] is a list of samples for each series. Make it one value first, with rate(...) or avg_over_time(...).',
  ],
  [
    /^expected type (\w+(?: vector)?) in call to function "(\w+)", got (\w+(?: vector)?)/,
    ([, wanted, name, got]) =>
      `${name}() wants ${article(wanted)} there and was given ${article(got)}. Check the order of the arguments.`,
  ],
  [
    /invalid expression type "range vector" for range query/,
    'A chart needs one value at each point. Make it one with rate(...) or avg_over_time(...), or leave --range out to see the samples.',
  ],
  [/invalid expression type "string" for range query/, 'A text cannot be drawn over time. Leave --range out.'],
  [
    /^expected type instant vector in aggregation expression, got scalar/,
    'An aggregation works on series, not on a number. In topk, bottomk and quantile the number comes first: topk(3, metric).',
  ],
  [
    /^binary expression must contain only scalar and instant vector types/,
    (_match, after) =>
      /^["'`]/.test(after)
        ? 'A value is a number and cannot be compared with a text. Labels are matched in braces: {job="api"}.'
        : undefined,
  ],
  [
    /^binary expression must contain only scalar and instant vector types/,
    'A window such as [5m] cannot be added, divided or compared. Make it one value first, with rate(...) or avg_over_time(...).',
  ],
  [
    /^ranges only allowed for vector selectors/,
    'A window belongs directly after a metric, inside the function: sum(rate(metric[5m])), not rate(sum(metric)[5m]).',
  ],
  [
    /^(?:offset|@) modifier must be preceded by/,
    'offset and @ belong directly after the selector or its window, inside the function: rate(metric[5m] offset 1h).',
  ],
  [/^no offset modifiers allowed before range/, 'The window comes first, then the offset: metric[5m] offset 1h.'],
  [
    /unexpected (?:identifier|keyword|number|aggregator|metric identifier).* in label matching, expected string/,
    (_match, after) => {
      const word = /^[\w.:-]+/.exec(after)?.[0];
      return word === undefined
        ? 'The value of a label stands in quotes.'
        : `The value of a label stands in quotes: "${word}".`;
    },
  ],
  [/unexpected "=" in label matching/, 'Inside the braces a label is matched with one =, as in {job="api"}.'],
  [/unexpected character inside braces: '[\d.-]/, 'The value of a label stands in quotes, numbers too: {code="200"}.'],
  [
    /unexpected (?:identifier|string).* in label matching, expected "," or "}"/,
    'Between two matchers stands a comma: {a="1", b="2"}.',
  ],
  [/unexpected "=" *$|^unexpected "="/, 'Values are compared with ==. One = is for labels, inside the braces.'],
  [/unexpected identifier "\w+" in grouping opts/, 'The labels after by and without stand in brackets: by (job).'],
  [/^unclosed left parenthesis/, 'A closing ) is missing.'],
  [/^unclosed left bracket/, 'A closing ] is missing.'],
  [/^unclosed left brace|^unexpected end of input inside braces/, 'A closing } is missing.'],
  [/^unexpected right parenthesis/, 'There is one ) too many.'],
  [/^unknown function with name/, 'Function names are written in small letters; check the spelling.'],
  [/^unexpected character: '(?:&|\\u0026)'/, 'The operators are words here: and, or, unless.'],
  [/^unexpected character: '\|'/, 'The operators are words here: and, or, unless.'],
  [/^unexpected character after '!'/, 'There is no "not" in front of an expression. Use == 0, or: a unless b.'],
  [
    /^unexpected character(?: inside braces)?: '[“”‘’„]/,
    'These are typographic quotes, as word processors make them. Use plain " or \'.',
  ],
  [
    /^comparisons between scalars must use BOOL modifier/i,
    'Two plain numbers are compared with bool: 1 > bool 2 gives 0 or 1.',
  ],
  [
    /vector selector must contain at least one non-empty matcher/,
    'A selector without a name needs a matcher that no empty value passes: {job=~".+"}, not {job=~".*"}.',
  ],
  [
    /^error parsing regexp/,
    'The pattern after =~ or !~ is no valid RE2 pattern. To match the text itself use = or !=.',
  ],
  [
    /invalid regular expression|perl operator/,
    'Patterns are RE2: there is no look-ahead. Use !~ for what must not match.',
  ],
  [
    /^found duplicate series for the match group/,
    'One side must have a single series for each label set that is matched. Sum it up first: sum by (...) (...), with the labels the other side has.',
  ],
  [
    /^multiple matches for labels: many-to-one matching must be explicit/,
    'Several series of one side match one series of the other. Say which side has the many: group_left for the left, group_right for the right.',
  ],
  [
    /^multiple matches for labels: grouping labels must ensure unique matches/,
    'Two results would get the same labels. Keep a label that tells them apart: leave it out of ignoring, or add it to on.',
  ],
  [
    /^vector cannot contain metrics with the same labelset/,
    'Without their names two series look the same. Aggregate first, or keep a label that tells them apart.',
  ],
  [
    /exceeded maximum resolution of [\d,]+ points/,
    'Prometheus gives at most 11,000 points for a series. Use a larger --step, or leave --step out.',
  ],
  [/^query processing would load too many samples/, 'Ask for less: more matchers, a shorter range, a larger step.'],
  [
    /^query timed out/,
    'Ask for less: more matchers, a shorter range, a larger step. Or allow more time: --timeout 2m.',
  ],
  [
    /^(?:bad number or duration syntax|not a valid duration string|missing unit character in duration)/,
    'A duration is a number and a unit without a space: 30s, 5m, 1h30m, 2d.',
  ],
  [/^duration must be greater than 0/, 'A window needs a length, such as [5m].'],
  [/^function "\w+" is not enabled/, experimental('promql-experimental-functions')],
  [/^experimental duration expression is not enabled/, experimental('promql-duration-expr')],
  [/^binop fill modifiers are experimental and not enabled/, experimental('promql-binop-fill-modifiers')],
  [/^\w+ modifier is experimental and not enabled/, experimental('promql-extended-range-selectors')],
  [/^no expression found in input/, 'There is nothing to evaluate.'],
];

/** Said of what is part of the language only where somebody switched it on. */
function experimental(flag: string): string {
  return `This is experimental: it works where it was switched on with --enable-feature=${flag}.`;
}

function article(type: string | undefined): string {
  return type === 'instant vector' ? 'an instant vector' : `a ${type}`;
}
