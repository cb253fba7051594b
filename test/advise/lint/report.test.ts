import { describe, expect, it } from 'vitest';
import { lintQuery } from '../../../src/advise/lint/lint-query.ts';
import { readQueryFile } from '../../../src/advise/lint/query-file.ts';
import { fixInput, lintInput, reported } from '../../../src/advise/lint/report.ts';

const rule = (expr: string) => `groups:
  - name: a # kept
    rules:
      - record: b:c
        expr: ${expr}
`;
const WRONG = 'sum(up) by job';
const RIGHT = 'sum(up) by (job)';

function linted(source: string) {
  const input = lintInput(source, 'file', 'file');
  if (input === undefined) throw new Error('nothing was read');
  const findings = input.queries.flatMap((each) =>
    lintQuery(each.query, { use: each.use, variables: each.variables }).map((finding) =>
      reported(finding, input, each),
    ),
  );
  const fixed = fixInput(input, (each) => lintQuery(each.query, { variables: each.variables }));
  return { input, findings, fixed };
}

describe('queries in files', () => {
  it.each([
    ['plain', WRONG, RIGHT, '5:26'],
    ['plain on two lines', 'sum(up)\n          by job # c', 'sum(up)\n          by (job) # c', '6:14'],
    ['in single quotes', `'sum(up{a=~"it''s"}) by job'`, `'sum(up{a="it''s"}) by (job)'`, undefined],
    ['in double quotes', `"sum(up{a='\\u0041'}) by job"`, `"sum(up{a='\\u0041'}) by (job)"`, '5:39'],
    [
      'literal',
      '|\n          # note\n          sum(up)\n          by job',
      '|\n          # note\n          sum(up)\n          by (job)',
      '8:14',
    ],
    ['folded', '>-\n          sum(up)\n          by job', '>-\n          sum(up)\n          by (job)', '7:14'],
  ])('are found and mended where they are written: %s', (_, written, mended, place) => {
    const { findings, fixed } = linted(rule(written));
    const [first] = findings;
    if (place === undefined) expect(fixed.applied).toBe(1);
    else expect(`${first?.region.line}:${first?.region.column}`).toBe(place);
    // Refusals speak before the tree does, so a pattern beside one is found in the next run.
    expect(fixed.source.replace('=~', '=')).toBe(rule(mended));
  });

  it('leaves a query alone that could not be read back', () => {
    const { fixed } = linted(rule('up{a="b"} = 1'));
    expect(readQueryFile(fixed.source)?.queries[0]?.text.value).toBe('up{a="b"} == 1');
    const commented = linted(rule('"sum(up) by job\\n# \\u2028"'));
    expect(readQueryFile(commented.fixed.source)?.queries.length).toBe(1);
  });

  it.each([
    ['rules of Kubernetes', `spec:\n  groups:\n    - rules:\n        - alert: A\n          expr: up\n`, ['A alert']],
    ['several documents', `${rule('up')}---\n${rule('down')}`, ['b:c record', 'b:c record']],
    ['rules as JSON', JSON.stringify({ groups: [{ rules: [{ alert: 'A', expr: 'up' }] }] }), ['A alert']],
    [
      'panels and rows',
      JSON.stringify(
        {
          panels: [
            { title: 'P', targets: [{ expr: 'up' }, { expr: '' }] },
            { type: 'row', panels: [{ title: 'Q', targets: [{ expr: 'up', instant: true }] }] },
          ],
        },
        undefined,
        '\t',
      ),
      ['P graph', 'Q instant'],
    ],
    [
      'rows of old dashboards',
      JSON.stringify({ dashboard: { rows: [{ panels: [{ title: 'P', targets: [{ expr: 'up' }] }] }] } }),
      ['P graph'],
    ],
    [
      'other data sources',
      JSON.stringify({
        panels: [
          { datasource: { type: 'loki' }, targets: [{ expr: 'up' }] },
          { targets: [{ expr: '{a="b"} |= "c"' }] },
        ],
      }),
      [],
    ],
  ])('are read from %s', (_, source, names) => {
    expect(readQueryFile(source)?.queries.map(({ name, use }) => `${name} ${use}`)).toEqual(names);
  });

  it.each([
    ['a list', '- a\n'],
    ['nothing', ''],
    ['an object', '{"a": 1}'],
  ])('are not read from %s', (_, source) => {
    expect(readQueryFile(source)).toBeUndefined();
  });

  it('tells what keeps a file from being read', () => {
    expect(readQueryFile('groups: [')?.problems.length).toBeGreaterThan(0);
  });

  it('mends a dashboard around its variables', () => {
    const source = JSON.stringify({
      panels: [{ targets: [{ expr: 'histogram_quantile(0.9, sum(rate(x_bucket{a=~"$a"}[$__rate_interval])))' }] }],
    });
    const { fixed } = linted(source);
    expect(fixed.source).toBe(source.replace('sum(', 'sum by (le) ('));
  });
});
