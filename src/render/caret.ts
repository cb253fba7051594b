import type { QueryPosition } from '../model/errors.ts';
import { safe } from './safe.ts';
import { PROSE_WIDTH, paint, type Style } from './style.ts';
import { symbolsOf } from './symbols.ts';
import { charactersOf, columnsOf, wrapText } from './text.ts';

/** A piece of a query by its offsets in the JavaScript string, the end excluded. */
export type Span = { readonly start: number; readonly end: number };

/**
 * The line of the query that holds the place, and a `^` under it (under every character of a span). A long line is cut
 * around the place and says which characters are shown. Accessible: "at character 29, the word openai".
 */
export function renderCaret(query: string, where: QueryPosition | Span, style: Style): string {
  const place = placeOf(query, where);
  return style.accessible ? spokenPlace(query, place, style) : drawnPlace(place, style);
}

/** One line of the query, and which of its characters are meant: offsets within the line, the end excluded. */
type Place = {
  readonly line: string;
  readonly number: number;
  readonly of: number;
  readonly start: number;
  readonly end: number;
};

function placeOf(query: string, where: QueryPosition | Span): Place {
  const lines = query.split('\n').map((line) => line.replace(/\r$/, ''));
  const starts: number[] = [];
  let offset = 0;
  for (const line of query.split('\n')) {
    starts.push(offset);
    offset += line.length + 1;
  }
  const at = 'line' in where ? indexWithin(where.line - 1, lines.length) : lineAt(starts, where.start);
  const line = lines[at] ?? '';
  const start = clamp('line' in where ? where.column - 1 : where.start - (starts[at] ?? 0), 0, line.length);
  const end = 'line' in where ? start + 1 : where.end - (starts[at] ?? 0);
  return { line, number: at + 1, of: lines.length, start, end: Math.max(start + 1, Math.min(end, line.length)) };
}

function lineAt(starts: readonly number[], offset: number): number {
  const after = starts.findIndex((start) => start > offset);
  return indexWithin(after === -1 ? starts.length - 1 : after - 1, starts.length);
}

function indexWithin(index: number, length: number): number {
  return clamp(index, 0, length - 1);
}

function clamp(value: number, least: number, most: number): number {
  return Number.isFinite(value) ? Math.min(Math.max(value, least), most) : least;
}

/** What one character of the line looks like, where it stands in the line, and whether it is meant. */
type Shown = { readonly text: string; readonly size: number; readonly marked: boolean };

function drawnPlace(place: Place, style: Style): string {
  const lead = place.of > 1 ? `line ${place.number}: ` : '  ';
  const shown = shownCharacters(place);
  const room = Math.max(8, style.width - columnsOf(lead) - 1);
  const window = windowAround(shown, room, columnsOf(symbolsOf(style).ellipsis));
  const dots = symbolsOf(style).ellipsis;
  const before = window.from > 0 ? dots : '';
  const after = window.to < shown.length ? dots : '';
  const visible = shown.slice(window.from, window.to);
  const text = visible.map((each) => each.text).join('');
  const blank = visible.slice(0, firstMarked(visible)).reduce((sum, each) => sum + each.size, columnsOf(lead + before));
  const marks = visible.filter(({ marked }) => marked).reduce((sum, each) => sum + each.size, 0);
  const lines = [
    (lead + before + paint(style, 'query', text.trimEnd()) + after).trimEnd(),
    `${' '.repeat(blank)}${paint(style, 'wrong', '^'.repeat(Math.max(1, marks)))}`,
  ];
  if (before !== '' || after !== '') {
    const note = `  (characters ${window.from + 1} to ${window.to} of ${shown.length} are shown)`;
    lines.push(...wrapText(note, style.width, '  ').map((line) => paint(style, 'dim', line)));
  }
  return lines.join('\n');
}

function shownCharacters(place: Place): readonly Shown[] {
  let offset = 0;
  const characters = charactersOf(place.line).map((character): Shown => {
    const from = offset;
    offset += character.length;
    const text = character === '\t' ? '    ' : safe(character);
    return { text, size: columnsOf(text), marked: offset > place.start && from < place.end };
  });
  return characters.some(({ marked }) => marked) ? characters : [...characters, { text: ' ', size: 1, marked: true }];
}

function firstMarked(shown: readonly Shown[]): number {
  return Math.max(
    0,
    shown.findIndex(({ marked }) => marked),
  );
}

/** The stretch of characters that fits: all, or what lies around the first marked one. */
function windowAround(
  shown: readonly Shown[],
  room: number,
  dots: number,
): { readonly from: number; readonly to: number } {
  const total = shown.reduce((sum, { size }) => sum + size, 0);
  if (total <= room) return { from: 0, to: shown.length };
  const budget = Math.max(1, room - 2 * dots);
  let from = firstMarked(shown);
  let to = from + 1;
  let taken = shown[from]?.size ?? 0;
  for (;;) {
    const left = shown[from - 1];
    const right = shown[to];
    const canLeft = left !== undefined && taken + left.size <= budget;
    const canRight = right !== undefined && taken + right.size <= budget;
    if (!canLeft && !canRight) return { from, to };
    if (canLeft) {
      from--;
      taken += left.size;
    }
    if (canRight && taken + right.size <= budget) {
      to++;
      taken += right.size;
    }
  }
}

function spokenPlace(query: string, place: Place, style: Style): string {
  const before = charactersOf(place.line.slice(0, place.start)).length + 1;
  const line = place.of > 1 ? `line ${place.number}, ` : '';
  const word = safe(wordAt(place));
  const what = word === '' ? 'the end of the query' : /^[\w:.]+$/.test(word) ? `the word ${word}` : `the text ${word}`;
  const shown = query.split('\n').map((text) => safe(text.replace(/[\t\r]/g, ' ')));
  return [`Query: ${shown.join('\n')}`, ...wrapText(`at ${line}character ${before}, ${what}`, wrapWidth(style))].join(
    '\n',
  );
}

function wrapWidth(style: Style): number {
  return Math.min(style.width, PROSE_WIDTH);
}

/** The span's text, or for a single place the whole word that starts or continues there. */
function wordAt(place: Place): string {
  if (place.start >= place.line.length) return '';
  if (place.end - place.start > 1) return place.line.slice(place.start, place.end);
  const word = /^[\w:.]+/.exec(place.line.slice(place.start))?.[0];
  return word ?? charactersOf(place.line.slice(place.start))[0] ?? '';
}
