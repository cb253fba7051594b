import { late } from './late.ts';

const widths = await late('string-width', () => import('string-width'));

/** Columns a text takes in a terminal; colours take none, CJK characters two. */
export function columnsOf(text: string): number {
  return PLAIN.test(text) ? text.length : widths().default(text);
}

/** Most texts, and the lines of tables and charts; for the others emoji and scripts of the East have to be loaded. */
const PLAIN = /^[\x20-\x7e\u00a0-\u00a8\u00b0-\u02ff\u2010-\u2027\u2500-\u259f\u2800-\u28ff]*$/;

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columnsOf(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - columnsOf(text))) + text;
}

/**
 * Breaks uncoloured text into lines of at most `width` columns, at spaces where there are any, inside words where a
 * word alone is too long. Newlines of the text stay. `indent` leads every line but the first of each paragraph.
 */
export function wrapText(text: string, width: number, indent = ''): readonly string[] {
  const room = Math.max(1, width);
  return text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph, room, indent));
}

function wrapParagraph(text: string, width: number, indent: string): readonly string[] {
  if (columnsOf(text) <= width) return [text];
  const lines: string[] = [];
  const hanging = columnsOf(indent) < width - 1 ? indent : '';
  let line = '';
  for (const word of text.split(/ +/)) {
    const joined = line === '' ? word : line === hanging && lines.length > 0 ? hanging + word : `${line} ${word}`;
    if (columnsOf(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== '' && line !== hanging) {
      lines.push(line);
      line = hanging;
    }
    const pieces = breakWord(word, width - columnsOf(hanging));
    for (const piece of pieces.slice(0, -1)) lines.push((lines.length === 0 ? '' : hanging) + piece);
    line = (lines.length === 0 ? '' : hanging) + (pieces.at(-1) ?? '');
  }
  lines.push(line);
  return lines;
}

/** Cuts a word into pieces of at most `width` columns, never inside a character with its combining marks. */
export function breakWord(word: string, width: number): readonly string[] {
  if (columnsOf(word) <= width) return [word];
  const pieces: string[] = [];
  let piece = '';
  let taken = 0;
  for (const character of charactersOf(word)) {
    const size = columnsOf(character);
    if (piece !== '' && taken + size > width) {
      pieces.push(piece);
      piece = '';
      taken = 0;
    }
    piece += character;
    taken += size;
  }
  pieces.push(piece);
  return pieces;
}

/** The characters as a reader sees them: a letter with its accents is one. */
export function charactersOf(text: string): readonly string[] {
  if (/^[\x00-\x7f]*$/.test(text)) return text.split('');
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return [...segmenter.segment(text)].map(({ segment }) => segment);
}

/** Made for the first text that needs it: that takes longer than writing a table. */
let segmenter: Intl.Segmenter | undefined;

/** "1 row", "3 rows"; `plural` where an s is not enough. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
