import { expect, it } from 'vitest';
import { lintLive } from '../../../src/advise/lint/lint-live.ts';
import { lintQuery } from '../../../src/advise/lint/lint-query.ts';
import { COOKBOOK } from '../../../src/explorer/cookbook.ts';
import { answeredByQuery, exercisesOf } from '../../../src/tutor/lesson.ts';
import { lessonsFolder, loadCourse } from '../../../src/tutor/load-lessons.ts';
import { ADVISE_T0_MS, atCheckpoint, madeSource, scenarioSource } from '../../helpers/advise-source.ts';

const source = await scenarioSource();
const timeMs = atCheckpoint('incident');

it.each([
  ['sse_requests_total{provider=~"open"}', 'regex-intended'],
  ['sse_requests_total{provider="OpenAI"}', 'name-unknown'],
  ['sse_requests_total * on (provider) sse_requests_total', 'many-to-many'],
  ['vector(scalar(sse_active_connections))', 'scalar-of-many'],
])('%s shows %s in the data', async (query, rule) => {
  const found = await lintLive({ query, source, timeMs }, []);
  expect(found.map((finding) => [finding.rule, finding.layer])).toEqual([[rule, 'live']]);
});

const many = Array.from({ length: 30 }, (_, index) => ({
  labels: { __name__: 'load', core: `c${index}` },
  values: [index, index],
}));
const still = [
  { labels: { __name__: 'dead_total', job: 'app' }, values: Array.from({ length: 40 }, () => 7) },
  { labels: { __name__: 'zero', job: 'app' }, values: [0, 0] },
];
const made = madeSource([...many, ...still]);

it.each([
  ['load', 'cardinality-large', 'load', 0],
  ['sum by (job) (rate(dead_total[5m]))', 'all-zero', 'rate(dead_total[5m])', 0],
  ['zero / zero', 'all-nan', 'zero / zero', 0],
  ['sum(load)', 'stale-now', 'load', 7_200_000],
] as const)('%s shows %s in its rows', async (query, rule, where, laterMs) => {
  const found = await lintLive({ query, source: made, timeMs: ADVISE_T0_MS + laterMs }, []);
  expect(found.map((finding) => [finding.rule, query.slice(finding.span.start, finding.span.end)])).toEqual([
    [rule, where],
  ]);
});

it('tells that the server has cut the answer off', async () => {
  const cutting = { ...made, instant: (query: string, asked = {}) => made.instant(query, { ...asked, limit: 2 }) };
  const found = await lintLive({ query: 'load', source: cutting, timeMs: ADVISE_T0_MS }, []);
  expect(found.map((finding) => finding.rule)).toEqual(['limit-truncated']);
});

it.each(['sum(rate(dead_total[5m])) > 0', 'zero', 'zero == 0', 'topk(3, load)'])(
  'says nothing of %s',
  async (query) => {
    expect(await lintLive({ query, source: made, timeMs: ADVISE_T0_MS }, [])).toEqual([]);
  },
);

it('leaves alone how many rows a rule records', async () => {
  expect(await lintLive({ query: 'load', source: made, timeMs: ADVISE_T0_MS }, [], 'record')).toEqual([]);
});

it.each([
  ['rate(sse_requests_total[15s])', '15s'],
  ['sum(sse_requests_total{provider=~"open"})', 'provider=~"open"'],
  ['sum(sse_request_total{provider="openai"})', 'sse_request_total'],
  ['sse_requests_total * on (provider) sse_requests_total', 'on (provider)'],
  ['1 + vector(scalar(sse_active_connections))', 'scalar'],
  ['sum(sse_request_duration_seconds_bucket{le="1"})', '"1"'],
  ['sum by (jop) (sse_active_connections)', 'by (jop)'],
])('points in %s at %s', async (query, where) => {
  const [found] = await lintLive({ query, source, timeMs }, []);
  expect(query.slice(found?.span.start, found?.span.end)).toBe(where);
});

it('does not say twice what the text says already', async () => {
  const query = 'sse_requests_total{provider="openai|anthropic"}';
  expect(await lintLive({ query, source, timeMs }, lintQuery(query))).toEqual([]);
});

const sound = [
  ...loadCourse(lessonsFolder())
    .lessons.flatMap(exercisesOf)
    .filter(answeredByQuery)
    .map(({ reference }) => reference),
  ...COOKBOOK.map(({ better }) => better.query),
];

it.each([...new Set(sound)])('says nothing of %s', async (query) => {
  expect(await lintLive({ query, source, timeMs }, [])).toEqual([]);
});
