// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of Grafana
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LintUse } from '../../../src/advise/lint/finding.ts';
import { applyFixes, lintQuery } from '../../../src/advise/lint/lint-query.ts';
import { readQueryFile } from '../../../src/advise/lint/query-file.ts';
import { LINT_RULES } from '../../../src/advise/lint-rules.ts';
import { COOKBOOK } from '../../../src/explorer/cookbook.ts';
import { ALL_FEATURES } from '../../../src/promql/features.ts';
import { parse } from '../../../src/promql/parse.ts';
import { answeredByQuery, exercisesOf } from '../../../src/tutor/lesson.ts';
import { lessonsFolder, loadCourse } from '../../../src/tutor/load-lessons.ts';

const TYPES = { load: 'gauge', jobs: 'counter', jobs_total: 'counter', odd_total: 'gauge' } as const;
const typeOf = (name: string) => (TYPES as Readonly<Record<string, 'gauge' | 'counter'>>)[name];

/** The query, what is found (`?` behind what is only likely), the text it is found in, and the query with the fix. */
type Case = readonly [query: string, rule: string, where: string, fixed?: string | undefined, use?: LintUse];

const WRONG: readonly Case[] = [
  ['sum(up', 'syntax', '', 'sum(up)'],
  ['rate(x_total)', 'type-mismatch', 'x_total', 'rate(x_total[5m])'],
  ['sum(up[5m])', 'type-mismatch', 'up[5m]'],
  ['rate(sum(up)[5m])', 'rate-of-sum', '[5m]'],
  ['nope(up)', 'unknown-function', 'nope'],
  ['1 > 2', 'bool-missing', '>'],
  ['up = 1', 'single-equals', '=', 'up == 1'],
  ['sum(up) by job', 'by-without-parens', 'job', 'sum(up) by (job)'],
  ['up{job=prom}', 'quotes-missing', 'prom', 'up{job="prom"}'],
  ['up && up', 'logical-words', '&& up', 'up and up'],
  ['up{__name__="down"}', 'name-twice', 'up{__name__="down"}'],
  ['a * on (x) group_left (x) b', 'dup-on-group', '* on (x) group_left (x)'],
  ['rate(x[5m]) offset 1h', 'offset-placement', 'rate(x[5m])'],
  ['up{job=~"["}', 'regex-invalid', 'job=~"["'],
  ['{job=~".*"}', 'empty-matcher', '{job=~".*"}'],
  ['rate(x[5])', 'unit-missing?', '5', 'rate(x[5s])'],
  ['up{job=~"app"}', 'regex-static?', 'job=~"app"', 'up{job="app"}'],
  ['up{job !~ "app"}', 'regex-static?', 'job !~ "app"', 'up{job != "app"}'],
  ['up{job=~"^app.*$"}', 'regex-anchors?', 'job=~"^app.*$"', 'up{job=~"app.*"}'],
  ['x{code="5.."}', 'regex-intended?', 'code="5.."', 'x{code=~"5.."}'],
  ['x{code!="200|302"}', 'regex-intended?', 'code!="200|302"', 'x{code!~"200|302"}'],
  ['up{job=~".*"}', 'empty-matcher?', 'job=~".*"'],
  ['up{job!~".*"}', 'empty-matcher', 'job!~".*"'],
  ['up{job="a",job="b"}', 'contradiction', 'job="b"'],
  ['jobs > 10', 'counter-raw?', 'jobs'],
  ['sum(x_total) > 10', 'counter-raw?', 'x_total'],
  ['rate(load[5m])', 'rate-on-gauge', 'rate', 'deriv(load[5m])'],
  ['delta(x_total[5m])', 'delta-on-counter?', 'delta', 'increase(x_total[5m])'],
  ['delta(jobs[5m])', 'delta-on-counter', 'delta', 'increase(jobs[5m])'],
  ['rate(sum(x_total)[5m:15s])', 'rate-of-sum?', 'rate(sum'],
  ['x_total - x_total offset 5m', 'subtracted-by-hand?', '-'],
  ['irate(x_total[1h])', 'irate-long-window?', 'irate', 'rate(x_total[1h])'],
  ['irate(x_total[5m]) > 1', 'irate-long-window?', 'irate', 'rate(x_total[5m]) > 1', 'alert'],
  ['increase(x_total[5m]) / 300', 'rate-vs-increase?', 'increase(x_total[5m]) / 300', 'rate(x_total[5m])'],
  ['rate(x_total[1h])*3600', 'rate-vs-increase?', 'rate(x_total[1h])*3600', 'increase(x_total[1h])'],
  ['max_over_time(up[1h:])', 'subquery-default-step?', '1h'],
  [
    'histogram_quantile(0.9, sum(rate(x_bucket[5m])))',
    'le-dropped',
    'sum',
    'histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m])))',
  ],
  [
    'histogram_quantile(0.9, sum(rate(x_bucket[5m])) by (job))',
    'le-dropped',
    'by (job)',
    'histogram_quantile(0.9, sum(rate(x_bucket[5m])) by (le, job))',
  ],
  ['histogram_quantile(0.9, sum without (le) (rate(x_bucket[5m])))', 'le-dropped', 'without (le)'],
  ['quantile(95, up)', 'quantile-range', '95', 'quantile(0.95, up)'],
  ['histogram_quantile(0.9, rate(x_count[5m]))', 'hq-no-buckets?', 'x_count'],
  ['histogram_quantile(0.9, x_bucket)', 'hq-without-rate?', 'histogram_quantile'],
  ['avg(x{quantile="0.9"})', 'avg-of-quantiles?', 'avg'],
  ['avg(rate(a[5m]) / rate(b[5m]))', 'sum-of-ratios?', 'avg'],
  ['sum(rate(a[5m]) / rate(b[5m]))', 'nan-division?', '/'],
  ['sum by (job) (sum by (instance) (up))', 'agg-then-label?', 'by (job)'],
  ['sum(a) / on (job) group_right () b', 'agg-then-label?', 'on (job) group_right ()'],
  ['sum by (job) (a) / sum(b)', 'no-match-sides?', '/'],
  ['rate(x[5m]) == 0.5', 'float-equality?', '=='],
  ['up == NaN', 'nan-compared', '=='],
  ['count(up) == 0', 'count-never-zero', '=='],
  ['count(up) < 1', 'count-never-zero', '<'],
  ['up == bool 0', 'bool-in-alert', '==', undefined, 'alert'],
  ['sum by (job) (up) or vector(0)', 'zero-without-labels?', 'vector(0)'],
  ['topk(3, up)', 'topk-in-range?', 'topk', undefined, 'graph'],
];

describe('lintQuery', () => {
  it.each(WRONG.map((row) => [row[0], row[1], row] as const))('finds in %s: %s', (query, wanted, row) => {
    const [, , where, fixed, use = 'query'] = row;
    const [first, ...others] = lintQuery(query, { use, typeOf });
    expect(`${first?.rule}${first?.certainty === 'likely' ? '?' : ''}`).toBe(wanted);
    expect(query.slice(first?.span.start, first?.span.end)).toBe(where);
    expect(first?.fix === undefined ? undefined : applyFixes(query, [first.fix])).toBe(fixed);
    expect(others.filter(({ layer }) => layer !== 'text')).toEqual([]);
  });

  it('has a case for every rule that needs no server', () => {
    const told = new Set(WRONG.map(([, rule]) => rule.replace('?', '')));
    const needsServer = ['range-lt-2-scrapes', 'many-to-many', 'name-unknown', 'ratio-of-one', 'set-no-match'];
    const onlyInRows = ['stale-now', 'cardinality-large', 'all-zero', 'all-nan', 'limit-truncated'];
    const silent = Object.keys(LINT_RULES).filter((id) => !told.has(id));
    expect(silent.sort()).toEqual(
      ['argument-count', ...needsServer, ...onlyInRows, 'scalar-of-many', 'le-integer'].sort(),
    );
  });

  it.each([
    'up',
    'x_total > 0',
    'odd_total > 5',
    'sum by (le) (rate(x_bucket[5m]))',
    'histogram_quantile(0.9, sum(rate(x_seconds[5m])))',
    'histogram_quantile(0.9, sum by (le, job) (rate(x_bucket[5m])))',
    'histogram_quantile(0.9, sum without (instance) (rate(x_bucket[5m])))',
    'histogram_quantile(0.9, topk by (le) (5, rate(x_bucket[5m])))',
    'max(histogram_quantile(0.9, rate(x_bucket[5m])))',
    'count(up == 0) > 0',
    '(count(up == 0) or vector(0)) == 0',
    'count(up) == bool 0',
    'sum(x) or vector(0)',
    'sum(a) / on () group_right () b',
    'sum by (job) (a) / on (job) group_left () sum by (job, instance) (b)',
    'sum by (dst) (label_replace(sum by (src) (x), "dst", "$1", "src", "(.*)"))',
    'sum by (version) (count_values by (job) ("version", build))',
    'sum by (job) (a) * on (job) group_left (zone) max by (job, zone) (b)',
    'sum by (zone) (sum by (job) (a) * on (job) group_left (zone) max by (job, zone) (b))',
    'rate(x_total[5m]) == 0',
    'x{path="/a.html"}',
    'x{path=~"/a\\\\.html"}',
    'x{job=~"a|b"}',
    'x{job=~""}',
    'irate(x_total[5m])',
    'x != x',
    'up{job!="a",job!="b"}',
    'up{job=~"a.*",job!="ab"}',
    'sum(rate(a[5m]) / (rate(b[5m]) > 0))',
    'x - x offset 5m',
    'increase(x_total[5m]) / 60',
    'rate(x_total[5m]) * 60',
    'histogram_quantile(0.9, sum(rate(x_bucket[5m])) by (vmrange))',
    'absent(up{job="app"} == 1)',
    'rate(a_total{code=~"5.."}[5m]) * on (pod) group_left (node) topk by (pod) (1, info)',
    'sum(rate(a_total{code=~"5.."}[1h])) / sum(rate(a_total[1h])) > (14.4 * 0.01)',
    '(1 - sum without (mode) (rate(cpu_seconds_total[5m]))) / ignoring (cpu) group_left () count without (cpu, mode) (cpu_seconds_total)',
    'histogram_quantile(0.9, sum by (instance, le) (rate(x_bucket[5m])) * on (instance) group_left (node) names)',
    'kube_job_failed > 0 unless on (job_name) kube_job_succeeded',
    'count by (job) (up == 0) / count by (job) (up) * 100',
  ])('says nothing of %s', (query) => {
    expect(lintQuery(query, { typeOf })).toEqual([]);
  });

  const course = loadCourse(lessonsFolder());
  const references = course.lessons.flatMap(exercisesOf).filter(answeredByQuery);
  it('is not certain of any mistake in what the course and the cookbook teach', () => {
    const queries = [
      ...references.flatMap((exercise) => [exercise.reference, ...exercise.accept]),
      ...COOKBOOK.map(({ better }) => better.query),
    ];
    expect(queries.length).toBeGreaterThan(50);
    const certain = queries.flatMap((query) =>
      lintQuery(query)
        .filter(({ certainty }) => certainty === 'certain')
        .map(({ rule }) => `${rule}: ${query}`),
    );
    expect(certain).toEqual([]);
  });

  it.each(['rules.yml', 'grafana/dashboards/sse-streaming.json'])('says nothing of stack/%s', (name) => {
    const file = readQueryFile(readFileSync(join(import.meta.dirname, '../../../stack', name), 'utf8'));
    expect(file?.queries.length).toBeGreaterThanOrEqual(10);
    const found = file?.queries.flatMap(({ text, use }) => lintQuery(text.value, { use, variables: true }));
    expect(found).toEqual([]);
  });

  it('offers only fixes that are accepted', () => {
    for (const [query, , , , use = 'query'] of WRONG) {
      for (const { fix } of lintQuery(query, { use, typeOf })) {
        if (fix !== undefined) expect(parse(applyFixes(query, [fix]), ALL_FEATURES).kind).toBe('ok');
      }
    }
  });
});

describe('variables of Grafana', () => {
  it.each([
    'rate(x_total{job=~"$job"}[$__rate_interval])',
    'rate(x_total[[[interval]]])',
    'sum by ($group) (rate(x_total{a="${b:regex}"}[${range}m]))',
    'topk($n, up)',
    '${metric}{job="a"}',
    '${metric}_total offset $shift',
    'up{job="a",$filters}',
    '$func(x_total[5m])',
    'up > $limit',
    'up $op 1',
    'count(up) < $n',
    'count(up) == ${n}',
    'rate(x[5m]) == $n',
    'x_total > $n',
    'quantile($q, up)',
    'increase(x_total[$__range_s]) / $__interval_ms',
    'rate(x_total[1$unit])',
    'avg_over_time(up[$__range:$__interval])',
    '$query',
    'histogram_quantile($q, sum by (le) (rate(x_bucket[$__rate_interval])))',
    'histogram_quantile(0.9, sum by ($g) (rate(x_bucket[5m])))',
    'sum by (job) (sum by ($g) (up))',
  ])('says nothing of %s', (query) => {
    expect(lintQuery(query, { variables: true, use: 'graph' }).filter(({ rule }) => rule !== 'topk-in-range')).toEqual(
      [],
    );
  });

  it('does not take what stands in for a variable for what is written', () => {
    const [found] = lintQuery('topk($n, up)', { variables: true, use: 'graph' });
    expect(found?.message).toContain('more lines than wanted');
  });

  it.each([
    ['rate(x{a="$b"}[$__rate_interval]) + up{job=~"app"}', 'regex-static', 'job=~"app"'],
    ['histogram_quantile(0.9, sum(rate(x_bucket[$__rate_interval])))', 'le-dropped', 'sum'],
    ['sum(rate(x[$__interval])) by job', 'by-without-parens', 'job'],
  ])('tells in the text that was written: %s', (query, rule, where) => {
    const found = lintQuery(query, { variables: true });
    expect(found.map((finding) => finding.rule)).toEqual([rule]);
    expect(query.slice(found[0]?.span.start, found[0]?.span.end)).toBe(where);
  });

  it('leaves them alone where they are none', () => {
    expect(lintQuery('up > $limit').map(({ layer }) => layer)).toContain('text');
  });
});
