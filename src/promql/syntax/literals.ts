import { parseDuration } from '../duration.ts';
import type { Cursor } from './cursor.ts';
import { quote, unquote } from './quote.ts';
import type { Token } from './tokens.ts';

/** The value of a number token; what cannot be a float64 is reported. */
export function numberValue(cursor: Cursor, token: Token): number {
  const text = token.text;
  const integer = integerValue(text);
  if (integer !== undefined) return integer;
  if (/^inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  const plain = text.replaceAll('_', '');
  const misplaced = /__|_\D|\D_|_$/.test(text);
  const value = misplaced || !/^[0-9.]/.test(plain) ? Number.NaN : Number(plain);
  if (Number.isNaN(value)) {
    cursor.report(token, `error parsing number: strconv.ParseFloat: parsing ${quote(text)}: invalid syntax`);
    return 0;
  }
  if (!Number.isFinite(value)) {
    cursor.report(token, `error parsing number: strconv.ParseFloat: parsing ${quote(text)}: value out of range`);
  }
  return value;
}

/** A number or a duration as a float, durations in seconds. */
export function numberOrSeconds(cursor: Cursor, token: Token): number {
  if (token.kind === 'number') return numberValue(cursor, token);
  const duration = parseDuration(token.text);
  if (duration.kind === 'ok') return duration.ms / 1000;
  cursor.report(token, duration.message);
  return 0;
}

/** The text of a string token without its quotes and escapes. */
export function stringValue(cursor: Cursor, token: Token): string {
  const unquoted = unquote(token.text);
  if (unquoted.kind === 'ok') return unquoted.value;
  cursor.report(token, `error unquoting string ${quote(token.text)}: invalid syntax`);
  return '';
}

/** Integers with Go's prefixes; a leading zero means octal, as it does in Prometheus. */
function integerValue(text: string): number | undefined {
  if (!/^(0[xX]_?[0-9a-fA-F]+(_[0-9a-fA-F]+)*|[0-9]+(_[0-9]+)*)$/.test(text)) return undefined;
  const plain = text.replaceAll('_', '').toLowerCase();
  if (plain.startsWith('0x')) {
    const value = BigInt(plain);
    return value <= 0x7fffffffffffffffn ? Number(value) : undefined;
  }
  if (/^0[0-7]+$/.test(plain)) return Number(BigInt(`0o${plain.slice(1)}`));
  if (/^0[0-9]/.test(plain)) return undefined;
  return plain.length <= 18 ? Number(plain) : undefined;
}
