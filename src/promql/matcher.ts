import type { CompiledMatcher, Matcher } from '../model/matcher.ts';
import type { VectorSelector } from './ast.ts';
import { compileRegex } from './regex.ts';

/** Makes a condition ready to be asked. Throws `RegexSyntaxError` for a broken pattern. */
export function compileMatcher({ name, operator, value }: Matcher): CompiledMatcher {
  switch (operator) {
    case '=':
      return { name, operator, value, values: [value], matches: (candidate) => candidate === value };
    case '!=':
      return { name, operator, value, values: undefined, matches: (candidate) => candidate !== value };
    case '=~': {
      const regex = compileRegex(value);
      return { name, operator, value, values: regex.values, matches: regex.matches };
    }
    case '!~': {
      const regex = compileRegex(value);
      return { name, operator, value, values: undefined, matches: (candidate) => !regex.matches(candidate) };
    }
  }
}

/** All conditions of a selector, the metric name before the braces included. */
export function matchersOf(selector: VectorSelector): readonly Matcher[] {
  const plain = selector.matchers.map(({ name, operator, value }) => ({ name, operator, value }));
  return selector.name === '' ? plain : [...plain, { name: '__name__', operator: '=', value: selector.name }];
}
