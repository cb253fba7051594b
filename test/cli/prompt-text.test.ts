import { describe, expect, it } from 'vitest';
import { isIncomplete, oneLine } from '../../src/cli/prompt-text.ts';

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
