/** A table as data: figures are formatted by whoever made them. */
export type Table = {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Sentences below the table: sums, and what is missing. */
  readonly notes?: readonly string[];
};

export type Form = 'text' | 'markdown';

export function render(table: Table, form: Form): string {
  const lines = form === 'markdown' ? markdown(table) : text(table);
  const title = form === 'markdown' ? `### ${table.title}\n` : `\n${table.title}`;
  const notes = (table.notes ?? []).map((note) => (form === 'markdown' ? `\n${note}` : note));
  return [title, ...lines, ...notes, ...(form === 'markdown' ? [''] : [])].join('\n');
}

function text({ columns, rows }: Table): string[] {
  const all = [columns, ...rows];
  const widths = columns.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all.map((row) => row.map((cell, i) => aligned(cell, widths[i] ?? 0, i === 0)).join('  '));
}

function aligned(cell: string, width: number, left: boolean): string {
  return left ? cell.padEnd(width) : cell.padStart(width);
}

function markdown({ columns, rows }: Table): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = columns.map((_, i) => (i === 0 ? '---' : '---:'));
  return [line(columns), line(rule), ...rows.map((row) => line(row.map((cell) => cell.replaceAll('|', '\\|'))))];
}

export function ms(value: number | undefined): string {
  if (value === undefined) return '–';
  return value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0);
}

export function ratio(value: number | undefined): string {
  return value === undefined ? '–' : value.toFixed(2);
}

export function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? '–' : `${Math.round(bytes / 1024 ** 2)}`;
}

export function amount(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
