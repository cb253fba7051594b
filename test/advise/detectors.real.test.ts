import { afterAll, beforeAll, expect, it } from 'vitest';
import { diagnose } from '../../src/advise/diagnose.ts';
import { checkpointMs } from '../../src/model/scenario.ts';
import { httpSource } from '../../src/source/http.ts';
import type { Source } from '../../src/source/source.ts';
import { answeredByQuery, exercisesOf } from '../../src/tutor/lesson.ts';
import { lessonsFolder, loadCourse } from '../../src/tutor/load-lessons.ts';
import { scenarioSource } from '../helpers/advise-source.ts';
import { type LessonStack, startLessonStack } from '../helpers/lesson-stack.ts';
import { realSuite } from '../helpers/prometheus.ts';

/**
 * Every wrong answer of the course: the detectors say the same of it on both, to the last digit that is shown. Fixes are
 * tried on the server that is asked, and 3.5 lets pass what 3.14 refuses (`many == ignoring (x) one`).
 */
realSuite('the detectors on a real Prometheus', ['prometheus', 'promtool'], () => {
  const wrong = loadCourse(lessonsFolder())
    .lessons.flatMap(exercisesOf)
    .filter(answeredByQuery)
    .flatMap(({ misconceptions, detected }) => [...misconceptions, ...detected].map(({ query }) => query));

  let stack: LessonStack;
  let real: Source;
  let embedded: Source;
  beforeAll(async () => {
    stack = await startLessonStack();
    real = httpSource({ url: stack.url });
    // Nothing scrapes the real one, so it knows no types; neither must the other.
    embedded = { ...(await scenarioSource(stack.scenario.t0Ms)), metadata: async () => new Map() };
  }, 120_000);
  afterAll(async () => {
    await real?.close();
    await stack?.close();
  });

  it.each(['quiet', 'restart'] as const)(
    'say the same at %s',
    async (at) => {
      const { t0Ms } = stack.scenario;
      const span = { startMs: t0Ms - 5_400_000, endMs: t0Ms };
      const told = async (query: string, source: Source) => {
        const question = { query, source, timeMs: checkpointMs({ t0Ms }, at), intervalMs: 15_000, span };
        const findings = await diagnose(question, { voices: ['first', 'empty', 'asked'] });
        return findings.map(({ id, sentence }) => ({ query, id, sentence }));
      };
      expect(wrong.length).toBeGreaterThan(150);
      for (const query of wrong) expect(await told(query, embedded)).toEqual(await told(query, real));
    },
    300_000,
  );
});
