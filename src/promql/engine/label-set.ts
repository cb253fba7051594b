import { compareUtf8, type Labels, labelsOf, METRIC_NAME } from '../../model/labels.ts';
import { quote } from '../syntax/quote.ts';

/** Labels as the engine handles them: two columns sorted by name. Never changed once made. */
export type LabelSet = {
  readonly names: readonly string[];
  readonly values: readonly string[];
  /** Equal for equal sets; computed when first asked for. */
  key: string | undefined;
  /** The set without what describes the metric; likewise. */
  nameless?: LabelSet;
};

export const EMPTY_LABELS: LabelSet = { names: [], values: [], key: '' };

/** Labels that describe the metric, not the series; every computation takes them away. */
const METADATA_NAMES: readonly string[] = [METRIC_NAME, '__type__', '__unit__'];

const FROM_STORAGE = new WeakMap<Labels, LabelSet>();

/** The set for labels of the storage; kept as long as the storage keeps the labels. */
export function labelSetOf(labels: Labels): LabelSet {
  const known = FROM_STORAGE.get(labels);
  if (known !== undefined) return known;
  const made = fromEntries(Object.entries(labels));
  FROM_STORAGE.set(labels, made);
  return made;
}

/** A set from pairs in any order; pairs with an empty value are left out. */
export function fromEntries(entries: Iterable<readonly [string, string]>): LabelSet {
  const pairs = [...entries].filter(([, value]) => value !== '').sort(([a], [b]) => compareUtf8(a, b));
  return makeSet(
    pairs.map(([name]) => name),
    pairs.map(([, value]) => value),
  );
}

export function toLabels(set: LabelSet): Labels {
  const { names, values } = set;
  // Assigning is faster than `labelsOf`, but not safe for this name.
  if (names.includes('__proto__')) return labelsOf(entriesOf(set));
  const labels: Record<string, string> = {};
  for (let i = 0; i < names.length; i++) labels[names[i] ?? ''] = values[i] ?? '';
  return labels;
}

export function entriesOf(set: LabelSet): readonly (readonly [string, string])[] {
  return set.names.map((name, i) => [name, set.values[i] ?? ''] as const);
}

/** The value of a label, empty when it is absent. */
export function labelValue(set: LabelSet, name: string): string {
  const at = set.names.indexOf(name);
  return at < 0 ? '' : (set.values[at] ?? '');
}

export function metricName(set: LabelSet): string {
  return labelValue(set, METRIC_NAME);
}

/** A string per set, equal exactly when the sets are equal. */
export function keyOf(set: LabelSet): string {
  if (set.key !== undefined) return set.key;
  let key = '';
  for (let i = 0; i < set.names.length; i++) {
    const name = set.names[i] ?? '';
    const value = set.values[i] ?? '';
    key += `${name.length}:${name}${value.length}:${value}`;
  }
  set.key = key;
  return key;
}

/** The set without the given labels. */
export function without(set: LabelSet, names: readonly string[]): LabelSet {
  if (!set.names.some((name) => names.includes(name))) return set;
  return filtered(set, (name) => !names.includes(name));
}

/** Only the given labels of the set. */
export function only(set: LabelSet, names: readonly string[]): LabelSet {
  if (set.names.every((name) => names.includes(name))) return set;
  return filtered(set, (name) => names.includes(name));
}

/** The set with one label set, or taken away when the value is empty. */
export function withLabel(set: LabelSet, name: string, value: string): LabelSet {
  if (labelValue(set, name) === value) return set;
  if (value === '') return without(set, [name]);
  const known = set.names.indexOf(name);
  if (known >= 0) return makeSet(set.names, set.values.with(known, value));
  let at = 0;
  while (at < set.names.length && compareUtf8(set.names[at] ?? '', name) < 0) at++;
  return makeSet(set.names.toSpliced(at, 0, name), set.values.toSpliced(at, 0, value));
}

/** The set without the name, type and unit of the metric. */
export function withoutMetadata(set: LabelSet): LabelSet {
  set.nameless ??= without(set, METADATA_NAMES);
  return set.nameless;
}

/** Order of result series: pair by pair, by the bytes of name, then value; the shorter set first. */
export function compareSets(a: LabelSet, b: LabelSet): number {
  const shared = Math.min(a.names.length, b.names.length);
  for (let i = 0; i < shared; i++) {
    const order = compareUtf8(a.names[i] ?? '', b.names[i] ?? '') || compareUtf8(a.values[i] ?? '', b.values[i] ?? '');
    if (order !== 0) return order;
  }
  return a.names.length - b.names.length;
}

/** How Prometheus writes a label set in messages: `{__name__="up", job="x"}`. */
export function formatSet(set: LabelSet): string {
  const pairs = entriesOf(set).map(([name, value]) => {
    const plain = /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name);
    return `${plain ? name : quote(name)}=${quote(value)}`;
  });
  return `{${pairs.join(', ')}}`;
}

function filtered(set: LabelSet, keep: (name: string) => boolean): LabelSet {
  const names: string[] = [];
  const values: string[] = [];
  for (let i = 0; i < set.names.length; i++) {
    const name = set.names[i] ?? '';
    if (!keep(name)) continue;
    names.push(name);
    values.push(set.values[i] ?? '');
  }
  return makeSet(names, values);
}

function makeSet(names: readonly string[], values: readonly string[]): LabelSet {
  return { names, values, key: undefined };
}
