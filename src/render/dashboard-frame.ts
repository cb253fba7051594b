import type { DashboardView } from '../explorer/dashboard/types.ts';
import { proseWidth } from './chart-frame.ts';
import { headlines } from './dashboard.ts';
import { formatTime } from './format.ts';
import { safe } from './safe.ts';
import { paint, type Style } from './style.ts';
import { columnsOf, padEnd, wrapText } from './text.ts';

type Shown = { readonly from: number; readonly to: number; readonly of: number; readonly helping: boolean };

/** The last line of the screen: which lines are seen, and as many keys as there is room for. */
export function footer({ from, to, of, helping }: Shown, style: Style): string {
  const where = to - from + 1 >= of ? '' : `lines ${from}-${to} of ${of}, j k   `;
  const keys = helping ? ['any key goes back', 'q leaves'] : FOOTER_KEYS;
  let text = where.trimEnd();
  for (const key of keys) {
    const longer = text === '' ? key : `${text}   ${key}`;
    if (columnsOf(longer) > style.width) break;
    text = longer;
  }
  return paint(style, 'dim', text.slice(0, style.width));
}

const FOOTER_KEYS = [
  'q leaves',
  '? keys',
  'r asks again',
  'p pauses',
  '+ - zoom',
  '[ ] back and forth',
  '0 as at first',
];

const KEYS: readonly (readonly [string, string])[] = [
  ['q', 'leave; Ctrl-C does as well'],
  ['r', 'ask everything again, variables too'],
  ['p', 'pause, and go on'],
  ['+ -', 'half of the time, twice as much'],
  ['[ ]', 'half of the time back, and forth'],
  ['0', 'the time as at first'],
  ['j k', 'a line down, up; the arrows do as well'],
  ['Space b', 'a page down, up'],
  ['g G', 'to the top, to the end'],
  ['? h', 'this'],
];

/** What the keys do. */
export function dashboardHelp(style: Style): readonly string[] {
  return [
    '',
    ...KEYS.flatMap(([keys, does]) =>
      wrapText(does, Math.max(10, style.width - 12)).map((line, index) =>
        index === 0 ? `  ${paint(style, 'title', padEnd(keys, 8))}  ${line}` : `            ${line}`,
      ),
    ),
  ];
}

/** More changes than this at once are counted. */
const MOST_CHANGES = 20;

/** What is different in the second view, a line each, with the time in front. */
export function changesText(before: DashboardView, now: DashboardView, style: Style): string {
  const at = formatTime(now.askedMs ?? now.endMs, style, 'second');
  if (now.lost !== undefined) {
    return before.lost === undefined
      ? wrapText(`${at}: no answer: ${safe(now.lost.message)}; asking again`, proseWidth(style)).join('\n')
      : `${at}: still no answer`;
  }
  const old = headlines(before, style);
  const changes = [...headlines(now, style)].flatMap(([name, text]) => {
    const was = old.get(name);
    if (was === text) return [];
    return [was === undefined ? `${name}: now ${text}` : `${name}: ${text}, before ${was}`];
  });
  const gone = [...old.keys()].filter((name) => !headlines(now, style).has(name)).map((name) => `${name}: gone`);
  const all = [...(before.lost === undefined ? [] : ['the server answers again']), ...changes, ...gone];
  if (all.length === 0) return `${at}: nothing has changed`;
  const more = all.length > MOST_CHANGES ? [`${all.length - MOST_CHANGES} more changes`] : [];
  return [`${at}:`, ...all.slice(0, MOST_CHANGES), ...more]
    .flatMap((line) => wrapText(line, proseWidth(style)))
    .join('\n');
}
