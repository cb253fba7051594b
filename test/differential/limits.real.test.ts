import { afterAll, beforeAll, expect, it } from 'vitest';
import { embeddedSource } from '../../src/source/embedded.ts';
import { loadDump } from '../../src/source/load-dump.ts';
import { realSuite } from '../helpers/prometheus.ts';
import { differences } from './compare.ts';
import { ask, type Pair, startPair } from './pair.ts';
import type { Moment } from './question.ts';
import { openMetrics, START } from './samples.ts';

const MAX_SAMPLES = 3000;
const TIMEOUT_MS = 60;
const LONG = 'sum(deriv({__name__=~".+"}[20m]))';
const LONG_INSTANT = `max_over_time(${LONG}[40m:250ms])`;

realSuite('limits of samples and time', ['prometheus', 'promtool'], () => {
  let pair: Pair;
  beforeAll(async () => {
    const flags = [`--query.max-samples=${MAX_SAMPLES}`];
    pair = await startPair(openMetrics(), { flags, engine: { maxSamples: MAX_SAMPLES } });
  });
  afterAll(() => pair?.close());

  // How many samples are in memory at once depends on how a query is evaluated: ours goes through the whole grid at once and
  // Prometheus step by step, so the limits of what is more than a selector are near each other, not the same.
  it.each([
    ['lonely', 0],
    ['jobs_total', 0],
    ['jobs_total + jobs_total', 0.02],
    ['1', 0],
    ['sum(jobs_total)', 0.1],
    ['rate(jobs_total[5m])', 0.02],
    ['rate(jobs_total[20m])', 0.02],
    ['sum by (instance) (rate(jobs_total[5m]))', 0.15],
    ['abs(abs(abs(jobs_total)))', 0.02],
    ['topk(1, jobs_total)', 0.1],
    ['max_over_time(rate(jobs_total[5m])[10m:30s])', 0.15],
  ])('are reached by about as many steps as in Prometheus: %s', async (query, tolerance) => {
    const [ours, theirs] = [await mostSteps(pair.ours, query), await mostSteps(pair.theirs, query)];
    expect(theirs).toBeGreaterThan(10);
    expect(theirs).toBeLessThan(MAX_SAMPLES + 1);
    expect(Math.abs(ours - theirs) / theirs, `ours ${ours} steps, theirs ${theirs}`).toBeLessThanOrEqual(tolerance);
  });

  it.each(['jobs_total', '{__name__=~".+"}[40m]', 'count_over_time({__name__=~".+"}[40m])', LONG])(
    'are told in the words of Prometheus: %s',
    async (query) => {
      const moments: readonly Moment[] = [
        { kind: 'instant', time: START + 2400 },
        ...(query.endsWith(']') ? [] : [gridOf(1000)]),
      ];
      for (const moment of moments) {
        const [ours, theirs] = await Promise.all([ask(pair.ours, query, moment), ask(pair.theirs, query, moment)]);
        expect(differences(ours, theirs, false)).toEqual([]);
      }
    },
  );

  it('are 11,000 points, to the point', async () => {
    for (const [points, step] of [
      [11_000, 1],
      [11_001, 1],
      [10_999.5, 1],
      [11_000.5, 1],
      [22_000, 2],
      [22_001, 2],
      [22_002, 2],
    ] as const) {
      const moment: Moment = { kind: 'range', start: START, end: START + points, step };
      const [ours, theirs] = await Promise.all([
        ask(pair.ours, 'vector(1) > 2', moment),
        ask(pair.theirs, 'vector(1) > 2', moment),
      ]);
      expect([points, step, ours.status, ours.body]).toEqual([points, step, theirs.status, theirs.body]);
    }
  });
});

realSuite('a time limit', ['prometheus', 'promtool'], () => {
  let pair: Pair;
  beforeAll(async () => {
    const flags = [`--query.timeout=${TIMEOUT_MS}ms`];
    pair = await startPair(openMetrics(), { flags, engine: { timeoutMs: TIMEOUT_MS } });
  });
  afterAll(() => pair?.close());

  it.each([
    ['an instant query', LONG_INSTANT, { kind: 'instant', time: START + 2400 }],
    ['a range query', LONG, { kind: 'range', start: START + 300, end: START + 2400, step: 0.25 }],
  ] as const)('ends %s with the words of Prometheus, soon after it', async (_, query, moment) => {
    const theirs = await ask(pair.theirs, query, moment);
    const began = performance.now();
    const ours = await ask(pair.ours, query, moment);
    expect(theirs).toMatchObject({ status: 503, body: { errorType: 'timeout' } });
    expect(ours).toEqual(theirs);
    expect(performance.now() - began).toBeLessThan(TIMEOUT_MS + 5_000);
  });
});

it('a query that nobody waits for any more ends at once', async () => {
  const { storage } = await loadDump([openMetrics()], { format: 'openmetrics', atMs: 0 });
  const source = embeddedSource({ storage, name: 'the samples', now: () => 0 });
  const took: number[] = [];
  for (const query of [LONG_INSTANT, `topk(3, ${LONG_INSTANT})`, `${LONG_INSTANT} / ${LONG_INSTANT}`]) {
    const gone = new AbortController();
    const answer = source.instant(query, { timeMs: (START + 2400) * 1000, signal: gone.signal }).then(
      () => 'answered',
      (error: unknown) => error,
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    const began = performance.now();
    gone.abort(new Error('nobody waits'));
    expect(await answer).toMatchObject({ message: 'nobody waits' });
    took.push(performance.now() - began);
  }
  // Each of them would take seconds. The bound leaves room for other programs on the machine; by itself it is a few milliseconds.
  expect(took.sort((a, b) => a - b)[1]).toBeLessThan(500);
  if (process.env.PROM_TUTOR_VERIFY === '1') expect(took[1]).toBeLessThan(50);
});

/** The longest grid a server accepts for a query, in steps. */
async function mostSteps(server: string, query: string): Promise<number> {
  let [accepted, refused] = [0, 11_000];
  while (refused - accepted > 1) {
    const steps = (accepted + refused) >> 1;
    const { status } = await ask(server, query, gridOf(steps));
    if (status === 200) accepted = steps;
    else refused = steps;
  }
  return accepted;
}

/** Every series of the queries has a sample at each of these steps. */
function gridOf(steps: number): Moment {
  return { kind: 'range', start: START + 1100, end: START + 1100 + Math.round((steps - 1) * 100) / 1000, step: 0.1 };
}
