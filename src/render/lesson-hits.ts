import type { Hit } from '../tutor/search-lessons.ts';
import { proseWidth } from './lesson.ts';
import { prose } from './prose.ts';
import { safe } from './safe.ts';
import { paint, type Style } from './style.ts';
import { counted, wrapText } from './text.ts';

/** Where in the course something stands, lesson by lesson; `wanted` is what was looked for. */
export function renderHits(hits: readonly Hit[], wanted: string, suffix: string, style: Style): string {
  const first = hits[0];
  if (first === undefined) return prose(`Nothing about "${safe(wanted)}" in the lessons.`, style);
  const lessons = [...new Set(hits.map(({ lesson }) => lesson))];
  const blocks = lessons.map((lesson) => {
    const own = hits.filter((hit) => hit.lesson === lesson);
    const shown = own.slice(0, MOST);
    const rest = own.length - shown.length;
    return [
      paint(style, 'title', safe(`${lesson.number} ${lesson.slug}: ${lesson.title}`)),
      ...shown.flatMap((hit) => hitLines(hit, style)),
      ...(rest === 0 ? [] : [`${style.accessible ? '' : '  '}and ${counted(rest, 'place')} more`]),
    ].join('\n');
  });
  const command = `prom-tutor lesson ${first.lesson.number}${suffix}`;
  return [...blocks, `${paint(style, 'hint', 'take it:')} ${paint(style, 'query', safe(command))}`].join('\n\n');
}

/** Places of one lesson that are shown. */
const MOST = 5;

function hitLines({ where, text }: Hit, style: Style): readonly string[] {
  const lead = style.accessible ? '' : '  ';
  const line = where === undefined ? text : `${where}: ${text}`;
  return wrapText(safe(line), proseWidth(style) - 2 * lead.length, lead).map((part) => `${lead}${part}`);
}
