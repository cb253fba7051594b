import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { pictureOf } from '../../src/advise/picture.ts';
import { labelsKey } from '../../src/model/labels.ts';
import { checkpointMs } from '../../src/model/scenario.ts';
import { httpSource } from '../../src/source/http.ts';
import { type LessonStack, startLessonStack } from '../helpers/lesson-stack.ts';
import { PICTURE_CASES } from '../helpers/picture-cases.ts';
import { realSuite } from '../helpers/prometheus.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** The numbers of every picture are those that a real Prometheus gives to its query. */
realSuite('pictures of a real Prometheus', ['prometheus', 'promtool'], () => {
  let stack: LessonStack;
  let source: ReturnType<typeof httpSource>;
  beforeAll(async () => {
    stack = await startLessonStack();
    source = httpSource({ url: stack.url });
  });
  afterAll(async () => {
    await source?.close();
    await stack?.close();
  });

  it.each(PICTURE_CASES)('$name', async ({ of, query, at }) => {
    const timeMs = checkpointMs(stack.scenario, at);
    const picture = await pictureOf({ of, query }, source, timeMs);
    if (picture.kind === 'matching' && picture.error !== undefined) {
      await expect(source.instant(query, { timeMs })).rejects.toThrow(picture.error);
      return;
    }
    // A bare range selector has no number of its own: its increase has.
    const asked = picture.kind === 'window' && picture.function === undefined ? `increase(${query})` : query;
    const { data } = await source.instant(picture.kind === 'budget' ? query.replaceAll('[5m]', '[1h]') : asked, {
      timeMs,
    });
    const rows = new Map(
      data.kind === 'vector' ? data.samples.map(({ labels, value }) => [labelsKey(labels), value as number]) : [],
    );
    const first = [...rows.values()][0];
    if (picture.kind === 'window') {
      const { estimate } = picture;
      const own = picture.function === 'rate' ? estimate?.perSecond : estimate?.increase;
      own === undefined ? expect(rows.size).toBe(0) : expect(first).toBeCloseTo(own, 6);
    }
    if (picture.kind === 'restart') expect(first).toBeCloseTo(picture.estimate?.increase ?? Number.NaN, 6);
    if (picture.kind === 'buckets') expect(rows.get(labelsKey(picture.labels ?? {}))).toEqual(picture.cut.value);
    if (picture.kind === 'matching') {
      const results = picture.groups.flatMap((group) => group.results.filter(({ value }) => value !== undefined));
      expect(new Map(results.map(({ labels, value }) => [labelsKey(labels), value]))).toEqual(rows);
    }
    if (picture.kind === 'budget') {
      const left = picture.steps.at(-1)?.left;
      left === undefined ? expect(rows.size).toBe(0) : expect(1 - (first ?? Number.NaN)).toBeCloseTo(left, 9);
    }
  });
});
