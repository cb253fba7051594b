import { describe, expect, it } from 'vitest';
import { adviseError } from '../../src/advise/error-advice.ts';
import { parse } from '../../src/promql/parse.ts';

/** The messages are Prometheus' own, checked against our parser, which has them from there. */
const cases: readonly [string, RegExp, string?][] = [
  ['rate(x)', /needs the samples of a window/, 'rate(x[5m])'],
  ['sum(rate(x{a="b"})) / sum(rate(y))', /window/, 'sum(rate(x{a="b"}[5m])) / sum(rate(y[5m]))'],
  ['rate(sum(x))', /window/],
  ['rate(5)', /needs a selector with a window/],
  ['sum(x[5m])', /one value first/],
  ['histogram_quantile(x, 0.99)', /quantile comes first/],
  ['abs("a")', /wants a instant vector|wants an? instant vector/],
  ['up == "a"', /VALUE with a text/],
  ['x[5m] * 2', /list of samples/],
  ['rate(x)[5m]', /directly after a selector/],
  ['rates(x[5m])', /Did you mean `rate`/, 'rate(x[5m])'],
  ['sse_requests_total()', /is a metric, not a function/],
  ['mean(x)', /no function `mean`\. What comes closest here is `avg`/],
  ['rate(x[5m], 1)', /takes 1 argument, not 2/],
  ['blorb(x)', /no function `blorb`\. A metric is written without parentheses/],
  ['1 == 1', /Two bare numbers/],
  ['{a=~".*"}', /select everything/],
  ['rate(x[5m]) offset 1h', /directly after the selector/],
  ['x{a=~"["}', /RE2/],
  ['round()', /takes at least 1 argument/],
];

describe('what a message of Prometheus means', () => {
  it.each(cases)('%s', (query, message, fix) => {
    const parsed = parse(query);
    expect(parsed.kind).toBe('error');
    const said = parsed.kind === 'error' ? parsed.diagnostics[0].message : '';
    const advice = adviseError(query, said);
    expect(advice?.message, said).toMatch(message);
    expect(advice?.fix).toBe(fix);
    if (fix !== undefined) expect(parse(fix).kind).toBe('ok');
  });

  it.each<[string, RegExp]>([
    ['multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)', /group_left/],
    [
      'found duplicate series for the match group {provider="a"} on the left hand-side of the operation: [{}];many-to-many matching not allowed',
      /On the left several rows share the labels \{provider="a"\}/,
    ],
    ['missing unit character in duration', /needs a unit/],
  ])('%s', (said, message) => {
    expect(adviseError('a / b', said)?.message).toMatch(message);
  });

  it('says nothing about what it does not know', () => {
    expect(adviseError('up', 'query timed out in expression evaluation')).toBeUndefined();
  });
});
