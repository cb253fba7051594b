import { describe, expect, it } from 'vitest';
import { isIncomplete } from '../../src/cli/prompt-text.ts';
import { statementsOf } from '../../src/explorer/statements.ts';

describe('statementsOf', () => {
  it.each<[string, string, readonly (readonly [number, string])[]]>([
    [
      'a query a line',
      'up\nup == 0\n',
      [
        [1, 'up'],
        [2, 'up == 0'],
      ],
    ],
    ['a query over lines', 'sum by (job) (\n  up\n)\n/ 2\n', [[1, 'sum by (job) (\n  up\n)\n/ 2']]],
    [
      'paragraphs',
      'up\n\n\nup\n',
      [
        [1, 'up'],
        [4, 'up'],
      ],
    ],
    [
      'commands',
      '\\timing on\nup\n\\graph 1h\n',
      [
        [1, '\\timing on'],
        [2, 'up'],
        [3, '\\graph 1h'],
      ],
    ],
    ['comments', '# all\n\n# of them\nup # now\n', [[4, '# of them\nup # now']]],
    [
      'Windows line ends',
      'up\r\n\r\nup\r\n',
      [
        [1, 'up'],
        [3, 'up'],
      ],
    ],
    ['an empty line in brackets', 'sum(\n\nup)\n', [[1, 'sum(\n\nup)']]],
    [
      'one wrong query among others',
      'up\nrate(x)\n',
      [
        [1, 'up'],
        [2, 'rate(x)'],
      ],
    ],
    ['a wrong query over lines', 'rate(\nx\n)\n', [[1, 'rate(\nx\n)']]],
    ['nothing', '# nothing\n', []],
  ])('reads %s', (_what, text, found) => {
    expect(statementsOf(text, isIncomplete).map(({ line, text: query }) => [line, query])).toEqual(found);
  });
});
