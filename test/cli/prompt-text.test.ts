import { describe, expect, it } from 'vitest';
import { isIncomplete, oneLine, pasteFilter } from '../../src/cli/prompt-text.ts';

describe('isIncomplete', () => {
  it.each([
    ['', false],
    ['hint', false],
    ['up', false],
    ['sum(', true],
    ['sum by (provider) (rate(sse_requests_total[5m])', true],
    ['sum by (provider) (rate(sse_requests_total[5m]))', false],
    ['sse_requests_total{provider="a)"', true],
    ['sse_requests_total{provider="a{"}', false],
    ["up{job='('}", false],
    ['up{job="\\"("}', false],
    ['up{job="unclosed(', false],
    ['up # a comment (', false],
    ['up{job="#("}', false],
    ['label_replace(up, `a', true],
    ['`(`', false],
    ['up)', false],
    ['up)(', false],
    ['up[5m', true],
  ])('%j: %s', (text, expected) => expect(isIncomplete(text)).toBe(expected));
});

describe('oneLine', () => {
  it.each([
    ['up', 'up'],
    ['sum by (job) (\n  rate(x[5m])\n)\n', 'sum by (job) ( rate(x[5m]) )'],
    ['sum( # all of them\n up)', 'sum( up)'],
    ['up{job="#1"}\n', 'up{job="#1"}'],
    ['a\r\nb', 'a b'],
    ['a # as a terminal pastes it\rb', 'a b'],
    ['a # nothing follows', 'a'],
  ])('%j → %j', (text, expected) => expect(oneLine(text)).toBe(expected));
});

describe('pasteFilter', () => {
  const pasted = 'x\x1b[200~sum(\nup\x1b[A\n)\x1b[201~y\r';

  it('hands keys through and joins what is pasted', () => {
    expect(pasteFilter()(pasted)).toBe('xsum( up[A )y\r');
  });

  it('does not mind where the chunks are cut', () => {
    for (let cut = 0; cut <= pasted.length; cut++) {
      const filter = pasteFilter();
      expect(filter(pasted.slice(0, cut)) + filter(pasted.slice(cut))).toBe('xsum( up[A )y\r');
    }
  });

  it('hands arrow keys through, cut or whole', () => {
    const filter = pasteFilter();
    expect(filter('\x1b[A') + filter('\x1b') + filter('[B')).toBe('\x1b[A\x1b[B');
  });
});
