import fc from 'fast-check';
import { RE2JS } from 're2js';
import { expect, it } from 'vitest';
import { nativeRegex } from '../../src/promql/native-regex.ts';

it.each(['.*(.)', 'h[0-9]+', 'g.*', '([a-z]+)-([0-9]+)', 'a?b', 'host-.+:9100', '/api/.*', '(a)(b)'])(
  'is for %s',
  (pattern) => {
    expect(nativeRegex(pattern)).toBeDefined();
  },
);

it.each([
  '(a+)+b',
  '(a|b)*',
  'a|b',
  'a{2,3}',
  '\\d+',
  '[^\\n]',
  '(?i)a',
  '(?P<x>a)',
  'a**',
  '.*.*.*.*',
  '[z-a]',
  '(a',
  'ä',
  '[[:alpha:]]',
  'a$',
  '^a',
])('is not for %s', (pattern) => {
  expect(nativeRegex(pattern)).toBeUndefined();
});

it('finds what RE2 finds, group by group', () => {
  const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\.', '-', '[a-c0]', 'x');
  const piece = fc.tuple(atom, fc.constantFrom('', '', '*', '+', '?')).map(([a, q]) => a + q);
  const group = fc.array(piece, { minLength: 1, maxLength: 3 }).map((pieces) => `(${pieces.join('')})`);
  const pattern = fc.array(fc.oneof(piece, piece, group), { maxLength: 5 }).map((parts) => parts.join(''));
  const value = fc.stringMatching(/^[abcx.\-\n0😀]{0,10}$/u);
  let matched = 0;
  fc.assert(
    fc.property(pattern, value, (text, asked) => {
      const native = nativeRegex(text);
      if (native === undefined) return;
      const regex = RE2JS.compile(text, RE2JS.DOTALL);
      const matcher = regex.matcher(asked);
      const found = native.exec(asked);
      expect(found !== null).toBe(matcher.matches());
      if (found === null) return;
      matched++;
      const groups = Array.from({ length: regex.groupCount() + 1 }, (_, i) => matcher.group(i));
      expect([...found].map((one) => one ?? null)).toEqual(groups);
    }),
    { numRuns: 5000 },
  );
  expect(matched).toBeGreaterThan(100);
});
