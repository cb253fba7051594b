import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCRAPE_INTERVAL_MS, type Scenario } from '../../src/model/scenario.ts';
import type { Source } from '../../src/source/source.ts';
import { checkLesson } from '../../src/tutor/check-lessons.ts';
import { findExercise } from '../../src/tutor/find-exercise.ts';
import { type Ground, momentAt, scenarioGround, serverGround } from '../../src/tutor/ground.ts';
import { judge } from '../../src/tutor/judge.ts';
import { exercisesOf, type QueryExercise } from '../../src/tutor/lesson.ts';
import { loadCourse } from '../../src/tutor/load-lessons.ts';
import { resolveText } from '../../src/tutor/resolve.ts';

const course = loadCourse();
const HOUR_MS = 3_600_000;

/** The seed of `start`, and others at other times of the day: traffic differs, what lessons say must stay true. */
const SCENARIOS = [
  { name: 'now, the seed of start', seed: 1, t0Ms: Math.floor(Date.now() / SCRAPE_INTERVAL_MS) * SCRAPE_INTERVAL_MS },
  { name: 'in the night, another seed', seed: 7, t0Ms: Date.UTC(2026, 0, 5, 3, 0, 0) },
  { name: 'at noon, a third seed', seed: 20_260, t0Ms: Date.UTC(2026, 6, 1, 12, 30, 15) },
] as const;

/** Everything that is proved of the lessons, on the history that `sourceOf` brings up; closing the source ends what it stands on. */
export function proveLessons(sourceOf: (scenario: Scenario) => Promise<Source>): void {
  describe.each(SCENARIOS)('$name', ({ seed, t0Ms }) => {
    let source: Source;
    let ground: Ground;
    beforeAll(async () => {
      source = await sourceOf({ seed, t0Ms, historyMs: 6 * HOUR_MS });
      ground = scenarioGround(source, { t0Ms });
    });
    afterAll(() => source?.close());

    it.each(course.lessons.map((lesson) => [lesson.slug, lesson] as const))(
      'proves lesson %s',
      async (_slug, lesson) => {
        const { findings, queries } = await checkLesson(lesson, ground);
        expect(findings.map(({ file, line, message }) => `${file}:${line}: ${message}`)).toEqual([]);
        expect(queries).toBeGreaterThan(8);
      },
    );

    const wrong = course.lessons.flatMap((lesson) =>
      exercisesOf(lesson).flatMap((exercise) =>
        exercise.kind === 'query' ? exercise.misconceptions.map((item) => ({ exercise, item })) : [],
      ),
    );

    it('recognises wrong answers by their results alone, or says something of its own that is certain', async () => {
      const silent: string[] = [];
      for (const { exercise, item } of wrong) {
        const unknown: QueryExercise = {
          ...exercise,
          misconceptions: exercise.misconceptions.map(({ pattern: _, ...rest }) => rest),
        };
        const disguised = `(${item.query}) + 0`;
        const { feedback, verdict, solved } = await judge(unknown, disguised, ground);
        expect(solved, disguised).toBe(false);
        const message = (await resolveText(item.message, ground)).text;
        const others = exercise.misconceptions
          .filter(({ message }) => message !== item.message)
          .map((other) => other.message);
        for (const one of feedback) expect(others, `${disguised} got the hint of another`).not.toContain(one.message);
        if (verdict === 'wrong' && !feedback.some((one) => one.message === message)) silent.push(disguised);
      }
      expect(silent).toEqual([]);
    });

    it.each<[string, string, string, RegExp]>([
      ['up/1', 'up{job=~"sse-.*"}', 'right', /Braces filter/],
      ['up/1', 'up{instance=~"sse-app.*"}', 'right', /Braces filter/],
      ['up/1', 'up{job="SSE-streaming"}', 'empty', /Capital letters/],
      ['up/2', 'up{job="sse-streaming"} == 0', 'right', /broken targets/],
      ['up/2', 'up{job="prometheus"} == 0', 'empty', /No row passes the comparison/],
      ['up/3', 'avg(up{job="sse-streaming"}) * 100', 'wrong', /100 times too large/],
      ['up/3', 'avg by (job) (up{job="sse-streaming"})', 'wrong', /split by `job`/],
      ['rate/1', 'increase(sse_requests_total[5m]) / 300', 'right', /growth of each counter/],
      ['rate/1', 'rate(sse_requests_total[5m]) * 60', 'wrong', /60 times too large/],
      ['rate/1', 'rates(sse_requests_total[5m])', 'error', /unknown function with name "rates"/],
      ['rate/2', 'rate(sse_errors_total{provider="anthropic"}[2m])', 'right-with-note', /more nervous/],
      ['rate/2', 'rate(sse_errors_total{provider="anthropic"}[20s])', 'wrong', /right but for the window/],
      ['rate/2', 'rate(sse_errors_total{provider="antropic"}[5m])', 'empty', /Did you mean `"anthropic"`/],
      ['rate/3', 'rate(sse_requests_total[5m]) * 5 * 60', 'right', /adds up the growth/],
      [
        'histogram_quantile/1',
        'histogram_quantile(0.99, sum by (le, provider) (increase(sse_request_duration_seconds_bucket[5m])))',
        'right-with-note',
        /only proportions matter/,
      ],
      [
        'histogram_quantile/1',
        'histogram_quantile(0.99, rate(sse_request_duration_seconds[5m]))',
        'empty',
        /has no buckets/,
      ],
      [
        'histogram_quantile/2',
        'histogram_quantile(0.95, avg by (le) (rate(sse_request_duration_seconds_bucket[5m])))',
        'right-with-note',
        /proportions/,
      ],
      [
        'histogram_quantile/2',
        'histogram_quantile(0.95, sum by (provider) (rate(sse_request_duration_seconds_bucket[5m])))',
        'empty',
        /le" is missing/,
      ],
      [
        'histogram_quantile/3',
        '100 * sum(rate(sse_request_duration_seconds_bucket{le="1.0"}[5m])) / sum(rate(sse_request_duration_seconds_count[5m]))',
        'wrong',
        /100 times too large/,
      ],
      ['histogram_quantile/4', '3', 'right', /10 or more/],
    ])('judges %s: %s', async (id, answer, verdict, message) => {
      const found = await judge(findExercise(course, id).exercise, answer, ground);
      expect([found.verdict, found.feedback[0]?.message]).toEqual([verdict, expect.stringMatching(message)]);
    });

    it('never says the same number of prose as unknown', async () => {
      const { exercise } = findExercise(course, 'histogram_quantile/4');
      expect((await resolveText(exercise.task, ground)).text).toBe(
        'During the incident p99 is exactly 10 s for minutes. What does it mean?',
      );
    });

    it("judges on another server's data without its scenario", async () => {
      const other = serverGround(source, momentAt(ground, 'quiet').ms);
      const { exercise } = findExercise(course, 'rate/1');
      expect((await judge(exercise, 'rate(sse_requests_total[5m])', other)).solved).toBe(true);
      expect((await judge(exercise, 'irate(sse_requests_total[5m])', other)).solved).toBe(false);
      const empty = serverGround(source, t0Ms - 30 * 24 * HOUR_MS);
      expect((await judge(exercise, 'rate(sse_requests_total[5m])', empty)).verdict).toBe('empty');
    });
  });
}
