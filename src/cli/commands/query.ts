import { shellWord } from '../../lib/shell-word.ts';
import { EXIT, UsageError, UserError } from '../../model/errors.ts';
import { isEmptyResult } from '../../model/query-result.ts';
import { safe } from '../../render/safe.ts';
import { askQuery } from '../ask-query.ts';
import { type Connection, connect } from '../connect.ts';
import type { Context } from '../context.ts';
import { withNamed } from '../named-words.ts';
import { groundOf } from '../query-ground.ts';
import {
  isMachineFormat,
  type OutputFormat,
  outputFormat,
  type QueryOptions,
  type QueryTimes,
  queryTimes,
} from '../query-plan.ts';
import { type Answer, answerPieces, leftOut, unbounded } from '../query-rows.ts';
import { queryText } from '../query-text.ts';

/** Asks one query, now or over a range, and writes the answer in the wanted form. */
export async function runQuery(context: Context, typed: readonly string[], given: QueryOptions): Promise<number> {
  const { words: args, options } = await withNamed(context, typed, given);
  const format = outputFormat(options, context.json);
  if (options.data !== undefined) refuseWithData(args, options);
  const svg = await pictureFile(context, options, format);
  const query = await queryText(context, args, 'query');
  const connection = await connect(context, options);
  const times = () => queryTimes(options, format, groundOf(context, connection));
  try {
    const asked = times();
    if (options.watch !== undefined)
      return await (await import('../watch-query.ts')).watchQuery({ context, connection, query, options, times });
    const result = await askQuery({ context, connection, query, times: asked, options, format });
    const toTerminal = context.io.stdout.isTTY;
    const answer = { result, query, format, times: asked, options, style: context.style, toTerminal };
    if (svg !== '-') await writeAnswer(context, answer);
    if (svg !== undefined) await savePicture(context, svg, answer);
    const cut = leftOut(result.data, format, options.limit);
    if (cut > 0) context.note(`note: ${cut} more left out by --limit ${options.limit}`);
    const errStyle = context.io.stderr.isTTY ? context.errStyle : unbounded(context.errStyle);
    const warned = result.warnings.length + result.infos.length > 0;
    if (warned) {
      const { renderAnnotations } = await import('../../render/annotations.ts');
      context.note(renderAnnotations(result, query, errStyle));
    }
    if (options.stats === true) {
      const { renderStats } = await import('../../render/stats.ts');
      context.note(renderStats({ data: { stats: result.stats } }, errStyle));
    }
    if (!isEmptyResult(result.data)) return EXIT.ok;
    await tellEmpty(context, connection, answer, { warned });
    return options.failOnEmpty === true ? EXIT.empty : EXIT.ok;
  } finally {
    await connection.source.close();
  }
}

/** Piece by piece: an answer of fifty megabytes is not made one text. */
async function writeAnswer(context: Context, answer: Answer): Promise<void> {
  let written = false;
  for (const piece of await answerPieces(answer)) {
    context.io.stdout.write(piece);
    written ||= piece !== '';
  }
  if (written) context.io.stdout.write('\n');
}

/** The path of the picture, made absolute; `-` is standard output, undefined no picture. */
async function pictureFile(
  { io, json }: Context,
  options: QueryOptions,
  format: OutputFormat,
): Promise<string | undefined> {
  const { svg, watch, output } = options;
  if (svg === undefined) return undefined;
  if (watch !== undefined) throw new UsageError('--svg is one picture, and --watch asks again and again');
  if (svg !== '-') return (await import('../write-picture.ts')).checkPicturePath(svg, io.cwd);
  if (json || (output !== undefined && isMachineFormat(format))) {
    throw new UsageError(`--svg - and -o ${format} both want standard output`, {
      hint: 'Name a file for the picture.',
    });
  }
  return svg;
}

async function savePicture(context: Context, svg: string, answer: Answer): Promise<void> {
  if (isEmptyResult(answer.result.data)) {
    context.note('note: nothing to draw, so no picture was written');
    return;
  }
  const { renderPicture } = await import('../query-output.ts');
  const picture = renderPicture(answer);
  if (svg === '-') context.out(picture.trimEnd());
  else {
    await (await import('../write-picture.ts')).writePicture(svg, picture);
    context.note(`wrote ${safe(svg)}`);
  }
}

function refuseWithData([query]: readonly string[], { data, watch }: QueryOptions): void {
  if (watch !== undefined) {
    throw new UsageError('--watch has nothing to wait for in a dump', { hint: 'Leave --watch out, or --data.' });
  }
  if (data === '-' && query === '-') {
    throw new UsageError('standard input cannot be both the query and the dump', {
      hint: "Give the query as a word: prom-tutor query 'up' --data -",
    });
  }
}

/** The most time that is spent on finding out why a result is empty. */
const ADVICE_MS = 5_000;

/** Says on stderr why there is no data. The answer itself is complete: when this fails, it says less. */
async function tellEmpty(
  context: Context,
  { source, nowMs, origin }: Connection,
  { query, times, result, options }: Answer,
  told: { readonly warned: boolean },
): Promise<void> {
  const { io, errStyle } = context;
  const timeMs = times.kind === 'range' ? times.endMs : (times.timeMs ?? nowMs ?? io.now());
  const range = times.kind === 'range' ? { range: times } : {};
  const live = times.kind === 'instant' && times.timeMs === undefined && nowMs === undefined;
  const signal = AbortSignal.any([io.signal, AbortSignal.timeout(ADVICE_MS)]);
  const [{ explainEmpty }, { renderEmpty }] = await Promise.all([
    import('../../advise/diagnose.ts'),
    import('../../render/empty.ts'),
  ]);
  const words = { ...told, more: whyCommand(query, times, options, origin === 'option') };
  try {
    const advice = await explainEmpty({ query, source, timeMs, ...range, outcome: { result }, live, signal });
    context.note(renderEmpty(advice, errStyle, words));
  } catch (error) {
    io.signal.throwIfAborted();
    if (!(error instanceof UserError) && !signal.aborted) throw error;
    context.note(renderEmpty({}, errStyle, told));
    if (context.debug) context.note(`debug: looking for the reason failed: ${String(error)}`);
  }
}

/** The command that shows the evidence, and offers to run what it corrects: of the same moment, from the same server. */
function whyCommand(query: string, times: QueryTimes, options: QueryOptions, named: boolean): string {
  const timeMs = times.kind === 'range' ? times.endMs : times.timeMs;
  return [
    'prom-tutor why',
    shellWord(query),
    ...(timeMs === undefined
      ? []
      : ['--time', options.time === undefined ? String(timeMs / 1000) : shellWord(options.time)]),
    ...(named && options.server !== undefined ? ['-s', shellWord(options.server)] : []),
    ...(options.data === undefined ? [] : ['--data', shellWord(options.data)]),
  ].join(' ');
}
