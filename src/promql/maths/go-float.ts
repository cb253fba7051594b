/** A float as Go's `%g` prints it; `digits` limits the significant digits as in `%.2g`. */
export function formatG(value: number, digits?: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', power = '0'] = value.toExponential(digits === undefined ? undefined : digits - 1).split('e');
  const exponent = Number(power);
  const significant = mantissa.replace('-', '').replace('.', '').replace(/0+$/, '') || '0';
  const sign = value < 0 ? '-' : '';
  // Without a given precision Go decides as if it were 6, however many digits are shown.
  const limit = digits ?? 6;
  if (exponent < -4 || exponent >= limit) {
    const fraction = significant.slice(1);
    const shown = `${Math.abs(exponent)}`.padStart(2, '0');
    return `${sign}${significant[0]}${fraction === '' ? '' : `.${fraction}`}e${exponent < 0 ? '-' : '+'}${shown}`;
  }
  return sign + placePoint(significant, exponent);
}

/** A float without an exponent, with as few digits as tell it apart: Go's `FormatFloat(f, 'f', -1, 64)`. */
export function formatPlain(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', power = '0'] = value.toExponential().split('e');
  const digits = mantissa.replace('-', '').replace('.', '');
  return (value < 0 ? '-' : '') + placePoint(digits, Number(power));
}

function placePoint(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return digits.padEnd(exponent + 1, '0');
  return `${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}
