import { describe, expect, it } from 'vitest';
import { exercisesOf } from '../../src/tutor/lesson.ts';
import { parseLesson } from '../../src/tutor/parse-lesson.ts';

const head = `---
number: 4
slug: rate
title: Counters
minutes: 12
chapter: Measure
goal: Know counters.
guide: [example 3]
recap: [one, two, three]
summary: [one, two, three]
neighbours:
  - query: up
    text: all targets
---
`;

const query = `\`\`\`query
task: All targets.
reference: up
hints: [a, b, c, up]
why: It is so.
\`\`\`
`;

const choice = `\`\`\`choice
task: Which?
options:
  - text: this
    right: true
    feedback: Yes.
  - text: that
    feedback: No.
\`\`\`
`;

function lessonOf(text: string) {
  const parsed = parseLesson(text, 'l.md');
  if ('diagnostics' in parsed) throw new Error(JSON.stringify(parsed.diagnostics));
  return parsed.lesson;
}

function problemsOf(text: string): readonly string[] {
  const parsed = parseLesson(text, 'l.md');
  return 'lesson' in parsed ? [] : parsed.diagnostics.map(({ line, message }) => `${line}: ${message}`);
}

describe('a lesson file', () => {
  it('becomes its units in order', () => {
    const text = `${head}
Prose before.

\`\`\`promql
up
\`\`\`

## A title

${query}
\`\`\`demo
query: up
view: graph
range: 1h
step: 30s
after: Seen.
\`\`\`
${choice}
## Last
The end.
`;
    const lesson = lessonOf(text);
    expect(lesson.units.map(({ kind }) => kind)).toEqual(['read', 'read', 'query', 'demo', 'choice', 'read']);
    const [prose, title, , demo] = lesson.units;
    expect(prose).toEqual({ kind: 'read', line: 15, text: 'Prose before.\n\n```promql\nup\n```' });
    expect(title).toMatchObject({ title: 'A title', text: '' });
    expect(demo).toMatchObject({
      show: { view: 'graph', at: 'quiet', live: false, rangeMs: 3_600_000, stepMs: 30_000 },
    });
    expect(exercisesOf(lesson).map(({ id, number }) => [id, number])).toEqual([
      ['rate/1', 1],
      ['rate/2', 2],
    ]);
    expect(lesson.guide).toEqual(['example 3']);
    expect(lesson.neighbours).toEqual([{ query: 'up', text: 'all targets' }]);
  });

  it('reads with Windows line ends and a byte order mark', () => {
    expect(lessonOf(`\uFEFF${head}${query}`.replace(/\n/g, '\r\n')).units[0]).toMatchObject({
      kind: 'query',
      reference: 'up',
    });
  });

  it('keeps a query that YAML takes for something else as it was typed', () => {
    const unit = lessonOf(head + query.replace('reference: up', 'reference: 0x10').replace(', up]', ', "0x10"]'))
      .units[0];
    expect(unit).toMatchObject({ reference: '0x10' });
  });

  it('has defaults for what a query does not say', () => {
    expect(lessonOf(head + query).units[0]).toMatchObject({
      at: 'quiet',
      accept: [],
      acceptWithNote: [],
      compare: 'values',
      nan: 'ignore',
      window: 'fixed',
      misconceptions: [],
    });
  });

  it('makes a choice of several when more than one option is right', () => {
    expect(lessonOf(head + choice).units[0]).toMatchObject({ several: false });
    const both = choice.replace('feedback: No.', 'feedback: No.\n    right: true');
    expect(lessonOf(head + both).units[0]).toMatchObject({ several: true });
  });

  it('gives an exercise another hash exactly when its task or its right answers change', () => {
    const hash = (text: string) => exercisesOf(lessonOf(head + text))[0]?.hash;
    const first = hash(query);
    expect(hash(query.replace('All targets.', 'Every target.'))).not.toBe(first);
    expect(hash(query.replace('reference: up', 'reference: up{}'))).not.toBe(first);
    expect(hash(query.replace('hints: [a', 'hints: [another'))).toBe(first);
    expect(hash(`${choice}\n${query}`)).not.toBe(first);
    expect(exercisesOf(lessonOf(`${head}${choice}${query}`))[1]?.hash).toBe(first);
  });
});

const block = (kind: string, ...lines: readonly string[]) => `\`\`\`${kind}\n${lines.join('\n')}\n\`\`\`\n`;
const options = ['options:', '  - {text: this, right: true, feedback: Yes.}', '  - {text: that, feedback: No.}'];
const four = 'hints: [a, b, c, up]';

describe('the kinds of units', () => {
  const kinds: readonly [string, string, object][] = [
    [
      'fix',
      block('fix', 'task: Mend it.', 'broken: up(', 'reference: up', four, 'why: So.'),
      { kind: 'fix', id: 'rate/1', broken: 'up(', reference: 'up', constraints: [], detected: [], equivalents: [] },
    ],
    [
      'query with everything new',
      block(
        'query',
        'task: Ask.',
        'reference: up',
        'constraints: ["uses:histogram_quantile", "not: offset"]',
        'misconceptions:',
        '  - {detector: M18, query: down}',
        '  - {query: sum(up), message: No.}',
        'equivalents:',
        '  - {query: sum(up) or up, reason: One row each.}',
        four,
        'why: So.',
      ),
      {
        constraints: [
          { kind: 'uses', name: 'histogram_quantile' },
          { kind: 'not', name: 'offset' },
        ],
        misconceptions: [{ query: 'sum(up)', message: 'No.' }],
        detected: [{ detector: 'M18', query: 'down' }],
        equivalents: [{ query: 'sum(up) or up', reason: 'One row each.' }],
      },
    ],
    [
      'number, which shows its own moment',
      block(
        'number',
        'task: How many?',
        'at: incident',
        'show: {query: up, view: bars}',
        'query: sum(up)',
        'unit: targets',
        'tolerance: 5%',
        'misconceptions: [{query: count(up), message: All of them.}]',
        four,
        'why: So.',
      ),
      {
        at: 'incident',
        show: { query: 'up', show: { view: 'bars', at: 'incident' } },
        tolerance: 0.05,
        unit: 'targets',
        misconceptions: [{ query: 'count(up)', message: 'All of them.' }],
      },
    ],
    [
      'error',
      block('error', 'task: What is wrong?', 'query: up(', 'fixed: up', ...options),
      { kind: 'error', query: 'up(', fixed: 'up', several: false, hints: [] },
    ],
    [
      'act',
      block(
        'act',
        'task: Stop it.',
        'do: [fault instance-stopped --instance sse-app-2, "clear"]',
        'expect: up == 0',
        'absent: true',
        'within: 30s',
        'undo: false',
        'instead: {query: up, at: target-down}',
      ),
      {
        kind: 'act',
        actions: ['instance-stopped --instance sse-app-2', 'clear'],
        expect: 'up == 0',
        absent: true,
        withinMs: 30_000,
        undo: false,
        instead: { query: 'up', show: { at: 'target-down' } },
      },
    ],
    [
      'act, with what it does not say',
      block('act', 'task: Stop it.', 'do: [instance-stopped]', 'expect: up', 'instead: {query: up}'),
      { absent: false, withinMs: 90_000, undo: true, meanwhile: '', after: '' },
    ],
    [
      'report',
      block(
        'report',
        'task: Say it.',
        'rubric:',
        "  - {any: ['anthropic'], missing: Who?}",
        '  - {time: vector(1), within: 2m, missing: When?}',
        '  - {value: sum(up), tolerance: 10%, missing: How much?}',
        'example: anthropic {{ sum(up) | 0 }}',
      ),
      {
        kind: 'report',
        rubric: [
          { kind: 'words', any: ['anthropic'], missing: 'Who?' },
          { kind: 'time', query: 'vector(1)', withinMs: 120_000, missing: 'When?' },
          { kind: 'value', query: 'sum(up)', tolerance: 0.1, missing: 'How much?' },
        ],
        why: '',
      },
    ],
    [
      'picture',
      block('picture', 'of: budget', 'query: up', 'at: incident', 'range: 1h', 'after: Seen.'),
      { kind: 'picture', of: 'budget', query: 'up', at: 'incident', rangeMs: 3_600_000, before: '', after: 'Seen.' },
    ],
  ];
  it.each(kinds)('%s', (_name, text, unit) => {
    expect(lessonOf(head + text).units[0]).toMatchObject(unit);
  });

  it('count as exercises where something is judged', () => {
    const text = kinds.map(([, one]) => one).join('\n');
    expect(exercisesOf(lessonOf(head + text)).map(({ id, kind }) => [id, kind])).toEqual([
      ['rate/1', 'fix'],
      ['rate/2', 'query'],
      ['rate/3', 'number'],
      ['rate/4', 'error'],
      ['rate/5', 'report'],
    ]);
  });

  it('have a hash that changes with what is judged', () => {
    const hash = (text: string) => exercisesOf(lessonOf(head + text))[0]?.hash;
    for (const [from, to, index] of [
      ['broken: up(', 'broken: up)', 0],
      ['uses:histogram_quantile', 'uses:rate', 1],
      ['tolerance: 5%', 'tolerance: 6%', 2],
      ['within: 2m', 'within: 3m', 6],
    ] as const) {
      const text = kinds[index]?.[1] ?? '';
      expect(hash(text.replace(from, to)), from).not.toBe(hash(text));
    }
  });
});

describe('what is wrong with a lesson file', () => {
  const cases: readonly [string, string, readonly string[]][] = [
    ['no front matter', 'Prose.', ['1: a lesson begins with its front matter: YAML between two lines "---"']],
    ['nothing after it', head, ['14: nothing comes after the front matter']],
    [
      'keys misspelt and missing',
      head.replace('title:', 'titel:') + query,
      ['2: front matter: "title" is missing', '4: front matter: unknown key "titel"; did you mean "title"?'],
    ],
    [
      'an unknown chapter',
      head.replace('Measure', 'Mesure') + query,
      ['6: front matter: "chapter" must be one of Look, Measure, Trust, Operate, not "Mesure"'],
    ],
    [
      'a number that is none',
      head.replace('number: 4', 'number: four') + query,
      ['2: front matter: "number" must be a whole number above 0, not "four"'],
    ],
    [
      'a slug that is none',
      head.replace('slug: rate', 'slug: Rate!') + query,
      ['3: "Rate!" is not a slug: a-z, 0-9, - and _'],
    ],
    [
      'two lines of summary',
      head.replace('summary: [one, two, three]', 'summary: [one, two]') + query,
      ['10: "summary" has three lines, here are 2'],
    ],
    [
      'broken YAML',
      head + query.replace('task: All targets.', 'task: a: b'),
      ['16: YAML: Nested mappings are not allowed in compact mappings'],
    ],
    [
      'a fence misspelt',
      head + query.replace('```query', '```qurey'),
      ['15: unknown block "qurey"; did you mean "query"?'],
    ],
    ['a fence never closed', `${head}\`\`\`text\nabc\n`, ['15: the block "```text" is never closed']],
    ['another heading', `${head}# Title\n${query}`, ['15: only "## " headings; the title stands in the front matter']],
    [
      'a query with several mistakes',
      head +
        query
          .replace('task: All targets.', 'tsk: All targets.')
          .replace('hints: [a, b, c, up]', 'hints: [a, b]\ncompare: value\nat: restrat'),
      [
        '16: query: unknown key "tsk"; did you mean "task"?',
        '16: query: "task" is missing',
        '18: query: 4 hints are needed, here are 2',
        '19: query: "compare" must be one of values, labels, order, not "value"',
        expect.stringMatching(/^20: query: "at" must be one of quiet, half-open, .*restart.*, not "restrat"$/),
      ],
    ],
    [
      'a misconception without a message, with a broken pattern',
      head + query.replace('why:', "misconceptions:\n  - query: down\n    pattern: '('\nwhy:"),
      ['20: query: an item of "misconceptions": "message" is missing', '21: "(" is not a pattern'],
    ],
    [
      'a choice without a right option',
      head + choice.replace('    right: true\n', ''),
      ['18: no option is right; add "right: true" to one'],
    ],
    [
      'a choice with one option',
      `${head}${choice.split('  - text: that')[0]}\`\`\`\n`,
      ['18: "options" needs two to nine items'],
    ],
    [
      'a flag that is none',
      head + choice.replace('right: true', 'right: yes'),
      [
        '18: no option is right; add "right: true" to one',
        '19: choice: an item of "options": "right" must be true or false, not "yes"',
      ],
    ],
    [
      'a graph without a range',
      `${head}\`\`\`demo\nquery: up\nview: graph\n\`\`\`\n`,
      ['16: a graph needs a range, such as "range: 1h"'],
    ],
    [
      'a table with a range',
      `${head}\`\`\`demo\nquery: up\nrange: 1h\n\`\`\`\n`,
      ['16: only a graph has range and step, not a table'],
    ],
    ['a mark without bars', `${head}\`\`\`demo\nquery: up\nmark: 0.9\n\`\`\`\n`, ['17: only bars have a mark']],
    [
      'a duration that is none',
      `${head}\`\`\`demo\nquery: up\nview: graph\nrange: long\n\`\`\`\n`,
      [
        '16: a graph needs a range, such as "range: 1h"',
        '18: demo: "range" must be a duration such as 15s, 5m or 1h, not "long"',
      ],
    ],
    [
      'a prediction without a demo',
      `${head}\`\`\`predict\nquestion: What?\noptions: []\n\`\`\`\n`,
      ['16: predict: "demo" is missing'],
    ],
    [
      'a list that is none',
      head.replace('guide: [example 3]', 'guide: example 3') + query,
      ['8: front matter: "guide" must be a list, one "- item" a line'],
    ],
    [
      'a text that is a list',
      head.replace('goal: Know counters.', 'goal: [a]') + query,
      ['7: front matter: "goal" must be a text; quote it'],
    ],
    [
      'a block that is no mapping',
      `${head}\`\`\`demo\n- up\n\`\`\`\n`,
      [expect.stringMatching(/^16: demo must be a mapping of query, view, at, .*before, after$/)],
    ],
    ['an empty block', `${head}\`\`\`demo\n\`\`\`\n`, ['16: demo is empty']],
    [
      'a number in prose that cannot be read',
      `${head}One.\nTwo {{ up | x }}.\n${query}`,
      ['15: {{ up | x }}: unknown format "x"; write 0 … 6, percent, percent 1, rows or label NAME'],
    ],
    [
      'a fix without a broken query',
      head + block('fix', 'task: Mend.', 'reference: up', four, 'why: So.'),
      ['16: fix: "broken" is missing'],
    ],
    [
      'a number that is live, with a tolerance that is none',
      head +
        block('number', 'task: N.', 'show: {query: up, live: true}', 'query: up', 'tolerance: x', four, 'why: So.'),
      [
        '17: number: a number that is judged is not live',
        '19: number: "tolerance" must be a share such as 20% or 0.2, not "x"',
      ],
    ],
    [
      'an error without its correction',
      head + block('error', 'task: What?', 'query: up(', ...options),
      ['16: error: "fixed" is missing'],
    ],
    [
      'an act without anything done, live instead',
      head + block('act', 'task: Stop.', 'expect: up', 'instead: {query: up, live: true}'),
      [
        '16: act: "do" is missing: names of `fault list`, or clear',
        '18: "instead" is for those without a stack: not live',
      ],
    ],
    [
      'an act with a fault misspelt',
      head + block('act', 'task: Stop.', 'do: [instance-stoped]', 'expect: up', 'instead: {query: up}'),
      ['17: act: "instance-stoped" is no fault; did you mean "instance-stopped"?'],
    ],
    [
      'an act with nothing instead',
      head + block('act', 'task: Stop.', 'do: [instance-stopped]', 'expect: up'),
      ['16: act: "instead" is missing'],
    ],
    [
      'a rubric with lines of no kind, or of two',
      head +
        block(
          'report',
          'task: Say.',
          'example: x',
          'rubric:',
          '  - missing: A',
          "  - {any: ['('], missing: B}",
          '  - {time: up, value: up, missing: C}',
        ),
      [
        '19: a line of the rubric has one of "any", "time" and "value"',
        '20: "(" is not a pattern',
        '21: a line of the rubric has one of "any", "time" and "value"',
      ],
    ],
    [
      'a picture of something else',
      head + block('picture', 'of: windo', 'query: up'),
      ['16: picture: "of" must be one of window, buckets, restart, matching, budget, not "windo"'],
    ],
    [
      'constraints and detectors that are none',
      head +
        block(
          'query',
          'task: A.',
          'reference: up',
          'constraints: [rate]',
          'misconceptions:',
          '  - {detector: X1, query: down, message: m}',
          four,
          'why: So.',
        ),
      [
        '18: "rate" is no constraint: uses:NAME or not:NAME',
        '20: "X1" is not a detector: M01, M02 …',
        '20: a detector has its own words: no "message" beside "detector"',
      ],
    ],
    ['a key twice', head.replace('number: 4', 'number: 4\nnumber: 5') + query, ['3: YAML: Map keys must be unique']],
  ];
  it.each(cases)('%s', (_name, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });
});
