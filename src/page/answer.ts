import type { EmptyAdvice } from '../advise/diagnose.ts';
import { QueryError, type UserError } from '../model/errors.ts';
import { annotationPosition } from '../model/position.ts';
import type { QueryResult } from '../model/query-result.ts';
import { printMetricSelector } from '../promql/print.ts';
import { renderCaret } from '../render/caret.ts';
import { renderEmpty } from '../render/empty.ts';
import { formatNumber, formatTime } from '../render/format.ts';
import { type Html, html, lines } from '../render/html.ts';
import { type Asked, apiUrl } from './ask.ts';
import { graph } from './graph.ts';
import type { Panel } from './params.ts';
import { resultTable } from './result-table.ts';

const UTC = { timeZone: 'UTC' } as const;
const PLAIN = { timeZone: 'UTC', width: 76, colour: false, ascii: false, accessible: false } as const;

type Answer = Extract<Asked, { kind: 'answer' }>;

/** The address of the page with something of the panel changed. */
export type LinkTo = (changed: Partial<Panel>) => string;

/** What became of a panel's query: table or graph with what the server says of them, or what is wrong. */
export function answer(panel: Panel, asked: Asked, linkTo: LinkTo, example: string): Html | undefined {
  switch (asked.kind) {
    case 'nothing':
      return html`<p class="note">Nothing is asked yet. Type a query, such as <a href="${linkTo({ expr: example })}"><code>${example}</code></a>, and press Enter.</p>`;
    case 'failed':
      return failed(asked.error, panel, linkTo);
    case 'answer':
      return answered(panel, asked, linkTo);
  }
}

function failed(error: UserError, panel: Panel, linkTo: LinkTo): Html {
  const place = error instanceof QueryError ? error.position : undefined;
  const where =
    place === undefined
      ? undefined
      : html`<p class="where">line ${place.line}, character ${place.column}:</p><pre tabindex="0" aria-label="The place in the query">${lines(renderCaret(panel.expr, place, PLAIN))}</pre>`;
  const hint = error.hint === undefined ? undefined : html`<p>${error.hint}</p>`;
  const ranged = panel.tab === 'graph' && /invalid expression type/.test(error.message);
  const table = ranged
    ? html`<p>A graph needs one value for each moment. <a href="${linkTo({ tab: 'table' })}">See it as a table</a></p>`
    : undefined;
  return html`<div class="told wrong" role="alert"><p><span class="word">error:</span> ${error.message}</p>${where}${hint}${table}</div>`;
}

function answered(panel: Panel, asked: Answer, linkTo: LinkTo): Html {
  const { result, grid, empty } = asked;
  const shown =
    empty !== undefined
      ? nothing(empty, asked, panel, linkTo)
      : grid === undefined || result.data.kind !== 'matrix'
        ? resultTable(result.data)
        : graph(result.data.series, grid);
  return html`${annotations('warning', result.warnings, panel.expr)}${annotations('info', result.infos, panel.expr)}
${shown}
<p class="meta">${facts(asked).map((fact) => html`<span>${fact}</span>`)}<a href="${apiUrl(panel, asked)}">the answer of the API</a></p>`;
}

/** Says why there is nothing, and leads to where there is something. */
function nothing(advice: EmptyAdvice, asked: Answer, panel: Panel, linkTo: LinkTo): Html {
  const { dataEndMs } = asked;
  const warned = asked.result.warnings.length > 0;
  const links = [...waysOn(advice, panel, linkTo)];
  if (links.length === 0 && dataEndMs !== undefined) {
    const endMs = Math.ceil(dataEndMs / 1000) * 1000;
    const link = html`<a href="${linkTo({ endMs })}">see it there</a>`;
    links.push(html`<p>The samples of this server end at ${formatTime(endMs, UTC)}: ${link}</p>`);
  }
  // What the command line says to try is a link here.
  const said = renderEmpty(advice, PLAIN, { warned, unwrapped: true });
  const shown = links.length === 0 ? said : said.replace(/^try: .*\n?/gm, '');
  return html`<div class="told" role="status"><pre class="prose">${lines(shown.trimEnd())}</pre>${links}</div>`;
}

function waysOn({ finding, culprit }: EmptyAdvice, panel: Panel, linkTo: LinkTo): readonly Html[] {
  if (culprit?.kind === 'metric' && culprit.node.kind === 'vector') {
    const { name } = culprit.node;
    const near = (culprit.near ?? []).flatMap((other) => {
      const expr = withMetric(panel.expr, name, other);
      return expr === panel.expr ? [] : [askLink(expr, linkTo)];
    });
    if (near.length > 0) return near;
  }
  if (finding?.fix !== undefined) return [askLink(finding.fix.query, linkTo)];
  const ms = culprit?.seen?.beforeMs ?? culprit?.seen?.afterMs;
  if (ms === undefined) return [];
  const endMs = Math.ceil(ms / 1000) * 1000;
  return [html`<p><a href="${linkTo({ endMs })}">See it at ${formatTime(endMs, UTC)}</a></p>`];
}

function askLink(expr: string, linkTo: LinkTo): Html {
  return html`<p><a href="${linkTo({ expr })}">Ask <code>${expr}</code></a></p>`;
}

/** The query with another name for a metric, wherever that stands as a word of its own. */
function withMetric(expr: string, metric: string, name: string): string {
  if (!/^[\w:]+$/.test(metric)) return expr;
  return expr.replace(new RegExp(`(?<![\\w:])${metric}(?![\\w:])`, 'g'), () => printMetricSelector(name));
}

/** What the server says besides the answer, with the place in the query it is about. */
function annotations(kind: 'warning' | 'info', texts: readonly string[], query: string): readonly Html[] {
  return texts.map((text) => {
    const { message, position } = annotationPosition(text, query);
    const words = message.replace(/^PromQL (info|warning): /, '');
    const where = position === undefined ? undefined : ` (line ${position.line}, character ${position.column})`;
    const tone = kind === 'info' ? ' info' : '';
    return html`<div class="told${tone}" role="status"><p><span class="word">${kind}:</span> ${words}${where}</p></div>`;
  });
}

function facts({ result, atMs, grid }: Answer): readonly string[] {
  return [...(grid === undefined ? [`at ${formatTime(atMs, UTC)}`] : []), ...rowsOf(result), ...costOf(result)];
}

function rowsOf({ data }: QueryResult): readonly string[] {
  const count = data.kind === 'vector' ? data.samples.length : data.kind === 'matrix' ? data.series.length : undefined;
  return count === undefined ? [] : [`${formatNumber(count)} series`];
}

/** What the server says the query has cost. */
function costOf({ stats }: QueryResult): readonly string[] {
  const samples = numberIn(stats, 'samples', 'totalQueryableSamples');
  const seconds = numberIn(stats, 'timings', 'execTotalTime');
  return [
    ...(samples === undefined ? [] : [`${formatNumber(samples)} ${samples === 1 ? 'sample' : 'samples'} read`]),
    ...(seconds === undefined ? [] : [`${formatNumber(Math.round(seconds * 10_000) / 10)} ms`]),
  ];
}

function numberIn(stats: unknown, part: string, name: string): number | undefined {
  const inner = (stats as Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined)?.[part]?.[name];
  return typeof inner === 'number' ? inner : undefined;
}
