import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../src/render/text.ts';

describe('columnsOf', () => {
  it('is what string-width says, for every character and for what stands beside it', () => {
    const differing: string[] = [];
    for (let code = 0x20; code < 0x3000; code++) {
      const character = String.fromCharCode(code);
      if (code >= 0x7f && code < 0xa0) continue;
      const texts = [character, `a${character}`, `${character}─`, `${character}${character}`];
      if (texts.some((text) => columnsOf(text) !== stringWidth(text))) differing.push(code.toString(16));
    }
    expect(differing).toEqual([]);
  });

  it.each([
    ['', 0],
    ['up', 2],
    ['─────', 5],
    ['│ ▁▂▃ ⣿', 7],
    ['東京', 4],
    ['é', 1],
    ['👩‍👩‍👧', 2],
    ['\x1b[1mup\x1b[22m', 2],
  ])('%j takes %i columns', (text, columns) => {
    expect(columnsOf(text)).toBe(columns);
  });
});
