import { describe, expect, it } from 'vitest';
import { type EmptyAdvice, explainEmpty } from '../../src/advise/diagnose.ts';
import type { Source } from '../../src/source/source.ts';
import { ADVISE_T0_MS, atCheckpoint, madeSource, scenarioSource } from '../helpers/advise-source.ts';
import { EMPTY_CASES } from '../helpers/empty-cases.ts';

const source = await scenarioSource();
const QUIET = atCheckpoint('quiet');

/** Counts the questions a source is asked, and what it is asked. */
function counting(from: Source): { readonly source: Source; readonly asked: string[] } {
  const asked: string[] = [];
  const counted: Source = {
    ...from,
    instant: (query, options) => {
      asked.push(query);
      return from.instant(query, options);
    },
    range: (query, options) => {
      asked.push(query);
      return from.range(query, options);
    },
  };
  return { source: counted, asked };
}

function explain(query: string, timeMs = QUIET): Promise<EmptyAdvice> {
  return explainEmpty({ query, source, timeMs });
}

describe('explainEmpty', () => {
  it.each(EMPTY_CASES)('%s', async (query, { id, culprit, says, fix }) => {
    const found = await explain(query);
    expect(found.culprit?.kind).toBe(culprit);
    expect(found.finding?.id).toBe(id);
    expect(found.finding?.sentence).toContain(says);
    if (fix !== undefined) expect(found.finding?.fix?.query).toBe(fix);
  });

  it.each(EMPTY_CASES)('asks few questions about %s', async (query) => {
    const { source: counted, asked } = counting(source);
    const outcome = { result: await source.instant(query, { timeMs: QUIET }) };
    await explainEmpty({ query, source: counted, timeMs: QUIET, outcome });
    expect(asked.length, asked.join('\n')).toBeLessThanOrEqual(10);
  });

  it('names the last moment before, and the first one after', async () => {
    const late = await explain('up', ADVISE_T0_MS + 7_200_000);
    expect(late.culprit?.seen?.beforeMs).toBeGreaterThan(ADVISE_T0_MS - 60_000);
    expect(late.culprit?.seen?.beforeMs).toBeLessThan(ADVISE_T0_MS + 400_000);
    expect(late.finding?.sentence).toContain('its last one is 2 hours older');
    const early = await explain('up', ADVISE_T0_MS - 5 * 3_600_000);
    expect(early.culprit?.seen?.afterMs).toBeGreaterThan(ADVISE_T0_MS - 4 * 3_600_000);
    expect(early.finding?.sentence).toContain('its samples begin');
  });

  it('does not count backwards where a server keeps its newest samples back', async () => {
    const made = madeSource([{ labels: { __name__: 'fresh' }, values: [1, 1] }]);
    // As VictoriaMetrics does with what is younger than half a minute.
    const late: Source = {
      ...made,
      instant: (query, options) => {
        const { timeMs = ADVISE_T0_MS } = options ?? {};
        // Further on a window of a day begins before the newest sample.
        return made.instant(query, { ...options, timeMs: timeMs - (timeMs > ADVISE_T0_MS ? 150_000 : 30_000) });
      },
    };
    const { finding } = await explainEmpty({ query: 'fresh', source: late, timeMs: ADVISE_T0_MS });
    expect(finding?.sentence).toContain('this server gives the newest ones a while later');
  });

  it('knows series that were there a moment ago', async () => {
    // Instance 2 is down 36 to 28 minutes before T0; the history holds no stale markers, so its series end by lookback.
    const down = await explain('sse_active_connections{instance="sse-app-2:8000"}', ADVISE_T0_MS - 28.4 * 60_000);
    expect(down.culprit?.kind).toBe('elsewhen');
    expect(down.finding?.sentence).toContain('so the series has ended');
  });

  it('looks over the whole of a range', async () => {
    const range = { startMs: ADVISE_T0_MS - 600_000, endMs: ADVISE_T0_MS, stepMs: 60_000 };
    const over = async (query: string) => {
      const outcome = { result: await source.range(query, range) };
      return (await explainEmpty({ query, source, timeMs: range.endMs, range, outcome })).finding?.sentence;
    };
    expect(await over('rate(sse_requests_total[15s])')).toContain('is too short');
    expect(await over('up > 7')).toContain('the values are all 1');
    // Long after the last sample, of which the range still holds some.
    const late = { startMs: ADVISE_T0_MS - 600_000, endMs: ADVISE_T0_MS + 7_200_000, stepMs: 60_000 };
    const outcome = { result: await source.range('up > 7', late) };
    const found = await explainEmpty({ query: 'up > 7', source, timeMs: late.endMs, range: late, outcome });
    expect(found.finding?.sentence).toContain('the values are all 1');
  });

  it('says nothing about a query it cannot read', async () => {
    const outcome = { result: { data: { kind: 'vector', samples: [] } as const, warnings: [], infos: [] } };
    expect((await explainEmpty({ query: 'sum(', source, timeMs: QUIET, outcome })).culprit).toBeUndefined();
  });

  it('gives up when told to', async () => {
    const slow: Source = {
      ...source,
      instant: (_, { signal } = {}) =>
        new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
    };
    const signal = AbortSignal.timeout(50);
    await expect(explainEmpty({ query: 'up', source: slow, timeMs: QUIET, signal })).rejects.toThrow();
  });
});
