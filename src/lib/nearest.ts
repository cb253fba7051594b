import { distance } from 'fastest-levenshtein';

/**
 * The candidates closest to a misspelt word, best first; only those near enough to be meant: about one edit for every
 * three characters, or one that the word is a part of. Ties keep the order of the candidates.
 */
export function nearest(word: string, candidates: readonly string[], most = 3): readonly string[] {
  const wanted = word.toLowerCase();
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  return candidates
    .map((candidate) => ({ candidate, edits: editsTo(wanted, candidate.toLowerCase()) }))
    .filter(({ edits }) => edits <= limit)
    .sort((a, b) => a.edits - b.edits || restOf(wanted, a.candidate) - restOf(wanted, b.candidate))
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

/** Of several that hold the whole word, the one it begins and that adds the least: `sse-app` is `sse-app:8000`, not `sse-app-2:8000`. */
function restOf(wanted: string, candidate: string): number {
  const at = candidate.toLowerCase().indexOf(wanted);
  if (wanted.length < 4 || at < 0) return 0;
  return at === 0 ? candidate.length - wanted.length : 1000 + candidate.length;
}

/** A word that is wholly part of the candidate counts as one edit away: `requests_total` means `sse_requests_total`. */
function editsTo(wanted: string, candidate: string): number {
  if (wanted.length >= 4 && candidate.includes(wanted)) return candidate === wanted ? 0 : 1;
  return isSwap(wanted, candidate) ? 1 : distance(wanted, candidate);
}

/** Two neighbours typed in the wrong order count as one edit, not two: `raet` means `rate`. */
function isSwap(wanted: string, candidate: string): boolean {
  const at = [...wanted].findIndex((letter, index) => letter !== candidate[index]);
  if (at < 0 || wanted.length !== candidate.length) return false;
  return wanted.slice(0, at) + wanted.charAt(at + 1) + wanted.charAt(at) + wanted.slice(at + 2) === candidate;
}
