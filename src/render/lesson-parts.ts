import type { PartResult, QueryPart } from '../tutor/query-parts.ts';
import { formatNumber } from './format.ts';
import { highlightQuery } from './highlight.ts';
import { proseWidth } from './lesson.ts';
import { safe, safeLines } from './safe.ts';
import { paint, type Style } from './style.ts';
import { counted, wrapText } from './text.ts';

/** A query taken apart: every part on a line of its own, what stands inside it under it, and what each part gives. */
export function renderParts(parts: readonly QueryPart[], style: Style): string {
  return parts
    .flatMap((part, index) => (style.accessible ? spoken(part, index, parts.length, style) : drawn(part, style)))
    .join('\n');
}

/** Deeper parts are moved in no further than this, so that there is room for them. */
const DEEPEST = 6;

function drawn({ text, depth, gives }: QueryPart, style: Style): readonly string[] {
  const lead = ' '.repeat(2 * Math.min(depth, DEEPEST));
  const result = wrapText(givesText(gives), Math.max(20, proseWidth(style) - lead.length - 5));
  return [
    `${lead}${highlightQuery(text, style)}`,
    ...result.map(
      (line, index) =>
        `${lead}  ${index === 0 ? '= ' : '  '}${paint(style, gives.kind === 'error' ? 'warn' : 'dim', line)}`,
    ),
  ];
}

function spoken({ text, depth, gives }: QueryPart, index: number, of: number, style: Style): readonly string[] {
  return [
    ...wrapText(`Part ${index + 1} of ${of}, level ${depth + 1}, gives ${givesText(gives)}:`, proseWidth(style)),
    `Query: ${safeLines(text)}`,
  ];
}

function givesText(gives: PartResult): string {
  switch (gives.kind) {
    case 'rows':
      return gives.count === 0 ? 'nothing' : counted(gives.count, 'row');
    case 'series':
      return gives.count === 0 ? 'no samples' : `the samples of ${gives.count} series`;
    case 'number':
      return `the number ${formatNumber(gives.value)}`;
    case 'text':
      return 'a text';
    case 'error':
      return `an error: ${safe(gives.message)}`;
  }
}
