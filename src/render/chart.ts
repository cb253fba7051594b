import { labelsKey } from '../model/labels.ts';
import { isHistogram, type Series } from '../model/query-result.ts';
import { type ValueAxis, valueAxis, valueLabels } from './axis.ts';
import { changeText, type LastValues } from './change.ts';
import { commonLine, proseWidth, spokenLabels, timeAxis, titleLines, warned } from './chart-frame.ts';
import { type ChartSeries, chartColumns, coveringSeries, pointsOf, type Grid as TimeGrid } from './chart-points.ts';
import { formatNumber, formatTime } from './format.ts';
import { commonLabels, renderLabels, seriesLetter } from './labels.ts';
import { type Dot, plotLines } from './plot.ts';
import { safe } from './safe.ts';
import { paint, paintSeries, type Style } from './style.ts';
import { symbolsOf } from './symbols.ts';
import { columnsOf, counted, padStart, wrapText } from './text.ts';
import { describeTrend } from './trend.ts';

export type ChartOptions = TimeGrid & {
  /** Rows of the plot, about; 12 unless told otherwise. */
  readonly height?: number;
  readonly title?: string;
  /** Unit of the values, such as "requests/s"; written above the axis. */
  readonly unit?: string;
  /** At most this many series are drawn; 0 draws all. Default 10. */
  readonly limit?: number;
  /** What draws all series, for the notice; `--limit 0` unless told otherwise. */
  readonly showAll?: string;
  /** Numbers of the frame before by `labelsKey`: the legend says how each last value has changed. */
  readonly before?: LastValues;
  /** The ends of the value axis, where somebody wants them; what lies beyond is drawn at the end. */
  readonly floor?: number;
  readonly ceiling?: number;
  /** A value beside the axis; a plain number unless told otherwise. */
  readonly tickText?: (value: number) => string;
};

/**
 * Series over time as a chart: value axis, time axis, one line a series with gaps where there is no sample, and a legend
 * with letter, last, lowest and highest value. Accessible: a sentence a series instead. Never wider than the style.
 */
export function renderChart(series: readonly Series[], style: Style, options: ChartOptions): string {
  const limit = options.limit ?? DEFAULT_SERIES;
  const shown = (limit === 0 ? series : series.slice(0, limit)).map((one) => pointsOf(one, options));
  const common = commonLabels(series.map(({ labels }) => labels));
  const hidden = series.length - shown.length;
  const { drawn, under } = style.accessible ? NOT_DRAWN : drawLines(shown, style, options);
  const lines = [
    ...titleLines(style, options),
    ...(series.length === 0 ? warned('Nothing to draw: no series.', style) : []),
    ...drawn,
    ...commonLine(common, style),
    ...shown.flatMap((one, index) => legend(one, index, under[index], common, shown.length, style, options)),
    ...notes(hidden, series, style, options.showAll),
  ];
  return lines.join('\n');
}

export const DEFAULT_SERIES = 10;
const DEFAULT_HEIGHT = 12;
/** A level needs no more rows than this to be seen. */
const FLAT_HEIGHT = 4;

export type Drawing = {
  readonly drawn: readonly string[];
  /** Per series the one whose line hides its own. */
  readonly under: readonly (number | undefined)[];
};

const NOT_DRAWN: Drawing = { drawn: [], under: [] };

/** The plot with its two axes; nothing where no series has a number to draw. */
export function drawLines(shown: readonly ChartSeries[], style: Style, options: ChartOptions): Drawing {
  const values = shown.flatMap(({ points }) => points.map(({ value }) => value));
  if (values.length === 0) return NOT_DRAWN;
  const [low, high] = endsOf(values, options);
  const asked = Math.max(2, Math.round(options.height ?? DEFAULT_HEIGHT));
  const wanted = low === high ? Math.min(asked, FLAT_HEIGHT) : asked;
  const axis = valueAxis(low, high, Math.max(1, Math.round(wanted / 3)));
  const rowsPerTick = Math.max(1, Math.round(wanted / (axis.ticks.length - 1)));
  const height = rowsPerTick * (axis.ticks.length - 1);
  const labels = options.tickText === undefined ? valueLabels(axis.ticks) : axis.ticks.map(options.tickText);
  const labelWidth = Math.max(...labels.map(columnsOf));
  const room = style.width - labelWidth - 2;
  if (room < 8) return { ...NOT_DRAWN, drawn: warned('Too narrow for a chart.', style) };
  const layout = chartColumns(shown, options, room);
  const lines = layout.columns.map((column) =>
    column.map((value) => (value === undefined ? undefined : scaled(value, axis, height))),
  );
  const grid = plotLines(
    lines,
    height,
    shown.map((_, index) => seriesLetter(index)),
    style,
  );
  const symbols = symbolsOf(style);
  const rows = grid.map((row, index) => {
    const fromBottom = height - index;
    const tick = fromBottom % rowsPerTick === 0;
    const label = tick ? (labels[fromBottom / rowsPerTick] ?? '') : '';
    const head = `${padStart(label, labelWidth)} ${tick ? symbols.tick : symbols.axis}`;
    return (paint(style, 'dim', head) + paintedRow(row, style, layout.width)).trimEnd();
  });
  const unit =
    options.unit === undefined
      ? []
      : wrapText(safe(options.unit), style.width).map((line) => paint(style, 'dim', line));
  const merged = layout.stepsPerColumn > 1 ? [mergedNote(layout.stepsPerColumn)] : [];
  return {
    drawn: [
      ...unit,
      ...rows,
      ...timeAxis(layout.width, labelWidth, style, options),
      ...merged.flatMap((note) => wrapText(note, style.width)).map((line) => paint(style, 'dim', line)),
    ],
    under: coveringSeries(lines.map((line) => line.map((row) => (row === undefined ? undefined : Math.round(row))))),
  };
}

/** Lowest and highest value, or the ends that are wanted where these are the right way round. */
function endsOf(values: readonly number[], { floor, ceiling }: ChartOptions): readonly [number, number] {
  const least = values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
  const most = values.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
  const low = floor ?? least;
  const high = ceiling ?? most;
  return low <= high ? [low, high] : [least, most];
}

function mergedNote(steps: number): string {
  return `A column holds up to ${formatNumber(steps)} steps and shows the value farthest from the column before.`;
}

function scaled(value: number, axis: ValueAxis, height: number): number {
  const share = (value / 2 - axis.min / 2) / (axis.max / 2 - axis.min / 2);
  return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) * height : 0;
}

function paintedRow(row: readonly (Dot | undefined)[], style: Style, width: number): string {
  let text = '';
  let run = '';
  let series: number | undefined;
  const flush = () => {
    text += series === undefined || run === '' ? run : paintSeries(style, series, run);
    run = '';
  };
  for (let at = 0; at < width; at++) {
    const dot = row[at];
    if (dot?.series !== series) {
      flush();
      series = dot?.series;
    }
    run += dot?.text ?? ' ';
  }
  flush();
  return text;
}

/** One line a series: letter, labels, and the numbers that the drawing only suggests. */
function legend(
  series: ChartSeries,
  index: number,
  under: number | undefined,
  common: readonly (readonly [string, string])[],
  total: number,
  style: Style,
  options: ChartOptions,
): readonly string[] {
  const omit = common.map(([name]) => name);
  const letter = seriesLetter(index);
  if (style.accessible) {
    const name = spokenLabels(series.labels, omit);
    const lead =
      total > 1
        ? `Series ${letter} of ${total}${name === '' ? '' : `, ${name}`}`
        : name === ''
          ? 'The series'
          : `The series ${name}`;
    const sentence = [
      describeTrend(series.points, style, options.unit === undefined ? undefined : safe(options.unit)),
      ...remarks(series, style, options),
    ];
    return wrapText(`${lead}: ${sentence.join('; ')}.`, proseWidth(style));
  }
  const name = renderLabels(series.labels, omit);
  const lead = `${letter}  `;
  const hiddenBy = under === undefined ? [] : [`lies on ${seriesLetter(under)}`];
  const text = `${name === '{}' && omit.length > 0 ? '' : `${name}: `}${[numbersOf(series, style, options.before), ...hiddenBy, ...remarks(series, style, options)].join('; ')}`;
  return wrapText(text, Math.max(1, style.width - lead.length), '').map((line, at) =>
    at === 0 ? `${paintSeries(style, index, letter)}  ${line}` : `   ${line}`,
  );
}

function numbersOf(series: ChartSeries, style: Style, before: LastValues | undefined): string {
  const values = series.points.map(({ value }) => value);
  const last = values.at(-1);
  if (last === undefined) return 'no number to draw';
  const low = values.reduce((least, value) => Math.min(least, value), last);
  const high = values.reduce((most, value) => Math.max(most, value), last);
  const change = before === undefined ? '' : ` ${changeText(before.get(labelsKey(series.labels)), last, style)}`;
  return `last ${formatNumber(last)}${change}, min ${formatNumber(low)}, max ${formatNumber(high)}`;
}

/** What the line cannot show: where it ends early, how often it breaks, values that are no numbers. */
function remarks(series: ChartSeries, style: Style, options: ChartOptions): readonly string[] {
  const found: string[] = [];
  const last = series.points.at(-1);
  if (last !== undefined && options.endMs - last.ms >= options.stepMs * 1.5) {
    found.push(
      `ends at ${formatTime(last.ms, style, options.endMs - options.startMs < 600_000 ? 'second' : 'minute')}`,
    );
  }
  if (series.gaps > 0) found.push(counted(series.gaps, 'gap'));
  for (const [name, count] of [
    ['NaN', series.nan],
    ['+Inf', series.plusInf],
    ['-Inf', series.minusInf],
  ] as const) {
    if (count > 0) found.push(`${counted(count, 'point')} ${count === 1 ? 'is' : 'are'} ${name} and not drawn`);
  }
  return found;
}

function notes(
  hidden: number,
  series: readonly Series[],
  style: Style,
  showAll: string | undefined,
): readonly string[] {
  const found: string[] = [];
  if (hidden > 0) {
    found.push(`+${formatNumber(hidden)} more series not drawn; ${showAll ?? '--limit 0'} draws all`);
  }
  if (series.some(({ samples }) => samples.some(({ value }) => isHistogram(value)))) {
    found.push(
      'Native histograms have no line: ask for histogram_quantile(0.99, ...), histogram_avg or histogram_count.',
    );
  }
  return found.flatMap((text) => warned(text, style));
}
