import { nameless, type Row, rowsOfData } from '../advise/rows.ts';
import { compareLabels, type Labels, labelsKey } from '../model/labels.ts';
import { isHistogram, type QueryData, type SampleValue } from '../model/query-result.ts';
import type { AnsweredByQuery } from './lesson.ts';

/** How two results are compared; see `AnsweredByQuery`. */
export type CompareMode = Pick<AnsweredByQuery, 'compare' | 'nan'>;

export { commonFactor } from '../advise/detect/values.ts';
export type { Row } from '../advise/rows.ts';

/** The same row in both results. */
export type Pair = { readonly labels: Labels; readonly reference: Row['value']; readonly answer: Row['value'] };

/**
 * How an answer's result differs from the reference's at one moment. `rows`: label sets are missing or too many.
 * `values`: the rows are the same; `pairs` holds all of them, `off` those that differ. `order`: only the order differs.
 */
export type Comparison =
  | { readonly kind: 'equal' }
  | { readonly kind: 'type'; readonly reference: QueryData['kind']; readonly answer: QueryData['kind'] }
  | {
      readonly kind: 'rows';
      readonly missing: readonly Row[];
      readonly extra: readonly Row[];
      readonly reference: readonly Row[];
      readonly answer: readonly Row[];
      /** Rows of the answer that were left out because their value is NaN. */
      readonly nan: readonly Row[];
    }
  | { readonly kind: 'values'; readonly pairs: readonly Pair[]; readonly off: readonly Pair[] }
  | { readonly kind: 'order'; readonly reference: readonly Row[]; readonly answer: readonly Row[] };

/** Summation order is the only difference two right answers may have on one engine at one instant. */
const RELATIVE_TOLERANCE = 1e-9;

/** Compares by result type, label sets without the metric name, and values. */
export function compareResults(reference: QueryData, answer: QueryData, mode: CompareMode): Comparison {
  if (reference.kind !== answer.kind) return { kind: 'type', reference: reference.kind, answer: answer.kind };
  const wanted = rowsOf(reference, mode);
  const given = rowsOf(answer, mode);
  const { pairs, missing, extra } = pairUp(wanted, given);
  if (missing.length > 0 || extra.length > 0) {
    const nan = mode.nan === 'strict' ? [] : rowsOfData(answer).filter(({ value }) => Number.isNaN(value));
    return { kind: 'rows', missing, extra, reference: wanted, answer: given, nan };
  }
  if (mode.compare !== 'labels') {
    const off = pairs.filter((pair) => !sameValue(pair.reference, pair.answer));
    if (off.length > 0) return { kind: 'values', pairs, off };
    if (reference.kind === 'matrix' && answer.kind === 'matrix' && !sameSamples(reference, answer)) {
      return { kind: 'values', pairs, off: pairs };
    }
  }
  const ordered = wanted.every((row, index) => labelsKey(row.labels) === labelsKey(given[index]?.labels ?? {}));
  return mode.compare === 'order' && !ordered ? { kind: 'order', reference: wanted, answer: given } : { kind: 'equal' };
}

/** The rows of a result that count: without metric names, and without NaN unless it is to be compared. */
export function rowsOf(data: QueryData, mode: CompareMode): readonly Row[] {
  return rowsOfData(data).filter(({ value }) => mode.nan === 'strict' || !Number.isNaN(value));
}

export function close(a: number, b: number, tolerance = RELATIVE_TOLERANCE): boolean {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b);
  if (!Number.isFinite(a) || !Number.isFinite(b)) return a === b;
  return Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));
}

/** Pairs rows of equal labels. Several rows may have the same labels once the name is gone; they pair by their values. */
function pairUp(
  reference: readonly Row[],
  answer: readonly Row[],
): { readonly pairs: readonly Pair[]; readonly missing: readonly Row[]; readonly extra: readonly Row[] } {
  const pairs: Pair[] = [];
  const missing: Row[] = [];
  const left = new Map<string, Row[]>();
  for (const row of [...answer].sort(byLabelsAndValue)) {
    const key = labelsKey(row.labels);
    left.set(key, [...(left.get(key) ?? []), row]);
  }
  for (const row of [...reference].sort(byLabelsAndValue)) {
    const partner = left.get(labelsKey(row.labels))?.shift();
    if (partner === undefined) missing.push(row);
    else pairs.push({ labels: row.labels, reference: row.value, answer: partner.value });
  }
  return { pairs, missing, extra: [...left.values()].flat() };
}

function byLabelsAndValue(a: Row, b: Row): number {
  return (
    compareLabels(a.labels, b.labels) ||
    (typeof a.value === 'number' && typeof b.value === 'number' ? a.value - b.value : 0)
  );
}

function sameValue(a: Row['value'], b: Row['value']): boolean {
  if (typeof a === 'number' && typeof b === 'number') return close(a, b);
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  return sameHistogram(a, b);
}

function sameHistogram(a: SampleValue, b: SampleValue): boolean {
  if (!isHistogram(a) || !isHistogram(b)) return false;
  return (
    close(a.count, b.count) &&
    close(a.sum, b.sum) &&
    a.buckets.length === b.buckets.length &&
    a.buckets.every((bucket, index) => {
      const other = b.buckets[index];
      return (
        other !== undefined &&
        bucket.lower === other.lower &&
        bucket.upper === other.upper &&
        close(bucket.count, other.count)
      );
    })
  );
}

type Matrix = Extract<QueryData, { readonly kind: 'matrix' }>;

/** Both have the same label sets; do they have the same samples, too? */
function sameSamples(a: Matrix, b: Matrix): boolean {
  const others = new Map(b.series.map((series) => [labelsKey(nameless(series.labels)), series.samples]));
  return a.series.every(({ labels, samples }) => {
    const other = others.get(labelsKey(nameless(labels)));
    return (
      other?.length === samples.length &&
      samples.every(
        (sample, index) => sample.ms === other[index]?.ms && sameValue(sample.value, other[index]?.value ?? Number.NaN),
      )
    );
  });
}
