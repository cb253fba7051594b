import type { NamedSeries, PanelData, PanelState } from '../explorer/dashboard/types.ts';
import type { Series } from '../model/query-result.ts';
import { isHistogram } from '../model/query-result.ts';
import { drawLines } from './chart.ts';
import { proseWidth, timeAxis } from './chart-frame.ts';
import { pointsOf } from './chart-points.ts';
import { formatTime } from './format.ts';
import { axisFactor, commonUnit } from './grafana-units.ts';
import { renderHeatmap } from './heatmap.ts';
import { seriesLetter } from './labels.ts';
import { mappedText, settingsOf, shownValue, valueText } from './panel-value.ts';
import { safe } from './safe.ts';
import { MOST_STATES, type StateNames, statesOf } from './states.ts';
import { paint, paintSeries, type Style } from './style.ts';
import { columnsOf, padEnd, wrapText } from './text.ts';
import { stateBand, stateLegend } from './timeline.ts';
import { describeTrend } from './trend.ts';

/** More lines than this cannot be followed. */
const MOST_LINES = 12;
/** More bands than this are not compared. */
const MOST_BANDS = 24;

/** Series as lines over time, with the legend under them: letter, name, last value. */
export function linesBody({ panel, data }: PanelState, style: Style): readonly string[] {
  if (data === undefined) return [];
  const all = seriesOf(data);
  const shown = all.slice(0, MOST_LINES);
  const points = shown.map((one) => pointsOf(one, data.grid));
  const more =
    all.length > shown.length ? wrapText(`+${all.length - shown.length} more series, not drawn`, style.width) : [];
  if (style.accessible) {
    const told = shown.flatMap((one, index) => {
      const settings = settingsOf(panel, one);
      const say = (value: number) => valueText(value, settings, style);
      const trend = describeTrend(points[index]?.points ?? [], style, say);
      return wrapText(`${nameOf(one, settings.displayName)}: ${trend}.`, proseWidth(style));
    });
    return [...told, ...more];
  }
  const { settings } = panel;
  const most = points.reduce(
    (high, one) => one.points.reduce((top, { value }) => Math.max(top, Math.abs(value)), high),
    0,
  );
  // Round numbers of the axis are to be round in the unit that is written beside it: 50 MiB, not 47.7 MiB.
  const factor = axisFactor(most, settings.unit);
  const common = commonUnit(settings.unit);
  const scaled = points.map((one) => ({
    ...one,
    points: one.points.map(({ ms, value }) => ({ ms, value: value / factor })),
  }));
  const { drawn, under } = drawLines(scaled, style, {
    ...data.grid,
    height: Math.max(3, Math.min(14, panel.place.h - 2)),
    tickText: (value) => {
      const text = valueText(value * factor, { ...settings, decimals: undefined }, style);
      return common !== undefined && text.endsWith(` ${common}`) ? text.slice(0, -common.length - 1) : text;
    },
    ...(settings.min === undefined ? {} : { floor: settings.min / factor }),
    ...(settings.max === undefined ? {} : { ceiling: settings.max / factor }),
  });
  const entries = shown.map((one, index) => {
    const own = settingsOf(panel, one);
    const last = points[index]?.points.at(-1);
    const value = shownValue(last?.value, own, style);
    const covered = under[index];
    const notes = [
      ...(value.verdict === undefined ? [] : [value.verdict]),
      ...(covered === undefined ? [] : [`on ${seriesLetter(covered)}`]),
      ...(last !== undefined && data.grid.endMs - last.ms >= data.grid.stepMs * 1.5
        ? [`ends ${formatTime(last.ms, style, 'minute')}`]
        : []),
    ];
    const letter = shown.length > 1 ? seriesLetter(index) : '';
    return {
      plain: `${letter === '' ? '' : `${letter} `}${nameOf(one, own.displayName)} ${value.text}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`,
      letter,
      index,
    };
  });
  return [...drawn, ...flowed(entries, style), ...more.map((text) => paint(style, 'warn', text))];
}

function seriesOf({
  series,
  samples,
}: PanelData): readonly (Series & { readonly name: string; readonly refId: string })[] {
  return [
    ...series,
    ...samples.map(({ name, refId, labels, ms, value }) => ({ name, refId, labels, samples: [{ ms, value }] })),
  ];
}

function nameOf({ name }: { readonly name: string }, displayName: string | undefined): string {
  return safe(displayName === undefined || displayName.includes('$') ? name : displayName);
}

type Entry = { readonly plain: string; readonly letter: string; readonly index: number };

/** Entries of a legend one behind the other, three blanks between them; one that is too long has lines of its own. */
function flowed(entries: readonly Entry[], style: Style): readonly string[] {
  const lines: string[] = [];
  let used = 0;
  for (const { plain, letter, index } of entries) {
    const pieces = wrapText(plain, style.width, '  ');
    const painted = pieces.map((piece, at) =>
      at === 0 && letter !== '' ? `${paintSeries(style, index, letter)}${piece.slice(letter.length)}` : piece,
    );
    const width = columnsOf(pieces[0] ?? '');
    if (lines.length > 0 && pieces.length === 1 && used + 3 + width <= style.width) {
      lines[lines.length - 1] += `   ${painted[0] ?? ''}`;
      used += 3 + width;
    } else {
      lines.push(...painted);
      used = columnsOf(pieces.at(-1) ?? '');
    }
  }
  return lines;
}

/** States over time: a band for each series, its state now, and what the letters stand for. */
export function statesBody(state: PanelState, style: Style): readonly string[] {
  const { panel, data } = state;
  if (data === undefined) return [];
  const all = data.series;
  const coded = codedStates(state, all, style);
  const found = coded === undefined ? undefined : statesOf(coded.series, data.grid, coded.names);
  if (found === undefined) return linesBody(state, style);
  const shown = found.series.slice(0, MOST_BANDS);
  const more =
    all.length > shown.length ? [paint(style, 'warn', `+${all.length - shown.length} more series, not drawn`)] : [];
  const names = all.map((one) => nameOf(one, settingsOf(panel, one).displayName));
  if (style.accessible) {
    const told = shown.flatMap(({ stretches }, index) => {
      const parts = stretches.slice(-8).flatMap(({ state: { name }, fromMs, toMs }, at, told) => {
        const next = told[at + 1]?.fromMs;
        const gap = next === undefined || next <= toMs ? [] : [`no sample from ${formatTime(toMs, style, 'minute')}`];
        return [`${name} from ${formatTime(fromMs, style, 'minute')}`, ...gap];
      });
      const before = stretches.length > 8 ? 'after earlier changes ' : '';
      const text = parts.length === 0 ? 'no sample' : before + parts.join(', ');
      return wrapText(`${names[index] ?? ''}: ${text}.`, proseWidth(style));
    });
    return [...told, ...more];
  }
  const nameWidth = Math.max(...shown.map((_, index) => columnsOf(names[index] ?? '')));
  const now = shown.map(({ stretches }) => stretches.at(-1)?.state.name ?? 'no sample');
  const nowWidth = Math.max(...now.map(columnsOf));
  const beside = nameWidth <= style.width * 0.45 && style.width - nameWidth - nowWidth - 4 >= LEAST_BAND;
  const lead = beside ? nameWidth + 2 : 2;
  const width = Math.max(2, style.width - lead - (beside ? nowWidth + 2 : 0));
  const bands = shown.flatMap((one, index) => {
    const drawn = stateBand(one, width, style, data.grid);
    const name = names[index] ?? '';
    if (beside) return [`${padEnd(name, nameWidth)}  ${padEnd(drawn, width)}  ${now[index] ?? ''}`];
    return [...wrapText(`${name}: now ${now[index] ?? ''}`, style.width, '  '), `  ${drawn}`.trimEnd()];
  });
  const axis = timeAxis(width, lead - 2, style, data.grid);
  return [...bands, ...axis, ...stateLegend(found, shown, style), ...more];
}

/** A band shorter than this shows no times. */
const LEAST_BAND = 20;

/**
 * Values as numbers of states and the words for them. Where text stands for a range of values, or a threshold does, each
 * text is one state; where every value is whole it is its own. Undefined when there are too many.
 */
function codedStates(
  { panel }: PanelState,
  all: readonly NamedSeries[],
  style: Style,
): { readonly series: readonly Series[]; readonly names: StateNames } | undefined {
  const texts = new Map<string, number>();
  const values = new Set<number>();
  const whole: Record<number, string> = {};
  let direct = true;
  const series = all.map((one) => {
    const settings = settingsOf(panel, one);
    const samples = one.samples.flatMap(({ ms, value }) => {
      if (isHistogram(value)) return [];
      values.add(value);
      const mapped = mappedText(value, settings);
      const shown = mapped ?? shownValue(value, settings, style).verdict ?? valueText(value, settings, style);
      if (mapped !== undefined && Number.isInteger(value)) whole[value] = mapped;
      if (!Number.isInteger(value) || (mapped === undefined && shown !== valueText(value, settings, style)))
        direct = false;
      if (!texts.has(shown) && texts.size <= MOST_STATES) texts.set(shown, texts.size);
      return [{ ms, value, state: texts.get(shown) ?? MOST_STATES }];
    });
    return { labels: one.labels, samples };
  });
  if (texts.size > MOST_STATES) return undefined;
  // Two values with one word are one state.
  if (direct && values.size === texts.size) return { series, names: whole };
  const names = Object.fromEntries([...texts].map(([text, index]) => [index, text]));
  return {
    series: series.map(({ labels, samples }) => ({
      labels,
      samples: samples.map(({ ms, state }) => ({ ms, value: state })),
    })),
    names,
  };
}

/** Buckets over time as shades; the counts of one panel are of one histogram. */
export function heatmapBody({ panel, data }: PanelState, style: Style): readonly string[] {
  if (data === undefined) return [];
  const unit = panel.settings.unit === '' ? {} : { unit: safe(panel.settings.unit) };
  return renderHeatmap(data.series, style, { ...data.grid, ...unit, bare: true, limit: 2, cell: 'a step' }).split('\n');
}
