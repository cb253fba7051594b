import Table from 'cli-table3';
import { safe } from './safe.ts';
import { PROSE_WIDTH, paint, type Role, type Style } from './style.ts';
import { symbolsOf } from './symbols.ts';
import { columnsOf, wrapText } from './text.ts';

export type Column = {
  readonly head: string;
  /** What it is called where rows are read aloud; `head` when absent. */
  readonly spoken?: string;
  readonly align?: 'left' | 'right';
  /** Names that are to be copied are never broken. */
  readonly whole?: true;
  /** What the cells of this column are. */
  readonly role?: Role;
};

/** A cell: its text, which need not be safe yet, and what it is when that differs from its column. */
export type Cell = string | { readonly text: string; readonly role?: Role };

export type TableOptions = {
  /** Leaves the line of column names out. */
  readonly headless?: boolean;
  /** What one row is called in accessible output: "Result row 1 of 3: …". */
  readonly rowName?: string;
  /** Rows that exist but are not in `rows`: counted in "1 of 40". */
  readonly more?: number;
  /** Rows of the whole table that stand before these: counted in "21 of 40". */
  readonly before?: number;
  /** Each row as a block of `name: value` lines, also where a table would fit. */
  readonly blocks?: boolean;
  /** Below this many columns rows become blocks; 60 unless told otherwise. */
  readonly narrow?: number;
};

/**
 * A table without frame. It keeps to the width: the widest columns wrap first, and where that is not enough, or the
 * terminal has fewer than 60 columns, each row becomes a block of `name: value` lines. Nothing is left out.
 * Accessible: one numbered sentence a row.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  style: Style,
  options: TableOptions = {},
): string {
  const texts = rows.map((row) => row.map((cell) => safe(typeof cell === 'string' ? cell : cell.text)));
  const heads = columns.map(({ head }) => safe(head));
  if (style.accessible) {
    return spokenRows(
      columns.map(({ head, spoken = head }) => safe(spoken)),
      texts,
      style,
      options,
    );
  }
  if (options.blocks === true) return blocks(columns, heads, texts, rows, style);
  const widths = fittedWidths(
    options.headless ? columns.map(() => '') : heads,
    texts,
    columns,
    style.width,
    options.narrow,
  );
  if (widths !== undefined) {
    const drawn = drawnTable({ columns, heads, texts, rows, widths, style, headless: options.headless === true });
    if (drawn.every((line) => columnsOf(line) <= style.width)) return drawn.join('\n');
  }
  return blocks(columns, heads, texts, rows, style);
}

/** Below this many columns a table becomes blocks. */
const NARROW = 60;
const MIN_COLUMN = 12;
const GAP = '  ';

/** Column widths that fit, taken from the widest wrapping columns first; undefined when no table fits. */
function fittedWidths(
  heads: readonly string[],
  texts: readonly (readonly string[])[],
  columns: readonly Column[],
  width: number,
  narrow = NARROW,
): readonly number[] | undefined {
  const widths = heads.map((head, index) =>
    texts.reduce((widest, row) => Math.max(widest, columnsOf(row[index] ?? '')), columnsOf(head)),
  );
  const total = () => widths.reduce((sum, each) => sum + each, GAP.length * (widths.length - 1));
  if (width < narrow && columns.length > 1) return undefined;
  while (total() > width) {
    const candidates = widths.map((each, index) =>
      columns[index]?.align === 'right' || columns[index]?.whole ? 0 : each,
    );
    const widest = Math.max(...candidates);
    if (widest <= MIN_COLUMN) return undefined;
    const index = candidates.indexOf(widest);
    const next = Math.max(MIN_COLUMN, ...candidates.filter((each) => each < widest));
    const goal = Math.max(next, widest - (total() - width), MIN_COLUMN);
    widths[index] = goal === widest ? widest - 1 : goal;
  }
  return widths;
}

function drawnTable(table: {
  readonly columns: readonly Column[];
  readonly heads: readonly string[];
  readonly texts: readonly (readonly string[])[];
  readonly rows: readonly (readonly Cell[])[];
  readonly widths: readonly number[];
  readonly style: Style;
  readonly headless: boolean;
}): readonly string[] {
  const { columns, heads, texts, rows, widths, style } = table;
  const rule = symbolsOf(style).rule;
  const lines = (text: string, index: number, role: Role | undefined) =>
    wrapText(text, widths[index] ?? 1)
      .map((line) => (role === undefined || line === '' ? line : paint(style, role, line)))
      .join('\n');
  const headLines = heads.map((head, index) => lines(head, index, 'title'));
  const ruleLine = widths.map((width) => paint(style, 'dim', rule.repeat(width)));
  const headHeight = Math.max(1, ...headLines.map((head) => head.split('\n').length)) + 1;
  const drawn: string[] = [];
  for (let from = 0; from === 0 || from < texts.length; from += CHUNK) {
    const chunk = new Table({
      chars: NO_FRAME,
      style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
      colAligns: columns.map(({ align }) => align ?? 'left'),
    });
    chunk.push(headLines, ruleLine);
    texts.slice(from, from + CHUNK).forEach((row, at) => {
      chunk.push(row.map((text, index) => lines(text, index, roleOf(rows[from + at]?.[index], columns[index]))));
    });
    const chunkLines = chunk.toString().split('\n');
    drawn.push(...(from === 0 && !table.headless ? chunkLines : chunkLines.slice(headHeight)));
  }
  return drawn.map((line) => line.trimEnd());
}

/**
 * The time cli-table3 takes grows with the square of the rows, so long tables are drawn in pieces. The rule under the
 * head gives each piece the same column widths.
 */
const CHUNK = 100;

const NO_FRAME = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: GAP,
} as const;

function roleOf(cell: Cell | undefined, column: Column | undefined): Role | undefined {
  return (typeof cell === 'object' ? cell.role : undefined) ?? column?.role;
}

function blocks(
  columns: readonly Column[],
  heads: readonly string[],
  texts: readonly (readonly string[])[],
  rows: readonly (readonly Cell[])[],
  style: Style,
): string {
  return texts
    .map((row, at) =>
      row
        .flatMap((text, index) => {
          if (text === '') return [];
          const head = heads[index] ?? '';
          const lead = head === '' ? '' : `${head}: `;
          const role = roleOf(rows[at]?.[index], columns[index]);
          return wrapText(lead + text, style.width, '  ').map((line, number) => {
            if (role === undefined) return line;
            const bare = number === 0 && line.startsWith(lead) ? lead.length : 0;
            return line.slice(0, bare) + (line.length > bare ? paint(style, role, line.slice(bare)) : '');
          });
        })
        .join('\n'),
    )
    .join('\n\n');
}

function spokenRows(
  heads: readonly string[],
  texts: readonly (readonly string[])[],
  style: Style,
  options: TableOptions,
): string {
  const { before = 0, more = 0 } = options;
  const total = before + texts.length + more;
  return texts
    .flatMap((row, at) => {
      const spoken = row
        .map((text, index) => (text === '' ? '' : `${heads[index] ?? ''} ${text}`.trim()))
        .filter((text) => text !== '')
        .join(', ');
      return wrapText(
        `${options.rowName ?? 'Row'} ${before + at + 1} of ${total}: ${spoken}`,
        Math.min(style.width, PROSE_WIDTH),
      );
    })
    .join('\n');
}
