import { describe, expect, it } from 'vitest';
import { THEMES } from '../../src/model/theme.ts';
import { paint, paintSeries, paintShade, type Role } from '../../src/render/style.ts';
import { styleOf } from '../helpers/styles.ts';

const ROLES = [
  'ok',
  'warn',
  'wrong',
  'hint',
  'query',
  'label',
  'number',
  'dim',
  'title',
] as const satisfies readonly Role[];

/** The codes that a theme uses for anything. */
function codesOf(theme: (typeof THEMES)[number]): readonly number[] {
  const style = styleOf({ colour: true, theme });
  const drawn = [
    ...ROLES.map((role) => paint(style, role, 'x')),
    ...[0, 1, 2, 3, 4, 5, 6, 7].map((index) => paintSeries(style, index, 'x')),
    ...[0.01, 0.3, 0.6, 1].map((share) => paintShade(style, share, 'x')),
  ];
  return drawn.flatMap((text) => [...text.matchAll(/\u001b\[(\d+)m/g)].map((match) => Number(match[1])));
}

describe('themes', () => {
  it.each(THEMES)('%s leaves the text as it is', (theme) => {
    const plain = (text: string) => text.replace(/\u001b\[\d+m/g, '');
    for (const role of ROLES) expect(plain(paint(styleOf({ colour: true, theme }), role, 'a b'))).toBe('a b');
    expect(paint(styleOf({ colour: false, theme }), 'wrong', 'x')).toBe('x');
    expect(paint(styleOf({ colour: true, accessible: true, theme }), 'wrong', 'x')).toBe('x');
  });

  it.each(THEMES)('%s uses neither white nor black, which some background swallows', (theme) => {
    expect(codesOf(theme).filter((code) => [30, 37, 90, 97].includes(code))).toEqual([]);
  });

  it('light does without yellow and cyan, dark without plain blue and red', () => {
    expect(codesOf('light').filter((code) => [33, 36, 93, 96].includes(code))).toEqual([]);
    expect(codesOf('dark').filter((code) => [31, 34].includes(code))).toEqual([]);
  });

  it('high-contrast keeps the foreground of the terminal and dims nothing', () => {
    expect(codesOf('high-contrast').filter((code) => code >= 30 || code === 2)).toEqual([]);
    expect(codesOf('high-contrast').length).toBeGreaterThan(0);
  });

  it('none writes no codes', () => {
    expect(codesOf('none')).toEqual([]);
  });

  it('auto is what there is without a theme', () => {
    const style = styleOf({ colour: true });
    for (const role of ROLES) expect(paint(style, role, 'x')).toBe(paint({ ...style, theme: 'auto' }, role, 'x'));
  });
});
