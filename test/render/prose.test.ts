import { describe, expect, it } from 'vitest';
import { prose } from '../../src/render/prose.ts';
import type { Style } from '../../src/render/style.ts';
import { styleOf } from '../helpers/styles.ts';

type Case = readonly [name: string, markdown: string, style: Partial<Style>, lines: readonly string[]];

const CASES: readonly Case[] = [
  [
    'wraps at 72 columns, however wide the terminal',
    'one two three four five six seven eight nine ten eleven twelve thirteen fourteen',
    { width: 200 },
    ['one two three four five six seven eight nine ten eleven twelve thirteen', 'fourteen'],
  ],
  ['wraps earlier on a narrow terminal', 'one two three four five', { width: 20 }, ['one two three four', 'five']],
  ['breaks a word that fits no line', 'a'.repeat(30), { width: 20 }, ['a'.repeat(20), 'a'.repeat(10)]],
  ['keeps backticks where there is no colour', 'See `rate(x[5m])`, **really**.', {}, ['See `rate(x[5m])`, really.']],
  ['drops marks for screen readers', 'See `up`, **really**.', { accessible: true }, ['See up, really.']],
  ['paints code and emphasis', 'See `up` **now**.', { colour: true }, ['See \x1b[36mup\x1b[39m \x1b[1mnow\x1b[22m.']],
  ['underlines a heading', '# Counters\n\ntext', {}, ['Counters', '────────', '', 'text']],
  ['leaves out the rule for screen readers', '# Counters\n\ntext', { accessible: true }, ['Counters', '', 'text']],
  ['indents lists', '- one\n- two\n  - three\n', { width: 40 }, ['• one', '• two', '  • three']],
  ['numbers lists', '3. one\n4. two', {}, ['3. one', '4. two']],
  ['writes its signs in ASCII', 'sum(…) – 2 × 3', { ascii: true }, ['sum(...) - 2 x 3']],
  ['uses ASCII bullets', '- one', { ascii: true }, ['* one']],
  [
    'hangs the lines of an item under its text',
    '- one two three four five six',
    { width: 20 },
    ['• one two three four', '  five six'],
  ],
  [
    'keeps fenced code as it is',
    '```\nvery   long   '.concat('x'.repeat(80), '\n  indented\n```'),
    { width: 40 },
    [`  very   long   ${'x'.repeat(80)}`, '    indented'],
  ],
  [
    'highlights queries',
    '```promql\nsum(up) by (job)\n```',
    { colour: true },
    ['  \x1b[36msum\x1b[39m(up) \x1b[1mby\x1b[22m (job)'],
  ],
  ['reads small tables as lines', '| a | b |\n|---|---|\n| 1 | `x` |', {}, ['a: 1, b: `x`']],
  ['shows where links go', 'See [docs](https://prometheus.io/docs).', {}, ['See docs (https://prometheus.io/docs).']],
  ['shows markup of HTML as text', 'a <b>c</b> &lt;d&gt; `&lt;`', {}, ['a <b>c</b> <d> `&lt;`']],
  ['lets no control byte act', 'a\x1b[2Jb `c\x07`', {}, ['a\\x1b[2Jb `c\\x07`']],
];

describe('prose', () => {
  it.each(CASES)('%s', (_name, markdown, style, lines) => {
    expect(prose(markdown, styleOf(style)).split('\n')).toEqual(lines);
  });
});
