/**
 * The same pattern for the engine of JavaScript, anchored at both ends, where that means the same and cannot take long:
 * plain characters, `.`, simple classes and groups without a quantifier, and at most three quantifiers without a bound.
 * It is some fifty times as fast as RE2 in JavaScript. Undefined for every other pattern: those RE2 must match, since a
 * pattern such as `(a+)+b` can keep an engine that goes back busy for years.
 */
export function nativeRegex(pattern: string): RegExp | undefined {
  if (!SIMPLE.test(pattern)) return undefined;
  if ((pattern.match(/[*+]/g) ?? []).length > MOST_UNBOUNDED) return undefined;
  try {
    return new RegExp(`^(?:${pattern})$`, 'su');
  } catch {
    // Unbalanced parentheses and ranges that run backwards: RE2 has the words for what is wrong.
    return undefined;
  }
}

/** Values longer than this go to RE2 even so: three unbounded quantifiers take the third power of the length. */
export const LONGEST_NATIVE = 200;

const MOST_UNBOUNDED = 3;
const ATOM = String.raw`(?:[A-Za-z0-9_:/ =,@%-]|\\\.|\.|\[\^?(?:[A-Za-z]-[A-Za-z]|[0-9]-[0-9]|[A-Za-z0-9_:. ])+\])`;
const SIMPLE = new RegExp(String.raw`^(?:${ATOM}(?:[*+?](?![*+?{]))?|\((?!\?)|\)(?![*+?{]))*$`);
