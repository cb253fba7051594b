import type { Labels } from '../model/labels.ts';
import type { QueryData } from '../model/query-result.ts';
import { type CompareMode, compareResults, type Row } from './compare.ts';

/** One row of "yours beside what was wanted". A side without the row is undefined. */
export type BesideRow = {
  readonly labels: Labels;
  readonly yours: Row['value'] | undefined;
  readonly wanted: Row['value'] | undefined;
};

/** Rows that differ, and how many are in both results. */
export type Beside = { readonly rows: readonly BesideRow[]; readonly inBoth: number };

/**
 * An answer's result beside the reference's, where rows can be compared at all; undefined when both are equal, of
 * different types, or differ in their order only: then words say it better.
 */
export function besideOf(yours: QueryData, wanted: QueryData, mode: CompareMode): Beside | undefined {
  const found = compareResults(wanted, yours, mode);
  if (found.kind === 'values') {
    const rows = found.off.map(({ labels, reference, answer }) => ({ labels, yours: answer, wanted: reference }));
    return { rows, inBoth: found.pairs.length - found.off.length };
  }
  if (found.kind !== 'rows') return undefined;
  return {
    rows: [
      ...found.extra.map(({ labels, value }) => ({ labels, yours: value, wanted: undefined })),
      ...found.missing.map(({ labels, value }) => ({ labels, yours: undefined, wanted: value })),
    ],
    inBoth: found.answer.length - found.extra.length,
  };
}
