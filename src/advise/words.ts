import type { Labels } from '../model/labels.ts';
import { isHistogram } from '../model/query-result.ts';
import type { Row } from './rows.ts';

/** `{instance="sse-app:8000"}`, as Prometheus writes a label set; `{}` when it is empty. Not made safe for terminals. */
export function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `{${pairs.join(', ')}}`;
}

/** A value with at most six significant digits. */
export function valueText(value: Row['value']): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (isHistogram(value)) return `histogram of ${numberText(value.count)} observations`;
  return numberText(value);
}

export function numberText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  return String(Number(value.toPrecision(6)));
}

/** The first rows, one line each, and how many more there are. */
export function rowLines(rows: readonly Row[], most = 3): readonly string[] {
  return firstOf(rows, most, ({ labels, value }) => `${labelText(labels)}  ${valueText(value)}`);
}

/** `1 row`, `3 rows`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[], last = 'and'): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

/** The same, each word as code. */
export function listedCode(words: readonly string[], last = 'and'): string {
  return listed(
    words.map((word) => `\`${word}\``),
    last,
  );
}

/** At most ten values in a row, and how many more there are. */
export function shortList(values: readonly string[]): string {
  const shown = values.slice(0, 10).join(', ');
  return values.length > 10 ? `${shown} and ${values.length - 10} more` : shown;
}

/** The first items, one line each. One more than `most` is shown, too: "and 1 more" takes as much room. */
export function firstOf<T>(items: readonly T[], most: number, line: (item: T) => string): readonly string[] {
  const shown = items.length === most + 1 ? items : items.slice(0, most);
  const rest = items.length - shown.length;
  return [...shown.map(line), ...(rest > 0 ? [`and ${rest} more`] : [])];
}
