import { typesOf } from '../advise/context.ts';
import { explainQuery } from '../advise/explain.ts';
import { lintLive } from '../advise/lint/lint-live.ts';
import { lintQuery } from '../advise/lint/lint-query.ts';
import { lintInput, reported } from '../advise/lint/report.ts';
import { matchOffers, type Offer, offersOf, type QueryOutcome, whyAdvice } from '../explorer/query-advice.ts';
import { EXIT, QueryError } from '../model/errors.ts';
import { isEmptyResult } from '../model/query-result.ts';
import { ALL_FEATURES } from '../promql/features.ts';
import { parse } from '../promql/parse.ts';
import { prettyWithComments } from '../promql/pretty.ts';
import { renderEmpty } from '../render/empty.ts';
import { renderExplained } from '../render/explain.ts';
import { renderOffers } from '../render/explore.ts';
import { highlightQuery } from '../render/highlight.ts';
import { renderLint } from '../render/lint.ts';
import { prose } from '../render/prose.ts';
import { safeLines } from '../render/safe.ts';
import { renderFindings } from '../render/why.ts';
import { withProgress } from './explore-progress.ts';
import { answered, momentOf } from './explore-query.ts';
import { type ExploreRoom, show } from './explore-room.ts';
import { parseQuery } from './parse-query.ts';
import { errorReport } from './report-error.ts';

/** What a query means and gives, part by part. */
export async function explainIt(room: ExploreRoom, query: string): Promise<void> {
  const { context, connection } = room;
  const { io } = context;
  const expr = parseQuery(query);
  const asked = { source: connection.source, timeMs: momentOf(room), clock: io.now, signal: io.signal };
  const explained = await withProgress(context, 'asking', () => explainQuery(query, expr, asked));
  answered(room);
  if (explained.tree.outcome.kind === 'failed') room.failed ??= EXIT.failed;
  await show(room, (style) => renderExplained(explained, style));
  // The tree says of each what it does.
  const ways = matchOffers(explained.tree).map(({ query: fixed }) => ({ query: fixed, text: '' }));
  offer(room, offersOf(query, ways));
}

/** Why a query gives what it gives. */
export async function whyIt(room: ExploreRoom, query: string): Promise<void> {
  const { context, connection, state } = room;
  const { io } = context;
  const timeMs = momentOf(room);
  const live = state.time === undefined && connection.nowMs === undefined;
  const advice = await withProgress(context, 'looking for the reason', async () => {
    const outcome = await outcomeOf(room, query, timeMs);
    if ('error' in outcome) {
      room.failed ??= EXIT.failed;
      context.note(errorReport(outcome.error, context).stderr);
    }
    const times = { kind: 'instant', timeMs } as const;
    const asked = { query, outcome, source: connection.source, times, live, clock: io.now, signal: io.signal };
    return { ...(await whyAdvice(asked)), outcome };
  });
  answered(room);
  const { findings, outcome, offers } = advice;
  const nothing = 'result' in outcome && isEmptyResult(outcome.result.data);
  const said = findings.map(({ fix: _offered, ...finding }) => finding);
  if (said.length > 0) await show(room, (style) => renderFindings(said, style));
  else if (nothing) await show(room, (style) => renderEmpty({}, style));
  else if ('result' in outcome) {
    context.out(
      prose(
        'Nothing looks wrong: the query answers, and none of the known mistakes is proved by its data.',
        context.style,
      ),
    );
    context.out(prose('Part by part: `\\explain`', context.style));
  }
  offer(room, offers);
}

async function outcomeOf({ context, connection }: ExploreRoom, query: string, timeMs: number): Promise<QueryOutcome> {
  try {
    return { result: await connection.source.instant(query, { timeMs, signal: context.io.signal }) };
  } catch (error) {
    if (error instanceof QueryError) return { error };
    throw error;
  }
}

/** Mistakes in a query: by its text, by metadata, and by small questions. */
export async function lintIt(room: ExploreRoom, query: string): Promise<void> {
  const { context, connection } = room;
  const { signal } = context.io;
  const { source } = connection;
  const findings = await withProgress(context, 'looking', async () => {
    const types = await typesOf(source, { signal });
    const known = lintQuery(query, { typeOf: (name) => types.get(name) });
    if (known.some(({ layer }) => layer === 'text')) return known;
    return [...known, ...(await lintLive({ query, source, timeMs: momentOf(room), signal }, known))];
  });
  const input = lintInput(query, undefined, 'query');
  if (input === undefined) return;
  const told = findings.map((finding) => reported(finding, input, input.queries[0]));
  const plain = told.map(({ fixed: _offered, ...finding }) => ({ ...finding, fixed: undefined }));
  await show(room, (style) => renderLint(plain, 1, style));
  const offers = told.flatMap(({ fixed, rule }): Offer[] =>
    fixed === undefined ? [] : [{ query: fixed, text: told.length > 1 ? `Mends \`${rule}\`.` : '' }],
  );
  offer(room, offersOf(query, offers));
}

/** The query in the usual form, which the next commands are about. */
export async function formatIt(room: ExploreRoom, query: string): Promise<void> {
  const formatted = prettyWithComments(query, parseQuery(query));
  if (parse(formatted, ALL_FEATURES).kind === 'ok') room.state = { ...room.state, query: formatted };
  await show(room, (style) => highlightQuery(formatted, style));
}

/** Queries that a number stands for from here on; a script only reads them. */
export function offer(room: ExploreRoom, offers: readonly Offer[]): void {
  const { context } = room;
  room.state = { ...room.state, offers };
  if (offers.length === 0) return;
  if (context.interactive) context.out(renderOffers(offers, context.style));
  else for (const { query } of offers) context.note(`fix: ${safeLines(query)}`);
}
