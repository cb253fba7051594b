import { isEmptyResult, type QueryData } from '../model/query-result.ts';
import type { Expr } from '../promql/ast.ts';
import { parse } from '../promql/parse.ts';
import { print } from '../promql/print.ts';
import type { Asker, Outcome } from './ask.ts';
import { type CompareMode, compareResults, rowsOf } from './compare.ts';
import type { Ground } from './ground.ts';
import type { Recognised } from './lesson.ts';

/** The entry with the same query as the answer, apart from spaces and kind of quotes. */
export function recogniseQuery(items: readonly Recognised[], answer: string): Recognised | undefined {
  const wanted = normalised(answer);
  return items.find(({ query }) => normalised(query) === wanted);
}

/** The entries whose pattern fits the answer's text. */
export function fittingPatterns(items: readonly Recognised[], answer: string): readonly Recognised[] {
  const text = answer.replace(/\s+/g, ' ');
  return items.filter(({ pattern }) => pattern !== undefined && new RegExp(pattern).test(text));
}

/**
 * The first entry whose pattern fits and whose example fares as the answer does: a pattern sees the text only, and what
 * its message says of an empty result or of a refusal has to be true of the answer, too.
 */
export async function recognisePattern(
  items: readonly Recognised[],
  answer: string,
  given: readonly Outcome[],
  asker: Asker,
): Promise<Recognised | undefined> {
  const fate = fateOf(given);
  for (const item of fittingPatterns(items, answer)) {
    if (fateOf(await asker.everywhere(item.query)) === fate) return item;
  }
  return undefined;
}

/** How a query fares over all moments. A refusal is known by its words, a failed evaluation only as such. */
function fateOf(outcomes: readonly Outcome[]): string {
  const failed = outcomes.find((outcome) => outcome.kind === 'error');
  if (failed !== undefined)
    return failed.error.errorType === 'bad_data' ? `refused: ${failed.error.message}` : 'failed';
  const results = outcomes.flatMap((outcome): readonly QueryData[] =>
    outcome.kind === 'ok' ? [outcome.result.data] : [],
  );
  return results.every(isEmptyResult) ? 'empty' : (results.find((data) => !isEmptyResult(data))?.kind ?? 'empty');
}

/**
 * The entry whose results equal the answer's at every moment. Nothing when several with different messages do, or when
 * the answer returned nothing anywhere: an empty result has many causes.
 */
export async function recogniseResult(
  items: readonly Recognised[],
  answer: readonly Outcome[],
  mode: CompareMode,
  ground: Ground,
  asker: Asker,
): Promise<Recognised | undefined> {
  if (!answer.some((outcome) => hasRows(outcome, mode))) return undefined;
  const strict: CompareMode = { compare: mode.compare === 'labels' ? 'values' : mode.compare, nan: mode.nan };
  const found: Recognised[] = [];
  for (const item of items) {
    if (await sameEverywhere(item.query, answer, strict, ground, asker)) found.push(item);
  }
  return found.every(({ message }) => message === found[0]?.message) ? found[0] : undefined;
}

/** The entry whose query Prometheus refuses with the same words; nothing when entries with different messages are. */
export async function recogniseError(
  items: readonly Recognised[],
  message: string,
  ground: Ground,
  asker: Asker,
): Promise<Recognised | undefined> {
  const [moment] = ground.moments;
  if (moment === undefined) return undefined;
  const outcomes = await Promise.all(items.map(({ query }) => asker.at(query, moment)));
  const found = items.filter((_, index) => {
    const outcome = outcomes[index];
    return outcome?.kind === 'error' && outcome.error.message === message;
  });
  return found.every((item) => item.message === found[0]?.message) ? found[0] : undefined;
}

/** One text for all spellings that only differ in spaces, quotes, parentheses around the whole and the like. */
export function normalised(query: string): string {
  const parsed = parse(query);
  return parsed.kind === 'ok' ? print(bare(parsed.expr)) : withoutSpaces(query);
}

function bare(expr: Expr): Expr {
  return expr.kind === 'paren' ? bare(expr.expr) : expr;
}

function withoutSpaces(query: string): string {
  return query
    .trim()
    .split(/("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`)/s)
    .map((part, index) => (index % 2 === 0 ? part.replace(/\s+/g, '') : `"${part.slice(1, -1)}"`))
    .join('');
}

/** Stops at the first moment that tells the two apart. */
async function sameEverywhere(
  query: string,
  answer: readonly Outcome[],
  mode: CompareMode,
  ground: Ground,
  asker: Asker,
): Promise<boolean> {
  for (const [index, moment] of ground.moments.entries()) {
    const given = answer[index];
    const outcome = await asker.at(query, moment);
    if (given?.kind !== 'ok' || outcome.kind !== 'ok') return false;
    if (compareResults(outcome.result.data, given.result.data, mode).kind !== 'equal') return false;
  }
  return true;
}

function hasRows(outcome: Outcome, mode: CompareMode): boolean {
  return outcome.kind === 'ok' && rowsOf(outcome.result.data, mode).length > 0;
}
