import { afterAll, beforeAll, expect, it } from 'vitest';
import { realSuite } from '../helpers/prometheus.ts';
import type { Answer } from './compare.ts';
import { type Pair, send, startPair } from './pair.ts';
import { LENGTH, openMetrics, START } from './samples.ts';

const SELECTORS: readonly (readonly string[])[] = [
  [],
  ['jobs_total'],
  ['jobs_total{code=~"4..|500",method!="get"}', 'retries_total'],
  ['jobs_total', 'jobs_total{instance="a"}'],
  ['{__name__=~"wait_.*",le!=""}'],
  ['{instance="c"}'],
  ['{"größe.total"}'],
  ['{"floor.no"="1"}'],
  ['{gap="once"}'],
  ['nothing'],
  ['{code=""}'],
  ['{__name__!~".*"}'],
  ['{x=~"["}'],
  ['jobs_total offset 5m'],
];

/** Whole, the first minutes (before some series begin), a gap, the end, after everything, and open on either side. */
const TIMES: readonly (readonly [start: number | undefined, end?: number])[] = [
  [START, START + LENGTH],
  [START, START + 300],
  [START + 2000, START + 2100],
  [START + LENGTH + 7200, START + LENGTH + 9000],
  [START - 9000, START - 8000],
  [START + 1000],
  [undefined, START + 300],
];

const ENDPOINTS = [
  'series',
  'labels',
  'label/instance/values',
  'label/__name__/values',
  'label/U__floor_2e_no/values',
  'label/nothing/values',
];

realSuite('what there is', ['prometheus', 'promtool'], () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await startPair(openMetrics());
  });
  afterAll(() => pair?.close());

  it.each(ENDPOINTS)('%s has the answers of Prometheus', async (endpoint) => {
    const wrong: unknown[] = [];
    for (const match of SELECTORS) {
      for (const [start, end] of TIMES) {
        for (const limit of [undefined, '1', '3', '0']) {
          const params = new URLSearchParams(match.map((selector): [string, string] => ['match[]', selector]));
          if (start !== undefined) params.set('start', String(start));
          if (end !== undefined) params.set('end', String(end));
          if (limit !== undefined) params.set('limit', limit);
          const path = `/api/v1/${endpoint}?${params}`;
          const [ours, theirs] = await Promise.all([send(pair.ours + path), send(pair.theirs + path)]);
          const part = endpoint !== 'series' && !(start === START && end === START + LENGTH);
          if (part ? (limit ?? '0') === '0' && !within(ours, theirs) : !same(ours, theirs))
            wrong.push([decodeURIComponent(path), ours.body, theirs.body].map((one) => JSON.stringify(one)));
        }
      }
    }
    expect(wrong.length === 0 ? '' : JSON.stringify(wrong.slice(0, 12), undefined, 1)).toBe('');
  });
});

/**
 * Names and values of a part of the time: Prometheus looks into every block of its storage that the time touches, and names
 * what is anywhere in it. Ours are exact, so they must be among those.
 */
function within(ours: Answer, theirs: Answer): boolean {
  if (ours.status !== 200 || theirs.status !== 200) return same(ours, theirs);
  const names = new Set(theirs.body.data as unknown as readonly string[]);
  return (ours.body.data as unknown as readonly string[]).every((name) => names.has(name));
}

function same(ours: Answer, theirs: Answer): boolean {
  return JSON.stringify(sorted(ours)) === JSON.stringify(sorted(theirs));
}

/** The keys of labels come in an order of their own from each. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
