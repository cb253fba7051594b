import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Rows, tableSource } from '../helpers/table-source.ts';
import { type TableStack, tableStack } from '../helpers/table-stack.ts';

const up: Rows = [[{ __name__: 'up', job: 'sse-streaming' }, 1]];

/** Answers every query with the same rows: no lesson can be proved on it. */
const monotonous = { ...tableSource({}), instant: tableSource({ up }).instant.bind(undefined, 'up') as never };

let stack: TableStack;
beforeEach(async () => {
  stack = await tableStack(monotonous);
});
afterEach(() => stack.close());

describe('lessons', () => {
  it('lists the whole course with what is to come', async () => {
    const { code, out } = await stack.run(['lessons'], { columns: 100 });
    expect(code).toBe(0);
    expect(out).toMatch(/ 4 {2}Measure {2}rate {2,}Counters and rate\(\) {2,}12 {2}4 exercises/);
    expect(out).toMatch(/ 3 {2}Look {2,}selectors {2,}Names, labels and matchers {2,}10 {2}to come/);
    expect(out).toContain('0 of 11 exercises solved.\nnext: prom-tutor lesson up');
  });

  it('is complete at every width, in ASCII, and for screen readers', async () => {
    for (const argv of [['--ascii'], ['--accessible'], []]) {
      for (const columns of [40, 60, 80, 120]) {
        const { out } = await stack.run(['lessons', ...argv], { columns });
        for (const line of out.split('\n')) expect([...line].length, line).toBeLessThanOrEqual(columns);
        expect(out.replace(/\s+/g, ' ')).toContain('histogram_quantile');
      }
    }
  });

  it('gives JSON', async () => {
    const { out } = await stack.run(['lessons', '--json']);
    const lessons = JSON.parse(out);
    expect(lessons).toHaveLength(19);
    expect(lessons[3]).toEqual({
      number: 4,
      slug: 'rate',
      title: 'Counters and rate()',
      minutes: 12,
      chapter: 'Measure',
      guide: expect.arrayContaining(['example 3']),
      state: 'new',
      exercises: 4,
      solved: 0,
    });
    expect(lessons[0]).toMatchObject({ number: 1, slug: 'scrape', state: 'planned' });
  });

  it('refuses an action it does not know', async () => {
    const { code, err } = await stack.run(['lessons', 'rate']);
    expect(code).toBe(2);
    expect(err).toContain('lessons: unknown action "rate"');
    expect(err).toContain('prom-tutor lesson rate');
  });
});

describe('lessons check', () => {
  it('ends with 1 and names file and line of what it finds', async () => {
    const { code, out } = await stack.run(['lessons', 'check', 'up']);
    expect(code).toBe(1);
    expect(out).toMatch(/^2 up: \d+ queries, \d+ findings$/m);
    expect(out).toMatch(
      /^lessons[/\\]02-up\.md:\d+: up\/1: wrong answer `up\{job="sse"\}` equals the reference at every moment$/m,
    );
    expect(out).not.toContain('04-rate');
  });

  it('gives JSON', async () => {
    const { code, out } = await stack.run(['lessons', 'check', 'up', '--json']);
    const report = JSON.parse(out);
    expect(code).toBe(1);
    expect(report.ok).toBe(false);
    expect(report.lessons).toEqual([{ slug: 'up', queries: expect.any(Number) }]);
    expect(report.findings[0]).toEqual({
      file: expect.stringContaining('02-up.md'),
      line: expect.any(Number),
      message: expect.any(String),
    });
  });
});
