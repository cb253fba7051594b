import { describe, expect, it } from 'vitest';
import { adviseText } from '../../src/advise/text-advice.ts';
import { parse } from '../../src/promql/parse.ts';

describe('what the text of a refused query shows', () => {
  const corrected: readonly [string, string][] = [
    ['up = 0', 'up == 0'],
    ['count(up = 1)', 'count(up == 1)'],
    ['up{job="a"} = 1', 'up{job="a"} == 1'],
    ['sum(up{job="a=b"}) = 1', 'sum(up{job="a=b"}) == 1'],
    ['!up', 'up == 0'],
    ['!up{job="a"}', 'up{job="a"} == 0'],
    ['up(job="sse-streaming")', 'up{job="sse-streaming"}'],
    ['count(job="sse-streaming")', 'count({job="sse-streaming"})'],
    ['x{provider=openai}', 'x{provider="openai"}'],
    ['x{code=200, a="b=c"}', 'x{code="200", a="b=c"}'],
    ['x{provider=="openai"}', 'x{provider="openai"}'],
    ['x{a="b" c="d"}', 'x{a="b", c="d"}'],
    ['rate(x)[5m]', 'rate(x[5m])'],
    ['rate(x{a="(b)"})[5m]', 'rate(x{a="(b)"}[5m])'],
    ['rate[5m](x)', 'rate(x[5m])'],
    ['sum(x) by provider', 'sum(x) by (provider)'],
    [
      'sum by (a) rate(x[5m]) / sum by (a) rate(y{b="c d"}[5m])',
      'sum by (a) (rate(x[5m])) / sum by (a) (rate(y{b="c d"}[5m]))',
    ],
    ['sum x', 'sum (x)'],
    ['up === 0', 'up == 0'],
    ['expr: a:b:c > 0.05', 'a:b:c > 0.05'],
    ['if up{job="if x for 1m"} == 0', 'up{job="if x for 1m"} == 0'],
    ['up == 0 for 1m', 'up == 0'],
    ['x / y > 5%', 'x / y > 0.05'],
    ['x / y > 0,05', 'x / y > 0.05'],
    ['not up{job="a"}', 'up{job="a"} == 0'],
    ['x{provider:"openai"}', 'x{provider="openai"}'],
    ['delta(x{10m})', 'delta(x[10m])'],
    ['sum by provider, le (x)', 'sum by (provider, le) (x)'],
    ['a unless on instance b', 'a unless on (instance) b'],
    ['sum(le) (rate(x[5m]))', 'sum by (le) (rate(x[5m]))'],
    ['a && b', 'a and b'],
    ['a || b', 'a or b'],
    ['rate(x[5 min])', 'rate(x[5m])'],
    ['rate(x[90seconds])', 'rate(x[90s])'],
    ['sum(rate(x[5m])', 'sum(rate(x[5m]))'],
    ['up{job="x"', 'up{job="x"}'],
    ['up{job=“a”}', 'up{job="a"}'],
    ['SELECT * FROM up', 'up'],
    ["select * from up where job = 'x'", "up{job='x'}"],
  ];
  it.each(corrected)('%s becomes %s', (query, fix) => {
    const advice = adviseText(query);
    expect(advice?.fix).toBe(fix);
    expect(parse(query).kind).toBe('error');
    expect(parse(fix).kind).toBe('ok');
  });

  const named: readonly [string, RegExp][] = [
    ['!sum(up)', /has no `!`/],
    ['sse_requests_total.openai', /dot/],
    ['up{job="x', /never closed/],
    ['select provider, count(*) from requests group by provider', /SQL/],
    ['rate(sum(x))[5m]', /inside the parentheses/],
  ];
  it.each(named)('%s is named without a correction', (query, message) => {
    const advice = adviseText(query);
    expect(advice?.message).toMatch(message);
    expect(advice).not.toHaveProperty('fix');
  });

  it.each(['I do not know', "i don't know what to do", 'What is this?', 'how do I start, please'])(
    '%s: a sentence, and a way on',
    (sentence) => {
      expect(adviseText(sentence)?.message).toMatch(/reads like a sentence.*`hint`/);
    },
  );

  it.each(['sum by provider up', 'select rows from up', 'up up', 'sum up now', 'a == b c'])(
    '%s: no sentence',
    (text) => {
      expect(adviseText(text)?.message ?? '').not.toContain('sentence');
    },
  );

  it.each(['rate(x)', 'up == "a"', 'histogram_quantile(x, 0.9)', 'nope(up)', 'x{a="b && c"}', ''])(
    '%s: nothing',
    (query) => {
      expect(adviseText(query)).toBeUndefined();
    },
  );
});
