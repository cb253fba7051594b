import { describe, expect, it } from 'vitest';
import { errorWords } from '../../src/advise/error-words.ts';
import { parseErrorPosition } from '../../src/model/position.ts';

/** Queries, what Prometheus 3.5 answers to them (recorded), and a piece of what we say. */
const RECORDED: readonly (readonly [query: string, answer: string, said: string | undefined])[] = [
  [
    'rate(up)',
    '1:6: parse error: expected type range vector in call to function "rate", got instant vector',
    'put a window after the selector',
  ],
  [
    'sum(up[5m])',
    '1:5: parse error: expected type instant vector in aggregation expression, got range vector',
    'Make it one value first',
  ],
  [
    'abs(up[5m])',
    '1:5: parse error: expected type instant vector in call to function "abs", got range vector',
    'Make it one value first',
  ],
  [
    'topk(up, 3)',
    '1:10: parse error: expected type instant vector in aggregation expression, got scalar',
    'the number comes first',
  ],
  [
    'histogram_quantile(up, 0.9)',
    '1:20: parse error: expected type scalar in call to function "histogram_quantile", got instant vector',
    'wants a scalar there and was given an instant vector',
  ],
  [
    'up[5m]*2',
    '1:1: parse error: binary expression must contain only scalar and instant vector types',
    'cannot be added',
  ],
  [
    'up == "x"',
    '1:7: parse error: binary expression must contain only scalar and instant vector types',
    'cannot be compared with a text',
  ],
  ['rate(sum(up)[5m])', '1:13: parse error: ranges only allowed for vector selectors', 'directly after a metric'],
  [
    'rate(up[5m]) offset 1h',
    '1:1: parse error: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery',
    'inside the function',
  ],
  ['rate(up offset 5m[1m])', '1:18: parse error: no offset modifiers allowed before range', 'window comes first'],
  [
    'up{job=prom}',
    '1:8: parse error: unexpected identifier "prom" in label matching, expected string',
    'stands in quotes: "prom"',
  ],
  [
    'up{job=prom-x}',
    '1:8: parse error: unexpected identifier "prom" in label matching, expected string',
    'stands in quotes: "prom-x"',
  ],
  ['up{job=="x"}', '1:8: parse error: unexpected "=" in label matching, expected string', 'one ='],
  ['up{code=200}', "1:9: parse error: unexpected character inside braces: '2'", 'numbers too'],
  [
    'up{a="b" c="d"}',
    '1:10: parse error: unexpected identifier "c" in label matching, expected "," or "}"',
    'stands a comma',
  ],
  ['up = 1', '1:4: parse error: unexpected "="', 'compared with =='],
  [
    'sum(up) by job',
    '1:12: parse error: unexpected identifier "job" in grouping opts, expected "("',
    'stand in brackets',
  ],
  ['sum(up', '1:7: parse error: unclosed left parenthesis', 'closing ) is missing'],
  ['up[5m', '1:6: parse error: unclosed left bracket', 'closing ] is missing'],
  ['up{job="x"', '1:11: parse error: unexpected end of input inside braces', 'closing } is missing'],
  ['sum(up))', "1:9: parse error: unexpected right parenthesis ')'", 'too many'],
  ['rates(up)', '1:1: parse error: unknown function with name "rates"', 'check the spelling'],
  ['up && up', "1:4: parse error: unexpected character: '&'", 'and, or, unless'],
  ['up || up', "1:4: parse error: unexpected character: '|'", 'and, or, unless'],
  ['!up', "1:1: parse error: unexpected character after '!': 'u'", 'no "not"'],
  ['up{job=“x”}', "1:8: parse error: unexpected character inside braces: '“'", 'typographic quotes'],
  ['1 > 2', '1:3: parse error: comparisons between scalars must use BOOL modifier', 'bool'],
  ['{}', '1:1: parse error: vector selector must contain at least one non-empty matcher', '{job=~".+"}'],
  ['up{job=~"["}', '1:4: parse error: error parsing regexp: missing closing ]: `[`', 'RE2'],
  ['rate(up[0s])', '1:9: parse error: duration must be greater than 0', 'needs a length'],
  ['rate(up[5min])', '1:9: parse error: bad number or duration syntax: "5mi"', '30s, 5m'],
  ['SELECT * FROM up', '1:15: parse error: unexpected identifier "up"', 'SQL'],
  [
    'up[5m]',
    'invalid expression type "range vector" for range query, must be Scalar or instant Vector',
    'A chart needs one value',
  ],
  [
    'a * b',
    'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
    'group_left for the left',
  ],
  [
    'a / on(job) b',
    'found duplicate series for the match group {job="x"} on the right hand-side of the operation: [{}, {}];many-to-many matching not allowed: matching labels must be unique on one side',
    'Sum it up first',
  ],
  [
    'up',
    'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    'larger --step',
  ],
  ['up', 'query timed out in expression evaluation', '--timeout'],
  [
    'sort_by_label(up, "job")',
    '1:1: parse error: function "sort_by_label" is not enabled',
    '--enable-feature=promql-experimental-functions',
  ],
  ['count up', '1:7: parse error: unexpected identifier "up"', 'stands in parentheses of its own'],
  ['up', 'something nobody has seen before', undefined],
];

describe('errorWords', () => {
  it.each(RECORDED)('%s', (query, answer, said) => {
    const { message, position } = parseErrorPosition(answer, query);
    const words = errorWords({ message, query, position });
    if (said === undefined) expect(words).toBeUndefined();
    else expect(words).toContain(said);
  });
});
