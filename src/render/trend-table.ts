import { isHistogram, type Series } from '../model/query-result.ts';
import { commonLine, proseWidth, spokenLabels, titleLines, warned } from './chart-frame.ts';
import { type ChartSeries, chartColumns, type Grid, pointsOf } from './chart-points.ts';
import { formatNumber } from './format.ts';
import { commonLabels, labelPairs, renderLabels } from './labels.ts';
import { safe } from './safe.ts';
import { paint, type Style } from './style.ts';
import { symbolsOf } from './symbols.ts';
import { type Cell, type Column, renderTable } from './table.ts';
import { columnsOf, counted, wrapText } from './text.ts';
import { describeTrend } from './trend.ts';
import { formatValue } from './value.ts';

export type TrendTableOptions = Grid & {
  /** Unit of the values; written above the table. */
  readonly unit?: string;
  /** At most this many series; 0 shows all. Default 20. */
  readonly limit?: number;
  /** Leaves the column names out. */
  readonly headless?: boolean;
};

/**
 * Series over time as a table: last, lowest and highest value of each, and its trend as a small drawing, every row on a
 * scale of its own. Accessible: the trend in words. The samples themselves are in the wide form.
 */
export function renderTrendTable(series: readonly Series[], style: Style, options: TrendTableOptions): string {
  const limit = options.limit ?? DEFAULT_ROWS;
  const shown = limit === 0 ? series : series.slice(0, limit);
  const common = commonLabels(series.map(({ labels }) => labels));
  const omit = common.map(([name]) => name);
  const samples = series.reduce((sum, one) => sum + one.samples.length, 0);
  const hidden = series.length - shown.length;
  const columns = trendWidth(shown, omit, style, options);
  const table = renderTable(
    style.accessible ? SPOKEN_COLUMNS : columnsFor(),
    shown.map((one) =>
      style.accessible ? spokenRow(one, omit, style, options) : rowOf(one, omit, style, options, columns),
    ),
    style,
    { rowName: 'Series', more: hidden, ...(options.headless === undefined ? {} : { headless: options.headless }) },
  );
  const foot = `${counted(series.length, 'series', 'series')}, ${counted(samples, 'sample')}; each trend has a scale of its own; -o wide shows every sample`;
  return [
    ...(options.headless === true ? [] : titleLines(style, options)),
    ...commonLine(common, style),
    ...(options.unit === undefined || style.accessible || options.headless === true
      ? []
      : wrapText(safe(options.unit), style.width).map((line) => paint(style, 'dim', line))),
    table,
    ...(table.includes('\n\n') ? [''] : []),
    ...(hidden > 0 ? warned(`+${formatNumber(hidden)} more series; --limit 0 shows all`, style) : []),
    ...(options.headless === true
      ? []
      : wrapText(
          style.accessible ? foot.replace('each trend has a scale of its own; ', '') : foot,
          proseWidth(style),
        ).map((line) => paint(style, 'dim', line))),
  ].join('\n');
}

const DEFAULT_ROWS = 20;
/** Columns of a trend: enough to see a shape, few enough that no label beside it has to be broken. */
function trendWidth(series: readonly Series[], omit: readonly string[], style: Style, grid: Grid): number {
  const widest = (texts: readonly string[]) => texts.reduce((most, text) => Math.max(most, columnsOf(text)), 3);
  const numbers = series.map((one) => extremes(one, pointsOf(one, grid)));
  const beside = [numbers.map(({ last }) => last), numbers.map(({ low }) => low), numbers.map(({ high }) => high)];
  const pairs = series.flatMap(({ labels }) => labelPairs(labels, omit).map(([name, value]) => safe(name + value)));
  // Beside a pair itself: a bracket, the sign, two quotes and a comma; and the gaps of five columns.
  const taken = beside.reduce((sum, texts) => sum + widest(texts), 0) + widest(pairs) + 5 + 4 * 2;
  return Math.max(LEAST_TREND, Math.min(MOST_TREND, style.width - taken));
}

const LEAST_TREND = 8;
const MOST_TREND = 24;

const SPOKEN_COLUMNS: readonly Column[] = ['', 'last', 'min', 'max', 'trend'].map((head) => ({ head }));

function columnsFor(): readonly Column[] {
  const number = (head: string): Column => ({ head, align: 'right', role: 'number' });
  return [
    number('last'),
    number('min'),
    number('max'),
    { head: 'trend', whole: true, role: 'label' },
    { head: 'series' },
  ];
}

function rowOf(one: Series, omit: readonly string[], style: Style, grid: Grid, columns: number): readonly Cell[] {
  const series = pointsOf(one, grid);
  const { last, low, high } = extremes(one, series);
  const trend = sparkLine(series, style, grid, columns);
  return [
    last,
    low,
    high,
    trend === '' ? 'nothing to draw' : trend,
    [renderLabels(one.labels, omit), ...remarks(series)].join('; '),
  ];
}

function spokenRow(one: Series, omit: readonly string[], style: Style, options: TrendTableOptions): readonly Cell[] {
  const series = pointsOf(one, options);
  const { last, low, high } = extremes(one, series);
  const unit = options.unit === undefined ? undefined : safe(options.unit);
  const name = spokenLabels(one.labels, omit);
  const trend = series.points.length === 0 ? 'nothing to draw' : describeTrend(series.points, style, unit);
  return [name === '' ? 'no labels of its own' : name, last, low, high, [trend, ...remarks(series)].join('; ')];
}

/** The last sample whatever it is, and the ends of the finite values. */
function extremes(
  one: Series,
  { points }: ChartSeries,
): { readonly last: string; readonly low: string; readonly high: string } {
  const last = one.samples.at(-1)?.value;
  const values = points.map(({ value }) => value);
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  return {
    last: last === undefined ? '' : formatValue(last),
    low: values.length === 0 ? '' : formatNumber(low),
    high: values.length === 0 ? '' : formatNumber(high),
  };
}

/** A line of heights, one a column; blank where there is no sample, and in the middle where nothing moves. */
export function sparkLine(series: ChartSeries, style: Style, grid: Grid, width: number): string {
  const { heights } = symbolsOf(style);
  const values = series.points.map(({ value }) => value);
  if (values.length === 0) return '';
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const { columns } = chartColumns([series], grid, width);
  const text = (columns[0] ?? []).map((value) => {
    if (value === undefined) return ' ';
    const share = high === low ? (high === 0 ? 0 : 0.5) : (value / 2 - low / 2) / (high / 2 - low / 2);
    return heights.charAt(Math.min(heights.length - 1, Math.floor(share * heights.length)));
  });
  return text.join('');
}

function remarks({ gaps, nan, plusInf, minusInf }: ChartSeries): readonly string[] {
  const not = (count: number, name: string) =>
    count === 0 ? [] : [`${counted(count, 'point')} ${count === 1 ? 'is' : 'are'} ${name}`];
  return [
    ...(gaps > 0 ? [counted(gaps, 'gap')] : []),
    ...not(nan, 'NaN'),
    ...not(plusInf, '+Inf'),
    ...not(minusInf, '-Inf'),
  ];
}

/** Whether any series has a number at all; native histograms have no trend. */
export function hasNumbers(series: readonly Series[]): boolean {
  return series.some(({ samples }) => samples.some(({ value }) => !isHistogram(value)));
}
