import type { Labels } from '../model/labels.ts';
import { isHistogram } from '../model/query-result.ts';
import type { Pair, Row } from './compare.ts';

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

/** The first pairs as "yours … expected …". */
export function pairLines(pairs: readonly Pair[], most = 3): readonly string[] {
  return firstOf(
    pairs,
    most,
    ({ labels, answer, reference }) =>
      `${labelText(labels)}  yours ${valueText(answer)}, expected ${valueText(reference)}`,
  );
}

/** `1 row`, `3 rows`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function firstOf<T>(items: readonly T[], most: number, line: (item: T) => string): readonly string[] {
  const shown = items.length === most + 1 ? items : items.slice(0, most);
  const rest = items.length - shown.length;
  return [...shown.map(line), ...(rest > 0 ? [`and ${rest} more`] : [])];
}
