import { stateNames } from '../advise/states.ts';
import { heatUnits, unitOf } from '../advise/unit.ts';
import { UserError } from '../model/errors.ts';
import {
  type InstantSample,
  isEmptyResult,
  isHistogram,
  type QueryData,
  type QueryResult,
  type Series,
} from '../model/query-result.ts';
import { renderBarChart } from '../render/bars.ts';
import { renderChart } from '../render/chart.ts';
import { renderHeatmap } from '../render/heatmap.ts';
import { machinePieces } from '../render/machine.ts';
import { type ResultOptions, renderResult } from '../render/result.ts';
import { MOST_STATES } from '../render/states.ts';
import type { Style } from '../render/style.ts';
import { renderSvg } from '../render/svg.ts';
import { renderTimeline } from '../render/timeline.ts';
import { hasNumbers, renderTrendTable } from '../render/trend-table.ts';
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

/** The answer in the wanted form, without a newline at its end; nothing where a form for programs has nothing to write. */
export function answerPieces(answer: Answer): Iterable<string> {
  const { result, format, options } = answer;
  if (!isMachineFormat(format)) return [renderAnswer(answer)];
  return machinePieces(result, format, { headless: options.headers === false, limit: options.limit ?? 0 });
}

/** The same as one text. */
export function renderAnswer(answer: Answer): string {
  const { result, query, format, options, style, toTerminal } = answer;
  if (isMachineFormat(format)) return [...answerPieces(answer)].join('');
  const headless = options.headers === false;
  const free = toTerminal || style.accessible ? style : unbounded(style);
  const unit = unitOf(query);
  const common = {
    ...(unit === undefined ? {} : { unit }),
    ...(options.limit === undefined ? (toTerminal ? {} : { limit: 0 }) : { limit: options.limit }),
  };
  const drawn = renderDrawing(answer, common);
  if (drawn !== undefined) return drawn;
  return renderResult(result, free, {
    ...common,
    headless,
    byLabels: !ORDERING.test(query),
    wide: format === 'wide',
    ...(answer.before === undefined ? {} : { before: answer.before }),
    ...answer.paging,
  });
}

type Common = { readonly unit?: string; readonly limit?: number };

/** The answer as a drawing where the format is one, else undefined; throws `UserError` for answers it cannot draw. */
function renderDrawing(answer: Answer, common: Common): string | undefined {
  const { format, query, times, style, toTerminal, result, options } = answer;
  const { data } = result;
  if (isEmptyResult(data)) return undefined;
  if (format === 'bars') return renderBarChart(barRows(data), style, { ...common, byLabels: !ORDERING.test(query) });
  if (data.kind !== 'matrix' || times.kind !== 'range') return undefined;
  const { series } = data;
  if (format === 'graph') {
    const all = answer.paging?.showAll;
    return renderChart(series, style, {
      ...common,
      ...times,
      ...(all === undefined ? {} : { showAll: all }),
      ...(answer.before === undefined ? {} : { before: answer.before }),
    });
  }
  const limit = common.limit === undefined ? {} : { limit: common.limit };
  if (format === 'heatmap')
    return renderHeatmap(bucketSeries(series), style, { ...times, ...limit, ...heatOptions(query) });
  if (format === 'timeline') {
    const names = stateNames(query);
    const drawn = renderTimeline(series, style, { ...times, ...limit, ...(names === undefined ? {} : { names }) });
    if (drawn === undefined) throw noStates();
    return drawn;
  }
  if (format !== 'table' || !hasNumbers(series)) return undefined;
  const width = toTerminal || style.accessible ? style : unbounded(style);
  return renderTrendTable(series, width, { ...common, ...times, headless: options.headers === false });
}

/** The same answer as a picture: what the format draws, else lines for a range and bars for a moment. */
export function renderPicture(answer: Answer): string {
  const { format, query, times, style, result, options } = answer;
  const unit = unitOf(query);
  const limit = options.limit === undefined ? {} : { limit: options.limit };
  const common = { ...limit, ...(unit === undefined ? {} : { unit }) };
  const { data } = result;
  const picture = (): string | undefined => {
    if (data.kind !== 'matrix' || times.kind !== 'range') {
      const samples = barRows(data);
      return renderSvg(
        { kind: 'bars', query, samples, options: { ...common, byLabels: !ORDERING.test(query) } },
        style,
      );
    }
    const { series } = data;
    if (format === 'heatmap') {
      const heat = { ...times, ...limit, ...heatOptions(query) };
      return renderSvg({ kind: 'heatmap', query, series: bucketSeries(series), options: heat }, style);
    }
    if (format === 'timeline') {
      const names = stateNames(query);
      const states = { ...times, ...limit, ...(names === undefined ? {} : { names }) };
      return renderSvg({ kind: 'timeline', query, series, options: states }, style);
    }
    return renderSvg({ kind: 'lines', query, series, options: { ...common, ...times } }, style);
  };
  const drawn = picture();
  if (drawn === undefined) throw noStates();
  return drawn;
}

/** The rows of which bars are made: a number without labels is one. */
function barRows(data: QueryData): readonly InstantSample[] {
  if (data.kind === 'vector') return data.samples;
  if (data.kind === 'scalar') return [{ labels: {}, ms: data.ms, value: data.value }];
  throw new UserError(
    `bars show one number for each series, and the answer is a ${data.kind === 'matrix' ? 'range vector' : 'string'}`,
    {
      hint:
        data.kind === 'matrix'
          ? 'Take the window away, or put a function such as avg_over_time(...) around it.'
          : 'Ask with -o table.',
    },
  );
}

/** Series with buckets, or an error that says where to get them. */
function bucketSeries(series: readonly Series[]): readonly Series[] {
  if (
    series.some(({ labels, samples }) => labels.le !== undefined || samples.some(({ value }) => isHistogram(value)))
  ) {
    return series;
  }
  throw new UserError('a heatmap needs buckets: series with a label le, or native histograms; the answer has neither', {
    hint: "Keep the buckets, as in 'sum by (le) (rate(sse_request_duration_seconds_bucket[5m]))', or draw lines with -o graph.",
  });
}

function heatOptions(query: string): { readonly unit?: string; readonly cell: string } {
  const { bound, cell } = heatUnits(query);
  return { cell, ...(bound === undefined ? {} : { unit: bound }) };
}

function noStates(): UserError {
  return new UserError(`a timeline needs states: whole numbers, at most ${MOST_STATES} different ones`, {
    hint: 'Values that are measured are drawn as lines by -o graph; a comparison with bool makes states of them: x > bool 5.',
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
