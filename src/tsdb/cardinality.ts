import { METRIC_NAME } from '../model/labels.ts';
import type { MemoryStorage } from './memory-storage.ts';

type NamedCount = { readonly name: string; readonly value: number };

/** What takes the room: counts of series and label values, each list with its largest `limit` rows. Times are milliseconds. */
export function cardinality(storage: MemoryStorage, limit: number) {
  const all = storage.select([], { startMs: Number.NEGATIVE_INFINITY, endMs: Number.POSITIVE_INFINITY });
  const pairs = new Map<string, Map<string, number>>();
  let firstMs = Number.POSITIVE_INFINITY;
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const { labels, times } of all) {
    firstMs = Math.min(firstMs, times[0] ?? firstMs);
    lastMs = Math.max(lastMs, times.at(-1) ?? lastMs);
    for (const [name, value] of Object.entries(labels)) {
      const values = pairs.get(name) ?? new Map<string, number>();
      pairs.set(name, values);
      values.set(value, (values.get(value) ?? 0) + 1);
    }
  }
  const byLabel = [...pairs];
  const top = (rows: readonly NamedCount[]) => [...rows].sort((a, b) => b.value - a.value).slice(0, limit);
  return {
    series: all.length,
    labelPairs: byLabel.reduce((sum, [, values]) => sum + values.size, 0),
    firstMs: all.length === 0 ? undefined : firstMs,
    lastMs: all.length === 0 ? undefined : lastMs,
    seriesByMetric: top([...(pairs.get(METRIC_NAME) ?? [])].map(([name, value]) => ({ name, value }))),
    valuesByLabel: top(byLabel.map(([name, values]) => ({ name, value: values.size }))),
    bytesByLabel: top(byLabel.map(([name, values]) => ({ name, value: bytesOf(name, values) }))),
    seriesByPair: top(
      byLabel.flatMap(([name, values]) => [...values].map(([text, value]) => ({ name: `${name}=${text}`, value }))),
    ),
  };
}

/** What a label takes in the names of its series, where two more bytes part name and value, as Prometheus counts it. */
function bytesOf(name: string, values: ReadonlyMap<string, number>): number {
  const size = (text: string) => new TextEncoder().encode(text).length;
  return [...values].reduce((sum, [value, series]) => sum + (size(name) + size(value) + 2) * series, 0);
}
