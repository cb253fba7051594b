import { describe, expect, it } from 'vitest';
import type { QueryPosition } from '../../src/model/errors.ts';
import { renderCaret, type Span } from '../../src/render/caret.ts';
import type { Style } from '../../src/render/style.ts';
import { styleOf } from '../helpers/styles.ts';

const LONG = `sum by (provider) (rate(sse_requests_total{provider=openai}[5m])) > ${'1 + '.repeat(30)}1`;

type Case = readonly [
  name: string,
  query: string,
  where: QueryPosition | Span,
  style: Partial<Style>,
  lines: readonly string[],
];

const CASES: readonly Case[] = [
  ['points at a column', 'rate(up)', { line: 1, column: 6 }, {}, ['  rate(up)', '       ^']],
  ['points at a span', 'rate(up)', { start: 5, end: 7 }, {}, ['  rate(up)', '       ^^']],
  ['points behind the end', 'sum(up', { line: 1, column: 7 }, {}, ['  sum(up', '        ^']],
  ['points at the last place for a column far away', 'up', { line: 1, column: 99 }, {}, ['  up', '    ^']],
  [
    'shows the line that is meant',
    'sum(\n  up{a=b}\n)',
    { line: 2, column: 8 },
    {},
    ['line 2:   up{a=b}', '               ^'],
  ],
  [
    'finds the line of a span',
    'sum(\n  up{a=b}\n)',
    { start: 12, end: 13 },
    {},
    ['line 2:   up{a=b}', '               ^'],
  ],
  ['shows tabs as four spaces', '\tup{a=b}', { line: 1, column: 7 }, {}, ['      up{a=b}', '           ^']],
  ['counts wide characters twice', 'x{日本="語"}', { line: 1, column: 4 }, {}, ['  x{日本="語"}', '      ^^']],
  ['shows control characters as escapes', 'x\x1b+', { line: 1, column: 3 }, {}, ['  x\\x1b+', '       ^']],
  [
    'cuts a long line around the place, and says so',
    LONG,
    { line: 1, column: 53 },
    { width: 40, ascii: true },
    ['  ...total{provider=openai}[5m])) >...', '                    ^', '  (characters 38 to 68 of 189 are shown)'],
  ],
  [
    'says the word',
    'sum(rate(up{job=prometheus}[5m]))',
    { line: 1, column: 17 },
    { accessible: true },
    ['Query: sum(rate(up{job=prometheus}[5m]))', 'at character 17, the word prometheus'],
  ],
  [
    'says the end',
    'sum(up',
    { line: 1, column: 7 },
    { accessible: true },
    ['Query: sum(up', 'at character 7, the end of the query'],
  ],
  [
    'says the line',
    'sum(\nup == =)',
    { line: 2, column: 7 },
    { accessible: true },
    ['Query: sum(', 'up == =)', 'at line 2, character 7, the text ='],
  ],
];

describe('renderCaret', () => {
  it.each(CASES)('%s', (_name, query, where, style, lines) => {
    expect(renderCaret(query, where, styleOf(style)).split('\n')).toEqual(lines);
  });
});
