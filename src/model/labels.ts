/** A label set as the API shows it: names to values, the metric name under `__name__`. Never holds an empty value. */
export type Labels = Readonly<Record<string, string>>;

export const METRIC_NAME = '__name__';

/** Builds a label set; safe for any name a server may send, `__proto__` included. */
export function labelsOf(entries: Iterable<readonly [string, string]>): Labels {
  return Object.fromEntries(entries);
}

/** Orders label sets as Prometheus does: pair by pair, by the bytes of name, then value; the shorter set first. */
export function compareLabels(a: Labels, b: Labels): number {
  return comparePairs(sortedPairs(a), sortedPairs(b));
}

/** Orders things by their label sets, taking each set apart only once; `labels` of one thing must not change meanwhile. */
export function sortByLabels<T>(items: readonly T[], labels: (item: T) => Labels): T[] {
  return items
    .map((item) => ({ item, pairs: sortedPairs(labels(item)) }))
    .sort((a, b) => comparePairs(a.pairs, b.pairs))
    .map(({ item }) => item);
}

function comparePairs(left: readonly [string, string][], right: readonly [string, string][]): number {
  const shared = Math.min(left.length, right.length);
  for (let i = 0; i < shared; i++) {
    const [nameA, valueA] = left[i] as [string, string];
    const [nameB, valueB] = right[i] as [string, string];
    const order = compareUtf8(nameA, nameB) || compareUtf8(valueA, valueB);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** One string per label set, equal exactly when the sets are equal; usable as a Map key. */
export function labelsKey(labels: Labels): string {
  return JSON.stringify(sortedPairs(labels));
}

/** Compares by UTF-8 bytes, which is the order of code points (UTF-16 order differs above U+FFFF). */
export function compareUtf8(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const unitA = a.charCodeAt(i);
    const unitB = b.charCodeAt(i);
    if (unitA === unitB) continue;
    const surrogateA = unitA >= 0xd800 && unitA <= 0xdfff;
    const surrogateB = unitB >= 0xd800 && unitB <= 0xdfff;
    if (surrogateA !== surrogateB) return surrogateA ? 1 : -1;
    return unitA - unitB;
  }
  return a.length - b.length;
}

function sortedPairs(labels: Labels): [string, string][] {
  return Object.entries(labels).sort(([a], [b]) => compareUtf8(a, b));
}
