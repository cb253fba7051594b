import { GO_ESCAPES } from '../../model/go-escapes.ts';

/** Quotes text the way Prometheus prints strings: double quotes, escapes for what cannot be seen. */
export function quote(text: string): string {
  let out = '"';
  for (const character of text) out += character === '"' ? '\\"' : escapeCharacter(character);
  return `${out}"`;
}

/** Quotes one character the way Prometheus names it in errors: `'&'`, `'\n'`. */
export function quoteCharacter(character: string): string {
  if (character === '\ufffd') return "'\ufffd'";
  return `'${character === "'" ? "\\'" : escapeCharacter(character)}'`;
}

/** Names a character by code point and look: `U+0063 'c'`. */
export function describeCharacter(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return PRINTABLE.test(character) ? `U+${code} '${character}'` : `U+${code}`;
}

export type Unquoted = { readonly kind: 'ok'; readonly value: string } | { readonly kind: 'error' };

/**
 * The value of a string literal with its quotes: Go's escapes between double or single quotes, none between backticks.
 * Bytes written as `\xFF` or `\377` are decoded as UTF-8; a byte that does not decode becomes a lone surrogate of its own
 * (U+DC80 to U+DCFF), so that it can be told apart and written back.
 */
export function unquote(literal: string): Unquoted {
  const mark = literal[0];
  if (literal.length < 2 || mark !== literal.at(-1)) return { kind: 'error' };
  const inner = literal.slice(1, -1);
  if (mark === '`') return inner.includes('`') ? { kind: 'error' } : { kind: 'ok', value: inner };
  if (mark !== '"' && mark !== "'") return { kind: 'error' };
  if (!inner.includes('\\'))
    return inner.includes('\n') || inner.includes(mark) ? { kind: 'error' } : { kind: 'ok', value: inner };
  return decodeEscapes(inner, mark);
}

const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

const ESCAPED_CHARACTERS: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

const ESCAPED_NUMBERS: Readonly<Record<string, { readonly digits: number; readonly base: number }>> = {
  x: { digits: 2, base: 16 },
  u: { digits: 4, base: 16 },
  U: { digits: 8, base: 16 },
};

function escapeCharacter(character: string): string {
  const short = GO_ESCAPES[character];
  if (short !== undefined) return short;
  // U+FFFD stands for broken text and is refused inside a literal, so it is written as an escape.
  if (PRINTABLE.test(character) && character !== '\ufffd') return character;
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

function decodeBytes(bytes: Uint8Array): string {
  let out = '';
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0;
    const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    try {
      out += STRICT_UTF8.decode(bytes.subarray(at, at + length));
      at += length;
    } catch {
      out += String.fromCharCode(0xdc00 + first);
      at++;
    }
  }
  return out;
}

const STRICT_UTF8 = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

function decodeEscapes(inner: string, mark: string): Unquoted {
  let out = '';
  let bytes: number[] = [];
  const flush = (): void => {
    if (bytes.length > 0) out += decodeBytes(Uint8Array.from(bytes));
    bytes = [];
  };
  for (let i = 0; i < inner.length; i++) {
    const character = inner[i] as string;
    if (character !== '\\') {
      if (character === mark || character === '\n') return { kind: 'error' };
      flush();
      out += character;
      continue;
    }
    const letter = inner[++i];
    if (letter === undefined) return { kind: 'error' };
    const simple = letter === mark ? mark : ESCAPED_CHARACTERS[letter];
    if (simple !== undefined) {
      flush();
      out += simple;
      continue;
    }
    const octal = letter >= '0' && letter <= '7';
    const form = octal ? { digits: 3, base: 8 } : ESCAPED_NUMBERS[letter];
    if (form === undefined) return { kind: 'error' };
    const start = octal ? i : i + 1;
    const digits = inner.slice(start, start + form.digits);
    if (digits.length < form.digits || !(octal ? /^[0-7]+$/ : /^[0-9a-fA-F]+$/).test(digits)) return { kind: 'error' };
    const code = Number.parseInt(digits, form.base);
    i = start + form.digits - 1;
    if (letter === 'u' || letter === 'U') {
      if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return { kind: 'error' };
      flush();
      out += String.fromCodePoint(code);
    } else {
      if (code > 255) return { kind: 'error' };
      bytes.push(code);
    }
  }
  flush();
  return { kind: 'ok', value: out };
}
