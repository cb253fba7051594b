/**
 * A number as Prometheus reads it in the text formats: Go's ParseFloat without hexadecimal mantissas and underscores.
 * https://pkg.go.dev/strconv#ParseFloat — undefined when it is none.
 */
export function parseFloatText(text: string): number | undefined {
  if (DECIMAL.test(text)) return Number(text);
  const word = WORDS[text.toLowerCase()];
  return word;
}

/**
 * The same for a part of a text. Up to 15 digits without an exponent are read here: as whole number and power of ten both
 * are exact, and one division rounds correctly. That is most of what stands in dumps, and no part of the text is cut out.
 */
export function floatAt(text: string, from: number, to: number): number | undefined {
  const negative = text.charCodeAt(from) === MINUS;
  let digits = 0;
  let point = -1;
  let i = negative ? from + 1 : from;
  const most = i + MOST_DIGITS;
  if (to > most || to === i) return parseFloatText(text.slice(from, to));
  for (; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code >= ZERO && code <= NINE) digits = digits * 10 + code - ZERO;
    else if (code === POINT && point === -1) point = i;
    else return parseFloatText(text.slice(from, to));
  }
  if (point === to - 1 || point === from) return parseFloatText(text.slice(from, to));
  const size = point === -1 ? digits : digits / (POWERS[to - point - 1] ?? 1);
  return negative ? -size : size;
}

const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const NINE = 57;
const MOST_DIGITS = 15;
const POWERS = Float64Array.from({ length: MOST_DIGITS + 1 }, (_, k) => Number(`1e${k}`));

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

const WORDS: Readonly<Record<string, number | undefined>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '+inf': Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
  infinity: Number.POSITIVE_INFINITY,
  '+infinity': Number.POSITIVE_INFINITY,
  '-infinity': Number.NEGATIVE_INFINITY,
};

/**
 * The one spelling that Prometheus 3 gives to the value of an `le` or `quantile` label: `1` becomes `1.0`, `1e6` becomes
 * `1e+06`. Text that is no number stays as it is. https://prometheus.io/docs/prometheus/latest/migration/#le-and-quantile-label-values
 */
export function normalizeFloatLabel(text: string): string {
  const value = parseFloatText(text);
  return value === undefined ? text : openMetricsFloat(value);
}

/** A number in the spelling of OpenMetrics: Go's shortest %g, with `.0` where nothing else shows that it is a float. */
export function openMetricsFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const text = shortestG(value);
  return /[e.]/.test(text) ? text : `${text}.0`;
}

/**
 * Go's FormatFloat(value, 'g', -1, 64): the fewest digits that are exact, with an exponent below -4 and from 6 on.
 * https://go.dev/src/strconv/ftoa.go
 */
function shortestG(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa, power] = value.toExponential().split('e') as [string, string];
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return String(value);
  const sign = exponent < 0 ? '-' : '+';
  return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
