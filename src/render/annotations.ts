import { annotationPosition } from '../model/position.ts';
import { renderCaret } from './caret.ts';
import { safeLines } from './safe.ts';
import { paint, type Style } from './style.ts';
import { wrapText } from './text.ts';

/** The warnings and infos of an answer, each with a caret under the place in the query that it names; '' when there are none. */
export function renderAnnotations(
  result: { readonly warnings: readonly string[]; readonly infos: readonly string[] },
  query: string,
  style: Style,
): string {
  return [
    ...result.warnings.map((text) => annotation('warning', text, query, style)),
    ...result.infos.map((text) => annotation('info', text, query, style)),
  ].join('\n');
}

function annotation(word: 'warning' | 'info', text: string, query: string, style: Style): string {
  const { message, position } = annotationPosition(text, query);
  const lead = `${word}: `;
  const lines = wrapText(lead + safeLines(message.replace(/^PromQL (warning|info): /, '')), style.width, '  ');
  const painted = lines.map((line, index) =>
    index === 0 && line.startsWith(lead)
      ? paint(style, word === 'warning' ? 'warn' : 'hint', lead.trimEnd()) + line.slice(lead.length - 1)
      : line,
  );
  return [...painted, ...(position === undefined ? [] : [renderCaret(query, position, style)])].join('\n');
}
