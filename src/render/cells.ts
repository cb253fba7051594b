import { charactersOf, columnsOf } from './text.ts';

/** One character on the screen. */
export type Cell = {
  readonly text: string;
  /** Columns it takes: 1 or 2. */
  readonly width: number;
  /** The colours and styles it has, as the numbers of an SGR sequence; '' for none. */
  readonly pen: string;
};

/** One row of the screen. */
export type Row = readonly Cell[];

/** A line of text with its colours as cells. Only colours may be in it: made safe before. */
export function cellsOf(line: string): Row {
  if (PLAIN.test(line)) return line.split('').map((text) => ({ text, width: 1, pen: '' }));
  const cells: Cell[] = [];
  let pens = new Map<string, string>();
  for (const [index, piece] of line.split(/\x1b\[([0-9;]*)m/).entries()) {
    if (index % 2 === 1) {
      pens = withCodes(pens, piece);
      continue;
    }
    const pen = [...pens.values()].join(';');
    for (const text of charactersOf(piece)) {
      const width = columnsOf(text);
      const last = cells.at(-1);
      // An accent whose letter has another colour joins it all the same.
      if (width === 0 && last !== undefined) cells[cells.length - 1] = { ...last, text: last.text + text };
      else cells.push({ text, width: Math.max(1, width), pen });
    }
  }
  return cells;
}

const PLAIN = /^[\x20-\x7e]*$/;

/** https://en.wikipedia.org/wiki/ANSI_escape_code#Select_Graphic_Rendition_parameters */
function withCodes(pens: ReadonlyMap<string, string>, codes: string): Map<string, string> {
  const next = new Map(pens);
  for (const code of codes.split(';')) {
    const number = Number(code);
    if (number === 0) next.clear();
    const group = GROUPS.find(({ on }) => on(number));
    const ended = GROUPS.filter(({ off }) => off === number);
    for (const { name } of ended) next.delete(name);
    if (group !== undefined) next.set(group.name, code);
  }
  return next;
}

const GROUPS: readonly { readonly name: string; readonly on: (code: number) => boolean; readonly off: number }[] = [
  { name: 'bold', on: (code) => code === 1, off: 22 },
  { name: 'dim', on: (code) => code === 2, off: 22 },
  { name: 'italic', on: (code) => code === 3, off: 23 },
  { name: 'underline', on: (code) => code === 4, off: 24 },
  { name: 'inverse', on: (code) => code === 7, off: 27 },
  { name: 'colour', on: (code) => (code >= 30 && code <= 37) || (code >= 90 && code <= 97), off: 39 },
  { name: 'ground', on: (code) => (code >= 40 && code <= 47) || (code >= 100 && code <= 107), off: 49 },
];

export function widthOf(row: Row): number {
  return row.reduce((sum, { width }) => sum + width, 0);
}

/** Cells as a terminal wants them; no colour is left on behind them. */
export function writeCells(row: Row): string {
  let text = '';
  let pen = '';
  for (const cell of row) {
    if (cell.pen !== pen) text += cell.pen === '' ? '\x1b[0m' : `\x1b[${pen === '' ? '' : '0;'}${cell.pen}m`;
    text += cell.text;
    pen = cell.pen;
  }
  return pen === '' ? text : `${text}\x1b[0m`;
}

/** The cells in rows of at most `width` columns; a wide character is never cut. At least one row. */
export function wrapCells(cells: Row, width: number): readonly Row[] {
  const rows: Cell[][] = [[]];
  let taken = 0;
  for (const cell of cells) {
    if (taken + cell.width > width && taken > 0) {
      rows.push([]);
      taken = 0;
    }
    rows.at(-1)?.push(cell);
    taken += cell.width;
  }
  return rows;
}

/** The beginning of the row, with dots where something is missing. */
export function cutCells(cells: Row, width: number, dots: string): Row {
  if (widthOf(cells) <= width) return cells;
  const room = width - columnsOf(dots);
  let taken = 0;
  const kept = cells.filter((cell) => {
    taken += cell.width;
    return taken <= room;
  });
  return [...kept, ...cellsOf(dots)];
}
