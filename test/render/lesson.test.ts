import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QueryError } from '../../src/model/errors.ts';
import type { InstantSample, QueryResult } from '../../src/model/query-result.ts';
import {
  type LessonEnd,
  renderAnswerCommand,
  renderEnd,
  renderHeader,
  renderMoment,
  renderSummary,
} from '../../src/render/lesson.ts';
import { renderApiCall } from '../../src/render/lesson-api.ts';
import { renderBars } from '../../src/render/lesson-bars.ts';
import { renderDemo, renderRefusal, renderRows } from '../../src/render/lesson-demo.ts';
import { renderHome } from '../../src/render/lesson-home.ts';
import { renderGuess, renderHint, renderQuestion, renderSolution } from '../../src/render/lesson-question.ts';
import { renderBeside, renderVerdict } from '../../src/render/lesson-verdict.ts';
import { renderDraft, renderNote, renderWords } from '../../src/render/lesson-words.ts';
import type { Style } from '../../src/render/style.ts';
import type { Choice, Demo, Predict, QueryExercise } from '../../src/tutor/lesson.ts';
import type { Header } from '../../src/tutor/session-screens.ts';
import type { Verdict } from '../../src/tutor/verdict.ts';
import {
  expectAscii,
  expectClean,
  expectWithin,
  hostileAscii,
  hostileText,
  SEEDED,
  sampleNumbers,
  styles,
} from '../helpers/hostile.ts';
import { sampleLesson } from '../helpers/sample-lesson.ts';

const T0 = Date.UTC(2025, 10, 22, 13, 0, 0);
const plain: Style = { width: 80, colour: false, ascii: false, accessible: false, timeZone: 'UTC' };
const narrow: Style = { ...plain, width: 40 };
const spoken: Style = { ...plain, accessible: true };
const ascii: Style = { ...plain, ascii: true };

const [, demo, predict, query, choice] = sampleLesson.units as [unknown, Demo, Predict, QueryExercise, Choice];

const header: Header = {
  lesson: { number: 4, slug: 'rate' },
  exercise: { number: 2, of: 4 },
  minutesLeft: 6,
  at: 'incident',
  solved: false,
};
const incident = { name: 'incident', ms: T0 - 13.9 * 60_000, story: 'anthropic is failing' };

const solution = { answer: 'up{job="sse-streaming"}', reasons: ['Because.'] };

const lines = (text: string) => text.split('\n');

describe('the header', () => {
  it.each<[string, Style, readonly string[]]>([
    [
      'drawn',
      plain,
      [
        'lesson 4 rate · exercise 2 of 4 · about 6 min left',
        'moment: incident, 14 minutes ago (12:46:06 UTC): anthropic is failing',
        '─'.repeat(72),
      ],
    ],
    [
      'in ASCII',
      ascii,
      [
        'lesson 4 rate - exercise 2 of 4 - about 6 min left',
        'moment: incident, 14 minutes ago (12:46:06 UTC): anthropic is failing',
        '-'.repeat(72),
      ],
    ],
    [
      'for a screen reader',
      spoken,
      [
        'Lesson 4 rate. Exercise 2 of 4. About 6 minutes left',
        'Moment: incident, 14 minutes ago (12:46:06 UTC): anthropic is failing',
      ],
    ],
    [
      'at 40 columns',
      narrow,
      [
        'lesson 4 rate · exercise 2 of 4 · about',
        '6 min left',
        'moment: incident, 14 minutes ago',
        '  (12:46:06 UTC): anthropic is failing',
        '─'.repeat(40),
      ],
    ],
  ])('%s', (_how, style, expected) => {
    expect(lines(renderHeader(header, incident, { t0Ms: T0, nowMs: T0 + 5_000 }, style))).toEqual(expected);
  });

  it('names the real clock of live blocks, and no time ago on another server', () => {
    expect(renderHeader(header, 'live', { t0Ms: T0, nowMs: T0 + 5_000 }, plain)).toContain(
      'moment: live, on the real clock',
    );
    const now = { name: 'now', ms: T0, story: "this server's own data" };
    const clock = (laterMs: number) => ({ t0Ms: undefined, nowMs: T0 + laterMs });
    expect(renderHeader(header, now, clock(0), plain)).toContain("moment: now (13:00:00 UTC): this server's own data");
    expect(renderHeader(header, now, clock(600_000), plain)).toContain("moment: 13:00:00 UTC: this server's own data");
  });

  it.each<[string, number, string, string]>([
    ['two minutes on', 119_000, 'quiet, now (12:59:52 UTC)', 'incident, 16 minutes ago (12:46:06 UTC)'],
    [
      'five minutes on',
      300_000,
      'quiet, 12:59:52 UTC, the end of the history',
      'incident, 12:46:06 UTC, 14 minutes before the end of the history',
    ],
    [
      'the next day',
      86_400_000,
      'quiet, 2025-11-22 12:59:52 UTC, the end of the history',
      'incident, 2025-11-22 12:46:06 UTC, 14 minutes before the end of the history',
    ],
    [
      'with a clock that was set back',
      -3_600_000,
      'quiet, 12:59:52 UTC, the end of the history',
      'incident, 12:46:06 UTC, 14 minutes before the end of the history',
    ],
  ])('says when it is without "now" and "ago" where they are no longer true: %s', (_when, laterMs, ...expected) => {
    const clock = { t0Ms: T0, nowMs: T0 + laterMs };
    const quiet = { name: 'quiet', ms: T0 - 7_200, story: 'all is well' };
    const said = [quiet, incident].map((moment) => renderMoment(moment, clock, { ...plain, width: 200 }));
    expect(said.map((text) => text.replace(/^moment: (.*): .*$/s, '$1').replace(/\n {2}/g, ' '))).toEqual(expected);
  });

  it('says that an exercise was solved, and leaves out what is not there', () => {
    expect(renderHeader({ ...header, solved: true }, incident, { t0Ms: T0, nowMs: T0 + 5_000 }, plain)).toContain(
      'exercise 2 of 4, solved',
    );
    const bare = { ...header, exercise: undefined, at: undefined };
    expect(lines(renderHeader(bare, undefined, { t0Ms: T0, nowMs: T0 + 5_000 }, plain))[0]).toBe(
      'lesson 4 rate · about 6 min left',
    );
  });
});

describe('questions', () => {
  it.each<[string, string, readonly string[]]>([
    ['a task', renderQuestion(query, '2.1', plain), ["Task 2.1: Show only the SSE app's targets."]],
    [
      'a prediction',
      renderQuestion(predict, '', plain),
      ['Predict: Instance 2 has been stopped. What does `up` show?', '1. It is gone.', '2. It is 0.'],
    ],
    [
      'a choice of several',
      renderQuestion(choice, '2.2', plain),
      [
        'Question 2.2: Which are labels?',
        '1. job',
        '2. up',
        '3. instance',
        '',
        'More than one is right: type them all, such as `1 2`.',
      ],
    ],
    [
      'a prediction, spoken',
      renderQuestion(predict, '', spoken),
      ['Predict: Instance 2 has been stopped. What does up show?', 'Choice 1: It is gone.', 'Choice 2: It is 0.'],
    ],
    ['a right guess', renderGuess(predict, 'b', plain), ['your guess, 2: right.', 'A failed scrape is a sample too.']],
    ['a wrong guess', renderGuess(predict, 'a', plain), ['your guess, 1: not so.', 'The target is still configured.']],
    [
      'a hint',
      renderHint(query, { level: 2, of: 4, solution }, plain),
      ['Hint 2 of 4:', 'A matcher stands in braces.'],
    ],
    [
      'a hint, spoken',
      renderHint(query, { level: 2, of: 4, solution }, spoken),
      ['Hint 2 of 4: A matcher stands in braces.'],
    ],
    [
      'the last hint comes with its reason',
      renderHint(query, { level: 4, of: 4, solution }, plain),
      ['Hint 4 of 4:', '`up{job="sse-streaming"}`', 'Because.'],
    ],
    [
      'the hint after the last one is the answer',
      renderHint(choice, { level: 1, of: 1, solution: { answer: '1 3', reasons: ['Yes.'] } }, plain),
      ['Hint 1 of 1:', 'The answer: `1 3`', 'Yes.'],
    ],
    [
      'the solution of a choice',
      renderSolution(choice, { answer: '1 3', reasons: ['Yes.'] }, false, plain),
      ['Solution:', '  1 3', 'Type it to go on.'],
    ],
    [
      'the solution of a query',
      renderSolution(query, solution, false, plain),
      ['Solution:', '  up{job="sse-streaming"}', 'Type it to go on.'],
    ],
    [
      'the command',
      renderAnswerCommand("prom-tutor check 2.1 '<query>'", plain),
      ["answer with: prom-tutor check 2.1 '<query>'"],
    ],
    [
      'the command at 40 columns',
      renderAnswerCommand("prom-tutor check 2.1 '<query>'", narrow),
      ['answer with:', "  prom-tutor check 2.1 '<query>'"],
    ],
  ])('%s', (_what, text, expected) => expect(lines(text)).toEqual(expected));
});

const row = (labels: Readonly<Record<string, string>>, value: number): InstantSample => ({ labels, ms: T0, value });
const result = (...samples: readonly InstantSample[]): QueryResult => ({
  data: { kind: 'vector', samples },
  warnings: [],
  infos: [],
});
const wrong: Verdict = {
  solved: false,
  verdict: 'wrong',
  feedback: [
    { kind: 'difference', message: '1 row of your 3 does not belong here.', evidence: ['too many {job="prometheus"}'] },
  ],
};
const beside = {
  rows: [
    { labels: { job: 'prometheus', instance: 'a' }, yours: 1, wanted: undefined },
    { labels: { job: 'sse', instance: 'a' }, yours: 2, wanted: 0.5 },
  ],
  inBoth: 2,
};
const shown = { exercise: query, answer: 'up', verdict: wrong, beside, full: false, recorded: true };

describe('a verdict', () => {
  it('puts yours beside what was wanted and says each thing once', () => {
    expect(lines(renderVerdict(shown, plain))).toEqual([
      'Not yet.',
      '1 row of your 3 does not belong here.',
      '',
      'yours  wanted               row',
      '─────  ──────  ───────────  ──────────────────',
      '    1       -  not wanted   {job="prometheus"}',
      '    2     0.5  other value  {job="sse"}',
      'all rows: instance=a',
      'and 2 rows that are right',
    ]);
  });

  it('shows the evidence, too, when asked why', () => {
    expect(renderVerdict({ ...shown, full: true }, plain)).toContain('  too many {job="prometheus"}');
  });

  it('shows the evidence where the shown moment has no difference', () => {
    expect(renderVerdict({ ...shown, beside: undefined }, plain)).toContain('  too many {job="prometheus"}');
  });

  it('says that it is not recorded on a server of one’s own', () => {
    expect(lines(renderVerdict({ ...shown, recorded: false }, plain))[0]).toBe(
      "Not yet. (on this server's data, not recorded)",
    );
  });

  it("gives Prometheus' words, the place and the correction", () => {
    const verdict: Verdict = {
      solved: false,
      verdict: 'error',
      feedback: [
        { kind: 'prometheus', message: 'unexpected "="', evidence: [], position: { line: 1, column: 7 } },
        { kind: 'misconception', message: 'Selectors use braces.', evidence: [], fix: 'up{job="a"}' },
      ],
    };
    const text = renderVerdict({ ...shown, answer: 'up(job="a")', verdict, beside: undefined }, plain);
    expect(lines(text)).toEqual([
      'Not yet: the query cannot be run.',
      'Prometheus says: unexpected "="',
      '  up(job="a")',
      '        ^',
      'Selectors use braces.',
      'write:',
      '  up{job="a"}',
    ]);
    const aloud = renderVerdict({ ...shown, answer: 'up(job="a")', verdict, beside: undefined }, spoken);
    expect(aloud).toContain('at character 7');
    expect(aloud).toContain('Wrong because: Selectors use braces.');
    expect(aloud).not.toContain('^');
  });

  it('shows why, the result and the query next door when it is right', () => {
    const verdict: Verdict = {
      solved: true,
      verdict: 'right',
      feedback: [{ kind: 'why', message: 'It is so.', evidence: [] }],
      shown: { moment: incident, result: result(row({ job: 'sse' }, 1)) },
    };
    expect(lines(renderVerdict({ ...shown, verdict, beside: undefined }, plain))).toEqual([
      'Correct.',
      'It is so.',
      '',
      'value  job',
      '─────  ───',
      '    1  sse',
      '1 row, at 2025-11-22 13:00:00 UTC',
      '',
      'next door: up{job!="sse-streaming"}',
      'All the others.',
    ]);
  });
});

describe('rows', () => {
  const many = (count: number) =>
    result(...Array.from({ length: count }, (_, index) => row({ i: String(index) }, index)));
  const matrix = (series: number, samples: number): QueryResult => ({
    ...result(),
    data: {
      kind: 'matrix',
      series: Array.from({ length: series }, (_, index) => ({
        labels: { i: String(index) },
        samples: Array.from({ length: samples }, (__, at) => ({ ms: T0 + at * 1000, value: 100 + at })),
      })),
    },
  });

  it.each([
    [10, undefined],
    [13, undefined],
    [14, '+4 more; `all` shows all'],
  ])('%i of them', (count, notice) => {
    const text = renderRows(many(count), 10, plain);
    if (notice === undefined) expect(text).not.toContain('more;');
    else expect(text).toContain(notice);
  });

  it.each([
    [4, 1, undefined],
    [13, 2, undefined],
    [14, 1, '+4 more samples; `all` shows all'],
  ])('%i samples of %i series', (samples, series, notice) => {
    const text = renderRows(matrix(series, samples), 10, plain);
    for (let at = 0; at < Math.min(samples, 10); at++) expect(text).toContain(`13:00:${String(at).padStart(2, '0')}`);
    if (notice === undefined) expect(text).not.toContain('more sample');
    else expect(text).toContain(notice);
  });

  it('are all there with limit 0', () => expect(renderRows(many(50), 0, plain)).toContain('50 rows'));
});

describe('bars', () => {
  const buckets = result(
    row({ le: '+Inf', job: 'a' }, 8),
    row({ le: '0.5', job: 'a' }, 2),
    row({ le: '10.0', job: 'a' }, 8),
    row({ le: '1.0', job: 'a' }, 6),
  );

  it('stand in the order of le', () => {
    const order = lines(renderBars(buckets, undefined, plain)).map((line) => /le="([^"]+)"/.exec(line)?.[1]);
    expect(order).toEqual([undefined, '0.5', '1.0', '10.0', '+Inf']);
  });

  it('are as long as their values, and the mark stands at its share', () => {
    const drawn = lines(renderBars(buckets, 0.5, plain));
    expect(drawn.slice(1, 5).map((line) => line.replace(/^.*?"} */, ''))).toEqual([
      `${'█'.repeat(12)}${' '.repeat(12)}│`,
      `${'█'.repeat(24)}│${'█'.repeat(11)}`,
      `${'█'.repeat(24)}│${'█'.repeat(23)}`,
      `${'█'.repeat(24)}│${'█'.repeat(23)}`,
    ]);
    expect(drawn.at(-1)).toBe('│ 50 % of the longest is 4');
  });

  it('are sentences for a screen reader', () => {
    expect(lines(renderBars(buckets, 0.5, spoken))).toEqual([
      'all rows: job=a',
      'Row 1 of 4: {le="0.5"}, 2, 25 percent of the longest',
      'Row 2 of 4: {le="1.0"}, 6, 75 percent of the longest',
      'Row 3 of 4: {le="10.0"}, 8, 100 percent of the longest',
      'Row 4 of 4: {le="+Inf"}, 8, 100 percent of the longest',
      '50 % of the longest is 4',
    ]);
  });

  it.each([[Number.NaN], [0], [-3], [Number.POSITIVE_INFINITY]])('do not mind a value of %d', (value) => {
    expect(lines(renderBars(result(row({ a: '1' }, value), row({ a: '2' }, 2)), undefined, plain))).toHaveLength(2);
  });
});

describe('the API call', () => {
  it('can be pasted into a shell, and shows the first results of the answer', () => {
    const three = result(row({ job: 'a' }, 1), row({ job: 'b' }, Number.NaN), row({ job: 'c' }, 1));
    const text = renderApiCall(
      `up{job=~"it's|b"}`,
      { result: three, server: 'http://localhost:9090', timeMs: T0 },
      plain,
    );
    expect(lines(text).slice(0, 5)).toEqual([
      'request',
      'curl -G http://localhost:9090/api/v1/query \\',
      `  --data-urlencode 'query=up{job=~"it'\\''s|b"}' \\`,
      '  --data-urlencode time=1763816400',
      'answer',
    ]);
    expect(text).toContain('"value": [1763816400, "NaN"]');
    expect(text).not.toContain('"c"');
    expect(text).toContain('(the answer holds 1 more of these)');
  });

  it('shows what the server really answered', () => {
    const answered = {
      ...result(row({ job: 'a' }, 1)),
      envelope: {
        json: () => ({ status: 'success', data: { resultType: 'vector', result: [] }, infos: ['x'] }),
        text: () => [],
      },
    };
    expect(renderApiCall('up', { result: answered, server: 'http://s', timeMs: undefined }, plain)).toContain(
      '"infos"',
    );
  });
});

describe('the end', () => {
  const end: LessonEnd = { lesson: sampleLesson, exercises: 3, open: [], next: 'prom-tutor lesson 4' };
  it.each<[string, Partial<LessonEnd>, RegExp]>([
    ['all solved', {}, /^done: all 3 exercises solved$/m],
    ['some open', { open: ['2.1', '2.3'] }, /^1 of 3 exercises solved, open: 2\.1, 2\.3$/m],
    ['the next command', {}, /^next: prom-tutor lesson 4$/m],
    ['the summary', {}, /^• Matchers stand in braces\.$/m],
    ['a query next door', {}, /^ {2}count\(up\)\n {4}how many targets there are$/m],
  ])('%s', (_what, change, expected) => {
    expect(renderEnd({ ...end, ...change }, plain)).toMatch(expected);
  });
});

describe('home', () => {
  it('puts each word under the other, and narrow commands above their text', () => {
    const view = { commands: ['query', 'doctor'] };
    expect(lines(renderHome(view, false, narrow))).toEqual([
      'prom-tutor: learn Prometheus and PromQL',
      'on a live system',
      '',
      'stack   not running',
      'lesson  all lessons are done',
      '',
      '  prom-tutor start',
      '    start the demo service and',
      '    Prometheus',
      "  prom-tutor query 'up'",
      '    ask Prometheus something',
      '  prom-tutor doctor',
      '    find out what is wrong with the',
      '    set-up',
      '  prom-tutor --help',
      '    every command',
    ]);
  });
});

type Drawn = (style: Style) => string;
const samples = (text: fc.Arbitrary<string>) =>
  fc.array(
    fc.record({ labels: fc.dictionary(text, text, { maxKeys: 3 }), ms: fc.constant(T0), value: sampleNumbers }),
    { maxLength: 5 },
  );

/** Everything that can hold a server's text or the learner's. */
const RENDERERS: readonly (readonly [string, (text: fc.Arbitrary<string>) => fc.Arbitrary<Drawn>, boolean])[] = [
  ['renderBars', (text) => samples(text).map((all) => (style) => renderBars(result(...all), 0.5, style)), false],
  [
    'renderBeside',
    (text) =>
      samples(text).map(
        (all) => (style) =>
          renderBeside(
            { rows: all.map(({ labels, value }) => ({ labels, yours: value, wanted: undefined })), inBoth: 1 },
            3,
            style,
          ),
      ),
    true,
  ],
  [
    'renderApiCall',
    (text) =>
      fc.tuple(samples(text), text).map(
        ([all, words]) =>
          (style) =>
            renderApiCall(words, { result: result(...all), server: words, timeMs: T0 }, style),
      ),
    false,
  ],
  [
    'renderVerdict',
    (text) =>
      fc.tuple(text, text, text).map(
        ([message, evidence, answer]) =>
          (style) =>
            renderVerdict(
              {
                ...shown,
                answer,
                verdict: {
                  ...wrong,
                  feedback: [
                    {
                      kind: 'prometheus',
                      message,
                      evidence: [evidence],
                      position: { line: 1, column: 3 },
                      fix: answer,
                    },
                    { kind: 'difference', message, evidence: [evidence] },
                  ],
                },
                full: true,
              },
              style,
            ),
      ),
    false,
  ],
  [
    'renderRefusal',
    (text) =>
      fc.tuple(text, text).map(
        ([asked, message]) =>
          (style) =>
            renderRefusal(
              asked,
              new QueryError({
                message,
                query: asked,
                errorType: 'bad_data',
                status: 400,
                position: { line: 1, column: 2 },
              }),
              style,
            ),
      ),
    false,
  ],
  [
    'renderDemo',
    (text) =>
      samples(text).map(
        (all) => (style) =>
          renderDemo(demo, { kind: 'instant', result: result(...all), server: 's', timeMs: T0 }, style),
      ),
    true,
  ],
  ['renderNote', (text) => text.map((about) => (style) => renderNote('did-you-mean', about, style)), false],
  ['renderDraft', (text) => text.map((draft) => (style) => renderDraft(draft, style)), false],
  [
    'renderSummary',
    (text) => text.map((words) => (style) => renderSummary([words], [{ query: words, text: words }], style)),
    false,
  ],
  [
    'renderWords',
    () => fc.constant((style) => renderWords(['hint', 'why', 'lesson', 'test-out', '?'], 'answer', style)),
    true,
  ],
  [
    'renderHeader',
    (text) =>
      text.map(
        (slug) => (style) =>
          renderHeader({ ...header, lesson: { number: 1, slug } }, incident, { t0Ms: T0, nowMs: T0 + 5_000 }, style),
      ),
    true,
  ],
];

describe.each(RENDERERS)('%s', (_name, draw) => {
  it('lets no control byte through', () => {
    fc.assert(
      fc.property(draw(hostileText), styles, (drawn, style) => expectClean(drawn(style), style)),
      SEEDED,
    );
  });

  it('draws ASCII where asked to', () => {
    fc.assert(
      fc.property(draw(hostileAscii), styles, (drawn, style) => expectAscii(drawn({ ...style, ascii: true }))),
      SEEDED,
    );
  });
});

describe.each(RENDERERS.filter(([, , keepsWidth]) => keepsWidth))('%s', (_name, draw) => {
  it('keeps to the width', () => {
    fc.assert(
      fc.property(draw(hostileText), styles, (drawn, style) => {
        fc.pre(!style.accessible);
        expectWithin(drawn(style), style.width);
      }),
      SEEDED,
    );
  });
});
