import { unitOfName, unitText } from '../advise/unit-name.ts';
import { isEmptyResult, type QueryData, type QueryResult } from '../model/query-result.ts';
import { type MachineFormat, machinePieces } from '../render/machine.ts';
import { type ResultOptions, renderResult } from '../render/result.ts';
import type { Style } from '../render/style.ts';
import { isMachineFormat, type OutputFormat, type QueryOptions, type QueryTimes } from './query-plan.ts';

export type Answer = {
  readonly result: QueryResult;
  readonly query: string;
  readonly format: OutputFormat;
  readonly times: QueryTimes;
  readonly options: QueryOptions;
  readonly style: Style;
  /** A person looks at it: rows are limited and lines kept to the width. A pipe gets everything. */
  readonly toTerminal: boolean;
  /** Values of the frame before, for `--watch`. */
  readonly before?: ReadonlyMap<string, number>;
  /** Where a table is shown page by page: which rows, and what shows the others. */
  readonly paging?: Pick<ResultOptions, 'offset' | 'blocks' | 'showAll'>;
};

/**
 * The answer in the wanted form, without a newline at its end; nothing where a form for programs has nothing to write.
 * What draws, and the parser that finds the unit of a query, are loaded for the answers that need them.
 */
export async function answerPieces(answer: Answer): Promise<Iterable<string>> {
  const { result, query, format, options } = answer;
  if (isMachineFormat(format)) return machineAnswer(result, format, options);
  if (areRows(answer) && BARE_NAME.test(query)) return [renderRows(answer, unitOfMetric(query))];
  return [(await import('./query-output.ts')).renderAnswer(answer)];
}

/** The forms for programs, piece by piece. */
export function machineAnswer(result: QueryResult, format: MachineFormat, options: QueryOptions): Iterable<string> {
  return machinePieces(result, format, { headless: options.headers === false, limit: options.limit ?? 0 });
}

/** Whether the answer is a table in any case. */
function areRows({ format, result }: Answer): boolean {
  return (format === 'table' || format === 'wide') && (result.data.kind !== 'matrix' || isEmptyResult(result.data));
}

/** A query that is the name of a metric tells its unit without being parsed. */
const BARE_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

function unitOfMetric(name: string): string | undefined {
  const unit = unitOfName(name);
  return unit === undefined ? undefined : unitText(unit);
}

/** Rows of labels and values. */
export function renderRows(answer: Answer, unit: string | undefined): string {
  const { result, query, format, options, style, toTerminal } = answer;
  return renderResult(result, toTerminal || style.accessible ? style : unbounded(style), {
    ...(unit === undefined ? {} : { unit }),
    ...(options.limit === undefined ? (toTerminal ? {} : { limit: 0 }) : { limit: options.limit }),
    headless: options.headers === false,
    byLabels: isUnordered(query),
    wide: format === 'wide',
    ...(answer.before === undefined ? {} : { before: answer.before }),
    ...answer.paging,
  });
}

/** The order of an instant vector means something only after some functions; otherwise rows are shown by their labels. */
export function isUnordered(query: string): boolean {
  return !/\b(?:sort\w*|topk|bottomk|limitk)\b/.test(query);
}

/** The style for a place that is no terminal: there one row, one message, one query stays one line, however long. */
export function unbounded(style: Style): Style {
  return { ...style, width: 1_000_000 };
}

/** How many rows or series `--limit` keeps out of an answer in a form for programs, which cannot say so itself. */
export function leftOut(data: QueryData, format: OutputFormat, limit: number | undefined): number {
  if (limit === undefined || limit === 0 || format === 'json' || !isMachineFormat(format)) return 0;
  const count = data.kind === 'vector' ? data.samples.length : data.kind === 'matrix' ? data.series.length : 1;
  return Math.max(0, count - limit);
}
