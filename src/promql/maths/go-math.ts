// Go's corner cases, where JavaScript's Math decides otherwise: https://pkg.go.dev/math

/** The larger of two numbers; an infinity decides before NaN does. */
export function maxOf(a: number, b: number): number {
  if (a === Number.POSITIVE_INFINITY || b === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  return Math.max(a, b);
}

/** The smaller of two numbers; an infinity decides before NaN does. */
export function minOf(a: number, b: number): number {
  if (a === Number.NEGATIVE_INFINITY || b === Number.NEGATIVE_INFINITY) return Number.NEGATIVE_INFINITY;
  return Math.min(a, b);
}

/** A power; 1 to anything is 1, and so is -1 to an infinity. */
export function power(base: number, exponent: number): number {
  if (base === 1) return 1;
  if (base === -1 && (exponent === Number.POSITIVE_INFINITY || exponent === Number.NEGATIVE_INFINITY)) return 1;
  return base ** exponent;
}

/** The hyperbolic sine; beyond 21 Go takes half the exponential, which overflows a little earlier. */
export function sinh(value: number): number {
  return Math.abs(value) > 21 ? Math.sign(value) * Math.exp(Math.abs(value)) * 0.5 : Math.sinh(value);
}

/** The hyperbolic cosine, with the same overflow. */
export function cosh(value: number): number {
  return Math.abs(value) > 21 ? Math.exp(Math.abs(value)) * 0.5 : Math.cosh(value);
}

/** What Go's `strconv.ParseFloat` accepts; undefined for anything else. */
export function parseGoFloat(text: string): number | undefined {
  if (/^[+-]?(inf|infinity)$/i.test(text)) {
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  if (/^nan$/i.test(text)) return Number.NaN;
  if (!/^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?$/i.test(text)) return undefined;
  return Number(text);
}
