import { close, commonFactor } from './compare.ts';
import type { Compared } from './describe-difference.ts';
import type { Feedback } from './verdict.ts';
import { pairLines } from './words.ts';

/** Factors by which a right answer in a wrong unit is off, and what that usually means. */
const SLIPS: readonly { readonly factor: number; readonly message: string }[] = [
  { factor: 60, message: 'Every value is 60 times too large: per minute instead of per second.' },
  { factor: 1 / 60, message: 'Every value is 60 times too small: per second instead of per minute.' },
  { factor: 3600, message: 'Every value is 3600 times too large: per hour instead of per second.' },
  { factor: 1 / 3600, message: 'Every value is 3600 times too small: per second instead of per hour.' },
  { factor: 300, message: 'Every value is 300 times too large: the total of 5 minutes instead of per second.' },
  { factor: 1 / 300, message: 'Every value is 300 times too small: per second instead of the total of 5 minutes.' },
  { factor: 100, message: 'Every value is 100 times too large: percent instead of a share from 0 to 1.' },
  { factor: 0.01, message: 'Every value is 100 times too small: a share from 0 to 1 instead of percent.' },
  { factor: 1000, message: 'Every value is 1000 times too large: milliseconds instead of seconds?' },
  { factor: 0.001, message: 'Every value is 1000 times too small: seconds instead of milliseconds?' },
];

/** Right rows and right proportions in another unit, the same at every moment; undefined when it is not that. */
export function unitSlip(compared: readonly Compared[]): Feedback | undefined {
  let factor: number | undefined;
  const evidence: string[] = [];
  for (const { comparison } of compared) {
    if (comparison.kind === 'equal') continue;
    const here = comparison.kind === 'values' ? commonFactor(comparison.pairs) : undefined;
    if (comparison.kind !== 'values' || here === undefined) return undefined;
    if (factor !== undefined && !close(here, factor, 1e-6)) return undefined;
    factor ??= here;
    if (evidence.length === 0) evidence.push(...pairLines(comparison.off, 2));
  }
  const slip = factor === undefined ? undefined : SLIPS.find((known) => close(known.factor, factor, 1e-6));
  return slip === undefined
    ? undefined
    : { kind: 'unit', message: `Right shape, wrong unit. ${slip.message}`, evidence };
}
