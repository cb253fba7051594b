import type { QueryPosition } from './errors.ts';

/** A text of Prometheus with its position told apart; the position is absent when the text names none. */
export type PositionedText = { readonly message: string; readonly position: QueryPosition | undefined };

/**
 * Takes "(1:25)" off the end of a warning or info. Prometheus counts bytes; with the query at hand the column is
 * counted in characters (UTF-16 units, as JavaScript strings are indexed), as everywhere else here.
 */
export function annotationPosition(text: string, query?: string): PositionedText {
  const match = /\s*\((\d{1,9}):(\d{1,9})\)$/.exec(text);
  if (match === null) return { message: text, position: undefined };
  return { message: text.slice(0, match.index), position: positionOf(match[1], match[2], query) };
}

/**
 * Takes `1:6: parse error: ` (or `unknown position: parse error: `) off the front of an error of the API, together with
 * the `invalid parameter "query": ` that newer versions put before it. Other texts stay as they are.
 */
export function parseErrorPosition(text: string, query?: string): PositionedText {
  const match =
    /^(?:invalid parameter "(?:query|match\[\])": )?(?:(\d{1,9}):(\d{1,9})|unknown position): parse error: /.exec(text);
  if (match === null) return { message: text, position: undefined };
  return { message: text.slice(match[0].length), position: positionOf(match[1], match[2], query) };
}

function positionOf(line: string | undefined, column: string | undefined, query: string | undefined) {
  if (line === undefined || column === undefined) return undefined;
  return inCharacters({ line: Number(line), column: Number(column) }, query);
}

/** From a column counted in UTF-8 bytes to one counted in characters of that line. */
function inCharacters(position: QueryPosition, query: string | undefined): QueryPosition {
  const line = query?.split('\n')[position.line - 1];
  if (line === undefined) return position;
  const before = new TextEncoder().encode(line).subarray(0, Math.max(0, position.column - 1));
  const overhang = Math.max(0, position.column - 1 - before.length);
  return { line: position.line, column: new TextDecoder().decode(before).length + overhang + 1 };
}
