/** A stretch of the query's text: UTF-16 offsets, `end` exclusive, so that `text.slice(start, end)` is what it covers. */
export type Span = { readonly start: number; readonly end: number };

export function mergeSpans(a: Span, b: Span): Span {
  return { start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}

/**
 * Where an offset is, as Prometheus counts it: 1-based line, 1-based column in bytes of UTF-8.
 * For a caret under the text use the offset itself, which counts characters.
 */
export function positionOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  const lastBreak = before.lastIndexOf('\n');
  const line = before.split('\n').length;
  return { line, column: utf8Length(before.slice(lastBreak + 1)) + 1 };
}

/** As `positionOf`, with the column in characters of the text (UTF-16 units): where a caret goes. */
export function positionInText(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

/** `line:column`, the prefix of Prometheus' parse errors and the suffix of its annotations. */
export function formatPosition(text: string, offset: number): string {
  if (text === '') return 'unknown position';
  const { line, column } = positionOf(text, offset);
  return `${line}:${column}`;
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
