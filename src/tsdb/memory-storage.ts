import { type Labels, labelsKey, labelsOf, sortByLabels } from '../model/labels.ts';
import type { CompiledMatcher } from '../model/matcher.ts';
import type { SeriesColumns, Storage, TimeRange } from '../model/storage.ts';
import { type AppendResult, Columns, type StoredSample } from './columns.ts';
import { LabelIndex } from './label-index.ts';

/** How much is stored. */
export type StorageSize = { readonly series: number; readonly samples: number; readonly bytes: number };

const ALWAYS: TimeRange = { startMs: Number.NEGATIVE_INFINITY, endMs: Number.POSITIVE_INFINITY };

/** Samples in memory, found by their labels. */
export class MemoryStorage implements Storage {
  private readonly series = new Map<number, Columns>();
  private readonly ids = new Map<string, number>();
  private readonly index = new LabelIndex();
  private nextId = 0;
  /** The place of every series in the order of labels; made again when series have come. */
  private ranks: Map<number, number> | undefined;

  /** Adds a sample to the series with these labels. Labels with an empty value count as absent. */
  append(labels: Labels, sample: StoredSample): AppendResult {
    return this.columnsFor(labels).append(sample);
  }

  /** The series to append to again and again, without looking its labels up every time. Gone after `truncate` when empty. */
  columnsFor(labels: Labels): Columns {
    const key = labelsKey(labels);
    const known = this.ids.get(key);
    if (known !== undefined) {
      const columns = this.series.get(known);
      if (columns !== undefined) return columns;
    }
    const clean = labelsOf(Object.entries(labels).filter(([, value]) => value !== ''));
    const cleanKey = labelsKey(clean);
    if (cleanKey !== key) return this.columnsFor(clean);
    const id = this.nextId++;
    const columns = new Columns(Object.freeze(clean));
    this.series.set(id, columns);
    this.ids.set(key, id);
    this.index.add(id, clean);
    this.ranks = undefined;
    return columns;
  }

  select(matchers: readonly CompiledMatcher[], range: TimeRange): readonly SeriesColumns[] {
    const ranks = this.ranksNow();
    return this.matching(matchers)
      .sort((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0))
      .flatMap((id) => this.series.get(id)?.range(range) ?? []);
  }

  /** The names of all labels, of all series or of those that fulfil the conditions; in no order. */
  labelNames(matchers: readonly CompiledMatcher[] = [], range: TimeRange = ALWAYS): readonly string[] {
    if (matchers.length === 0 && range === ALWAYS) return this.index.names();
    return [...new Set(this.select(matchers, range).flatMap(({ labels }) => Object.keys(labels)))];
  }

  /** The values of a label, of all series or of those that fulfil the conditions; in no order. */
  labelValues(name: string, matchers: readonly CompiledMatcher[] = [], range: TimeRange = ALWAYS): readonly string[] {
    if (matchers.length === 0 && range === ALWAYS) return this.index.values(name);
    const values = this.select(matchers, range).map(({ labels }) =>
      Object.hasOwn(labels, name) ? labels[name] : undefined,
    );
    return [...new Set(values.filter((value) => value !== undefined))];
  }

  /** Forgets samples before a moment, and series that are left without any. */
  truncate(beforeMs: number): void {
    this.drop((columns) => columns.dropBefore(beforeMs));
  }

  /** Forgets the samples of a range, both ends included, and series that are left without any. */
  forget(range: TimeRange): void {
    this.drop((columns) => columns.forget(range));
  }

  private drop(from: (columns: Columns) => void): void {
    for (const [id, columns] of this.series) {
      from(columns);
      if (columns.sampleCount > 0) continue;
      this.series.delete(id);
      this.ids.delete(labelsKey(columns.labels));
      this.index.remove(id, columns.labels);
      this.ranks = undefined;
    }
  }

  clear(): void {
    this.truncate(Number.POSITIVE_INFINITY);
  }

  get size(): StorageSize {
    let samples = 0;
    let bytes = 0;
    for (const columns of this.series.values()) {
      samples += columns.sampleCount;
      bytes += columns.bytes;
    }
    return { series: this.series.size, samples, bytes };
  }

  private matching(matchers: readonly CompiledMatcher[]): number[] {
    const candidates = this.index.candidates(matchers) ?? [...this.series.keys()];
    const memories = matchers.map(() => new Map<string, boolean>());
    return candidates.filter((id) => {
      const labels = this.series.get(id)?.labels;
      if (labels === undefined) return false;
      return matchers.every((matcher, i) => fulfils(matcher, labels, memories[i]));
    });
  }

  private ranksNow(): Map<number, number> {
    if (this.ranks !== undefined) return this.ranks;
    const ordered = sortByLabels([...this.series], ([, { labels }]) => labels);
    this.ranks = new Map(ordered.map(([id], rank) => [id, rank]));
    return this.ranks;
  }
}

/** Asks a condition, but only once for every value: patterns are slow and values repeat. */
function fulfils(matcher: CompiledMatcher, labels: Labels, memory: Map<string, boolean> | undefined): boolean {
  const value = Object.hasOwn(labels, matcher.name) ? (labels[matcher.name] ?? '') : '';
  const known = memory?.get(value);
  if (known !== undefined) return known;
  const answer = matcher.matches(value);
  memory?.set(value, answer);
  return answer;
}
