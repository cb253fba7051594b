import { describe, expect, it } from 'vitest';
import { sayQuery } from '../../src/advise/say-query.ts';
import { FUNCTIONS } from '../../src/promql/functions/table.ts';
import { parse } from '../../src/promql/parse.ts';
import { AGGREGATORS } from '../../src/promql/syntax/tokens.ts';

function said(query: string): string {
  const parsed = parse(query, { experimentalFunctions: true });
  if (parsed.kind === 'error') throw new Error(parsed.diagnostics[0].message);
  return sayQuery(parsed.expr);
}

describe('sayQuery', () => {
  it.each([
    ['up', 'The newest value of `up`.'],
    ['up{job!="", a=~"b|c", d=""}', 'The newest value of `up` where job is there, a matches b|c and d is missing.'],
    ['up or vector(0)', '`up`, and beside its rows one without labels: 0.'],
    ['sum(up) or vector(0)', 'The sum of `up`, or 0 where there is none.'],
    ['up or on () vector(0)', '`up`, or where there is no row of it 0.'],
    ['a or b', '`a`, and of `b` what has other labels than that.'],
    ['up offset 1h', 'The newest value of `up`, 1 hour earlier.'],
    ['up offset -90s', 'The newest value of `up`, 1 minute and 30 seconds later.'],
    ['{__name__=~"a.*"}', 'The newest value of every series where the name matches a.*.'],
    ['rate(a_total[5m])', 'The growth per second of `a_total` over the last 5 minutes.'],
    ['rate(a_total[1h])', 'The growth per second of `a_total` over the last hour.'],
    ['sum by (b) (rate(a_total[5m]))', 'The sum of the growth per second of `a_total` over the last 5 minutes, per b.'],
    ['sum without (b, c) (a)', 'The sum of `a`, for every label set without b and c.'],
    [
      'histogram_quantile(0.99, sum by (le, p) (rate(d_seconds_bucket{q="r"}[5m])))',
      'The 99th percentile of `d_seconds` where q is r over the last 5 minutes, per p.',
    ],
    ['histogram_quantile(0.5, rate(d[5m]))', 'The median of `d` over the last 5 minutes, per series.'],
    // Without `le` there is no percentile, so the form must not be called one of the histogram.
    [
      'histogram_quantile(0.9, sum(rate(d_bucket[5m])))',
      'The 90th percentile estimated from the buckets in the sum of the growth per second of `d_bucket` over the last 5 minutes.',
    ],
    ['histogram_quantile(99, a_bucket)', 'The quantile `99` estimated from the buckets in `a_bucket`.'],
    ['quantile(0.999, a)', 'The 99.9th percentile across the series of `a`.'],
    ['quantile(0.11, a)', 'The 11th percentile across the series of `a`.'],
    ['a / b > 0.05', '`a` divided by `b`, only where it is above 0.05.'],
    ['5 < a', '`a`, only where it is above 5.'],
    ['a == bool 0', '1 where `a` equals 0, 0 where not.'],
    ['scalar(a) > b', '`b`, only where it is below `a` as a plain number.'],
    ['time() - a > 60', 'The time of the query in seconds since 1970 minus `a`, only where it is above 60.'],
    ['a and on () b', '`a`, only where there is `b`, whatever its labels.'],
    ['a unless on () b', '`a`, except where there is `b`, whatever its labels.'],
    ['a and on (x) b', '`a`, only where there is `b`, matched by x.'],
    ['a * on (i) group_left (v) b', '`a` times `b`, matched by i, with v taken from the right.'],
    ['1 - a / b', '1 minus (`a` divided by `b`).'],
    [
      'max_over_time(sum(a)[30m:15s])',
      'The largest value of (the sum of `a`) over the last 30 minutes, looked at every 15 seconds.',
    ],
    ['rate(a[5m] offset 1h)', 'The growth per second of `a`, 1 hour earlier, over the last 5 minutes.'],
    ['changes((a + b)[5m:] offset 1h)', 'How often (`a` plus `b`), 1 hour earlier, changed in the last 5 minutes.'],
    [
      'histogram_quantile(0.9, rate(d_bucket[5m] offset 1h))',
      'The 90th percentile of `d`, 1 hour earlier, over the last 5 minutes, per series.',
    ],
    ['predict_linear(a[1h], 3600)', 'What `a` will be in 1 hour, judged by the last hour.'],
    ['-a', 'Minus `a`.'],
    ['time() - 5m', 'The time of the query in seconds since 1970 minus 5m.'],
  ])('%s', (query, sentence) => {
    expect(said(query)).toBe(sentence);
  });

  it('names what each aggregation is of, and no parameter is lost', () => {
    for (const operator of AGGREGATORS) {
      const parameter = {
        topk: '7, ',
        bottomk: '7, ',
        limitk: '7, ',
        limit_ratio: '0.7, ',
        quantile: '0.7, ',
        count_values: '"v", ',
      };
      const query = `${operator}(${(parameter as Record<string, string>)[operator] ?? ''}abc)`;
      expect(said(query)).toContain('`abc`');
      if (/7/.test(query)) expect(said(query)).toMatch(/7/);
    }
  });

  it('has words for every function', () => {
    const argument = { scalar: '3', vector: 'abc', matrix: 'abc[5m]', string: '"x"' } as const;
    for (const { name, args, variadic } of FUNCTIONS) {
      const given = variadic === 0 ? args : args.slice(0, Math.max(1, args.length - 1));
      const sentence = said(
        `${name}(${(name === 'label_join' ? args : given).map((type) => argument[type]).join(', ')})`,
      );
      if (given.includes('vector') || given.includes('matrix')) expect(`${name}: ${sentence}`).toContain('`abc`');
      expect(sentence).not.toContain('undefined');
    }
  });
});
