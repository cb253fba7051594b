import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

const skeleton = readFileSync('lessons/skeleton.md', 'utf8');

/** A folder with one lesson, `first`. */
function ownCourse(): string {
  const folder = mkdtempSync(join(tmpdir(), 'prom-tutor-course-'));
  writeFileSync(join(folder, '01-first.md'), skeleton.replace('NUMBER', '1').replace('SLUG', 'first'));
  return folder;
}

describe('lessons search', () => {
  it('finds words in any case, and says in which lesson and where', async () => {
    const { code, out } = await stack.run(['lessons', 'search', 'EXTRAPOLATES', 'window']);
    expect(code).toBe(0);
    expect(out).toContain('4 rate: Counters and rate()');
    expect(out).toMatch(/rate\/\d: No: increase extrapolates/);
    expect(out).toContain('take it: prom-tutor lesson');
  });

  it('gives JSON', async () => {
    const hits = JSON.parse((await stack.run(['lessons', 'search', 'example 3', '--json'])).out);
    expect(hits[0]).toEqual({ number: 4, slug: 'rate', title: 'Counters and rate()', where: null, text: 'example 3' });
  });

  it('tells no answers', async () => {
    const { code, out } = await stack.run(['lessons', 'search', 'The solution:']);
    expect(code).toBe(1);
    expect(out).toContain('Nothing about "The solution:" in the lessons.');
  });

  it('wants to know what', async () => {
    const { code, err } = await stack.run(['lessons', 'search']);
    expect(code).toBe(2);
    expect(err).toContain('say what to look for');
  });
});

describe('a course of one’s own', () => {
  it('has a progress of its own', async () => {
    const folder = ownCourse();
    await stack.run(['check', 'first/1', 'up{job="sse-streaming"}', '--course', folder, '--seed', '1']);
    expect((await stack.run(['progress', '--course', folder])).out).toContain('1 of 1 exercise');
    expect((await stack.run(['progress'])).out).toContain('Nothing is begun yet.');
    expect((await stack.run(['cheatsheet', '--course', folder])).out).toContain('up{job="sse-streaming"}');
  });

  it('is what its folder holds, and no link out of it', async () => {
    const folder = ownCourse();
    symlinkSync(join(process.cwd(), 'lessons', '02-up.md'), join(folder, '02-up.md'));
    const { code, err } = await stack.run(['lessons', '--course', folder]);
    expect(code).toBe(1);
    expect(err).toContain('02-up.md:1: this link leads out of the folder of lessons');
  });

  it('is told when it is not there', async () => {
    const { code, err } = await stack.run(['lesson', '--course', '/nonexistent']);
    expect(code).toBe(2);
    expect(err).toContain('there is no folder /nonexistent');
  });
});

describe('lessons new', () => {
  it('begins a lesson that can be taken and proved, and says what to fill in', async () => {
    const folder = ownCourse();
    const { code, out } = await stack.run(['lessons', 'new', 'second', '--course', folder]);
    expect(code).toBe(0);
    expect(out).toContain('02-second.md');
    expect(out).toMatch(/02-second\.md:4: fill in title/);
    expect(out).toContain(`prove it: prom-tutor lessons check second --course ${folder}`);
    const proved = await stack.run(['lessons', 'check', 'second', '--course', folder, '--seed', '1']);
    expect(proved.out).toBe('2 second: 4 queries, ok\n');
    expect(proved.code).toBe(0);
  });

  it.each([
    ['first', 'there is a lesson first'],
    ['Not One', '"Not One" is not a slug'],
    ['', 'name the slug'],
  ])('refuses the slug "%s"', async (slug, message) => {
    const folder = ownCourse();
    const { code, err } = await stack.run(['lessons', 'new', ...(slug === '' ? [] : [slug]), '--course', folder]);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe('lessons', () => {
  it('lists the whole course', async () => {
    const { code, out } = await stack.run(['lessons'], { columns: 100 });
    expect(code).toBe(0);
    expect(out).toMatch(/ 4 {2}Measure {2}rate {2,}Counters and rate\(\) {2,}12 {2}\d exercises/);
    expect(out).toMatch(/0 of \d+ exercises solved.\nnext: prom-tutor lesson scrape/);
  });

  it('lists what is to come as such, in a course of one’s own', async () => {
    const folder = ownCourse();
    writeFileSync(
      join(folder, 'planned.yaml'),
      'lessons:\n  - {number: 2, slug: second, title: The second, minutes: 5, chapter: Look}\n',
    );
    const { out } = await stack.run(['lessons', '--course', folder], { columns: 100 });
    expect(out).toMatch(/1 +Look +first +Title of the lesson +10 +1 exercise\n/);
    expect(out).toMatch(/2 +Look +second +The second +5 +to come\n/);
    expect(out).toContain(`next: prom-tutor lesson first --course ${folder}`);
    const { err } = await stack.run(['lesson', 'second', '--course', folder]);
    expect(err).toContain('lesson 2, second, is not written yet');
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
    expect(lessons.map(({ number }: { number: number }) => number)).toEqual(
      Array.from({ length: 19 }, (_, index) => index + 1),
    );
    expect(lessons[3]).toEqual({
      number: 4,
      slug: 'rate',
      title: 'Counters and rate()',
      minutes: 12,
      chapter: 'Measure',
      guide: expect.arrayContaining(['example 3']),
      state: 'new',
      exercises: expect.any(Number),
      solved: 0,
    });
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
