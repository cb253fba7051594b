import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adviseEmpty } from '../../src/advise/empty.ts';
import type { ProbeTimes } from '../../src/advise/empty-probe.ts';
import { checkpointMs } from '../../src/model/scenario.ts';
import { httpSource } from '../../src/source/http.ts';
import type { Source } from '../../src/source/source.ts';
import { EMPTY_CASES } from '../helpers/empty-cases.ts';
import { type Loopback, loopback, success } from '../helpers/loopback.ts';
import { recordedServer } from '../helpers/recorded.ts';

/** The scenario, and how to record anew: see test/cli/query.golden.test.ts. */
const T0 = 1_769_860_800_000;
const QUIET: ProbeTimes = { kind: 'instant', timeMs: checkpointMs({ t0Ms: T0 }, 'quiet') };

let server: Loopback;
let source: Source;
beforeAll(async () => {
  server = await recordedServer(join(import.meta.dirname, '..', 'fixtures', 'query', 'empty-answers.json'));
  source = httpSource({ url: server.url });
});
afterAll(async () => {
  await source.close();
  await server.close();
});

const advise = (query: string, times: ProbeTimes = QUIET) =>
  adviseEmpty(query, source, times, AbortSignal.timeout(10_000));

describe('adviseEmpty', () => {
  it.each(EMPTY_CASES)('%s', async (query, finding) => {
    const found = await advise(query);
    if (finding === undefined) expect(found).toEqual([]);
    else expect(found[0]).toMatchObject(finding);
  });

  it('names the moments between which there is nothing', async () => {
    const [finding] = await advise('up', { kind: 'instant', timeMs: T0 + 7_200_000 });
    if (finding?.kind !== 'other-time') throw new Error('another finding');
    expect(finding.beforeMs).toBeGreaterThan(T0 - 60_000);
    expect(finding.beforeMs).toBeLessThan(T0 + 400_000);
    expect(finding.afterMs).toBeUndefined();
  });

  it('looks over the whole of a range', async () => {
    const range: ProbeTimes = { kind: 'range', startMs: T0 - 600_000, endMs: T0, stepMs: 60_000 };
    expect((await advise('rate(sse_requests_total[15s])', range))[0]).toMatchObject({ kind: 'short-window' });
    expect((await advise('up > 7', range))[0]).toMatchObject({ kind: 'filtered', low: 1, high: 1 });
  });

  it('says nothing about a query it cannot read', async () => {
    expect(await advise('sum(')).toEqual([]);
  });

  it('asks few questions', async () => {
    const before = server.seen.length;
    await advise('sum(rate(sse_errors_total{provider="nobody"}[5m])) / sum(rate(sse_requests_total[5m]))');
    expect(server.seen.length - before).toBeLessThanOrEqual(10);
  });

  it('gives up when told to', async () => {
    const slow = await loopback((_, response) =>
      setTimeout(() => success(response, { resultType: 'vector', result: [] }), 5_000),
    );
    const asked = httpSource({ url: slow.url });
    await expect(adviseEmpty('up', asked, QUIET, AbortSignal.timeout(50))).rejects.toThrow();
    await asked.close();
    await slow.close();
  });
});
