import type { Series } from '../model/query-result.ts';
import { commonLine, proseWidth, spokenLabels, timeAxis, titleLines, warned } from './chart-frame.ts';
import type { Grid } from './chart-points.ts';
import { formatDuration, formatNumber, formatTime } from './format.ts';
import { commonLabels, renderLabels } from './labels.ts';
import { type State, type StateNames, type StateSeries, type States, statesOf } from './states.ts';
import { paint, paintSeries, type Style } from './style.ts';
import { symbolsOf } from './symbols.ts';
import { columnsOf, wrapText } from './text.ts';

export type TimelineOptions = Grid & {
  /** What the values stand for, where that is known. */
  readonly names?: StateNames;
  /** At most this many series are drawn; 0 draws all. Default 20. */
  readonly limit?: number;
};

export const DEFAULT_BANDS = 20;

/**
 * The states of series over time: for each a band with the letter of the state wherever it changes, and how long each
 * state lasted. Accessible: sentences. Undefined when the values are no states.
 */
export function renderTimeline(series: readonly Series[], style: Style, options: TimelineOptions): string | undefined {
  const found = statesOf(series, options, options.names);
  if (found === undefined) return undefined;
  const limit = options.limit ?? DEFAULT_BANDS;
  const shown = limit === 0 ? found.series : found.series.slice(0, limit);
  const common = commonLabels(series.map(({ labels }) => labels));
  const omit = common.map(([name]) => name);
  const hidden = found.series.length - shown.length;
  const more = hidden > 0 ? warned(`+${formatNumber(hidden)} more series not drawn; --limit 0 draws all`, style) : [];
  const head = [...titleLines(style, options), ...commonLine(common, style)];
  if (style.accessible) {
    const told = shown.flatMap((one, index) => spokenSeries(one, index, found, omit, style, options));
    return [...head, ...told, ...more].join('\n');
  }
  const width = Math.max(2, style.width - 3);
  const bands = shown.flatMap((one) => {
    const name = renderLabels(one.labels, omit);
    const lead = name === '{}' && omit.length > 0 ? '' : `${name}: `;
    return [
      ...wrapText(`${lead}${durations(one, found)}`, style.width, '  '),
      `  ${stateBand(one, width, style, options)}`.trimEnd(),
    ];
  });
  return [...head, ...bands, ...timeAxis(width, 0, style, options), ...stateLegend(found, shown, style), ...more].join(
    '\n',
  );
}

/** "up 52m, down 8m; 2 changes, the last at 11:32" */
export function durations(one: StateSeries, { states }: States): string {
  const parts = states.flatMap((state) => {
    const ms = lasted(one, state);
    return ms === undefined ? [] : [`${state.name} ${formatDuration(ms)}`];
  });
  const missing = one.missingMs > 0 ? [`no sample ${formatDuration(one.missingMs)}`] : [];
  return [...parts, ...missing].join(', ');
}

function lasted({ stretches }: StateSeries, state: State): number | undefined {
  const own = stretches.filter((each) => each.state === state);
  return own.length === 0 ? undefined : own.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
}

/** One character a column: the letter where a stretch begins, its filling after that, blank without a sample. */
export function stateBand({ stretches }: StateSeries, width: number, style: Style, grid: Grid): string {
  const { fills } = symbolsOf(style);
  const range = Math.max(1, grid.endMs - grid.startMs);
  const column = (ms: number) => Math.round(((ms - grid.startMs) / range) * (width - 1));
  const cells: { text: string; state: State | undefined }[] = Array.from({ length: width }, () => ({
    text: ' ',
    state: undefined,
  }));
  for (const { state, fromMs, toMs } of stretches) {
    for (let at = column(fromMs); at <= column(toMs) && at < width; at++) {
      cells[at] = { text: fills.charAt(state.rank), state };
    }
  }
  // A letter is never lost to one that follows: where two stretches begin in one column, the later moves on by one.
  let free = 0;
  for (const { state, fromMs } of stretches) {
    const at = Math.max(free, column(fromMs));
    if (at >= width) continue;
    cells[at] = { text: state.letter, state };
    free = at + 1;
  }
  const runs: { text: string; state: State | undefined }[] = [];
  for (const { text, state } of cells) {
    const last = runs.at(-1);
    if (last !== undefined && last.state === state) last.text += text;
    else runs.push({ text, state });
  }
  return runs.map(({ text, state }) => (state === undefined ? text : paintSeries(style, state.rank, text))).join('');
}

export function stateLegend({ states }: States, shown: readonly StateSeries[], style: Style): readonly string[] {
  const { fills } = symbolsOf(style);
  const parts = states.map(({ letter, rank, name, value }) => ({
    rank,
    mark: `${letter}${fills.charAt(rank)}`,
    text: name === formatNumber(value) ? name : `${name} (${formatNumber(value)})`,
  }));
  const blank = shown.some(({ missingMs }) => missingMs > 0) ? ['blank: no sample'] : [];
  const plain = [...parts.map(({ mark, text }) => `${mark} ${text}`), ...blank].join('   ');
  const lines = wrapText(plain, style.width);
  if (columnsOf(plain) > style.width) return lines.map((line) => paint(style, 'dim', line));
  return [[...parts.map(({ rank, mark, text }) => `${paintSeries(style, rank, mark)} ${text}`), ...blank].join('   ')];
}

/** So many stretches are read out; more of them are counted. */
const SPOKEN_STRETCHES = 12;

function spokenSeries(
  one: StateSeries,
  index: number,
  found: States,
  omit: readonly string[],
  style: Style,
  options: TimelineOptions,
): readonly string[] {
  const name = spokenLabels(one.labels, omit);
  const total = found.series.length;
  const lead =
    total > 1
      ? `Series ${index + 1} of ${total}${name === '' ? '' : `, ${name}`}`
      : name === ''
        ? 'The series'
        : `The series ${name}`;
  const detail =
    options.endMs - options.startMs < 600_000
      ? 'second'
      : options.endMs - options.startMs > 86_400_000
        ? 'day-minute'
        : 'minute';
  const at = (ms: number) => formatTime(ms, style, detail);
  const told = one.stretches
    .slice(0, SPOKEN_STRETCHES)
    .map(({ state, fromMs, toMs }) => `${state.name} from ${at(fromMs)} to ${at(toMs)}`);
  const rest = one.stretches.length - told.length;
  const more = rest > 0 ? [`and ${formatNumber(rest)} more changes; -o table and -o csv have all`] : [];
  return wrapText(`${lead}: ${[...told, ...more].join(', ')}. In all: ${durations(one, found)}.`, proseWidth(style));
}
