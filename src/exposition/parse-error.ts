import { UserError } from '../model/errors.ts';
import { GO_ESCAPES } from '../model/go-escapes.ts';

/** A line that is not in the format; `line` counts from 1, `detail` has the words of Prometheus. */
export class ExpositionError extends UserError {
  override readonly name = 'ExpositionError';
  readonly line: number;
  readonly detail: string;

  constructor(line: number, detail: string) {
    super(`line ${line}: ${detail}`);
    this.line = line;
    this.detail = detail;
  }
}

/**
 * Prometheus' form of a syntax error: what was expected, the text from the start of the token to the cursor, the kind of
 * token, and the line so far. `token` and `from` are offsets into `text`, `to` is the end of the line.
 */
export function lineError(
  line: number,
  expected: string,
  text: string,
  from: number,
  token: number,
  to: number,
  kind: string,
): ExpositionError {
  const atEnd = token >= to;
  const got = atEnd ? '\n' : String.fromCodePoint(text.codePointAt(token) as number);
  const soFar = atEnd ? `${text.slice(from, to)}\n` : text.slice(from, token + got.length);
  return new ExpositionError(
    line,
    `${expected}, got ${goQuote(got)} (${goQuote(kind)}) while parsing: ${goQuote(soFar)}`,
  );
}

/** Go's %q: a double-quoted string with Go escapes. https://pkg.go.dev/strconv#Quote */
export function goQuote(text: string): string {
  const escaped = text.replace(/[\u0000-\u001f"\\\u007f-\u00a0\u2028\u2029\ufeff]/g, (character) => {
    const short = character === '"' ? '\\"' : GO_ESCAPES[character];
    if (short !== undefined) return short;
    const code = character.charCodeAt(0);
    return code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}
