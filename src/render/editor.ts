import type { CompletionItem } from '../explorer/completion.ts';
import type { EditorState } from '../explorer/editor/state.ts';
import { type Cell, cellsOf, cutCells, type Row, widthOf, wrapCells } from './cells.ts';
import type { Frame } from './repaint.ts';
import { safe, safeLines } from './safe.ts';
import { paint, type Style } from './style.ts';
import { symbolsOf } from './symbols.ts';
import { columnsOf, padEnd, wrapText } from './text.ts';

/** What is drawn beside the text: labels may hold colours. */
export type EditorLook = {
  readonly label: string;
  /** Before every further line. */
  readonly more: string;
  /** Gives the text its colours, and leaves its characters as they are. */
  readonly highlight: (text: string) => string;
  readonly style: Pick<Style, 'colour' | 'ascii' | 'accessible'>;
  /** Columns and lines of the terminal. */
  readonly width: number;
  readonly height: number;
};

type Drawn = Pick<EditorState, 'text' | 'cursor' | 'menu' | 'search'>;

/** The line that is being edited, with its menu below. What is taller than the terminal is shown around the cursor. */
export function drawEditor(state: Drawn, look: EditorLook): Frame {
  const input = drawInput(state, look);
  const menu = state.menu === undefined ? [] : menuRows(state.menu, look);
  const fewest = Math.min(menu.length, 3);
  const shown = around(input, Math.max(1, look.height - fewest), look);
  return {
    rows: [...shown.rows, ...menu.slice(0, Math.max(0, look.height - shown.rows.length))],
    cursor: shown.cursor,
  };
}

/** The input alone and whole, however tall, the cursor at its end: as it stays on the screen. */
export function drawnEditor(state: Pick<Drawn, 'text'>, look: EditorLook): Frame {
  return drawInput({ text: state.text, cursor: state.text.length, menu: undefined, search: undefined }, look);
}

function drawInput(state: Drawn, look: EditorLook): Frame {
  const { text, cursor } = state;
  // A tab would move the cursor by as much as the terminal likes.
  const plain = (part: string) => safeLines(part).replaceAll('\t', ' ');
  const lines = look.highlight(plain(text)).split('\n');
  const first = state.search === undefined ? look.label : searchLabel(state.search, look);
  const before = plain(text.slice(0, cursor)).split('\n');
  const rows: Row[] = [];
  let place = { row: 0, column: 0 };
  for (const [index, line] of lines.entries()) {
    const label = cellsOf(index === 0 ? first : look.more);
    const cells = cellsOf(line);
    const wrapped = [...wrapCells([...label, ...cells], look.width)];
    if (index === before.length - 1) {
      const { row, column } = placeOf(
        label.length + cellsWithin(cells, before[index]?.length ?? 0),
        wrapped,
        look.width,
      );
      // A cursor behind a full row stands at the beginning of the next one.
      if (row === wrapped.length) wrapped.push([]);
      place = { row: row + rows.length, column };
    }
    rows.push(...wrapped);
  }
  return { rows, cursor: place };
}

/** How many cells the first `length` characters take. */
function cellsWithin(cells: readonly Cell[], length: number): number {
  let taken = 0;
  let count = 0;
  while (count < cells.length && taken < length) taken += cells[count++]?.text.length ?? 0;
  return count;
}

/** Where the cursor stands before the cell of this number. */
function placeOf(count: number, rows: readonly Row[], width: number): { row: number; column: number } {
  let left = count;
  for (const [row, cells] of rows.entries()) {
    if (left < cells.length || (left === cells.length && row === rows.length - 1)) {
      const column = widthOf(cells.slice(0, left));
      return column >= width ? { row: row + 1, column: 0 } : { row, column };
    }
    left -= cells.length;
  }
  return { row: rows.length - 1, column: 0 };
}

function searchLabel({ typed, failed }: NonNullable<Drawn['search']>, { style }: EditorLook): string {
  const what = failed ? 'no older line with' : 'older line with';
  return `${paint(style, failed ? 'warn' : 'label', `${what} "${safe(typed)}":`)} `;
}

/** As many rows as there is room for, the one with the cursor among them; a row says how many are not shown. */
function around(frame: Frame, room: number, { style, width }: EditorLook): Frame {
  const { rows, cursor } = frame;
  if (rows.length <= room) return frame;
  const size = Math.max(1, room - 1);
  const top = Math.max(0, Math.min(cursor.row - Math.floor(size / 2), rows.length - size));
  const below = rows.length - size - top;
  const counts = [...(top > 0 ? [`${top} above`] : []), ...(below > 0 ? [`${below} below`] : [])];
  const note = cellsOf(paint(style, 'dim', `(rows not shown: ${counts.join(', ')})`));
  const noted = room > 1 ? [cutCells(note, width, symbolsOf(style).ellipsis)] : [];
  return {
    rows: [...noted, ...rows.slice(top, top + size)],
    cursor: { row: cursor.row - top + noted.length, column: cursor.column },
  };
}

const MOST_ITEMS = 8;

function menuRows({ items, selected, note }: NonNullable<Drawn['menu']>, look: EditorLook): readonly Row[] {
  const { style, width } = look;
  const { ellipsis } = symbolsOf(style);
  const page = Math.floor((selected ?? 0) / MOST_ITEMS) * MOST_ITEMS;
  const shown = items.slice(page, page + MOST_ITEMS);
  const most = Math.max(12, Math.floor(width * 0.6));
  const labels = shown.map(({ label }) => safe(label));
  const labelWidth = Math.min(most, Math.max(0, ...labels.map(columnsOf)));
  const kindWidth = Math.max(0, ...shown.map(({ kind }) => kind.length));
  const lines = shown.map((item, index) =>
    itemLine(item, { chosen: page + index === selected, label: labels[index] ?? '', labelWidth, kindWidth, style }),
  );
  const help = wrapText(safe(items[selected ?? -1]?.help ?? ''), Math.max(4, width - 3));
  const count = items.length > MOST_ITEMS ? `${page + 1} to ${page + shown.length} of ${items.length}` : undefined;
  // Two lines say what it is; the rest is marked as missing.
  const said = help.length > 2 ? [help[0] ?? '', help.slice(1).join(' ')] : help;
  const below = [...said, safe([count, note].filter((part) => part !== undefined).join('; '))]
    .filter((line) => line !== '')
    .map((line) => paint(style, 'dim', `  ${line}`));
  // Never the last column: some terminals would begin another row.
  return [...lines, ...below].map((line) => cutCells(cellsOf(line), Math.max(4, width - 1), ellipsis));
}

type ItemLook = {
  readonly chosen: boolean;
  readonly label: string;
  readonly labelWidth: number;
  readonly kindWidth: number;
  readonly style: EditorLook['style'];
};

function itemLine({ kind, detail }: CompletionItem, look: ItemLook): string {
  const { chosen, label, labelWidth, kindWidth, style } = look;
  const name = padEnd(label, labelWidth);
  const what = `${padEnd(kind, kindWidth)}${detail === undefined ? '' : `  ${safe(detail)}`}`.trimEnd();
  return chosen ? `${paint(style, 'hint', `> ${name}`)}  ${what}` : `  ${name}  ${paint(style, 'dim', what)}`;
}
