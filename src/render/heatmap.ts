import { isHistogram, type Series } from '../model/query-result.ts';
import { commonLine, proseWidth, spokenLabels, timeAxis, titleLines, warned } from './chart-frame.ts';
import type { Grid } from './chart-points.ts';
import { formatNumber } from './format.ts';
import { type Heat, type HeatRow, heatsOf } from './heat.ts';
import { commonLabels, renderLabels } from './labels.ts';
import { safe } from './safe.ts';
import { paint, paintShade, type Style } from './style.ts';
import { symbolsOf } from './symbols.ts';
import { columnsOf, counted, padStart, wrapText } from './text.ts';
import { describeTrend } from './trend.ts';

export type HeatmapOptions = Grid & {
  /** Unit of the bounds, such as "seconds". */
  readonly unit?: string;
  /** What the counts in the cells are: "observations", or "observations/s" where the query asks for a rate. */
  readonly cell?: string;
  /** At most this many histograms are drawn; 0 draws all. Default 4. */
  readonly limit?: number;
  /** Without the line that says which time it is. */
  readonly bare?: boolean;
};

/** What a cell counts unless the query says more. */
export const OBSERVATIONS = 'observations';
/** More drawings than this do not fit on a screen together. */
export const DEFAULT_HEATMAPS = 4;
/** More rows than this are no longer compared at a glance. */
export const HEAT_ROWS = 24;

/**
 * Buckets over time as shades: a row for each bucket, a column for each step, the legend below. Accessible: a sentence
 * for each bucket.
 */
export function renderHeatmap(series: readonly Series[], style: Style, options: HeatmapOptions): string {
  const probe = heatsOf(series, options, { columns: Number.POSITIVE_INFINITY, rows: HEAT_ROWS });
  const width = Math.max(0, ...probe.flatMap(({ rows }) => rows.map((row) => columnsOf(boundText(row, style)))));
  const room = style.width - width - 2;
  const heats = style.accessible ? probe : heatsOf(series, options, { columns: Math.max(1, room), rows: HEAT_ROWS });
  const limit = options.limit ?? DEFAULT_HEATMAPS;
  const shown = limit === 0 ? heats : heats.slice(0, limit);
  const common = commonLabels(heats.map(({ labels }) => labels));
  const omit = common.map(([name]) => name);
  const most = mostOf(shown);
  const frame = { width, room, most, omit };
  const narrow = room < 8 && !style.accessible;
  return [
    ...(options.bare === true ? [] : titleLines(style, options)),
    ...commonLine(common, style),
    ...(narrow ? warned('Too narrow for a heatmap.', style) : []),
    ...shown.flatMap((heat, index) => [
      ...(index > 0 ? [''] : []),
      ...(style.accessible
        ? spokenHeat(heat, index, heats.length, omit, style, options)
        : narrow
          ? []
          : drawnHeat(heat, frame, style, options)),
    ]),
    ...(style.accessible || narrow ? [] : legend(shown, most, style, options)),
    ...heatNotes(series, heats, shown.length).flatMap((text) => warned(text, style)),
  ].join('\n');
}

/** The fullest cell of all, so that the same shade is the same number in every drawing. */
export function mostOf(heats: readonly Heat[]): number {
  let most = 0;
  for (const { rows } of heats)
    for (const { cells } of rows) for (const cell of cells) most = Math.max(most, cell ?? 0);
  return most;
}

/** What the drawings leave out, a sentence each. */
export function heatNotes(series: readonly Series[], heats: readonly Heat[], drawn: number): readonly string[] {
  const plain = series.filter(
    ({ labels, samples }) => labels.le === undefined && !samples.some(({ value }) => isHistogram(value)),
  ).length;
  const unusable = heats.reduce((sum, heat) => sum + heat.unusable, 0);
  return [
    ...(heats.length > drawn ? [`+${formatNumber(heats.length - drawn)} more not drawn; --limit 0 draws all`] : []),
    ...(plain > 0 ? [`${counted(plain, 'series', 'series')} without buckets not drawn; -o graph draws lines.`] : []),
    ...(unusable > 0 ? [`${counted(unusable, 'sample')} without a finite count not drawn.`] : []),
  ];
}

/** The upper bound of a row, which is the one that a classic bucket has as its label; above the last there is none. */
function boundText({ lower, upper }: HeatRow, style: Style): string {
  if (upper === Number.POSITIVE_INFINITY && Number.isFinite(lower)) return `> ${formatNumber(lower)}`;
  return `${style.ascii ? '<=' : '≤'} ${formatNumber(upper)}`;
}

type Frame = {
  readonly width: number;
  readonly room: number;
  readonly most: number;
  readonly omit: readonly string[];
};

function drawnHeat(heat: Heat, frame: Frame, style: Style, options: HeatmapOptions): readonly string[] {
  const steps = heat.rows[0]?.cells.length ?? 0;
  const hold = steps > 1 ? Math.max(1, Math.floor((frame.room - 1) / (steps - 1))) : 1;
  const width = (steps - 1) * hold + 1;
  const axis = symbolsOf(style).tick;
  const rows = heat.rows.toReversed().map((row) => {
    const head = paint(style, 'dim', `${padStart(boundText(row, style), frame.width)} ${axis}`);
    const text = shaded(
      Array.from({ length: width }, (_, column) => levelOf(row.cells[Math.floor(column / hold)], frame.most, style)),
      style,
    );
    return (head + text).trimEnd();
  });
  const name = renderLabels(heat.labels, frame.omit);
  const title = name === '{}' ? [] : wrapText(name, style.width, '  ').map((line) => paint(style, 'title', line));
  const unit = options.unit === undefined ? [] : wrapText(safe(options.unit), style.width);
  const merged = [
    ...(heat.stepsPerColumn > 1
      ? [`A column holds up to ${formatNumber(heat.stepsPerColumn)} steps: their mean.`]
      : []),
    ...(heat.bucketsPerRow > 1 ? [`A row holds up to ${formatNumber(heat.bucketsPerRow)} buckets: their sum.`] : []),
  ];
  return [
    ...title,
    ...unit.map((line) => paint(style, 'dim', line)),
    ...rows,
    ...timeAxis(width, frame.width, style, options),
    ...merged.flatMap((note) => wrapText(note, style.width)).map((line) => paint(style, 'dim', line)),
  ];
}

/** The shade of a count: 0 for none, -1 without a sample. */
function levelOf(value: number | undefined, most: number, style: Style): number {
  if (value === undefined || Number.isNaN(value)) return -1;
  if (value === 0 || most === 0) return 0;
  const levels = symbolsOf(style).shades.length - 1;
  // Sums of huge counts overflow, and an infinity is no share of another.
  if (value >= most) return levels;
  return Math.min(levels, Math.max(1, Math.ceil((value / most) * levels)));
}

/** Shades as text, neighbours of one shade in one colour together. */
function shaded(levels: readonly number[], style: Style): string {
  const { shades } = symbolsOf(style);
  let text = '';
  for (let from = 0; from < levels.length; ) {
    const level = levels[from] ?? -1;
    let to = from + 1;
    while (to < levels.length && levels[to] === level) to++;
    const run = (level < 0 ? ' ' : shades.charAt(level)).repeat(to - from);
    text +=
      level < 0 ? run : level === 0 ? paint(style, 'dim', run) : paintShade(style, level / (shades.length - 1), run);
    from = to;
  }
  return text;
}

/** Which shade stands for which numbers. */
function legend(heats: readonly Heat[], most: number, style: Style, options: HeatmapOptions): readonly string[] {
  const { shades } = symbolsOf(style);
  const levels = shades.length - 1;
  const steps = Array.from({ length: most === 0 ? 0 : levels }, (_, index) => {
    const text = `${shades.charAt(index + 1)} to ${formatNumber(rounded((most * (index + 1)) / levels))}`;
    return { text, share: (index + 1) / levels };
  });
  const gaps = heats.some(({ rows }) => rows.some(({ cells }) => cells.includes(undefined)));
  const blank = gaps ? ['blank: no sample'] : [];
  const plain = [`${shades.charAt(0)} 0`, ...steps.map(({ text }) => text), ...blank];
  const all = `${options.cell ?? OBSERVATIONS}: ${plain.join('   ')}`;
  if (columnsOf(all) > style.width) {
    return [`${options.cell ?? OBSERVATIONS} in each bucket:`, ...plain.map((text) => `  ${text}`)].flatMap((line) =>
      wrapText(line, style.width, '  ').map((each) => paint(style, 'dim', each)),
    );
  }
  const painted = steps.map(({ text, share }) => paintShade(style, share, text.charAt(0)) + text.slice(1));
  return [[`${options.cell ?? OBSERVATIONS}: ${shades.charAt(0)} 0`, ...painted, ...blank].join('   ')];
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/** The range of a bucket in words. */
export function spokenBounds({ lower, upper }: HeatRow, unit: string | undefined): string {
  const of = unit === undefined ? '' : ` ${safe(unit)}`;
  if (upper === Number.POSITIVE_INFINITY) {
    return lower === Number.NEGATIVE_INFINITY ? 'any value' : `above ${formatNumber(lower)}${of}`;
  }
  if (lower === Number.NEGATIVE_INFINITY) return `up to ${formatNumber(upper)}${of}`;
  return `above ${formatNumber(lower)} up to ${formatNumber(upper)}${of}`;
}

function spokenHeat(
  heat: Heat,
  index: number,
  total: number,
  omit: readonly string[],
  style: Style,
  options: HeatmapOptions,
): readonly string[] {
  const sums = heat.rows.map(({ cells }) => cells.reduce<number>((sum, cell) => sum + (cell ?? 0), 0));
  const all = sums.reduce((sum, each) => sum + each, 0);
  const fullest = heat.rows[sums.indexOf(Math.max(...sums))];
  const name = spokenLabels(heat.labels, omit);
  const lead =
    total > 1
      ? `Histogram ${index + 1} of ${total}${name === '' ? '' : `, ${name}`}`
      : `The histogram${name === '' ? '' : ` ${name}`}`;
  const share = (sum: number) => `${formatNumber(Math.round((1000 * sum) / all) / 10)} percent`;
  const head =
    all === 0 || fullest === undefined
      ? `${lead}: nothing was observed in ${counted(heat.rows.length, 'bucket')}.`
      : `${lead}: ${counted(heat.rows.length, 'bucket')}; the fullest is ${spokenBounds(fullest, options.unit)}, with ${share(Math.max(...sums))} of all.`;
  const rows = heat.rows.map((row, at) => {
    const points = row.cells.flatMap((value, step) =>
      value === undefined ? [] : [{ ms: options.startMs + step * options.stepMs, value }],
    );
    const said =
      points.length === 0
        ? 'no sample'
        : (sums[at] ?? 0) === 0
          ? 'always 0'
          : `${describeTrend(points, style, options.cell ?? OBSERVATIONS)}; ${share(sums[at] ?? 0)} of all`;
    return `Bucket ${at + 1} of ${heat.rows.length}, ${spokenBounds(row, options.unit)}: ${said}.`;
  });
  const merged =
    heat.bucketsPerRow > 1 ? [`Here a bucket is the sum of up to ${heat.bucketsPerRow} of the histogram's.`] : [];
  return [head, ...merged, ...rows].flatMap((text) => wrapText(text, proseWidth(style)));
}
