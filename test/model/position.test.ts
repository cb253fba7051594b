import { describe, expect, it } from 'vitest';
import { annotationPosition, parseErrorPosition } from '../../src/model/position.ts';

describe('annotationPosition', () => {
  it.each([
    [
      'PromQL info: metric might not be a counter: "up" (1:6)',
      undefined,
      'PromQL info: metric might not be a counter: "up"',
      { line: 1, column: 6 },
    ],
    ['text (2:15)', 'é\n{a="ü"} x', 'text', { line: 2, column: 14 }],
    ['text (1:99)', 'ü', 'text', { line: 1, column: 98 }],
    ['text (7:3)', 'one line', 'text', { line: 7, column: 3 }],
    ['3 more warning annotations omitted', undefined, '3 more warning annotations omitted', undefined],
    ['a ratio (1:2) in the middle', undefined, 'a ratio (1:2) in the middle', undefined],
    ['', undefined, '', undefined],
  ])('%j', (text, query, message, position) => {
    expect(annotationPosition(text, query)).toEqual({ message, position });
  });
});

describe('parseErrorPosition', () => {
  it.each([
    ['1:6: parse error: unclosed left parenthesis', 'rate(', 'unclosed left parenthesis', { line: 1, column: 6 }],
    ['invalid parameter "query": 1:3: parse error: x', 'é+', 'x', { line: 1, column: 2 }],
    ['invalid parameter "match[]": 1:3: parse error: x', undefined, 'x', { line: 1, column: 3 }],
    ['unknown position: parse error: no expression found in input', '', 'no expression found in input', undefined],
    ['invalid parameter "step": zero or negative', undefined, 'invalid parameter "step": zero or negative', undefined],
    [
      'expanding series: 1:6: parse error: deep inside',
      undefined,
      'expanding series: 1:6: parse error: deep inside',
      undefined,
    ],
  ])('%j', (text, query, message, position) => {
    expect(parseErrorPosition(text, query)).toEqual({ message, position });
  });
});
