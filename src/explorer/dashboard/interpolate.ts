import { GRAFANA_VARIABLE } from '../../advise/grafana.ts';

/** What stands for a variable at a moment. */
export type VariableValue = {
  readonly values: readonly string[];
  /** Several values are possible, so that one alone is written as a regular expression, too. */
  readonly many: boolean;
  /** Written as it is, whatever the place: the own text for "all". */
  readonly verbatim?: boolean;
};

export type Values = ReadonlyMap<string, VariableValue>;

export type Interpolated = {
  readonly text: string;
  /** Names that stand in it and that nobody has defined. */
  readonly missing: readonly string[];
};

/** No query is longer in the end; a list of values that makes it longer is a mistake. */
export const LONGEST_QUERY = 1_000_000;

/**
 * Puts values in the place of variables, once: what stands in a value stays as it is. In a `query` a variable without a
 * format is written as Grafana's Prometheus data source does: text of several values as alternatives of a regular
 * expression; in a `text` (titles, legends) the values are listed.
 * https://grafana.com/docs/grafana/latest/dashboards/variables/variable-syntax/
 */
export function interpolate(text: string, values: Values, place: 'query' | 'text'): Interpolated {
  const missing = new Set<string>();
  let length = text.length;
  const out = text.replace(GRAFANA_VARIABLE, (written) => {
    const { name, format } = parts(written);
    const value = name === undefined ? undefined : values.get(name);
    if (value === undefined) {
      if (name !== undefined) missing.add(name);
      return written;
    }
    const put = formatted(value, format, place);
    length += put.length;
    if (length > LONGEST_QUERY) throw new TooLong(name ?? written);
    return put;
  });
  return { text: out, missing: [...missing] };
}

/** A title or legend with its values; one that they would make longer than `LONGEST_QUERY` stays as it is written. */
export function textWith(text: string, values: Values): string {
  try {
    return interpolate(text, values, 'text').text;
  } catch (error) {
    if (error instanceof TooLong) return text;
    throw error;
  }
}

/** The names of the variables in a text, each once. */
export function variablesIn(text: string): readonly string[] {
  const names = [...text.matchAll(GRAFANA_VARIABLE)].flatMap(([written]) => parts(written).name ?? []);
  return [...new Set(names)];
}

/** A query that its variables make longer than `LONGEST_QUERY`. */
export class TooLong extends Error {
  override readonly name = 'TooLong';
  constructor(variable: string) {
    super(`the values of $${variable} make it longer than ${LONGEST_QUERY / 1e6} million characters`);
  }
}

/** `${name}`, `${name:format}`, `${name.field}`, `$name`, `[[name:format]]`; anything else in braces is no variable. */
function parts(written: string): { readonly name?: string; readonly format?: string } {
  const match = /^(?:\$\{|\[\[|\$)(\w+)(?:\.[^:\]}]*)?(?::([^\]}]*))?/.exec(written);
  if (match === null) return {};
  const [, name = '', format] = match;
  return { name, ...(format === undefined ? {} : { format }) };
}

function formatted(value: VariableValue, format: string | undefined, place: 'query' | 'text'): string {
  const { values, many, verbatim } = value;
  if (format === undefined) {
    if (verbatim === true) return values.join('|');
    if (place === 'text') return values.join(' + ');
    return many ? alternatives(values.map(queryPattern)) : quotedText(values[0] ?? '');
  }
  const [name = '', ...args] = format.split(':');
  const write = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
  // A format nobody knows counts as this one, in Grafana too.
  return (write ?? glob)(values, args);
}

type Write = (values: readonly string[], args: readonly string[]) => string;

const glob: Write = (values) => (values.length > 1 ? `{${values.join(',')}}` : (values[0] ?? ''));

const FORMATS: Readonly<Record<string, Write>> = {
  glob,
  raw: (values) => values.join(','),
  csv: (values) => values.join(','),
  join: (values, [between = ',']) => values.join(between),
  pipe: (values) => values.join('|'),
  regex: (values) => alternatives(values.map(plainPattern)),
  json: (values) => JSON.stringify(values.length === 1 ? values[0] : values),
  text: (values) => values.join(' + '),
  doublequote: (values) => values.map((value) => `"${value.replaceAll('"', '\\"')}"`).join(','),
  singlequote: (values) => values.map((value) => `'${value.replaceAll("'", "\\'")}'`).join(','),
  sqlstring: (values) => values.map((value) => `'${value.replaceAll("'", "''")}'`).join(','),
  lucene: (values) => {
    const quoted = values.map((value) => `"${value.replaceAll('"', '\\"')}"`);
    return quoted.length > 1 ? `(${quoted.join(' OR ')})` : (values[0] ?? '');
  },
  percentencode: (values) => percentEncoded(glob(values, [])),
  uriencode: (values) => percentEncoded(glob(values, [])),
  date: (values, args) => dated(values[0] ?? '', args[0] ?? 'iso'),
};

function alternatives(patterns: readonly string[]): string {
  return patterns.length === 1 ? (patterns[0] ?? '') : `(${patterns.join('|')})`;
}

function plainPattern(text: string): string {
  return text.replace(/[\\^$*+?.()|[\]{}/]/g, '\\$&');
}

/** A pattern inside quotes of PromQL, where each backslash is written twice. */
function queryPattern(text: string): string {
  return text
    .replaceAll('\\', '\\\\\\\\')
    .replaceAll('"', '\\"')
    .replace(/[$^*{}[\]'+?.()|]/g, '\\\\$&');
}

/** A text inside quotes of PromQL. */
function quotedText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}

function percentEncoded(text: string): string {
  return encodeURIComponent(text.replace(/[\ud800-\udfff]/g, '\ufffd'));
}

/** `$__from` and `$__to` are milliseconds; they can be wanted as a date or in seconds. */
function dated(value: string, wanted: string): string {
  const ms = Number(value);
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return value;
  return wanted === 'seconds' ? String(Math.floor(ms / 1000)) : new Date(ms).toISOString();
}
