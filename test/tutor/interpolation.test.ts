import { describe, expect, it } from 'vitest';
import { parseText } from '../../src/tutor/interpolation.ts';

describe('a number in prose', () => {
  it.each<[string, string, string, unknown]>([
    ['{{ sum(up) @ restart | 0 }}', 'sum(up)', 'restart', { kind: 'decimals', digits: 0 }],
    ['{{sum(up)}}', 'sum(up)', 'quiet', { kind: 'decimals', digits: 2 }],
    ['{{ a{b="c"}}}', 'a{b="c"}', 'quiet', { kind: 'decimals', digits: 2 }],
    ['{{ a{le=~"1|1.0"} | percent 1 }}', 'a{le=~"1|1.0"}', 'quiet', { kind: 'percent', digits: 1 }],
    ['{{ a{b="x @ y | z"} | percent }}', 'a{b="x @ y | z"}', 'quiet', { kind: 'percent', digits: 0 }],
    ['{{ up @ end() | rows }}', 'up @ end()', 'quiet', { kind: 'rows' }],
    ['{{ up == 0 @ target-down | label instance }}', 'up == 0', 'target-down', { kind: 'label', name: 'instance' }],
  ])('%s', (text, query, at, format) => {
    expect(parseText(text)).toEqual({ parts: [{ query, at, format }], problems: [] });
  });

  it('stands between words', () => {
    expect(
      parseText('a {{ x | 0 }} b {{ y | 1 }}').parts.map((part) => (typeof part === 'string' ? part : part.query)),
    ).toEqual(['a ', 'x', ' b ', 'y']);
  });

  it.each<[string, RegExp]>([
    ['{{ up | 7 }}', /unknown format "7"/],
    ['{{ up | seconds }}', /unknown format "seconds"/],
    ['{{ up @ quiett }}', /unknown checkpoint "quiett"; did you mean quiet\?/],
    ['{{ up @ noon }}', /unknown checkpoint "noon"; known are quiet,/],
    ['{{  | 0 }}', /there is no query/],
    ['a {{ up', /without "}}"/],
  ])('%s is refused', (text, problem) => {
    expect(parseText(text).problems.join()).toMatch(problem);
  });

  it('leaves other text alone', () => {
    expect(parseText('up{job="x"} and {a}')).toEqual({ parts: ['up{job="x"} and {a}'], problems: [] });
  });
});
