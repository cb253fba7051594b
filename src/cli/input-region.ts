import { widthOf } from '../render/cells.ts';
import { EMPTY_FRAME, erased, type Frame, repaint } from '../render/repaint.ts';
import type { Output } from './io.ts';

/** The part of the terminal below everything printed, where something is drawn again and again. Nothing else writes there. */
export class InputRegion {
  readonly #output: Output;
  #frame: Frame = EMPTY_FRAME;

  constructor(output: Output) {
    this.#output = output;
  }

  /** At the beginning of this line, whatever was echoed there before anybody asked. */
  begin(): void {
    this.#output.write('\r\x1b[J');
    this.#frame = EMPTY_FRAME;
  }

  /** Makes the frame out of what stands there. */
  show(frame: Frame): void {
    const text = repaint(this.#frame, frame);
    if (text !== '') this.#output.write(text);
    this.#frame = frame;
  }

  /** Leaves this frame behind in the scrollback; what is written next begins a line. */
  leave(frame: Frame): void {
    const last = frame.rows.length - 1;
    this.show({ rows: frame.rows, cursor: { row: last, column: frame.cursor.column } });
    this.#output.write('\r\n');
    this.#frame = EMPTY_FRAME;
  }

  /** Text of whole lines above the frame. */
  above(text: string, frame: Frame): void {
    this.#output.write(`${erased(this.#frame)}${text}`);
    this.#frame = EMPTY_FRAME;
    this.show(frame);
  }

  /** The column in which the cursor was left. */
  get column(): number {
    return this.#frame.cursor.column;
  }

  /** Asks the terminal where the cursor is; it answers as if that had been typed. */
  askCursor(): void {
    this.#output.write('\x1b[6n');
  }

  /**
   * The terminal has this many columns now, and has broken rows that were longer. Not all of them break the one with the
   * cursor: `broken` tells.
   */
  resized(columns: number, broken: boolean): void {
    const { rows, cursor } = this.#frame;
    const above = rows
      .slice(0, cursor.row)
      .reduce((sum, row) => sum + Math.max(1, Math.ceil(widthOf(row) / columns)), 0);
    const row = above + (broken ? Math.floor(cursor.column / columns) : 0);
    this.#output.write(erased({ rows, cursor: { row, column: 0 } }));
    this.#frame = EMPTY_FRAME;
  }

  /** The screen of so many lines moves up until nothing stands on it; what was there stays in the scrollback. */
  clear(lines: number): void {
    this.#output.write(`${erased(this.#frame)}${'\n'.repeat(Math.max(0, lines - 1))}\x1b[H`);
    this.#frame = EMPTY_FRAME;
  }
}
