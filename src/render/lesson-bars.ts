import { type InstantSample, isHistogram, type QueryResult } from '../model/query-result.ts';
import { formatNumber } from './format.ts';
import { commonLabels, renderLabels } from './labels.ts';
import { proseWidth } from './lesson.ts';
import { renderResult } from './result.ts';
import { safe } from './safe.ts';
import { paint, type Style } from './style.ts';
import { symbolsOf } from './symbols.ts';
import { columnsOf, padEnd, padStart, wrapText } from './text.ts';

/**
 * A vector as horizontal bars, in the order of `le` within rows that are otherwise alike. `mark` draws a line at that
 * share (0…1) of the longest bar. Accessible: a sentence a row. Whatever is no vector of numbers comes as a table.
 */
export function renderBars(result: QueryResult, mark: number | undefined, style: Style): string {
  const { data } = result;
  if (data.kind !== 'vector' || data.samples.length === 0) return renderResult(result, style);
  const rows = barsOf(data.samples);
  const most = Math.max(0, ...rows.map(({ value }) => (Number.isFinite(value) ? value : 0)));
  const common = commonLabels(data.samples.map(({ labels }) => labels)).map(([name, value]) => `${name}=${value}`);
  const head = common.length === 0 ? [] : wrapText(`all rows: ${safe(common.join(', '))}`, proseWidth(style), '  ');
  const foot =
    mark === undefined
      ? []
      : wrapText(
          `${style.accessible ? '' : `${symbolsOf(style).axis} `}${formatNumber(mark * 100)} % of the longest is ${formatNumber(mark * most)}`,
          proseWidth(style),
        );
  return [
    ...head.map((line) => paint(style, 'label', line)),
    ...(style.accessible ? spokenBars(rows, most, style) : drawnBars(rows, most, mark, style)),
    ...foot.map((line) => paint(style, 'dim', line)),
  ].join('\n');
}

type Bar = { readonly name: string; readonly value: number };

function barsOf(samples: readonly InstantSample[]): readonly Bar[] {
  const omit = commonLabels(samples.map(({ labels }) => labels)).map(([name]) => name);
  const group = ({ labels }: InstantSample) => renderLabels(labels, [...omit, 'le']);
  const bound = ({ labels }: InstantSample) =>
    labels.le === undefined ? 0 : Number(labels.le.replace('Inf', 'Infinity'));
  return [...samples]
    .sort((a, b) => group(a).localeCompare(group(b)) || bound(a) - bound(b))
    .map(({ labels, value }) => ({
      name: renderLabels(labels, omit),
      value: isHistogram(value) ? value.count : value,
    }));
}

function spokenBars(rows: readonly Bar[], most: number, style: Style): readonly string[] {
  return rows.flatMap(({ name, value }, index) => {
    const share =
      most > 0 && Number.isFinite(value) ? `, ${Math.round((100 * value) / most)} percent of the longest` : '';
    return wrapText(`Row ${index + 1} of ${rows.length}: ${name}, ${formatNumber(value)}${share}`, proseWidth(style));
  });
}

function drawnBars(rows: readonly Bar[], most: number, mark: number | undefined, style: Style): readonly string[] {
  const values = rows.map(({ value }) => formatNumber(value));
  const valueWidth = Math.max(...values.map(columnsOf));
  const nameWidth = Math.max(...rows.map(({ name }) => columnsOf(name)));
  const beside = style.width - nameWidth - valueWidth - 3;
  const room = Math.min(48, beside >= 10 ? beside : style.width - 2);
  return rows.flatMap(({ name, value }, index) => {
    const bar = barText(most > 0 && Number.isFinite(value) ? value / most : 0, mark, room, style);
    const number = paint(style, 'number', padStart(values[index] ?? '', valueWidth));
    if (beside >= 10) return [`${number} ${padEnd(name, nameWidth)} ${bar}`.trimEnd()];
    return [...wrapText(`${values[index]} ${name}`, style.width), `  ${bar}`.trimEnd()];
  });
}

/** Eighths of a column would look finer and cost the ASCII form its likeness. */
function barText(share: number, mark: number | undefined, room: number, style: Style): string {
  const { bar, axis } = symbolsOf(style);
  const length = Math.max(share > 0 ? 1 : 0, Math.round(share * room));
  const plain = bar.repeat(length);
  if (mark === undefined) return paint(style, 'label', plain);
  const at = Math.min(room - 1, Math.max(0, Math.round(mark * room)));
  const padded = padEnd(plain, room);
  const line = paint(style, 'warn', axis);
  return `${paint(style, 'label', padded.slice(0, at))}${line}${paint(style, 'label', padded.slice(at + 1).trimEnd())}`;
}
