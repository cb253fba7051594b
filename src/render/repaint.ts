import { type Cell, type Row, widthOf, writeCells } from './cells.ts';

/** A part of the screen that is drawn again and again: its rows, and where the cursor stands in it (both from 0). */
export type Frame = {
  readonly rows: readonly Row[];
  readonly cursor: { readonly row: number; readonly column: number };
};

/** What stands there before anything was drawn. */
export const EMPTY_FRAME: Frame = { rows: [[]], cursor: { row: 0, column: 0 } };

/** https://gist.github.com/christianparpart/d8a62cc1ab659194337d73e399004036: a terminal that knows it shows all of it at once. */
const TOGETHER = { begin: '\x1b[?2026h', end: '\x1b[?2026l' } as const;

/**
 * What makes one frame out of another on a terminal whose cursor stands where `before` has it: only what differs is
 * written, the cursor moves relative to where it is, and nothing above the frame is touched.
 */
export function repaint(before: Frame, after: Frame): string {
  const pen = new Pen(before);
  for (const [index, row] of after.rows.entries()) pen.row(index, before.rows[index], row);
  if (before.rows.length > after.rows.length) pen.eraseFrom(after.rows.length);
  pen.moveTo(after.cursor.row, after.cursor.column);
  return pen.touched > 1 ? `${TOGETHER.begin}${pen.text}${TOGETHER.end}` : pen.text;
}

/** Takes the frame away: the cursor stands where its first row began. */
export function erased(frame: Frame): string {
  const { row } = frame.cursor;
  return `\r${row > 0 ? `\x1b[${row}A` : ''}\x1b[J`;
}

class Pen {
  text = '';
  /** Rows written so far. */
  touched = 0;
  #row: number;
  /** Undefined where terminals differ about it. */
  #column: number | undefined;
  #rows: number;

  constructor({ rows, cursor }: Frame) {
    this.#row = cursor.row;
    this.#column = cursor.column;
    this.#rows = rows.length;
  }

  row(index: number, old: Row | undefined, row: Row): void {
    if (old === undefined) this.#append(index);
    const from = old === undefined ? 0 : firstDifference(old, row);
    const had = old === undefined ? 0 : widthOf(old);
    const width = widthOf(row);
    if (from === row.length && had <= width) return;
    this.touched++;
    this.moveTo(index, widthOf(row.slice(0, from)));
    this.text += writeCells(row.slice(from));
    if (width < had) this.text += '\x1b[K';
    this.#column = isAscii(row) ? width : undefined;
  }

  eraseFrom(index: number): void {
    this.touched++;
    this.moveTo(index, 0);
    this.text += '\x1b[J';
  }

  moveTo(row: number, column: number): void {
    const down = row - this.#row;
    if (down !== 0) this.text += `\x1b[${Math.abs(down) === 1 ? '' : Math.abs(down)}${down > 0 ? 'B' : 'A'}`;
    if (column !== this.#column) this.text += column === 0 ? '\r' : `\x1b[${column + 1}G`;
    this.#row = row;
    this.#column = column;
  }

  /** A row below the last one; the screen scrolls where there is no room. */
  #append(index: number): void {
    this.moveTo(this.#rows - 1, this.#column ?? 0);
    this.text += '\r\n';
    this.#row = index;
    this.#column = 0;
    this.#rows = index + 1;
  }
}

/** Terminals do not agree on the width of every character, so a row with such ones is written from its beginning. */
function firstDifference(old: Row, row: Row): number {
  let at = 0;
  while (at < row.length && sameCell(old[at], row[at])) at++;
  if (at === row.length && at === old.length) return at;
  return isAscii(row.slice(0, at)) ? at : 0;
}

function isAscii(row: Row): boolean {
  return row.every(({ text }) => text.length === 1 && text <= '\x7e');
}

function sameCell(a: Cell | undefined, b: Cell | undefined): boolean {
  return a?.text === b?.text && a?.pen === b?.pen;
}
