import { type Labels, labelsKey } from '../model/labels.ts';
import { isHistogram, type QueryData } from '../model/query-result.ts';
import { proseWidth, spokenLabels } from './chart-frame.ts';
import { formatNumber } from './format.ts';
import { commonLabels } from './labels.ts';
import type { Style } from './style.ts';
import { symbolsOf } from './symbols.ts';
import { wrapText } from './text.ts';

/** The newest number of each series, by `labelsKey`. */
export type LastValues = ReadonlyMap<string, number>;

/**
 * How a number has moved since it was last asked for: an arrow and by how much (a sign in ASCII, words in accessible
 * output), `=`, or `new` for a series that was not there.
 */
export function changeText(before: number | undefined, value: number, style: Style): string {
  if (before === undefined) return 'new';
  if (Object.is(before, value) || before === value) return style.accessible ? 'unchanged' : '=';
  const change = value - before;
  if (Number.isNaN(change)) return 'changed';
  const size = formatNumber(Math.abs(change));
  if (style.accessible) return `${change > 0 ? 'up' : 'down'} by ${size}`;
  const { up, down } = symbolsOf(style);
  return `${change > 0 ? up : down}${size}`;
}

/** What the next answer is compared with. */
export function lastValues(data: QueryData): LastValues {
  return new Map(
    rowsOf(data).flatMap(({ labels, value }): [string, number][] =>
      value === undefined ? [] : [[labelsKey(labels), value]],
    ),
  );
}

/** More series than this at once are counted. */
const MOST_TOLD = 20;

/** What has changed, a sentence each, for those who hear it; one sentence when nothing has. */
export function spokenChanges(before: QueryData, now: QueryData, style: Style): readonly string[] {
  const old = lastValues(before);
  const rows = rowsOf(now);
  const common = commonLabels(rows.map(({ labels }) => labels)).map(([name]) => name);
  const nameOf = (labels: Labels) => spokenLabels(labels, common) || 'the value';
  const told = rows.flatMap(({ labels, value }) => {
    if (value === undefined) return [];
    const was = old.get(labelsKey(labels));
    return Object.is(was, value)
      ? []
      : [`${nameOf(labels)}: ${formatNumber(value)}, ${changeText(was, value, style)}.`];
  });
  const there = new Set(rows.map(({ labels }) => labelsKey(labels)));
  const gone = rowsOf(before)
    .filter(({ labels }) => !there.has(labelsKey(labels)))
    .map(({ labels }) => `${nameOf(labels)}: gone.`);
  const all = [...told, ...gone];
  if (all.length === 0) return ['Nothing has changed.'];
  const more = all.length > MOST_TOLD ? [`${all.length - MOST_TOLD} more have changed.`] : [];
  return [...all.slice(0, MOST_TOLD), ...more].flatMap((line) => wrapText(line, proseWidth(style)));
}

/** The labels of series that were in the answer before and are not any more. */
export function goneSeries(before: QueryData, now: QueryData): readonly Labels[] {
  const there = new Set(rowsOf(now).map(({ labels }) => labelsKey(labels)));
  return rowsOf(before).flatMap(({ labels }) => (there.has(labelsKey(labels)) ? [] : [labels]));
}

function rowsOf(data: QueryData): readonly { readonly labels: Labels; readonly value: number | undefined }[] {
  switch (data.kind) {
    case 'vector':
      return data.samples.map(({ labels, value }) => ({ labels, value: isHistogram(value) ? undefined : value }));
    case 'matrix':
      return data.series.map(({ labels, samples }) => {
        const value = samples.at(-1)?.value;
        return { labels, value: value === undefined || isHistogram(value) ? undefined : value };
      });
    case 'scalar':
      return [{ labels: {}, value: data.value }];
    case 'string':
      return [];
  }
}
