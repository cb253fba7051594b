import { RE2JS, RE2JSSyntaxException } from 're2js';
import { LONGEST_NATIVE, nativeRegex } from './native-regex.ts';

/** A pattern matched against whole values, as PromQL does everywhere. RE2: the time is linear in the value's length. */
export type AnchoredRegex = {
  matches(value: string): boolean;
  /** Every value the pattern can match, when it is only plain text or alternatives of plain text. */
  readonly values: readonly string[] | undefined;
};

/** Longer patterns are refused; a plain list of alternatives may be much longer, it never reaches the regex engine. */
const MAX_PATTERN_LENGTH = 16_384;

/** Compiles a pattern; the error's message is Prometheus' own: "error parsing regexp: …". */
export function compileRegex(pattern: string): AnchoredRegex {
  const values = alternatives(pattern);
  if (values !== undefined) return literalRegex(values);
  const fast = wildcardRegex(pattern);
  if (fast !== undefined) return fast;
  const compiled = compileRe2(pattern, true);
  const native = nativeRegex(pattern);
  const matches = (value: string): boolean =>
    native !== undefined && value.length <= LONGEST_NATIVE ? native.test(value) : compiled.matches(value);
  return { values: undefined, matches };
}

/** The RE2 pattern itself, for replacements; `dotAll` lets `.` match line breaks. Throws `RegexSyntaxError`. */
export function compileRe2(pattern: string, dotAll: boolean): RE2JS {
  if (pattern.length > MAX_PATTERN_LENGTH) {
    throw new RegexSyntaxError(`error parsing regexp: expression too large: it has ${pattern.length} characters`);
  }
  const key = `${dotAll}${pattern}`;
  const known = COMPILED.get(key);
  if (known !== undefined) return known;
  try {
    const compiled = RE2JS.compile(pattern, dotAll ? RE2JS.DOTALL : 0);
    if (COMPILED.size >= MAX_COMPILED) COMPILED.clear();
    COMPILED.set(key, compiled);
    return compiled;
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    // The library writes the flags it was given in front of the pattern it quotes, and quotes nothing where Go quotes
    // an empty text.
    throw new RegexSyntaxError(error.message.replace('`(?s)', '`').replace(/(at end of expression)$/, '$1: ``'));
  }
}

/** Compiling takes longer than matching a hundred values, and dashboards ask with the same patterns again and again. */
const COMPILED = new Map<string, RE2JS>();
const MAX_COMPILED = 200;

export class RegexSyntaxError extends Error {
  override readonly name = 'RegexSyntaxError';
}

const META = /[\\.+*?()|[\]{}^$]/;

/** `a|b|c` and `(a|b)` as a list; undefined when anything in it has a meaning of its own. */
function alternatives(pattern: string): readonly string[] | undefined {
  const inner = /^\(((?:[^()\\])*)\)$/.exec(pattern)?.[1]?.replace(/^\?:/, '') ?? pattern;
  const parts = inner.split('|');
  return parts.some((part) => META.test(part)) ? undefined : [...new Set(parts)];
}

function literalRegex(values: readonly string[]): AnchoredRegex {
  const [only] = values;
  if (values.length === 1 && only !== undefined) return { values, matches: (value) => value === only };
  const set = new Set(values);
  return { values, matches: (value) => set.has(value) };
}

/** `.*`, `.+`, `text.*`, `.*text`, `.*text.*` and the same with `.+`, without the regex engine. */
function wildcardRegex(pattern: string): AnchoredRegex | undefined {
  const found = /^(\.[*+])?([^\\.+*?()|[\]{}^$]*)(\.[*+])?$/.exec(pattern);
  if (found === null) return undefined;
  const [, before, text = '', after] = found;
  const extra = (before === '.+' ? 1 : 0) + (after === '.+' ? 1 : 0);
  const long = text.length + extra;
  const fits = (value: string): boolean => {
    if (value.length < long) return false;
    if (before === undefined) return value.startsWith(text);
    if (after === undefined) return value.endsWith(text);
    const from = before === '.+' ? 1 : 0;
    const at = value.indexOf(text, from);
    return at >= 0 && at + text.length <= value.length - (after === '.+' ? 1 : 0);
  };
  return { values: undefined, matches: fits };
}
