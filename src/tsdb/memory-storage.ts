import { type Labels, labelsOf, sortByLabels } from '../model/labels.ts';
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
  /** Numbers of series by the hash of their labels; a list where several share one. */
  private readonly ids = new Map<number, number | number[]>();
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
    const hash = hashLabels(labels);
    const known = this.ids.get(hash);
    for (const id of known === undefined ? [] : typeof known === 'number' ? [known] : known) {
      const columns = this.series.get(id);
      if (columns !== undefined && sameLabels(columns.labels, labels)) return columns;
    }
    const clean = labelsOf(Object.entries(labels).filter(([, value]) => value !== ''));
    const id = this.nextId++;
    const columns = new Columns(Object.freeze(clean));
    this.series.set(id, columns);
    this.ids.set(hash, known === undefined ? id : typeof known === 'number' ? [known, id] : [...known, id]);
    this.index.add(id, clean);
    this.ranks = undefined;
    return columns;
  }

  select(matchers: readonly CompiledMatcher[], range: TimeRange): readonly SeriesColumns[] {
    const found: SeriesColumns[] = [];
    for (const id of this.inOrder(this.matching(matchers))) {
      const columns = this.series.get(id)?.range(range);
      if (columns !== undefined) found.push(columns);
    }
    return found;
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
      this.forgetHash(id, hashLabels(columns.labels));
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

  private forgetHash(id: number, hash: number): void {
    const known = this.ids.get(hash);
    const [left, ...others] = typeof known === 'object' ? known.filter((one) => one !== id) : [];
    if (left === undefined) this.ids.delete(hash);
    else this.ids.set(hash, others.length === 0 ? left : [left, ...others]);
  }

  /** Numbers of series in the order of their labels. Few of very many are sorted alone. */
  private inOrder(ids: number[]): number[] {
    if (ids.length < 2) return ids;
    if (this.ranks === undefined && ids.length * FEW_OF_ALL < this.series.size) {
      return sortByLabels(ids, (id) => this.series.get(id)?.labels ?? {});
    }
    const ranks = this.ranksNow();
    return ids.sort((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0));
  }

  private matching(matchers: readonly CompiledMatcher[]): number[] {
    const candidates = this.index.candidates(matchers) ?? [...this.series.keys()];
    if (matchers.length === 1 && matchers[0]?.matches('') === false) return [...candidates];
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

/** Below one in so many, sorting what was found is less work than putting all series into order. */
const FEW_OF_ALL = 50;

/** The same for label sets that are the same but for empty values, in whatever order; 31 bits. */
function hashLabels(labels: Labels): number {
  let sum = 0;
  for (const name in labels) {
    const value = labels[name] ?? '';
    if (value !== '') sum = (sum + mixed(hashText(value, hashText(name, FNV_OFFSET)))) | 0;
  }
  return sum & 0x3fffffff;
}

/** FNV-1a over the UTF-16 units. http://www.isthe.com/chongo/tech/comp/fnv/ */
function hashText(text: string, start: number): number {
  let hash = start;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return Math.imul(hash ^ 0x1ff, 0x01000193);
}

const FNV_OFFSET = 0x811c9dc5;

/** Spreads similar numbers, so that the sum of several seldom meets another. */
function mixed(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return once ^ (once >>> 13);
}

/** `kept` holds no empty values; those of `asked` count as absent. */
function sameLabels(kept: Labels, asked: Labels): boolean {
  let left = Object.keys(kept).length;
  for (const [name, value] of Object.entries(asked)) {
    if (value === '') continue;
    if (!Object.hasOwn(kept, name) || kept[name] !== value) return false;
    left--;
  }
  return left === 0;
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
