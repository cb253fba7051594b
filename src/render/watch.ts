import type { QueryData } from '../model/query-result.ts';
import { goneSeries } from './change.ts';
import { formatDuration, formatTime } from './format.ts';
import { highlightQuery } from './highlight.ts';
import { renderLabels } from './labels.ts';
import { safeLines } from './safe.ts';
import { paint, type Style } from './style.ts';
import { wrapText } from './text.ts';

/** One frame of a query that is asked again and again. Times are milliseconds. */
export type WatchFrame = {
  readonly query: string;
  readonly intervalMs: number;
  readonly askedMs: number;
  /** The next scrape, and how often they come; undefined where the server does not tell. */
  readonly scrape: { readonly intervalMs: number; readonly nextMs: number } | undefined;
  /** The answer, drawn. */
  readonly body: string;
  readonly annotations: string;
  readonly data: QueryData;
  readonly before: QueryData | undefined;
  /** Since when there is no answer, and why; `body` is then the last one. */
  readonly failure: { readonly sinceMs: number; readonly message: string } | undefined;
  /** Since when the next answer is waited for, where that is long. */
  readonly waitingMs: number | undefined;
  /** The keys that move the time of a drawing do something. */
  readonly drawing: boolean;
};

/** The lines of a frame. Only what needs the width of the terminal is broken; nothing is cut. */
export function renderWatch(frame: WatchFrame, style: Style): readonly string[] {
  const second = (ms: number) => formatTime(ms, style, 'second');
  const facts = [
    `every ${formatDuration(frame.intervalMs)}`,
    `asked at ${second(frame.askedMs)}`,
    ...(frame.scrape === undefined
      ? []
      : [`scraped every ${formatDuration(frame.scrape.intervalMs)} (next at ${second(frame.scrape.nextMs)})`]),
    'q leaves',
    ...(frame.drawing ? ['+ - [ ] 0 move the time'] : []),
  ];
  const gone = frame.before === undefined ? [] : goneSeries(frame.before, frame.data);
  const lost = [
    ...(frame.failure === undefined
      ? []
      : [`no answer since ${second(frame.failure.sinceMs)}: ${safeLines(frame.failure.message)}; asking again`]),
    ...(frame.waitingMs === undefined ? [] : [`asked again at ${second(frame.waitingMs)}, no answer yet`]),
  ];
  if (lost.length > 0) lost.push(`below is the answer of ${second(frame.askedMs)}`);
  return [
    ...wrapText(safeLines(frame.query), style.width).map((line) => highlightQuery(line, style)),
    ...wrapText(facts.join(', '), style.width).map((line) => paint(style, 'dim', line)),
    ...lost.flatMap((text) => wrapText(text, style.width)).map((line) => paint(style, 'wrong', line)),
    ...frame.body.split('\n'),
    ...gone
      .slice(0, MOST_GONE)
      .flatMap((labels) => wrapText(`gone: ${renderLabels(labels)}`, style.width, '  '))
      .map((line) => paint(style, 'warn', line)),
    ...(gone.length > MOST_GONE ? [paint(style, 'warn', `and ${gone.length - MOST_GONE} more are gone`)] : []),
    ...(frame.annotations === '' ? [] : frame.annotations.split('\n')),
  ];
}

/** More series than this that are gone at once are counted. */
const MOST_GONE = 5;

/** The frame in so many lines of a terminal; what does not fit is counted. */
export function fittedFrame(lines: readonly string[], rows: number, style: Style): readonly string[] {
  if (lines.length <= rows) return lines;
  const room = Math.max(1, rows - 1);
  const left = lines.length - room;
  return [...lines.slice(0, room), paint(style, 'warn', `+${left} more lines; q shows all`.slice(0, style.width))];
}
