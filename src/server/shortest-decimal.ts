/**
 * Writes the decimal digits of a float into bytes: the same as `String(value)`, the fewest digits that read back as the
 * same float, several times as fast because no string is made. Gives the position behind the last byte, or `at` itself
 * when the value is not one of those this way is for (from 1e-6 to below 1e15, and zero) or is too close to call.
 * `out` must have room for `LONGEST_DECIMAL` bytes.
 *
 * A float below 1e15 is scaled by a power of ten so that it has 17 digits before the point; 17 always suffice. The
 * product is exact as a sum of two floats (Dekker's product). Every decimal closer to it than half the distance to the
 * next float reads back as the same float, so the number of digits is found by rounding to 15 and 16 of them.
 */
export function writeDecimal(out: Uint8Array, at: number, value: number): number {
  if (Number.isNaN(value) || (value === 0 && 1 / value < 0)) return at;
  let size = value;
  let to = at;
  if (value < 0) {
    size = -value;
    out[to++] = MINUS;
  }
  if (size < 1e15 && size === Math.floor(size)) return writeInteger(out, to, size);
  if (size < 1e-6 || size >= 1e15) return at;
  const end = writeFraction(out, to, size);
  return end === to ? at : end;
}

/** A sign, `0.00000` and 17 digits. */
export const LONGEST_DECIMAL = 26;

/** A whole number from 0 to below 1e16. Gives the position behind its last digit. */
export function writeInteger(out: Uint8Array, at: number, value: number): number {
  if (value < 10) {
    out[at] = ZERO + value;
    return at + 1;
  }
  let to = at + digitCount(value);
  const end = to;
  let rest = value;
  while (rest >= 1e9) {
    const above = Math.floor(rest / 10_000);
    to -= 4;
    writeFour(out, to, rest - above * 10_000);
    rest = above;
  }
  let small = rest | 0;
  while (small >= 10_000) {
    const above = (small / 10_000) | 0;
    to -= 4;
    writeFour(out, to, small - above * 10_000);
    small = above;
  }
  while (to > at) {
    const above = (small / 10) | 0;
    out[--to] = ZERO + small - above * 10;
    small = above;
  }
  return end;
}

const MINUS = 45;
const POINT = 46;
const ZERO = 48;

/** The digits of 0 to 9999, four bytes each. */
const FOURS = Uint8Array.from({ length: 40_000 }, (_, i) => ZERO + (Math.floor((i >> 2) / 10 ** (3 - (i & 3))) % 10));

/** The exact powers of ten, and each as a sum of two halves with few bits, for exact products. */
const POWERS = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));
const SPLITTER = 2 ** 27 + 1;
const UPPER_HALVES = POWERS.map((power) => SPLITTER * power - (SPLITTER * power - power));
const LOWER_HALVES = POWERS.map((power, k) => power - (UPPER_HALVES[k] ?? 0));

/** From 1e-6 on, to find the exponent of a value by comparing. */
const FIRST_EXPONENT = -6;
const BOUNDS = Float64Array.from({ length: 24 }, (_, i) => Number(`1e${i + FIRST_EXPONENT}`));

const BITS = new Float64Array(1);
const WORDS = new Uint32Array(BITS.buffer);
/** Where the word with sign and exponent is depends on the machine. */
const UPPER_WORD = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** Half the distance to the next float, by the eleven bits of the exponent. */
const HALF_STEPS = Float64Array.from({ length: 2047 }, (_, exponent) => 2 ** (exponent - 1023 - 53));

/** The sums below are exact to about 1e-8; what is closer to a limit than this is left to `String`. */
const DOUBT = 1e-6;

function writeFraction(out: Uint8Array, at: number, value: number): number {
  BITS[0] = value;
  const upperWord = WORDS[UPPER_WORD] ?? 0;
  // At a power of two the floats below are closer than those above.
  if ((upperWord & 0xfffff) === 0 && WORDS[1 - UPPER_WORD] === 0) return at;
  const binary = upperWord >>> 20;
  let exponent = Math.floor((binary - 1023) * Math.LOG10E * Math.LN2);
  if (value >= (BOUNDS[exponent + 1 - FIRST_EXPONENT] ?? 0)) exponent++;

  const k = 16 - exponent;
  const power = POWERS[k] ?? 0;
  const product = value * power;
  const upper = SPLITTER * value - (SPLITTER * value - value);
  const lower = value - upper;
  const [powerUpper, powerLower] = [UPPER_HALVES[k] ?? 0, LOWER_HALVES[k] ?? 0];
  const rest = upper * powerUpper - product + upper * powerLower + lower * powerUpper + lower * powerLower;
  const reach = (HALF_STEPS[binary] ?? 0) * power;

  let first = Math.floor(product / 1e8);
  const last = product - first * 1e8 + rest;
  let digits = Math.round(last / 100) * 100;
  let distance = Math.abs(digits - last);
  let round = true;
  if (distance > reach - DOUBT) {
    if (distance < reach + DOUBT) return at;
    digits = Math.round(last / 10) * 10;
    distance = Math.abs(digits - last);
    if (distance > reach - DOUBT || distance > 5 - DOUBT) {
      if (distance < reach + DOUBT) return at;
      digits = Math.round(last);
      if (Math.abs(digits - last) > 0.5 - DOUBT) return at;
      round = digits % 10 === 0;
    }
  }
  if (digits >= 1e8) {
    digits -= 1e8;
    first++;
  } else if (digits < 0) {
    digits += 1e8;
    first--;
  }
  if (first < 1e8 || first >= 1e9) return at;
  const end = placeDigits(out, at, first, digits, exponent);
  return round ? withoutZeros(out, end) : end;
}

/** Writes 9 and 8 digits with the point where the exponent has it. */
function placeDigits(out: Uint8Array, at: number, first: number, last: number, exponent: number): number {
  let to = at;
  if (exponent < 0) {
    out[to++] = ZERO;
    out[to++] = POINT;
    for (let zeros = exponent + 1; zeros < 0; zeros++) out[to++] = ZERO;
  } else {
    // The digits start one further on; those before the point then move back to make room for it.
    to++;
  }
  const lead = (first / 1e8) | 0;
  const eight = first - lead * 1e8;
  const [upper, lower] = [(eight / 1e4) | 0, (last / 1e4) | 0];
  out[to] = ZERO + lead;
  writeFour(out, to + 1, upper);
  writeFour(out, to + 5, eight - upper * 1e4);
  writeFour(out, to + 9, lower);
  writeFour(out, to + 13, last - lower * 1e4);
  if (exponent >= 0) {
    for (let i = 0; i <= exponent; i++) out[at + i] = out[at + i + 1] ?? 0;
    out[at + exponent + 1] = POINT;
  }
  return to + 17;
}

function writeFour(out: Uint8Array, at: number, value: number): void {
  const from = value << 2;
  out[at] = FOURS[from] ?? 0;
  out[at + 1] = FOURS[from + 1] ?? 0;
  out[at + 2] = FOURS[from + 2] ?? 0;
  out[at + 3] = FOURS[from + 3] ?? 0;
}

function withoutZeros(out: Uint8Array, end: number): number {
  let to = end;
  while (out[to - 1] === ZERO) to--;
  return to;
}

function digitCount(value: number): number {
  let count = 1;
  while (count < 16 && value >= (POWERS[count] ?? 0)) count++;
  return count;
}
