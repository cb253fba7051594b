import type { Choice, Demo, Lesson, Predict, QueryExercise, Read, Show } from '../../src/tutor/lesson.ts';

const table: Show = { view: 'table', at: 'quiet', live: false, rangeMs: 0, stepMs: 0 };

const read: Read = {
  kind: 'read',
  line: 1,
  title: 'One number per target',
  text: 'Every scrape leaves a sample of `up`.',
};

const demo: Demo = {
  kind: 'demo',
  line: 5,
  query: 'up',
  show: table,
  before: 'All targets:',
  after: '1 means that the scrape succeeded.',
};

const predict: Predict = {
  kind: 'predict',
  line: 9,
  question: 'Instance 2 has been stopped. What does `up` show?',
  options: [
    { key: 'a', text: 'It is gone.', right: false, feedback: 'The target is still configured.' },
    { key: 'b', text: 'It is 0.', right: true, feedback: 'A failed scrape is a sample too.' },
  ],
  demo: { ...demo, line: 12, show: { ...table, at: 'target-down' } },
};

const query: QueryExercise = {
  kind: 'query',
  line: 20,
  id: 'sample/1',
  number: 1,
  hash: 'h1',
  task: "Show only the SSE app's targets.",
  at: 'quiet',
  reference: 'up{job="sse-streaming"}',
  accept: [],
  acceptWithNote: [],
  compare: 'values',
  nan: 'ignore',
  window: 'fixed',
  constraints: [],
  detected: [],
  equivalents: [],
  misconceptions: [],
  hints: [
    'Which label tells the app?',
    'A matcher stands in braces.',
    'The label is `job`.',
    '`up{job="sse-streaming"}`',
  ],
  why: 'The matcher keeps the series of one job.',
  neighbour: { query: 'up{job!="sse-streaming"}', text: 'All the others.' },
};

const choice: Choice = {
  kind: 'choice',
  line: 30,
  id: 'sample/2',
  number: 2,
  hash: 'h2',
  task: 'Which are labels?',
  options: [
    { key: 'a', text: 'job', right: true, feedback: 'Yes.' },
    { key: 'b', text: 'up', right: false, feedback: 'That is the metric.' },
    { key: 'c', text: 'instance', right: true, feedback: 'Yes.' },
  ],
  several: true,
  hints: [],
};

const second: QueryExercise = {
  ...query,
  line: 40,
  id: 'sample/3',
  number: 3,
  hash: 'h3',
  reference: 'up == 0',
  at: 'target-down',
};

/** A lesson with a unit of every kind: read and demo, a prediction, a query, a choice of several, another query. */
export const sampleLesson: Lesson = {
  file: 'lessons/02-sample.md',
  number: 2,
  slug: 'sample',
  title: 'A sample',
  minutes: 8,
  chapter: 'Look',
  goal: 'Ask for a metric.',
  guide: ['step 1'],
  sources: [],
  recap: ['Prometheus scrapes targets.', 'A sample is a number and an instant.', 'A series has a label set.'],
  units: [read, demo, predict, query, choice, second],
  summary: ['`up` is 1 or 0.', 'Matchers stand in braces.', '`== 0` keeps the rows that are 0.'],
  neighbours: [{ query: 'count(up)', text: 'how many targets there are' }],
};
