import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageFolder } from '../../../src/lib/package-folder.ts';
import { readRuleFile, ruleProblemText } from '../../../src/scrape/rules/rule-file.ts';
import { GOOD_RULE_FILES } from './rule-files.ts';

describe('a rule file', () => {
  it('gives groups with the labels of the group under those of the rule', () => {
    const { groups, problems } = readRuleFile(`
groups:
  - name: g
    interval: 1m30s
    query_offset: 5s
    limit: 7
    labels: {team: a, tier: b}
    rules:
      - record: x:y:z
        expr: |
          sum(rate(up[5m]))
            by (job)
        labels: {tier: c}
      - alert: Down
        expr: up == 0
        for: 1m
        keep_firing_for: 2m
        annotations: {b: two, a: one}
`);
    expect(problems).toEqual([]);
    expect(groups).toMatchObject([
      {
        name: 'g',
        intervalMs: 90_000,
        queryOffsetMs: 5_000,
        limit: 7,
        rules: [
          {
            kind: 'recording',
            record: 'x:y:z',
            query: 'sum by (job) (rate(up[5m]))',
            labels: { team: 'a', tier: 'c' },
          },
          {
            kind: 'alerting',
            alert: 'Down',
            forMs: 60_000,
            keepFiringForMs: 120_000,
            annotations: { a: 'one', b: 'two' },
          },
        ],
      },
    ]);
  });

  it('tells everything that is wrong at once, each with its line', () => {
    const { groups, problems } = readRuleFile(`groups:
  - name: a
    rules:
      - record: x
        expr: sum(up
      - expr: up
      - alert: T
        expr: up
        labels:
          l: "{{ $nope }}"
  - name: a
    rules: []
`);
    expect(groups).toEqual([]);
    expect(problems.map((problem) => [problem.line, ruleProblemText(problem)])).toEqual([
      [5, '5:15: group "a", rule 1, "x": could not parse expression: 1:7: parse error: unclosed left parenthesis'],
      [6, '0:0: 0:0: group "a", rule 2, "": one of \'record\' or \'alert\' must be set'],
      [10, 'group "a", rule 3, "T": label "l": template: __alert_T:1: undefined variable "$nope"'],
      [11, '0:0: groupname: "a" is repeated in the same file'],
    ]);
  });

  it.each([
    ['groups: 5\n', 1, 'cannot unmarshal !!int `5` into []rulefmt.RuleGroup'],
    ['groups:\n  - name: a\n    foo: 1\n', 3, 'field foo not found in type rulefmt.RuleGroup'],
    ['groups:\n  - name: a\n    interval: 1x\n', 3, 'unknown unit "x" in duration "1x"'],
    ['groups:\n  - name: a\n   rules: []\n', 3, 'yaml: line 3:'],
  ])('%j is told at line %i', (text, line, words) => {
    const { problems } = readRuleFile(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ line, message: expect.stringContaining(words) });
  });

  it.each(GOOD_RULE_FILES)('%j is fine', (text) => {
    expect(readRuleFile(text).problems).toEqual([]);
  });

  it('of the stack is fine, and every recorded name has a level, a metric and operations', () => {
    const { groups, problems } = readRuleFile(readFileSync(join(packageFolder('stack'), 'rules.yml'), 'utf8'));
    expect(problems).toEqual([]);
    const names = groups.flatMap(({ rules }) =>
      rules.flatMap((rule) => (rule.kind === 'recording' ? [rule.record] : [])),
    );
    expect(names.length).toBe(8);
    for (const name of names) expect(name).toMatch(/^(provider|job):sse_\w+:\w+$/);
  });
});
