import type { InspectedMetric, LabelSummary } from '../explorer/inspect-metric.ts';
import type { Metric } from '../explorer/metrics.ts';
import { highlightQuery } from './highlight.ts';
import { safe } from './safe.ts';
import { PROSE_WIDTH, paint, type Style } from './style.ts';
import { symbolsOf } from './symbols.ts';
import { renderTable } from './table.ts';
import { columnsOf, counted, wrapText } from './text.ts';

/** Each metric with its type and what it says of itself: a table where there is room for whole sentences, else two lines each. */
export function renderMetrics(
  metrics: readonly Metric[],
  style: Style,
  part: { readonly before?: number; readonly more?: number } = {},
): string {
  if (style.accessible || style.width >= ROOMY) {
    const columns = [
      { head: 'metric', role: 'query', whole: true },
      { head: 'type' },
      { head: 'what it tells', role: 'dim' },
    ] as const;
    const rows = metrics.map((metric) => [metric.name, typeText(metric), metric.help]);
    return renderTable(columns, rows, style, { rowName: 'Metric', ...part });
  }
  const longest = Math.max(...metrics.map(({ name }) => columnsOf(safe(name))));
  const room = Math.min(longest, style.width - LONGEST_TYPE);
  return metrics
    .map((metric) =>
      [
        `${paint(style, 'query', safe(metric.name))}${' '.repeat(Math.max(0, room - columnsOf(safe(metric.name))))}  ${typeText(metric)}`,
        ...(metric.help === '' ? [] : wrapText(safe(metric.help), Math.min(style.width, PROSE_WIDTH) - 2)).map(
          (line) => `  ${paint(style, 'dim', line)}`,
        ),
      ].join('\n'),
    )
    .join('\n');
}

/** Columns from which on names, types and sentences stand side by side. */
const ROOMY = 120;
const LONGEST_TYPE = 25;

/** One metric in full: type, help, series, labels with their most frequent values, and queries to go on with. */
export function renderMetric({ metric, series, cut, labels, tries }: InspectedMetric, style: Style): string {
  const width = Math.min(style.width, PROSE_WIDTH);
  const unit = metric.unit === '' ? '' : `, in ${metric.unit}`;
  const names = metric.names.length > 1 || metric.names[0] !== metric.name ? ` under ${metric.names.length} names` : '';
  const blocks = [
    [
      `${paint(style, 'title', safe(metric.name))}: ${typeText(metric)}${safe(unit)}`,
      ...(metric.help === '' ? [] : wrapText(safe(metric.help), width)),
      `${cut ? 'More than ' : ''}${counted(series, 'series', 'series')}${names}${names === '' ? '.' : ':'}`,
      ...(names === '' ? [] : wrapText(safe(metric.names.join(', ')), style.width - 2).map((line) => `  ${line}`)),
    ],
    labels.length === 0 ? [] : [renderLabels(labels, series, style)],
    [
      paint(style, 'title', 'To try next:'),
      ...tries.flatMap(({ query, text }) => [
        `  ${highlightQuery(query, style)}`,
        ...wrapText(`    ${text}`, width, '    '),
      ]),
    ],
  ];
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n');
}

function renderLabels(labels: readonly LabelSummary[], series: number, style: Style): string {
  const columns = [
    { head: 'label', role: 'label' },
    { head: 'values', align: 'right' },
    { head: 'most series' },
  ] as const;
  const { ellipsis } = symbolsOf(style);
  const rows = labels.map(({ name, values, top, present }) => {
    const shown = top.map(({ value, series: count }) => `${value} (${count})`);
    const more = values > top.length ? [`${ellipsis} and ${values - top.length} more`] : [];
    const rare = present < series ? `; on ${present} of ${series} series` : '';
    return [name, String(values), [...shown, ...more].join(', ') + rare];
  });
  return renderTable(columns, rows, style, { rowName: 'Label' });
}

function typeText({ type, guessed }: Metric): string {
  return guessed ? `${type} (by its name)` : type;
}
