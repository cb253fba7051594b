import { compareLabels, type Labels, labelsKey, METRIC_NAME } from '../model/labels.ts';
import {
  type InstantSample,
  isHistogram,
  type QueryData,
  type QueryResult,
  type Series,
} from '../model/query-result.ts';
import { changeText } from './change.ts';
import { formatNumber, formatTime } from './format.ts';
import { commonLabels, labelValue, renderLabels, seriesLetter } from './labels.ts';
import { safe, safeLines } from './safe.ts';
import { PROSE_WIDTH, paint, type Style } from './style.ts';
import { type Cell, type Column, renderTable } from './table.ts';
import { counted, wrapText } from './text.ts';
import { formatValue, renderBuckets } from './value.ts';

export type ResultOptions = {
  /** Every label in its own column, none moved into the "all rows" line. */
  readonly wide?: boolean;
  /** At most this many rows (series, and samples of each series); 0 shows all. Default 20. */
  readonly limit?: number;
  /** Rows (or series) before these were shown already; labels that all have are told again. */
  readonly offset?: number;
  /** Each row as a block of lines. */
  readonly blocks?: boolean;
  readonly title?: string;
  /** Unit of the values, such as "requests/s"; shown in the head of the column. */
  readonly unit?: string;
  /** Leads each row with the letter its series has in the chart beside it. */
  readonly letters?: boolean;
  /** Leaves the column names out. */
  readonly headless?: boolean;
  /** Shows the rows of an instant vector in the order of their labels; without it as the answer has them. */
  readonly byLabels?: boolean;
  /** What values stand for where they are states: `{0: 'closed'}` shows "0 closed". */
  readonly states?: Readonly<Record<number, string>>;
  /** Values of the frame before by `labelsKey`: adds a column that says how each row has changed. */
  readonly before?: ReadonlyMap<string, number>;
  /** What removes the row limit, for the notice; `--limit 0` unless told otherwise. */
  readonly showAll?: string;
};

/** The answer of a query as text: a table, a number, samples per series. Warnings are not in it: they belong on stderr. */
export function renderResult(result: QueryResult, style: Style, options: ResultOptions = {}): string {
  const body = renderData(result.data, style, options);
  if (options.title === undefined) return body;
  return [...wrapText(safeLines(options.title), style.width).map((line) => paint(style, 'title', line)), body].join(
    '\n',
  );
}

function renderData(data: QueryData, style: Style, options: ResultOptions): string {
  switch (data.kind) {
    case 'vector':
      return data.samples.length === 0 ? emptyLine(style, 'vector') : renderVector(data.samples, style, options);
    case 'matrix':
      return data.series.length === 0 ? emptyLine(style, 'matrix') : renderMatrix(data.series, style, options);
    case 'scalar':
      return [
        ...wrapText(formatValue(data.value, spokenUnit(style, options)), style.width).map((line) =>
          paint(style, 'number', line),
        ),
        ...dim(style, `a scalar: one number without labels, at ${formatTime(data.ms, style)}`),
      ].join('\n');
    case 'string':
      return [
        ...wrapText(safe(JSON.stringify(data.value)), style.width),
        ...dim(style, `a string, at ${formatTime(data.ms, style)}`),
      ].join('\n');
  }
}

function emptyLine(style: Style, kind: 'vector' | 'matrix'): string {
  const text = `Empty: no series ${kind === 'vector' ? 'has a value at that time' : 'has a sample in that time'}.`;
  return wrapText(text, style.width)
    .map((line) => paint(style, 'warn', line))
    .join('\n');
}

function renderVector(answered: readonly InstantSample[], style: Style, options: ResultOptions): string {
  const samples =
    options.byLabels === true ? [...answered].sort((a, b) => compareAsRead(a.labels, b.labels)) : answered;
  const { offset = 0 } = options;
  const shown = limited(samples.slice(offset), options);
  const left = samples.length - offset - shown.length;
  const common = options.wide === true ? [] : commonLabels(samples.map(({ labels }) => labels));
  const names = labelColumns(samples, new Set(common.map(([name]) => name)));
  const times = new Set(samples.map(({ ms }) => ms));
  const timed = times.size > 1;
  const { before } = options;
  const columns: readonly Column[] = [
    ...vectorColumns(names, style, options),
    ...(before === undefined ? [] : [{ head: 'change', align: 'right' as const }]),
    ...(timed ? [{ head: 'time' }] : []),
  ];
  const rows = shown.map((sample, index) => [
    ...vectorRow(sample, offset + index, names, style, options),
    ...(before === undefined ? [] : [changeOf(sample, before, style)]),
    ...(timed ? [formatTime(sample.ms, style)] : []),
  ]);
  const table = renderTable(columns, rows, style, {
    rowName: 'Result row',
    more: left,
    before: offset,
    blocks: options.blocks === true,
    ...(options.headless === undefined ? {} : { headless: options.headless }),
  });
  const lines = [
    ...commonLine(common, style),
    table,
    // Rows that became blocks stand apart from what follows.
    ...(table.includes('\n\n') ? [''] : []),
    ...bucketLines(shown, style, options),
    ...restLine(left, 'row', style, options),
  ];
  if (options.headless !== true) {
    const when = timed ? '' : `, at ${formatTime(samples[0]?.ms ?? 0, style)}`;
    lines.push(...dim(style, counted(samples.length, 'row') + when));
  }
  return lines.join('\n');
}

function changeOf({ labels, value }: InstantSample, before: ReadonlyMap<string, number>, style: Style): string {
  return isHistogram(value) ? '' : changeText(before.get(labelsKey(labels)), value, style);
}

/** Bounds and quantiles are numbers: 2.5 stands before 10. Everything else by its labels, those two last. */
export function compareAsRead(a: Labels, b: Labels): number {
  const { le: leA, quantile: quantileA, ...restA } = a;
  const { le: leB, quantile: quantileB, ...restB } = b;
  return (
    compareLabels(restA, restB) ||
    numberOf(leA) - numberOf(leB) ||
    numberOf(quantileA) - numberOf(quantileB) ||
    compareLabels(a, b)
  );
}

/** `Inf - Inf` is no order, so the bound above all others is a large number instead. */
function numberOf(label: string | undefined): number {
  if (label === '+Inf') return Number.MAX_VALUE;
  const value = Number(label ?? 0);
  return Number.isFinite(value) ? value : 0;
}

/** Label names with a column of their own, the metric name first, the others by name. */
function labelColumns(
  samples: readonly { readonly labels: Labels }[],
  hoisted: ReadonlySet<string>,
): readonly string[] {
  const names = new Set(samples.flatMap(({ labels }) => Object.keys(labels)));
  const hasName = names.delete(METRIC_NAME) && !hoisted.has(METRIC_NAME);
  const others = [...names].filter((name) => !hoisted.has(name)).sort();
  return hasName ? [METRIC_NAME, ...others] : others;
}

function vectorColumns(names: readonly string[], style: Style, options: ResultOptions): readonly Column[] {
  const head = options.unit === undefined || style.accessible ? 'value' : `value (${options.unit})`;
  const value: Column = { head, align: 'right', role: 'number' };
  const labels = names.map((name): Column => ({ head: columnHead(name, names) }));
  const unlabelled: readonly Column[] = names.length === 0 ? [{ head: style.accessible ? '' : 'labels' }] : [];
  const letter: readonly Column[] = options.letters === true ? [{ head: style.accessible ? 'series' : '' }] : [];
  return style.accessible ? [...letter, ...labels, ...unlabelled, value] : [...letter, value, ...labels, ...unlabelled];
}

/** The metric name's column is called "metric", unless a label of that name would be mistaken for it. */
function columnHead(name: string, names: readonly string[]): string {
  return name === METRIC_NAME && !names.includes('metric') ? 'metric' : name;
}

function vectorRow(
  sample: InstantSample,
  index: number,
  names: readonly string[],
  style: Style,
  options: ResultOptions,
): readonly Cell[] {
  const state = typeof sample.value === 'number' ? options.states?.[sample.value] : undefined;
  const number = formatValue(sample.value, style.accessible ? spokenUnit(style, options) : {});
  const value = state === undefined ? number : `${number} ${state}`;
  const labels = names.map((name) => labelValue(sample.labels, name) ?? '');
  const unlabelled = names.length === 0 ? [style.accessible ? noLabelsWords(sample.labels) : '{}'] : [];
  const letter = options.letters === true ? [seriesLetter(index)] : [];
  return style.accessible ? [...letter, ...labels, ...unlabelled, value] : [...letter, value, ...labels, ...unlabelled];
}

function noLabelsWords(labels: Labels): string {
  return Object.keys(labels).length === 0 ? 'no labels' : '';
}

function renderMatrix(series: readonly Series[], style: Style, options: ResultOptions): string {
  const { offset = 0 } = options;
  const shown = limited(series.slice(offset), options);
  const left = series.length - offset - shown.length;
  const common = options.wide === true ? [] : commonLabels(series.map(({ labels }) => labels));
  const omit = common.map(([name]) => name);
  const blocks = shown.map((one, index) => seriesBlock(one, offset + index, series.length, omit, style, options));
  const lines = [...commonLine(common, style), blocks.join('\n\n'), ...restLine(left, 'series', style, options)];
  const samples = series.reduce((sum, one) => sum + one.samples.length, 0);
  if (options.headless !== true) {
    lines.push('', ...dim(style, `${counted(series.length, 'series', 'series')}, ${counted(samples, 'sample')}`));
  }
  return lines.join('\n');
}

function seriesBlock(
  series: Series,
  index: number,
  total: number,
  omit: readonly string[],
  style: Style,
  options: ResultOptions,
): string {
  const letter = options.letters === true ? `${seriesLetter(index)}  ` : '';
  const name = renderLabels(series.labels, omit);
  const count = counted(series.samples.length, 'sample');
  const head = style.accessible
    ? `Series ${index + 1} of ${total}${options.letters === true ? `, ${seriesLetter(index)}` : ''}: ${name}, ${count}`
    : `${letter}${name}  ${count}`;
  const shown = limited(series.samples, options);
  const detail = series.samples.some(({ ms }) => ms % 1000 !== 0) ? 'millisecond' : 'second';
  const days = new Set(series.samples.map(({ ms }) => formatTime(ms, style, 'day')));
  const columns: readonly Column[] = [
    { head: options.unit === undefined ? 'value' : `value (${options.unit})`, align: 'right', role: 'number' },
    { head: 'time' },
  ];
  const rows = shown.map(({ ms, value }): readonly Cell[] => [
    formatValue(value, { spoken: style.accessible }),
    (days.size > 1 ? `${formatTime(ms, style, 'day')} ` : '') + formatTime(ms, style, detail),
  ]);
  const day = days.size === 1 ? ` ${[...days][0]}` : '';
  return [
    ...wrapText(head, style.width, '  ').map((line) => paint(style, 'title', line)),
    ...(series.samples.length === 0
      ? []
      : [
          renderTable(
            columns.map((column) => (column.head === 'time' ? { ...column, head: `time${day}` } : column)),
            rows,
            style,
            {
              rowName: 'Sample',
              more: series.samples.length - shown.length,
              ...(options.headless === undefined ? {} : { headless: options.headless }),
            },
          ),
        ]),
    ...restLine(series.samples.length - shown.length, 'sample', style, options),
  ].join('\n');
}

/** Rows whose buckets are listed; all of them in the wide form. */
const BUCKET_ROWS = 3;

function bucketLines(samples: readonly InstantSample[], style: Style, options: ResultOptions): readonly string[] {
  const rows = samples.flatMap(({ value, labels }, index) => (isHistogram(value) ? [{ value, labels, index }] : []));
  const shown = options.wide === true ? rows : rows.slice(0, BUCKET_ROWS);
  const lines = shown.flatMap(({ value, labels, index }) => [
    '',
    ...wrapText(`Buckets of row ${(options.offset ?? 0) + index + 1}, ${renderLabels(labels)}:`, style.width, '  '),
    renderBuckets(value, style),
  ]);
  const hidden = rows.length - shown.length;
  if (hidden === 0) return lines;
  return [...lines, '', ...notice(`buckets of ${counted(hidden, 'more row')} not shown; -o wide shows all`, style)];
}

/** The labels that every row has, said once. */
function commonLine(common: readonly (readonly [string, string])[], style: Style): readonly string[] {
  if (common.length === 0) return [];
  const texts = common.map(([name, value]) => {
    const shown = name === METRIC_NAME ? 'metric' : safe(name);
    return style.accessible ? `${shown} ${safe(value)}` : `${shown}=${safe(value)}`;
  });
  const text = `${style.accessible ? 'All rows' : 'all rows'}: ${texts.join(', ')}`;
  return wrapText(text, style.width, '  ').map((line) => paint(style, 'label', line));
}

function restLine(
  hidden: number,
  noun: 'row' | 'series' | 'sample',
  style: Style,
  options: ResultOptions,
): readonly string[] {
  if (hidden <= 0) return [];
  const what = noun === 'row' ? '' : noun === 'series' ? ' series' : hidden === 1 ? ' sample' : ' samples';
  const text = `+${formatNumber(hidden)} more${what}; ${options.showAll ?? '--limit 0'} shows all`;
  return notice(text, style);
}

function notice(text: string, style: Style): readonly string[] {
  return wrapText(text, style.width).map((line) => paint(style, 'warn', line));
}

function dim(style: Style, text: string): readonly string[] {
  const width = style.accessible ? Math.min(style.width, PROSE_WIDTH) : style.width;
  return wrapText(text, width).map((line) => paint(style, 'dim', line));
}

function limited<T>(items: readonly T[], options: ResultOptions): readonly T[] {
  const limit = options.limit ?? DEFAULT_LIMIT;
  return limit === 0 ? items : items.slice(0, limit);
}

const DEFAULT_LIMIT = 20;

function spokenUnit(style: Style, options: ResultOptions): { readonly unit?: string; readonly spoken: boolean } {
  return { spoken: style.accessible, ...(options.unit === undefined ? {} : { unit: options.unit }) };
}
