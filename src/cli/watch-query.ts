import { Interrupted, UnavailableError } from '../model/errors.ts';
import { labelsKey } from '../model/labels.ts';
import type { QueryData, QueryResult } from '../model/query-result.ts';
import { renderAnnotations } from '../render/annotations.ts';
import { formatDuration, formatTime } from '../render/format.ts';
import { safeLines } from '../render/safe.ts';
import { paint } from '../render/style.ts';
import { columnsOf, wrapText } from '../render/text.ts';
import { askQuery } from './ask-query.ts';
import type { Connection } from './connect.ts';
import type { Context } from './context.ts';
import { renderAnswer } from './query-output.ts';
import { isMachineFormat, type OutputFormat, outputFormat, type QueryOptions, type QueryTimes } from './query-plan.ts';

export type Watch = {
  readonly context: Context;
  readonly connection: Connection;
  readonly query: string;
  readonly options: QueryOptions & { readonly watch?: number };
  /** The times of the next question: `now` moves on. */
  readonly times: () => QueryTimes;
};

/**
 * Asks again and again until Ctrl-C, which rejects with `Interrupted` and leaves the last frame. On a terminal each frame
 * takes the place of the one before; in a pipe, and in accessible mode, frames follow each other. The first failure ends
 * it; later ones are told, and the next question is asked all the same.
 */
export async function watchQuery(watch: Watch): Promise<number> {
  const { context, options } = watch;
  const { io } = context;
  const intervalMs = options.watch ?? 5_000;
  const format = watchFormat(context, options);
  const screen = redraws(context, format) ? new Screen(context) : undefined;
  let before: ReadonlyMap<string, number> | undefined;
  try {
    for (let round = 0; ; round++) {
      const began = io.now();
      const times = watch.times();
      const result = await ask(watch, format, times, round);
      if (result !== undefined) {
        const frame = frameOf(watch, format, result, times, round, before);
        before = valuesOf(result.data);
        if (screen !== undefined) screen.show(frame);
        else if (frame !== '') context.out(frame);
      }
      await io.sleep(Math.max(0, intervalMs - (io.now() - began)), io.signal);
    }
  } catch (error) {
    if (error instanceof Interrupted && screen !== undefined) context.out('');
    if (error instanceof Interrupted) return error.exitCode;
    throw error;
  }
}

/** In a pipe the default are JSON lines, one for each series and frame. */
function watchFormat(context: Context, options: QueryOptions): OutputFormat {
  const format = outputFormat(options, context.json);
  return options.output === undefined && !context.json && !context.io.stdout.isTTY ? 'jsonl' : format;
}

function redraws({ io, style }: Context, format: OutputFormat): boolean {
  return io.stdout.isTTY && !style.accessible && io.env.TERM !== 'dumb' && !isMachineFormat(format);
}

async function ask(
  watch: Watch,
  format: OutputFormat,
  times: QueryTimes,
  round: number,
): Promise<QueryResult | undefined> {
  const { context } = watch;
  try {
    return await askQuery({ ...watch, times, format });
  } catch (error) {
    context.io.signal.throwIfAborted();
    if (round === 0 || !(error instanceof UnavailableError)) throw error;
    const when = formatTime(context.io.now(), context.style, 'second');
    context.note(`${paint(context.errStyle, 'wrong', `${when} error:`)} ${safeLines(error.message)}; asking again`);
    return undefined;
  }
}

function frameOf(
  watch: Watch,
  format: OutputFormat,
  result: QueryResult,
  times: QueryTimes,
  round: number,
  before: ReadonlyMap<string, number> | undefined,
): string {
  const { context, query, options } = watch;
  const toTerminal = context.io.stdout.isTTY;
  const style = toTerminal
    ? { ...context.style, width: context.io.stdout.columns() ?? context.style.width }
    : context.style;
  const machine = isMachineFormat(format);
  const shown = machine && round > 0 ? { ...options, headers: false } : options;
  const body = renderAnswer({
    result,
    query,
    format,
    times,
    options: shown,
    style,
    toTerminal,
    ...(before === undefined || machine ? {} : { before }),
  });
  const annotations = renderAnnotations(result, query, style);
  if (machine || !toTerminal) {
    if (annotations !== '' && round === 0) context.note(annotations);
    return body;
  }
  const clock = formatTime(context.io.now(), style, 'second');
  const head = wrapText(`every ${formatDuration(options.watch ?? 0)}, ${clock}, Ctrl-C ends`, style.width);
  const title = wrapText(safeLines(query), style.width).map((line) => paint(style, 'query', line));
  return [
    ...title,
    ...head.map((line) => paint(style, 'dim', line)),
    body,
    ...(annotations === '' ? [] : [annotations]),
  ].join('\n');
}

function valuesOf(data: QueryData): ReadonlyMap<string, number> {
  if (data.kind !== 'vector') return new Map();
  return new Map(
    data.samples.flatMap(({ labels, value }): [string, number][] =>
      typeof value === 'number' ? [[labelsKey(labels), value]] : [],
    ),
  );
}

/** The part of the terminal that frames are drawn over. */
class Screen {
  readonly #context: Context;
  #last: readonly string[] = [];

  constructor(context: Context) {
    this.#context = context;
  }

  /** Draws over the last frame where it is still wholly on the screen; otherwise below it. */
  show(frame: string): void {
    const { stdout } = this.#context.io;
    const columns = stdout.columns() ?? this.#context.style.width;
    const height = this.#last.reduce((sum, line) => sum + Math.max(1, Math.ceil(columnsOf(line) / columns)), 0);
    const visible = height > 0 && height < (stdout.rows?.() ?? 24);
    stdout.write(`${visible ? `\x1b[${height}A\x1b[J` : ''}${frame}\n`);
    this.#last = frame.split('\n');
  }
}
