import { describe, expect, it } from 'vitest';
import { pictureOf } from '../../src/advise/picture.ts';
import type { BucketsPicture } from '../../src/advise/picture-buckets.ts';
import { UserError } from '../../src/model/errors.ts';
import { labelsKey } from '../../src/model/labels.ts';
import { CHECKPOINT_NAMES, checkpointMs } from '../../src/model/scenario.ts';
import { PICTURE_CASES, PICTURE_SCENARIO, pictureSource } from '../helpers/picture-cases.ts';

const source = pictureSource();

/** The rows a query really has, label sets with values. */
async function rows(query: string, timeMs: number): Promise<readonly (readonly [string, number])[]> {
  const { data } = await source.instant(query, { timeMs });
  if (data.kind !== 'vector') throw new Error(`no vector: ${query}`);
  return data.samples.map(({ labels, value }) => [labelsKey(labels), value as number]);
}

async function onlyValue(query: string, timeMs: number): Promise<number> {
  const found = await rows(query, timeMs);
  expect(found).toHaveLength(1);
  return found[0]?.[1] ?? Number.NaN;
}

const of = (kind: string) => PICTURE_CASES.filter((one) => one.of === kind);
const COUNTERS = [
  'sse_requests_total{instance="sse-app:8000",provider="openai",status="success"}',
  'sse_requests_total{instance="sse-app-2:8000",provider="openai",status="success"}',
  'sse_errors_total{instance="sse-app:8000",provider="anthropic",type="circuit_open"}',
  'sse_request_duration_seconds_count{instance="sse-app-2:8000",provider="anthropic"}',
];

describe('the window of a range selector', () => {
  const cases = COUNTERS.flatMap((counter) =>
    ['20s', '1m', '5m', '10m', '45m'].flatMap((range) => CHECKPOINT_NAMES.map((at) => [counter, range, at] as const)),
  );

  it('estimates what the engine returns, at every moment', async () => {
    const reasons = new Set<string>();
    for (const [counter, range, at] of cases) {
      const timeMs = checkpointMs(PICTURE_SCENARIO, at);
      const picture = await pictureOf({ of: 'window', query: `${counter}[${range}]` }, source, timeMs);
      if (picture.kind !== 'window') throw new Error('another picture');
      const [rate, increase] = [
        await rows(`rate(${counter}[${range}])`, timeMs),
        await rows(`increase(${counter}[${range}])`, timeMs),
      ];
      const { estimate } = picture;
      if (estimate === undefined) {
        expect(rate).toEqual([]);
        continue;
      }
      expect(rate[0]?.[1]).toBeCloseTo(estimate.perSecond, 9);
      expect(increase[0]?.[1]).toBeCloseTo(estimate.increase, 6);
      reasons
        .add(estimate.start.reason)
        .add(`end ${estimate.end.reason}`)
        .add(estimate.lost > 0 ? 'restart' : 'no restart');
    }
    const wanted = ['end far', 'end near', 'near', 'no restart', 'restart', 'zero'];
    expect(wanted.filter((reason) => !reasons.has(reason))).toEqual([]);
  });

  it('looks where the offset looks', async () => {
    const timeMs = checkpointMs(PICTURE_SCENARIO, 'quiet');
    const query = `rate(${COUNTERS[0]}[3m] offset 20m)`;
    const picture = await pictureOf({ of: 'window', query }, source, timeMs);
    if (picture.kind !== 'window') throw new Error('another picture');
    expect([timeMs - picture.endMs, timeMs - picture.startMs]).toEqual([20 * 60_000, 23 * 60_000]);
    expect(picture.estimate?.perSecond).toBeCloseTo(await onlyValue(query, timeMs), 9);
  });

  it.each([
    ['incident', '[5m]', 'near'],
    ['quiet', '[15m] offset 20m', 'far'],
  ] as const)('takes a gauge as a gauge, at %s over %s', async (at, range, reason) => {
    const timeMs = checkpointMs(PICTURE_SCENARIO, at);
    const query = `delta(sse_active_connections{instance="sse-app-2:8000",provider="openai"}${range})`;
    const picture = await pictureOf({ of: 'window', query }, source, timeMs);
    expect(picture.kind === 'window' ? picture.estimate?.start.reason : undefined).toBe(reason);
    expect(picture.kind === 'window' ? picture.estimate?.increase : undefined).toBeCloseTo(
      await onlyValue(query, timeMs),
      9,
    );
  });
});

describe('the buckets of a histogram', () => {
  it.each([0, 0.001, 0.3, 0.5, 0.9, 0.95, 0.99, 1, 1.5, -0.5])(
    'cuts at quantile %s as the engine does',
    async (quantile) => {
      for (const at of CHECKPOINT_NAMES) {
        for (const provider of ['openai', 'anthropic', 'mistral']) {
          const inner = `sum by (le) (rate(sse_request_duration_seconds_bucket{provider="${provider}"}[5m]))`;
          const query = `histogram_quantile(${quantile}, ${inner})`;
          const timeMs = checkpointMs(PICTURE_SCENARIO, at);
          const picture = await pictureOf({ of: 'buckets', query }, source, timeMs);
          if (picture.kind !== 'buckets') throw new Error('another picture');
          expect(picture.cut.value).toEqual(await onlyValue(query, timeMs));
          expectInterpolation(picture);
        }
      }
    },
  );

  /** What the drawing says: lower bound plus the share of the bucket's width. */
  function expectInterpolation({ cut, rank, buckets }: BucketsPicture): void {
    if (cut.kind !== 'inside') return;
    expect(cut.lower + cut.share * (cut.upper - cut.lower)).toBeCloseTo(cut.value, 9);
    expect(buckets[cut.index]?.upper).toBe(cut.upper);
    expect(cut.below).toBeLessThanOrEqual(rank);
    expect(cut.upTo).toBeGreaterThanOrEqual(rank);
  }

  it.each(of('buckets'))('$name has the value of its query', async ({ query, at }) => {
    const timeMs = checkpointMs(PICTURE_SCENARIO, at);
    const picture = await pictureOf({ of: 'buckets', query }, source, timeMs);
    if (picture.kind !== 'buckets') throw new Error('another picture');
    const answers = new Map(await rows(query, timeMs));
    expect(answers.get(labelsKey(picture.labels ?? {}))).toEqual(picture.cut.value);
    expect(answers.size).toBe(picture.others + 1);
  });
});

describe('a counter with a restart', () => {
  it.each(of('restart'))('$name is mended as increase() does it', async ({ query, at }) => {
    const timeMs = checkpointMs(PICTURE_SCENARIO, at);
    const picture = await pictureOf({ of: 'restart', query }, source, timeMs);
    if (picture.kind !== 'restart') throw new Error('another picture');
    expect(picture.estimate?.increase).toBeCloseTo(await onlyValue(query, timeMs), 6);
    const falls = await onlyValue(query.replace('increase', 'resets'), timeMs);
    expect(picture.restarts).toHaveLength(falls);
    expect(picture.repaired.every(({ value }, index) => value >= (picture.repaired[index - 1]?.value ?? 0))).toBe(true);
    const mended = (picture.repaired.at(-1)?.value ?? 0) - (picture.repaired[0]?.value ?? 0);
    expect(mended).toBeCloseTo(picture.estimate?.change ?? Number.NaN, 9);
  });
});

describe('the match groups of an operator', () => {
  it.each(of('matching'))('$name: its pairs are the rows of the answer', async ({ query, at }) => {
    const timeMs = checkpointMs(PICTURE_SCENARIO, at);
    const picture = await pictureOf({ of: 'matching', query }, source, timeMs);
    if (picture.kind !== 'matching') throw new Error('another picture');
    const results = picture.groups.flatMap((group) => group.results);
    const asked = await rows(query, timeMs).catch(({ message }: Error) => message);
    if (typeof asked === 'string') {
      expect(picture.error).toBe(asked);
      expect(picture.groups.some(({ fate }) => fate === 'several-left' || fate === 'several-right')).toBe(true);
      return;
    }
    const kept = results.flatMap(({ labels, value }) =>
      value === undefined ? [] : [[labelsKey(labels), value] as const],
    );
    expect(sorted(kept)).toEqual(sorted(asked));
    expect(picture.rows).toBe(asked.length);
  });

  it.each(of('matching'))('$name: every row of both sides is in one group', async ({ query, at }) => {
    const timeMs = checkpointMs(PICTURE_SCENARIO, at);
    const picture = await pictureOf({ of: 'matching', query }, source, timeMs);
    if (picture.kind !== 'matching') throw new Error('another picture');
    const [left, right] = [await rows(picture.left, timeMs), await rows(picture.right, timeMs)];
    const pairs = (side: 'left' | 'right') =>
      picture.groups.flatMap((group) => group[side].map(({ labels, value }) => [labelsKey(labels), value] as const));
    expect(sorted(pairs('left'))).toEqual(sorted(left));
    expect(sorted(pairs('right'))).toEqual(sorted(right));
  });

  it('names the label that keeps the sides apart', async () => {
    const naive = 'rate(sse_errors_total[5m]) / sum without (status) (rate(sse_requests_total[5m]))';
    const instances = 'up{instance="localhost:9090"} / on (instance, job) sse_app_info';
    const timeMs = checkpointMs(PICTURE_SCENARIO, 'quiet');
    const seen = async (query: string) => {
      const picture = await pictureOf({ of: 'matching', query }, source, timeMs);
      return picture.kind === 'matching' ? picture.mismatch : undefined;
    };
    expect(await seen(naive)).toEqual({ onlyLeft: ['type'], onlyRight: [], disjoint: [] });
    expect(await seen(instances)).toEqual({ onlyLeft: [], onlyRight: [], disjoint: ['instance', 'job'] });
    expect(await seen('up and on (instance) sse_app_info')).toEqual({ onlyLeft: [], onlyRight: [], disjoint: [] });
  });

  function sorted(pairs: readonly (readonly [string, number])[]): readonly string[] {
    return pairs.map(([key, value]) => `${key} ${value}`).sort();
  }
});

describe('the burn of an error budget', () => {
  it.each(of('budget').slice(0, 2))('$name: left and burn are what the queries give', async ({ query, at }) => {
    const timeMs = checkpointMs(PICTURE_SCENARIO, at);
    const rangeMs = 30 * 60_000;
    const picture = await pictureOf({ of: 'budget', query, rangeMs }, source, timeMs);
    if (picture.kind !== 'budget') throw new Error('another picture');
    const whole = await onlyValue(`1 - ${query.replaceAll('[5m]', '[30m]')}`, timeMs);
    expect(picture.steps.at(-1)?.left).toBeCloseTo(whole, 9);
    expect(picture.stepMs).toBe(150_000);
    for (const { ms, burn } of picture.steps) {
      expect(burn).toBeCloseTo(await onlyValue(query.replaceAll('[5m]', '[150s]'), ms), 9);
    }
    expect(picture.errors).toBeCloseTo(
      await onlyValue('sum(increase(sse_requests_total{status="error"}[30m]))', timeMs),
      6,
    );
  });

  it('only goes down', async () => {
    const { query, at } = of('budget')[0] ?? { query: '', at: 'quiet' as const };
    const picture = await pictureOf({ of: 'budget', query }, source, checkpointMs(PICTURE_SCENARIO, at));
    const left = picture.kind === 'budget' ? picture.steps.map((step) => step.left ?? Number.NaN) : [];
    expect(left.every((value, index) => index === 0 || value <= (left[index - 1] ?? 1))).toBe(true);
  });
});

describe('a query that a picture cannot show', () => {
  it.each([
    ['window', 'up', 'no range selector'],
    ['window', 'rate(', 'cannot picture'],
    ['buckets', 'rate(x_bucket[5m])', 'no histogram_quantile'],
    ['restart', 'up', 'no range selector'],
    ['matching', 'up * 2', 'no operator between two vectors'],
    ['budget', 'sum(rate(a_total[5m])) / sum(rate(b_total[5m]))', 'errors / requests / (1 - 0.99)'],
    ['budget', 'sum(a_total) / sum(b_total) / 0.01', 'has to count with rate()'],
    ['budget', 'rate(sse_requests_total[5m]) / rate(sse_requests_total[5m]) / 0.01', 'aggregate with sum()'],
  ] as const)('%s of %s: %s', async (kind, query, words) => {
    const asked = pictureOf({ of: kind, query }, source, PICTURE_SCENARIO.t0Ms);
    await expect(asked).rejects.toBeInstanceOf(UserError);
    await expect(asked).rejects.toThrow(words);
  });
});
