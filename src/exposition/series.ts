import { type Labels, labelsOf, METRIC_NAME } from '../model/labels.ts';
import { normalizeFloatLabel } from './float.ts';
import type { MetricType } from './parse.ts';
import { ExpositionError, goQuote, lineError } from './parse-error.ts';

/**
 * The label set of the name and label part of a line, `__name__` included; `le` of a histogram and `quantile` of a summary
 * in Prometheus' one spelling. Empty values are dropped, as an empty label is no label. Throws `ExpositionError`.
 */
export function seriesLabels(series: string, type: MetricType, line: number): Labels {
  const { name, pairs } = readSeries(series, line);
  if (name === undefined) throw new ExpositionError(line, `metric name not set while parsing: ${goQuote(series)}`);
  const normalized =
    type === 'histogram' || type === 'gaugehistogram' ? 'le' : type === 'summary' ? 'quantile' : undefined;
  const labels = new Map<string, string>([[METRIC_NAME, name]]);
  for (const [label, text] of pairs) {
    if (labels.has(label))
      throw new ExpositionError(line, `label name ${goQuote(label)} is not unique: invalid sample`);
    const value = label === normalized ? normalizeFloatLabel(text) : text;
    labels.set(label, value);
  }
  return labelsOf([...labels].filter(([, value]) => value !== ''));
}

/** The end of the label part that opens at `brace`, behind its closing brace; -1 when it does not close before `to`. */
export function labelsEnd(text: string, brace: number, to: number): number {
  let quoted = false;
  for (let i = brace + 1; i < to; i++) {
    const code = text.charCodeAt(i);
    if (quoted) {
      if (code === BACKSLASH) i++;
      else if (code === QUOTE) quoted = false;
    } else if (code === QUOTE) quoted = true;
    else if (code === BRACE_CLOSE) return i + 1;
  }
  return -1;
}

/** The end of a metric name that starts at `from`; `from` itself when none does. */
export function metricNameEnd(text: string, from: number, to: number): number {
  let i = from;
  while (i < to && isNameCode(text.charCodeAt(i), i > from, true)) i++;
  return i;
}

type RawSeries = { readonly name: string | undefined; readonly pairs: readonly (readonly [string, string])[] };

const QUOTE = 34;
const BACKSLASH = 92;
const BRACE_CLOSE = 125;
const QUOTED = /"(?:\\.|[^\\"])*"/sy;

/** Reads token by token and says which one is wrong. Throws `ExpositionError`; never returns a half-read series. */
export function readSeries(text: string, line: number): RawSeries {
  const end = text.length;
  const nameEnd = metricNameEnd(text, 0, end);
  let name = nameEnd > 0 ? text.slice(0, nameEnd) : undefined;
  const pairs: [string, string][] = [];
  let at = skipBlanks(text, nameEnd, end);
  const fail = (expected: string, token: number, kind = 'INVALID') =>
    lineError(line, expected, text, 0, token, end, kind);
  if (at < end) {
    at = skipBlanks(text, at + 1, end);
    while (text.charCodeAt(at) !== BRACE_CLOSE) {
      const labelStart = at;
      const quoted = quotedAt(text, at);
      at = quoted === undefined ? labelNameEnd(text, at, end) : at + quoted.length;
      if (at === labelStart) throw fail('expected label name', at, tokenKind(text, at, end));
      const label = quoted === undefined ? text.slice(labelStart, at) : unescapeLabel(quoted.slice(1, -1));
      at = skipBlanks(text, at, end);
      const next = text[at];
      if (quoted !== undefined && (next === ',' || next === '}')) {
        if (name !== undefined)
          throw new ExpositionError(line, `metric name already set while parsing: ${goQuote(text.slice(0, at + 1))}`);
        name = label;
      } else {
        if (next !== '=') throw fail('expected equal', at, tokenKind(text, at, end));
        at = skipBlanks(text, at + 1, end);
        const value = quotedAt(text, at);
        if (value === undefined) throw fail('expected label value', at);
        pairs.push([label, unescapeLabel(value.slice(1, -1))]);
        at = skipBlanks(text, at + value.length, end);
      }
      if (text[at] === ',') at = skipBlanks(text, at + 1, end);
      if (at >= end) throw fail('expected label name', end, 'LINEBREAK');
    }
  }
  return { name, pairs };
}

/** Undoes the escapes of label values and quoted names: \" \\ and \n; any other backslash stays. */
export function unescapeLabel(text: string): string {
  return text.includes('\\') ? text.replace(/\\(["\\n])/g, (_, code: string) => (code === 'n' ? '\n' : code)) : text;
}

/** Undoes the escapes of help texts; the text format does not escape quotes there, OpenMetrics does. */
export function unescapeHelp(text: string, format: 'text' | 'openmetrics'): string {
  if (!text.includes('\\')) return text;
  return format === 'openmetrics'
    ? unescapeLabel(text)
    : text.replace(/\\([\\n])/g, (_, code: string) => (code === 'n' ? '\n' : code));
}

export function skipBlanks(text: string, from: number, to: number): number {
  let i = from;
  while (i < to && (text.charCodeAt(i) === 32 || text.charCodeAt(i) === 9)) i++;
  return i;
}

/** The end of the word that starts at `from`: everything up to a blank or an opening brace. */
export function wordEnd(text: string, from: number, to: number): number {
  let i = from;
  for (; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code === 32 || code === 9 || code === 123) break;
  }
  return i;
}

function quotedAt(text: string, at: number): string | undefined {
  QUOTED.lastIndex = at;
  return QUOTED.exec(text)?.[0];
}

function labelNameEnd(text: string, from: number, to: number): number {
  let i = from;
  while (i < to && isNameCode(text.charCodeAt(i), i > from, false)) i++;
  return i;
}

function isNameCode(code: number, inside: boolean, colon: boolean): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    code === 95 ||
    (inside && code >= 48 && code <= 57) ||
    (colon && code === 58)
  );
}

/** The name Prometheus gives to the token at an offset, for its error texts. */
function tokenKind(text: string, at: number, to: number): string {
  if (at >= to) return 'LINEBREAK';
  const kinds: Readonly<Record<string, string | undefined>> = {
    ',': 'COMMA',
    '=': 'EQUAL',
    '}': 'BCLOSE',
    '{': 'BOPEN',
  };
  return kinds[text[at] as string] ?? 'INVALID';
}
