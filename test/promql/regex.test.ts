import { describe, expect, it } from 'vitest';
import { compileMatcher } from '../../src/promql/matcher.ts';
import { compileRegex, RegexSyntaxError } from '../../src/promql/regex.ts';

describe('compileRegex', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['', [''], ['a']],
    ['get', ['get'], ['gets', 'xget', 'GET']],
    ['a|b|', ['a', 'b', ''], ['ab', 'a|b']],
    ['(a|b)', ['a', 'b'], ['(a', '']],
    ['(?:a|b)', ['a', 'b'], ['?:a']],
    ['.*', ['', 'a', 'a\nb'], []],
    ['.+', ['a', '\n'], ['']],
    ['api.*', ['api', 'api-1'], ['xapi']],
    ['.*api', ['api', 'x-api'], ['api-']],
    ['.*api.*', ['api', 'xapix'], ['ap']],
    ['.+api.+', ['xapix', 'apiapiapi'], ['api', 'xapi', 'apix']],
    ['api.+', ['api1'], ['api']],
    ['[0-9]{3}', ['200'], ['20', '2000']],
    ['(?i)get', ['GET', 'get'], ['gets']],
    ['[[:alpha:]]+', ['abc'], ['a1']],
    ['\\pL', ['ä'], ['1']],
    ['\\Qa.b\\E', ['a.b'], ['axb']],
    ['a\\.b', ['a.b'], ['axb']],
    ['a.b', ['a\nb'], ['ab']],
    ['4..|5..', ['404', '500'], ['4045']],
    ['^a$', ['a'], ['']],
  ])('%s', (pattern, yes, no) => {
    const regex = compileRegex(pattern);
    expect(yes.filter((value) => !regex.matches(value))).toEqual([]);
    expect(no.filter((value) => regex.matches(value))).toEqual([]);
  });

  it('lists the values of plain alternatives only', () => {
    expect(compileRegex('a|b|a').values).toEqual(['a', 'b']);
    expect(compileRegex('a.*').values).toBeUndefined();
    expect(compileRegex('(?i)a').values).toBeUndefined();
  });

  it.each([
    ['[', 'error parsing regexp: missing closing ]: `[`'],
    ['(', 'error parsing regexp: missing closing ): `(`'],
    ['a(b)\\', 'error parsing regexp: trailing backslash at end of expression: ``'],
    ['a**', 'error parsing regexp: invalid nested repetition operator: `**`'],
    ['a{1001}', 'error parsing regexp: invalid repeat count: `{1001}`'],
  ])('refuses %s', (pattern, message) => {
    expect(() => compileRegex(pattern)).toThrow(new RegexSyntaxError(message));
  });

  it('takes linear time for what would keep a backtracking engine busy for ever', () => {
    const regex = compileRegex('(a+)+b|(a|a)*c|(.*)(.*)(.*)(.*)d');
    const started = performance.now();
    expect(regex.matches('a'.repeat(20_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('takes long lists of names, but no long patterns', () => {
    const names = Array.from({ length: 5000 }, (_, i) => `instance-${i}`);
    expect(compileRegex(names.join('|')).matches('instance-4999')).toBe(true);
    expect(() => compileRegex(`${names.join('.*|')}.*`)).toThrow(/expression too large/);
  });
});

describe('compileMatcher', () => {
  it.each([
    ['=', 'a', true, false],
    ['!=', 'a', false, true],
    ['=~', 'a.*', true, false],
    ['!~', 'a.*', false, true],
  ] as const)('%s', (operator, value, a, b) => {
    const matcher = compileMatcher({ name: 'l', operator, value });
    expect([matcher.matches('a'), matcher.matches('b')]).toEqual([a, b]);
  });
});
