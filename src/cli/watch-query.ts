import { Interrupted, UserError } from '../model/errors.ts';
import type { QueryData, QueryResult } from '../model/query-result.ts';
import { renderAnnotations } from '../render/annotations.ts';
import { lastValues, spokenChanges } from '../render/change.ts';
import { formatDuration, formatTime } from '../render/format.ts';
import { safeLines } from '../render/safe.ts';
import { PROSE_WIDTH, paint, type Style } from '../render/style.ts';
import { wrapText } from '../render/text.ts';
import { askQuery } from './ask-query.ts';
import type { Connection } from './connect.ts';
import type { Context } from './context.ts';
import { renderAnswer } from './query-output.ts';
import { isMachineFormat, type OutputFormat, outputFormat, type QueryOptions, type QueryTimes } from './query-plan.ts';
import { watchScreen } from './watch-screen.ts';

export type Watch = {
  readonly context: Context;
  readonly connection: Connection;
  readonly query: string;
  readonly options: QueryOptions & { readonly watch?: number };
  /** The times of the next question: `now` moves on. */
  readonly times: () => QueryTimes;
};

/**
 * Asks again and again. On a terminal each frame takes the place of the one before, until q (exit code 0) or Ctrl-C (130);
 * the last one stays. In accessible mode the answer is told once and then what changes; in a pipe come JSON lines, one for
 * each series and question. The first failure ends it; later ones are told, and the next question is asked all the same.
 */
export async function watchQuery(watch: Watch): Promise<number> {
  const { context, options } = watch;
  const format = watchFormat(context, options);
  const { io, style } = context;
  try {
    if (io.stdout.isTTY && !style.accessible && io.env.TERM !== 'dumb' && !isMachineFormat(format))
      return await watchScreen(watch, format);
    return await watchLines(watch, format);
  } catch (error) {
    if (error instanceof Interrupted) return error.exitCode;
    throw error;
  }
}

/** How often is asked where nobody said. */
const USUAL_MS = 5_000;

export function intervalOf({ options }: Watch): number {
  return options.watch ?? USUAL_MS;
}

/** In a pipe the default are JSON lines, one for each series and frame. */
function watchFormat(context: Context, options: QueryOptions): OutputFormat {
  const format = outputFormat(options, context.json);
  return options.output === undefined && !context.json && !context.io.stdout.isTTY ? 'jsonl' : format;
}

/** Answers one behind the other: for pipes, and for those who hear them. */
async function watchLines(watch: Watch, format: OutputFormat): Promise<number> {
  const { context } = watch;
  const { io } = context;
  let before: QueryData | undefined;
  let lost = false;
  for (let round = 0; ; round++) {
    const began = io.now();
    const times = watch.times();
    try {
      const result = await askQuery({ ...watch, times, format });
      if (lost && !isMachineFormat(format)) context.out(`${clock(context)}: the server answers again`);
      lost = false;
      const text = linesOf(watch, format, result, times, before);
      if (text !== '') context.out(text);
      before = result.data;
    } catch (error) {
      io.signal.throwIfAborted();
      if (round === 0 || !(error instanceof UserError)) throw error;
      lost = true;
      const lead = paint(context.errStyle, 'wrong', `${clock(context)} error:`);
      context.note(`${lead} ${safeLines(error.message)}; asking again`);
    }
    await io.sleep(Math.max(0, intervalOf(watch) - (io.now() - began)), io.signal);
  }
}

function clock({ io, style }: Context): string {
  return formatTime(io.now(), style, 'second');
}

function linesOf(
  watch: Watch,
  format: OutputFormat,
  result: QueryResult,
  times: QueryTimes,
  before: QueryData | undefined,
): string {
  const { context, query, options } = watch;
  const { style } = context;
  const machine = isMachineFormat(format);
  if (!machine && style.accessible && before !== undefined) {
    return [`${clock(context)}:`, ...spokenChanges(before, result.data, style)].join('\n');
  }
  const shown = before !== undefined ? { ...options, headers: false } : options;
  const drawn = answerOf(watch, format, result, times, style, machine ? shown : options);
  const annotations = renderAnnotations(result, query, style);
  if (annotations !== '' && before === undefined) context.note(annotations);
  if (machine || !style.accessible) return drawn;
  const head = `Asked every ${formatDuration(intervalOf(watch))}, now at ${clock(context)}. After this only what changes is told. Ctrl-C ends.`;
  return [`Query: ${safeLines(query)}`, ...wrapText(head, PROSE_WIDTH), drawn].join('\n');
}

/** The answer in its form; `before` are the numbers it is compared with. */
export function answerOf(
  watch: Watch,
  format: OutputFormat,
  result: QueryResult,
  times: QueryTimes,
  style: Style,
  options: QueryOptions = watch.options,
  before?: QueryData,
): string {
  return renderAnswer({
    result,
    query: watch.query,
    format,
    times,
    options,
    style,
    toTerminal: watch.context.io.stdout.isTTY,
    ...(before === undefined ? {} : { before: lastValues(before) }),
  });
}
