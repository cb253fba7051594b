/** How far a number or duration goes, and whether it is one. `end` is where Prometheus would stop reading either way. */
export type Scanned = { readonly valid: boolean; readonly end: number };

/** A number as Prometheus' lexer accepts it: decimal, octal and hexadecimal digits, one dot, one exponent, `_` between digits. */
export function scanNumber(text: string, start: number): Scanned {
  let at = start;
  const accept = (set: string): boolean => {
    const character = text[at];
    if (character === undefined || !set.includes(character)) return false;
    at++;
    return true;
  };
  let digits = '0123456789';
  if (accept('0') && accept('xX')) {
    accept('_');
    digits = '0123456789abcdefABCDEF';
  }
  const hexadecimal = digits.length > 10;
  accept('.');
  accept(digits);
  let dots = 0;
  let exponents = 0;
  for (;;) {
    const character = text[at];
    if (character === undefined || !`${digits}._eE`.includes(character)) break;
    if (accept('.')) {
      if (++dots > 1 || accept('_.') || hexadecimal) return { valid: false, end: at };
    } else if (!hexadecimal && accept('eE')) {
      if (++exponents > 1) return { valid: false, end: at };
      accept('+-');
      if (accept('._eE') || at >= text.length) return { valid: false, end: at };
    } else if (accept('_')) {
      if (accept('._eE') || at >= text.length) return { valid: false, end: at };
    } else {
      while (accept(digits));
    }
  }
  if (at === start || isWordCharacter(text[at])) return { valid: false, end: at };
  return { valid: true, end: at };
}

/** The units after the first number of a duration, which ends at `start`: `m`, `ms`, `h30m`. */
export function scanDuration(text: string, start: number): Scanned {
  let at = start;
  const accept = (set: string): boolean => {
    const character = text[at];
    if (character === undefined || !set.includes(character)) return false;
    at++;
    return true;
  };
  if (!accept('smhdwy')) return { valid: false, end: at };
  accept('s');
  while (accept('0123456789')) {
    while (accept('0123456789'));
    if (!accept('smhdw')) return { valid: false, end: at };
    accept('s');
  }
  // The character after it has been read already when Prometheus sees that it does not belong there.
  return isWordCharacter(text[at]) ? { valid: false, end: at + 1 } : { valid: true, end: at };
}

function isWordCharacter(character: string | undefined): boolean {
  return character !== undefined && /^[A-Za-z0-9_]$/.test(character);
}
