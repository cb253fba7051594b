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
        '20: query: "at" must be one of quiet, half-open, incident, target-down, warm, restart, not "restrat"',
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
      ['16: demo must be a mapping of query, view, at, live, range, step, mark, before, after'],
    ],
    ['an empty block', `${head}\`\`\`demo\n\`\`\`\n`, ['16: demo is empty']],
    [
      'a number in prose that cannot be read',
      `${head}One.\nTwo {{ up | x }}.\n${query}`,
      ['15: {{ up | x }}: unknown format "x"; write 0 … 6, percent, percent 1, rows or label NAME'],
    ],
    ['a key twice', head.replace('number: 4', 'number: 4\nnumber: 5') + query, ['3: YAML: Map keys must be unique']],
  ];
  it.each(cases)('%s', (_name, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });
});
