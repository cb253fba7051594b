import type { Labels } from '../model/labels.ts';
import type { QueryData } from '../model/query-result.ts';
import { type CompareMode, type Comparison, compareResults, type Row } from './compare.ts';

/** One row of "yours beside what was wanted". A side without the row is undefined. */
export type BesideRow = {
  readonly labels: Labels;
  readonly yours: Row['value'] | undefined;
  readonly wanted: Row['value'] | undefined;
};

/** Rows that differ, and how many are alike in both results. */
export type Beside = { readonly rows: readonly BesideRow[]; readonly inBoth: number };

/**
 * An answer's result beside the reference's, where rows can be compared at all; undefined when both are equal, of
 * different types, or differ in their order only: then words say it better.
 */
export function besideOf(yours: QueryData, wanted: QueryData, mode: CompareMode): Beside | undefined {
  const found = compareResults(wanted, yours, mode);
  if (found.kind === 'values') return offValues(found);
  if (found.kind !== 'rows') return undefined;
  const { missing, extra, reference, answer } = found;
  const shared = compareResults(without(reference, missing), without(answer, extra), mode);
  const off = shared.kind === 'values' ? offValues(shared) : { rows: [], inBoth: answer.length - extra.length };
  return {
    rows: [
      ...extra.map(({ labels, value }) => ({ labels, yours: value, wanted: undefined })),
      ...missing.map(({ labels, value }) => ({ labels, yours: undefined, wanted: value })),
      ...off.rows,
    ],
    inBoth: off.inBoth,
  };
}

function offValues({ pairs, off }: Extract<Comparison, { readonly kind: 'values' }>): Beside {
  const rows = off.map(({ labels, reference, answer }) => ({ labels, yours: answer, wanted: reference }));
  return { rows, inBoth: pairs.length - off.length };
}

/** The rows that have a partner in the other result, as a result of their own. */
function without(rows: readonly Row[], lonely: readonly Row[]): QueryData {
  const samples = rows
    .filter((row) => !lonely.includes(row))
    .flatMap(({ labels, value }) => (typeof value === 'string' ? [] : [{ labels, ms: 0, value }]));
  return { kind: 'vector', samples };
}
