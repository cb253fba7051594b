import { expect, it } from 'vitest';
import { lintLive } from '../../../src/advise/lint/lint-live.ts';
import { lintQuery } from '../../../src/advise/lint/lint-query.ts';
import { COOKBOOK } from '../../../src/explorer/cookbook.ts';
import { answeredByQuery, exercisesOf } from '../../../src/tutor/lesson.ts';
import { lessonsFolder, loadCourse } from '../../../src/tutor/load-lessons.ts';
import { atCheckpoint, scenarioSource } from '../../helpers/advise-source.ts';

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
