import { describe, expect, it } from 'vitest';
import { demandAt, drawProvider, drawWeighted, PEAK_DEMAND } from '../../src/app/demand.ts';
import { CALM, PROVIDERS, planAnswer, SILENCE_LIMIT_MS } from '../../src/app/providers.ts';
import { exponential, hashUnit, lognormal, seededRandom } from '../../src/app/random.ts';
import { OUTAGE } from '../../src/app/story.ts';

const N = 20_000;
const draws = <T>(draw: () => T, count = N): T[] => Array.from({ length: count }, draw);
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const share = <T>(values: T[], holds: (value: T) => boolean) => values.filter(holds).length / values.length;

describe('seeded dice', () => {
  it('repeat for the same seed and differ for another', () => {
    expect(draws(seededRandom('1/a'), 50)).toEqual(draws(seededRandom('1/a'), 50));
    expect(draws(seededRandom('1/a'), 50)).not.toEqual(draws(seededRandom('2/a'), 50));
  });

  it('are spread evenly over [0, 1)', () => {
    const values = draws(seededRandom('even'));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(mean(values)).toBeCloseTo(0.5, 1);
    for (let tenth = 0; tenth < 10; tenth++)
      expect(share(values, (value) => Math.floor(value * 10) === tenth)).toBeCloseTo(0.1, 1);
  });

  it('draw waiting times and latencies around the asked mean and median', () => {
    const random = seededRandom('shapes');
    expect(mean(draws(() => exponential(random, 40)))).toBeGreaterThan(39);
    expect(mean(draws(() => exponential(random, 40)))).toBeLessThan(41);
    const latencies = draws(() => lognormal(random, 200, 0.5)).sort((a, b) => a - b);
    expect(latencies[N / 2]).toBeGreaterThan(195);
    expect(latencies[N / 2]).toBeLessThan(205);
  });

  it('hash an integer always to the same number', () => {
    expect(hashUnit(12_345)).toBe(hashUnit(12_345));
    expect(mean(Array.from({ length: N }, (_, i) => hashUnit(i)))).toBeCloseTo(0.5, 1);
  });
});

describe('the demand of the users', () => {
  it('is about the base rate over a day, alive, and never above the peak', () => {
    const day = Array.from({ length: 24 * 720 }, (_, i) => demandAt(1_768_000_000_000 + i * 5_000));
    expect(mean(day)).toBeGreaterThan(0.93);
    expect(mean(day)).toBeLessThan(1.07);
    expect(Math.max(...day)).toBeLessThanOrEqual(PEAK_DEMAND);
    expect(Math.max(...day)).toBeGreaterThan(1.4);
    expect(Math.min(...day)).toBeGreaterThan(0.7);
  });

  it('leaves mistral alone and prefers openai', () => {
    const providers = draws(() => drawProvider(Math.random));
    expect(new Set(providers)).toEqual(new Set(['openai', 'anthropic']));
    expect(share(providers, (provider) => provider === 'openai')).toBeCloseTo(0.61, 1);
  });

  it('goes to targets in proportion to their weights', () => {
    const random = seededRandom('weights');
    const chosen = draws(() => drawWeighted([{ weight: 3 }, { weight: 1 }], random)?.weight);
    expect(share(chosen, (weight) => weight === 3)).toBeCloseTo(0.75, 1);
    expect(drawWeighted([], random)).toBeUndefined();
  });
});

describe('answers of an upstream', () => {
  it.each(PROVIDERS)('of %s keep their order in time and fit their outcome', (provider) => {
    const random = seededRandom(provider);
    for (const conditions of [
      CALM,
      OUTAGE,
      { slowdown: 1, failures: { timeout: 0.3, rate_limit: 0.3, upstream_5xx: 0.3 } },
    ]) {
      for (const { firstTokenMs, endMs, tokens, failure } of draws(
        () => planAnswer(provider, conditions, random),
        3_000,
      )) {
        expect(endMs).toBeGreaterThan(0);
        if (firstTokenMs === undefined) expect([tokens, failure === undefined]).toEqual([0, false]);
        else expect([firstTokenMs <= SILENCE_LIMIT_MS, firstTokenMs <= endMs, tokens > 0]).toEqual([true, true, true]);
      }
    }
  });

  it('fail about 1.5 % of the time on an ordinary day, and never from mistral', () => {
    const random = seededRandom('quiet');
    const failures = draws(() => planAnswer(drawProvider(random), CALM, random).failure);
    expect(share(failures, (failure) => failure !== undefined)).toBeGreaterThan(0.012);
    expect(share(failures, (failure) => failure !== undefined)).toBeLessThan(0.018);
    expect(draws(() => planAnswer('mistral', CALM, random).failure).filter(Boolean)).toEqual([]);
    expect(draws(() => planAnswer('openai', CALM, random).failure)).not.toContain('upstream_5xx');
  });

  it('fail about 40 % of the time and take about six times as long in the outage', () => {
    const random = seededRandom('outage');
    const bad = draws(() => planAnswer('anthropic', OUTAGE, random));
    const calm = draws(() => planAnswer('anthropic', CALM, random));
    expect(share(bad, ({ failure }) => failure !== undefined)).toBeCloseTo(0.4, 1);
    const median = (answers: typeof bad) =>
      answers.filter(({ failure }) => failure === undefined).sort((a, b) => a.endMs - b.endMs)[Math.floor(N * 0.29)]
        ?.endMs ?? 0;
    expect(median(bad) / median(calm)).toBeGreaterThan(5);
  });
});
