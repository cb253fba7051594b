/** A text with a place in it: an offset between two characters as a reader sees them. */
export type Place = { readonly text: string; readonly cursor: number };

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The offset before the character that ends here. */
export function before({ text, cursor }: Place): number {
  if (cursor <= 0) return 0;
  return graphemes.segment(text).containing(cursor - 1)?.index ?? 0;
}

/** The offset behind the character that begins here. */
export function behind({ text, cursor }: Place): number {
  const found = graphemes.segment(text).containing(cursor);
  return found === undefined ? text.length : found.index + found.segment.length;
}

/** The nearest offset at or before `at` that does not cut a character in two. */
export function wholeAt(text: string, at: number): number {
  if (at <= 0) return 0;
  return at >= text.length ? text.length : (graphemes.segment(text).containing(at)?.index ?? at);
}

/** Where the word that ends here or before this place begins. */
export function wordStart(place: Place): number {
  return back(place, back(place, place.cursor, isGap), isWord);
}

/** Where the word that begins here or behind this place ends. */
export function wordEnd(place: Place): number {
  return ahead(place, ahead(place, place.cursor, isGap), isWord);
}

/** Where what stands between blanks begins. */
export function blankStart(place: Place): number {
  return back(place, back(place, place.cursor, isBlank), (unit) => !isBlank(unit));
}

type Test = (unit: string) => boolean;

/** Half of a character beyond the first plane counts as a letter: a word is never cut there. */
const isWord: Test = (unit) => /[\p{L}\p{M}\p{N}_\ud800-\udfff]/u.test(unit);
const isGap: Test = (unit) => !isWord(unit);
const isBlank: Test = (unit) => /\s/.test(unit);

function back({ text }: Place, from: number, test: Test): number {
  let at = from;
  while (at > 0 && test(text[at - 1] ?? '')) at--;
  return at;
}

function ahead({ text }: Place, from: number, test: Test): number {
  let at = from;
  while (at < text.length && test(text[at] ?? '')) at++;
  return at;
}

export function lineStart({ text, cursor }: Place): number {
  // Before the first character there is nothing to look at, and lastIndexOf would look at it all the same.
  return cursor <= 0 ? 0 : text.lastIndexOf('\n', cursor - 1) + 1;
}

export function lineEnd({ text, cursor }: Place): number {
  const end = text.indexOf('\n', cursor);
  return end === -1 ? text.length : end;
}

/** How many characters stand between the beginning of the line and the cursor. */
export function columnOf(place: Place): number {
  return [...graphemes.segment(place.text.slice(lineStart(place), place.cursor))].length;
}

/** The place in the line above (-1) or below (1) that is this many characters from its beginning; undefined without such a line. */
export function lineAway(place: Place, step: -1 | 1, column: number): number | undefined {
  const edge = step === -1 ? lineStart(place) - 1 : lineEnd(place) + 1;
  if (edge < 0 || edge > place.text.length) return undefined;
  const line = { text: place.text, cursor: edge };
  const from = lineStart(line);
  const characters = [...graphemes.segment(place.text.slice(from, lineEnd(line)))].slice(0, column);
  return from + characters.reduce((sum, { segment }) => sum + segment.length, 0);
}
