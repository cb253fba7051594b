import type { QueryError } from '../model/errors.ts';
import { isHistogram, type QueryResult, type Series } from '../model/query-result.ts';
import type { Demo } from '../tutor/lesson.ts';
import { renderCaret } from './caret.ts';
import { renderChart } from './chart.ts';
import type { Grid } from './chart-points.ts';
import { proseWidth, typedQuery } from './lesson.ts';
import { renderApiCall } from './lesson-api.ts';
import { renderBars } from './lesson-bars.ts';
import { prose } from './prose.ts';
import { renderResult } from './result.ts';
import { safeLines } from './safe.ts';
import { paint, type Style } from './style.ts';
import { wrapText } from './text.ts';

/** What a demo's query gave. `server`: where it was asked, without credentials; `timeMs`: absent on the real clock. */
export type DemoResult =
  | {
      readonly kind: 'instant';
      readonly result: QueryResult;
      readonly server: string;
      readonly timeMs: number | undefined;
    }
  | { readonly kind: 'range'; readonly result: QueryResult; readonly grid: Grid }
  | { readonly kind: 'error'; readonly error: QueryError }
  /** The demo looks at the present, and no stack runs. */
  | { readonly kind: 'not-live' };

/** What stands in the place of a result that only a running stack can give. */
export const NEEDS_STACK = 'This part is live: it needs a running stack. Start it with: prom-tutor start';

/** Rows of a demo's table; the word `all` shows the rest. */
const DEMO_ROWS = 10;

/** A query and its result, between the sentences that lead to it and away from it. */
export function renderDemo(demo: Demo, result: DemoResult, style: Style): string {
  const blocks = [
    demo.before === '' ? '' : prose(demo.before, style),
    [typedQuery(demo.query, style), drawn(demo, result, style)].join('\n'),
    demo.after === '' ? '' : prose(demo.after, style),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function drawn(demo: Demo, result: DemoResult, style: Style): string {
  switch (result.kind) {
    case 'error':
      return renderRefusal(demo.query, result.error, style);
    case 'not-live':
      return warned(NEEDS_STACK, style);
    case 'range':
      return renderRange(result.result, result.grid, 6, style);
    case 'instant': {
      const { view, mark } = demo.show;
      if (view === 'bars') return renderBars(result.result, mark, style);
      if (view === 'api') return renderApiCall(demo.query, result, style);
      return renderRows(result.result, DEMO_ROWS, style);
    }
  }
}

/** A result as lessons show it. `limit` 0 shows every row; a few rows above the limit are not worth hiding. */
export function renderRows(result: QueryResult, limit: number, style: Style): string {
  const rows = rowsOf(result);
  const spare = limit > 0 && rows <= limit + SPARE_ROWS ? rows : limit;
  return renderResult(result, style, { limit: spare, showAll: '`all`' });
}

/** The longest list of rows in a result: the limit holds for series and for the samples of each of them alike. */
function rowsOf({ data }: QueryResult): number {
  if (data.kind === 'vector') return data.samples.length;
  if (data.kind === 'matrix')
    return data.series.reduce((most, { samples }) => Math.max(most, samples.length), data.series.length);
  return 1;
}

const SPARE_ROWS = 3;

/** A query that Prometheus refused: its words, and where it saw the problem. */
export function renderRefusal(query: string, error: QueryError, style: Style): string {
  const says = prometheusSays(error.message, style);
  return error.position === undefined ? says : [says, renderCaret(query, error.position, style)].join('\n');
}

function prometheusSays(message: string, style: Style): string {
  return warned(`Prometheus says: ${safeLines(message)}`, style);
}

function warned(text: string, style: Style): string {
  return wrapText(text, proseWidth(style), style.accessible ? '' : '  ')
    .map((line) => paint(style, 'warn', line))
    .join('\n');
}

/** A range query as a chart. `limit` 0 draws every series. */
export function renderRange(result: QueryResult, grid: Grid, limit: number, style: Style): string {
  const series: readonly Series[] = result.data.kind === 'matrix' ? result.data.series : [];
  const drawable = series.map((one) => ({ ...one, samples: one.samples.filter(({ value }) => !isHistogram(value)) }));
  return renderChart(drawable, style, { ...grid, height: 8, limit, showAll: '`all`' });
}
