/**
 * A number as Prometheus reads it in the text formats: Go's ParseFloat without hexadecimal mantissas and underscores.
 * https://pkg.go.dev/strconv#ParseFloat — undefined when it is none.
 */
export function parseFloatText(text: string): number | undefined {
  if (DECIMAL.test(text)) return Number(text);
  const word = WORDS[text.toLowerCase()];
  return word;
}

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
