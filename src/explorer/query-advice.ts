import { diagnose } from '../advise/diagnose.ts';
import { type ExplainedNode, explainQuery } from '../advise/explain.ts';
import type { Finding, Voice } from '../advise/finding.ts';
import { applyFixes, lintQuery } from '../advise/lint/lint-query.ts';
import { QueryError } from '../model/errors.ts';
import { isEmptyResult, type QueryResult } from '../model/query-result.ts';
import { ALL_FEATURES } from '../promql/features.ts';
import { parse } from '../promql/parse.ts';
import type { Source } from '../source/source.ts';

/** A query that is offered instead, and why, in a few words. Both may hold words of a server: unsafe for terminals. */
export type Offer = { readonly text: string; readonly query: string };

/** What became of a query. */
export type QueryOutcome = { readonly result: QueryResult } | { readonly error: QueryError };

/** What is said beside an answer, and what is offered instead of the query. */
export type QueryAdvice = {
  /** Where nothing came they say why, as far as that is certain. */
  readonly findings: readonly Finding[];
  readonly offers: readonly Offer[];
};

/** The times of a query, in milliseconds. */
export type AskedTimes =
  | { readonly kind: 'instant'; readonly timeMs: number }
  | { readonly kind: 'range'; readonly startMs: number; readonly endMs: number; readonly stepMs: number };

export type AdviceAsk = {
  readonly query: string;
  readonly outcome: QueryOutcome;
  readonly source: Source;
  readonly times: AskedTimes;
  /** Whether the query is about now, by the clock of this machine. */
  readonly live: boolean;
  /** A clock in milliseconds. */
  readonly clock: () => number;
  readonly signal: AbortSignal;
};

/** Looking for a better query costs the server no more than this many. */
const MOST_QUESTIONS = 10;
const MOST_OFFERS = 4;

/**
 * What to say about a query that was refused, or that gave nothing, and which queries to offer instead. An answer with
 * rows is looked at without asking anything: only what is certainly a mistake is told.
 */
export async function queryAdvice(asked: AdviceAsk): Promise<QueryAdvice> {
  const { outcome, query } = asked;
  if ('result' in outcome && !isEmptyResult(outcome.result.data)) return { ...NOTHING, offers: certain(query) };
  const limited = { ...asked, source: limitedSource(asked.source) };
  if ('error' in outcome) return adviceOnError(limited, outcome.error);
  const findings = await diagnosed(limited, ['first', 'empty'], 1);
  return { findings, offers: offersOf(query, fixesOf(findings)) };
}

/** What the detectors say when somebody asks why: one finding, the surest. */
export async function whyAdvice(asked: AdviceAsk): Promise<QueryAdvice> {
  const limited = { ...asked, source: limitedSource(asked.source) };
  const findings = await diagnosed(limited, ['first', 'empty', 'asked'], 1);
  return { findings, offers: offersOf(asked.query, fixesOf(findings)) };
}

/** The ways to write a query that `explain` has found where rows did not find each other. */
export function matchOffers(tree: ExplainedNode): readonly Offer[] {
  const own = (tree.matching?.fixes ?? []).map(({ text, query }) => ({ text, query }));
  return [...own, ...tree.parts.flatMap(matchOffers)];
}

/** The offers that differ from the query and from each other. */
export function offersOf(query: string, offers: readonly Offer[]): readonly Offer[] {
  const seen = new Set([query.trim()]);
  const kept = offers.filter(({ query: other }) => {
    const fresh = !seen.has(other.trim());
    seen.add(other.trim());
    return fresh;
  });
  return kept.slice(0, MOST_OFFERS);
}

const NOTHING: QueryAdvice = { findings: [], offers: [] };

async function adviceOnError(asked: AdviceAsk, error: QueryError): Promise<QueryAdvice> {
  const { query } = asked;
  const unmatched = UNMATCHED.test(error.message);
  // What was too much for the server is not asked again in other words.
  if (error.errorType !== 'bad_data' && !unmatched) return { ...NOTHING, offers: certain(query) };
  const found = fixesOf(await diagnosed(asked, ['first', 'empty', 'asked'], 1));
  const matched = unmatched ? await matchFixesOf(asked) : [];
  return { ...NOTHING, offers: offersOf(query, [...matched, ...found, ...certain(query)]) };
}

const UNMATCHED = /^(?:found duplicate series|multiple matches for labels)|many-to-many matching/;

async function matchFixesOf({ query, source, times, clock, signal }: AdviceAsk): Promise<readonly Offer[]> {
  const parsed = parse(query, ALL_FEATURES);
  if (parsed.kind !== 'ok') return [];
  const timeMs = times.kind === 'instant' ? times.timeMs : times.endMs;
  return matchOffers((await explainQuery(query, parsed.expr, { source, timeMs, clock, signal })).tree);
}

async function diagnosed(asked: AdviceAsk, voices: readonly Voice[], most: number): Promise<readonly Finding[]> {
  const { query, outcome, source, times, live, clock, signal } = asked;
  const range = times.kind === 'range' ? times : undefined;
  const timeMs = times.kind === 'instant' ? times.timeMs : times.endMs;
  const question = { query, source, timeMs, outcome, live, clockMs: clock(), signal };
  return diagnose({ ...question, ...(range === undefined ? {} : { range }) }, { voices, most });
}

function fixesOf(findings: readonly Finding[]): readonly Offer[] {
  // A lead such as "Corrected:" says nothing beside a query that is offered as a fix.
  return findings.flatMap(({ fix }) =>
    fix === undefined ? [] : [{ query: fix.query, text: fix.text.endsWith(':') ? '' : fix.text }],
  );
}

/** What the text and the tree prove, each mended on its own. */
function certain(query: string): readonly Offer[] {
  return lintQuery(query)
    .filter(({ certainty, fix }) => certainty === 'certain' && fix !== undefined)
    .map(({ message, fix }) => ({ text: message, query: applyFixes(query, fix === undefined ? [] : [fix]) }));
}

/** The same server until it was asked this often; from then on every query is refused. */
function limitedSource(source: Source): Source {
  let left = MOST_QUESTIONS;
  const spend = (query: string) => {
    if (left === 0) throw new QueryError({ message: 'enough was asked', query, errorType: 'execution', status: 422 });
    left--;
  };
  return {
    ...source,
    async instant(query, options) {
      spend(query);
      return source.instant(query, options);
    },
    async range(query, options) {
      spend(query);
      return source.range(query, options);
    },
  };
}
