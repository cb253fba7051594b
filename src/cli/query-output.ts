import { stateNames } from '../advise/states.ts';
import { heatUnits, unitOf } from '../advise/unit.ts';
import { UserError } from '../model/errors.ts';
import { type InstantSample, isEmptyResult, isHistogram, type QueryData, type Series } from '../model/query-result.ts';
import { renderBarChart } from '../render/bars.ts';
import { renderChart } from '../render/chart.ts';
import { renderHeatmap } from '../render/heatmap.ts';
import { MOST_STATES } from '../render/states.ts';
import { renderSvg } from '../render/svg.ts';
import { renderTimeline } from '../render/timeline.ts';
import { hasNumbers, renderTrendTable } from '../render/trend-table.ts';
import { isMachineFormat } from './query-plan.ts';
import { type Answer, isUnordered, machineAnswer, renderRows, unbounded } from './query-rows.ts';

/** The answer in the wanted form as one text, without a newline at its end. */
export function renderAnswer(answer: Answer): string {
  const { result, query, format, options, toTerminal } = answer;
  if (isMachineFormat(format)) return [...machineAnswer(result, format, options)].join('');
  const unit = unitOf(query);
  const common = {
    ...(unit === undefined ? {} : { unit }),
    ...(options.limit === undefined ? (toTerminal ? {} : { limit: 0 }) : { limit: options.limit }),
  };
  return renderDrawing(answer, common) ?? renderRows(answer, unit);
}

type Common = { readonly unit?: string; readonly limit?: number };

/** The answer as a drawing where the format is one, else undefined; throws `UserError` for answers it cannot draw. */
function renderDrawing(answer: Answer, common: Common): string | undefined {
  const { format, query, times, style, toTerminal, result, options } = answer;
  const { data } = result;
  if (isEmptyResult(data)) return undefined;
  if (format === 'bars') return renderBarChart(barRows(data), style, { ...common, byLabels: isUnordered(query) });
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
      return renderSvg({ kind: 'bars', query, samples, options: { ...common, byLabels: isUnordered(query) } }, style);
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
