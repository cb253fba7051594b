import { describe, expect, it } from 'vitest';
import { pagesOf } from '../../src/cli/explore-pages.ts';

/** Two lines for each piece, and a line about what is left. */
const draw = (count: number) => (from: number, most: number) => {
  const shown = Array.from({ length: Math.min(most, count - from) }, (_piece, at) => `piece ${from + at}\n`);
  const left = count - from - shown.length;
  return `${shown.join('\n')}${left > 0 ? `\n+${left}` : ''}`;
};

describe('pagesOf', () => {
  it('shows as many pieces as fit, and all of them in the end', () => {
    const pages = pagesOf(7, draw(7));
    const first = pages.next(9);
    expect(first).toContain('piece 3\n\n+3');
    expect(first.split('\n').length).toBeLessThanOrEqual(9);
    expect(pages.left()).toBe(3);
    expect(pages.next(9)).toMatch(/^piece 4\n\npiece 5\n\npiece 6\n$/);
    expect(pages.left()).toBe(0);
  });

  it('shows one piece where none fits, and everything without a height', () => {
    const pages = pagesOf(3, draw(3));
    expect(pages.next(1)).toContain('piece 0');
    expect(pages.left()).toBe(2);
    expect(pages.next()).toContain('piece 2');
    expect(pages.left()).toBe(0);
  });

  it('shows everything on the second page where that is wanted', () => {
    const pages = pagesOf(9, draw(9), true);
    pages.next(5);
    expect(pages.next(5)).toContain('piece 8');
    expect(pages.left()).toBe(0);
  });
});
