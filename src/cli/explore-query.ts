import { type AskedTimes, queryAdvice } from '../explorer/query-advice.ts';
import { EXIT, QueryError } from '../model/errors.ts';
import { isEmptyResult, type QueryResult } from '../model/query-result.ts';
import { renderAnnotations } from '../render/annotations.ts';
import { DEFAULT_SERIES } from '../render/chart.ts';
import { renderEmpty } from '../render/empty.ts';
import { PAGING, renderOffers, renderTook } from '../render/explore.ts';
import { formatTime } from '../render/format.ts';
import { safeLines } from '../render/safe.ts';
import { renderStats } from '../render/stats.ts';
import type { Style } from '../render/style.ts';
import { renderFindings } from '../render/why.ts';
import { askQuery } from './ask-query.ts';
import { type Pages, pagesOf } from './explore-pages.ts';
import { withProgress } from './explore-progress.ts';
import { type ExploreRoom, record, screenLines, show } from './explore-room.ts';
import { groundOf } from './query-ground.ts';
import { renderAnswer } from './query-output.ts';
import { type QueryOptions, type QueryTimes, queryTimes } from './query-plan.ts';
import { errorReport } from './report-error.ts';

/** Asks a query and shows its answer, or why there is none and what to ask instead. With `rangeMs` it is drawn over time. */
export async function runExploreQuery(room: ExploreRoom, query: string, rangeMs?: number): Promise<void> {
  const { context, connection } = room;
  const { io } = context;
  const options = queryOptionsOf(room, rangeMs);
  const format = rangeMs === undefined ? 'table' : 'graph';
  const times = queryTimes(options, format, groundOf(context, connection));
  const began = io.now();
  try {
    const ask = () => askQuery({ context, connection, query, times, options, format });
    const result = await withProgress(context, 'asking', ask);
    const tookMs = io.now() - began;
    answered(room);
    await record(room, (style) => `# ${safeLines(query).replaceAll('\n', '\n# ')}\n# ${whenText(room, times, style)}`);
    if (!isEmptyResult(result.data)) await showAnswer(room, query, result, times);
    note(room, renderAnnotations(result, query, context.errStyle));
    if (room.state.timing) {
      context.out(renderTook(tookMs, context.style));
      if (result.stats !== undefined) context.out(renderStats({ data: { stats: result.stats } }, context.style));
    }
    await advise(room, query, { result }, times);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    answered(room);
    room.failed ??= EXIT.failed;
    note(room, errorReport(error, context).stderr);
    await record(room, () => `# ${safeLines(query).replaceAll('\n', '\n# ')}\n# error: ${safeLines(error.message)}`);
    await advise(room, query, { error }, times);
  }
}

/** The options of `query` that say what this session has set. */
export function queryOptionsOf({ state, options }: ExploreRoom, rangeMs?: number): QueryOptions {
  const { timeout } = options;
  return {
    ...(state.time === undefined ? {} : { time: String(state.time.ms / 1_000) }),
    ...(rangeMs === undefined ? {} : { range: rangeMs }),
    ...(state.timing ? { stats: true } : {}),
    ...(timeout === undefined ? {} : { timeout }),
  };
}

/** The moment that commands about one moment look at; milliseconds. */
export function momentOf({ state, context, connection }: ExploreRoom): number {
  return state.time?.ms ?? groundOf(context, connection).nowMs;
}

/** The server has answered, which is news when it did not the last time. */
export function answered(room: ExploreRoom, tell: (text: string) => void = room.context.note): void {
  if (room.down) tell('The server answers again.');
  room.down = false;
}

async function showAnswer(room: ExploreRoom, query: string, result: QueryResult, times: QueryTimes): Promise<void> {
  const { state, context } = room;
  const range = times.kind === 'range';
  const draw = (style: Style, from: number, most: number | undefined) =>
    renderAnswer({
      result,
      query,
      format: range ? 'graph' : 'table',
      times,
      options: most === undefined ? {} : { limit: Number.isFinite(most) ? most : 0 },
      style,
      toTerminal: context.io.stdout.isTTY,
      paging: {
        offset: from,
        blocks: state.expanded,
        showAll: range || result.data.kind === 'matrix' ? '\\more' : PAGING,
      },
    });
  await record(room, (style) => draw(range ? { ...style, width: CHART_WIDTH } : style, 0, Number.POSITIVE_INFINITY));
  const pages = range
    ? chartPages(result, (most) => draw(context.style, 0, most))
    : rowPages(result, context.style, draw);
  context.out(pages.next(screenLines(room)));
  room.pages = pages;
  room.state = { ...room.state, more: pages.left() > 0 };
}

/** Columns of a drawing in a file. */
const CHART_WIDTH = 100;

function rowPages(
  { data }: QueryResult,
  style: Style,
  draw: (style: Style, from: number, most: number | undefined) => string,
): Pages {
  if (data.kind === 'vector') return pagesOf(data.samples.length, (from, most) => draw(style, from, most));
  if (data.kind !== 'matrix') return pagesOf(1, () => draw(style, 0, undefined));
  // A limit cuts the series and the samples of each: what comes behind the first page is all of it.
  const longest = Math.max(data.series.length, ...data.series.map(({ samples }) => samples.length));
  return pagesOf(longest, (from, most) => draw(style, 0, from === 0 ? most : Number.POSITIVE_INFINITY), true);
}

/** First the series that can be told apart, then a drawing with all of them. */
function chartPages({ data }: QueryResult, draw: (most: number | undefined) => string): Pages {
  const hidden = data.kind === 'matrix' ? Math.max(0, data.series.length - DEFAULT_SERIES) : 0;
  let drawn = 0;
  return {
    left: () => (drawn === 1 ? hidden : 0),
    next(lines) {
      drawn++;
      return draw(drawn === 1 && lines !== undefined ? undefined : Number.POSITIVE_INFINITY);
    },
  };
}

/** What is said beside an answer, and what is offered instead. The answer itself is shown: when this fails, it says less. */
async function advise(
  room: ExploreRoom,
  query: string,
  outcome: { readonly result: QueryResult } | { readonly error: QueryError },
  times: QueryTimes,
): Promise<void> {
  const { context, connection } = room;
  const { io, style } = context;
  const probed: AskedTimes =
    times.kind === 'range' ? times : { kind: 'instant', timeMs: times.timeMs ?? momentOf(room) };
  const live = room.state.time === undefined && connection.nowMs === undefined;
  const asked = { query, outcome, source: connection.source, times: probed, live, clock: io.now, signal: io.signal };
  const advice = await withProgress(context, 'looking for the reason', () => queryAdvice(asked));
  // What is offered needs no facts beside it.
  const said = advice.findings.map(({ fix, facts = [], ...finding }) => ({
    ...finding,
    facts: fix === undefined ? facts : [],
  }));
  if ('result' in outcome && isEmptyResult(outcome.result.data)) {
    const { warnings, infos } = outcome.result;
    const [finding] = said;
    const told = finding === undefined ? {} : { finding };
    await show(room, (drawn) => renderEmpty(told, drawn, { warned: warnings.length + infos.length > 0 }));
  } else if (said.length > 0) await show(room, (drawn) => renderFindings(said, drawn));
  room.state = { ...room.state, offers: advice.offers };
  if (context.interactive) note(room, renderOffers(advice.offers, style));
  else for (const { query: fixed } of advice.offers) note(room, `fix: ${safeLines(fixed)}`);
}

function note({ context }: ExploreRoom, text: string): void {
  if (text !== '') context.note(text);
}

function whenText(room: ExploreRoom, times: QueryTimes, style: Style): string {
  if (times.kind === 'range') return `from ${formatTime(times.startMs, style)} to ${formatTime(times.endMs, style)}`;
  return `at ${formatTime(times.timeMs ?? momentOf(room), style)}`;
}
