import { findMetrics, isNamed } from '../explorer/find-metrics.ts';
import { inspectMetric } from '../explorer/inspect-metric.ts';
import { listMetrics } from '../explorer/metrics.ts';
import { usualWindowMs } from '../explorer/usual-window.ts';
import { nearest } from '../lib/nearest.ts';
import { UserError } from '../model/errors.ts';
import { renderLeft, renderNames } from '../render/explore.ts';
import { renderMetric, renderMetrics } from '../render/metrics.ts';
import { prose } from '../render/prose.ts';
import type { Style } from '../render/style.ts';
import { counted } from '../render/text.ts';
import { pagesOf } from './explore-pages.ts';
import { withProgress } from './explore-progress.ts';
import { answered, momentOf } from './explore-query.ts';
import { type ExploreRoom, record, screenLines, show } from './explore-room.ts';

/** How far back names and values may have been seen last; milliseconds. */
const RECENTLY_MS = 3_600_000;

/** All metrics, those that a text may mean, or the one that is meant in full. */
export async function showMetrics(room: ExploreRoom, text: string): Promise<void> {
  const { context, connection } = room;
  const { source } = connection;
  const asked = { timeMs: momentOf(room), signal: context.io.signal };
  const all = await withProgress(context, 'asking', () => listMetrics(source, asked));
  answered(room);
  if (all.length === 0)
    throw new UserError('there are no metrics in the hour before that moment', {
      hint: 'To see whether anything is scraped: up',
    });
  const found = text === '' ? all : findMetrics(all, text);
  const [first] = found;
  if (first === undefined) {
    throw new UserError(`none of the ${all.length} metrics here is called, or speaks of, "${text}"`, {
      hint: 'See them all: \\d',
    });
  }
  if (found.length > 1 && !isNamed(first, text)) {
    await showList(room, found, counted(found.length, 'metric'), 'metrics', renderMetrics);
    return;
  }
  const windowMs = await usualWindowMs(source, asked.signal);
  const inspected = await withProgress(context, 'asking', () => inspectMetric(first, source, { ...asked, windowMs }));
  await show(room, (style) => renderMetric(inspected, style));
}

/** All labels, or the values of one. */
export async function showLabels(room: ExploreRoom, label: string): Promise<void> {
  const { context, connection } = room;
  const endMs = momentOf(room);
  const asked = { startMs: endMs - RECENTLY_MS, endMs, signal: context.io.signal };
  const { source } = connection;
  const names = () => withProgress(context, 'asking', () => source.labelNames(asked));
  if (label === '') {
    const { items } = await names();
    answered(room);
    const labels = items.filter((name) => name !== '__name__');
    await showList(
      room,
      labels,
      `${counted(labels.length, 'label')}; the values of one: \`\\l job\``,
      'labels',
      renderNames,
    );
    return;
  }
  const { items } = await withProgress(context, 'asking', () => source.labelValues(label, asked));
  answered(room);
  if (items.length === 0) {
    const [meant] = nearest(label, (await names()).items);
    throw new UserError(`no series has a label "${label}" in the hour before that moment`, {
      hint: meant === undefined ? 'See all labels: \\l' : `Did you mean: \\l ${meant}`,
    });
  }
  await showList(room, items, `${counted(items.length, 'value')} of \`${label}\``, 'values', renderNames);
}

/** A list page by page, with a sentence about the whole of it at its end. */
export async function showList<T>(
  room: ExploreRoom,
  items: readonly T[],
  sentence: string,
  noun: string,
  draw: (items: readonly T[], style: Style, part: { readonly before: number; readonly more: number }) => string,
): Promise<void> {
  const { context } = room;
  const page = (style: Style, from: number, most: number) => {
    const shown = items.slice(from, from + most);
    const left = items.length - from - shown.length;
    return [
      draw(shown, style, { before: from, more: left }),
      left > 0 ? renderLeft(left, noun, style) : prose(`${sentence}.`, style),
    ].join('\n');
  };
  await record(room, (style) => page({ ...style, width: LIST_WIDTH }, 0, items.length));
  const pages = pagesOf(items.length, (from, most) => page(context.style, from, most));
  context.out(pages.next(screenLines(room)));
  room.pages = pages;
  room.state = { ...room.state, more: pages.left() > 0 };
}

/** Columns of a list in a file. */
const LIST_WIDTH = 120;
