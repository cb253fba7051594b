import { unitOf } from '../advise/unit.ts';
import type { QueryData, QueryResult } from '../model/query-result.ts';
import { renderChart } from '../render/chart.ts';
import { renderMachine } from '../render/machine.ts';
import { renderResult } from '../render/result.ts';
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
};

/** The answer in the wanted form; '' where a form for programs has nothing to write. */
export function renderAnswer(answer: Answer): string {
  const { result, query, format, options, times, style, toTerminal } = answer;
  const headless = options.headers === false;
  if (isMachineFormat(format)) return renderMachine(result, format, { headless, limit: options.limit ?? 0 });
  const unit = unitOf(query);
  const common = {
    ...(unit === undefined ? {} : { unit }),
    ...(options.limit === undefined ? (toTerminal ? {} : { limit: 0 }) : { limit: options.limit }),
  };
  if (format === 'graph' && result.data.kind === 'matrix' && result.data.series.length > 0 && times.kind === 'range') {
    return renderChart(result.data.series, style, { ...common, ...times });
  }
  return renderResult(result, toTerminal || style.accessible ? style : unbounded(style), {
    ...common,
    headless,
    byLabels: !ORDERING.test(query),
    wide: format === 'wide',
    ...(answer.before === undefined ? {} : { before: answer.before }),
  });
}

/** The order of an instant vector means something only after these; otherwise rows are shown by their labels. */
const ORDERING = /\b(?:sort\w*|topk|bottomk|limitk)\b/;

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
