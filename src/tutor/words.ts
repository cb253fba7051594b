import { firstOf, labelText, valueText } from '../advise/words.ts';
import type { Pair } from './compare.ts';

export { counted, labelText, listed, numberText, rowLines, valueText } from '../advise/words.ts';

/** The first pairs as "yours … expected …". */
export function pairLines(pairs: readonly Pair[], most = 3): readonly string[] {
  return firstOf(
    pairs,
    most,
    ({ labels, answer, reference }) =>
      `${labelText(labels)}  yours ${valueText(answer)}, expected ${valueText(reference)}`,
  );
}
