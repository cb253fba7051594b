import { COOKBOOK } from '../explorer/cookbook.ts';
import { printMetricSelector } from '../promql/print.ts';
import { type Html, html } from '../render/html.ts';
import { EMPTY_PANEL, pageUrl } from './params.ts';

/** How many metrics are shown where the ready-made queries do not fit. */
const MOST_METRICS = 24;

/** Queries to begin with: the guide's ten where the demo service is watched, otherwise the metrics there are. */
export function suggestions(names: readonly string[], open: boolean): Html | undefined {
  const demo = names.includes('sse_requests_total');
  const ideas = demo ? recipes() : metrics(names);
  if (ideas.length === 0) return undefined;
  const title = demo ? 'Queries to try' : 'Metrics there are';
  const more =
    demo || names.length <= MOST_METRICS
      ? undefined
      : html`<p class="note">The first ${MOST_METRICS} of ${names.length}${names.length >= 1000 ? ' or more' : ''}; the query field completes all of them.</p>`;
  const list = html`<ul class="ideas">${ideas}</ul>${more}`;
  return open
    ? html`<section class="card" aria-labelledby="ideas"><h2 id="ideas">${title}</h2>${list}</section>`
    : html`<details class="card"><summary>${title}</summary>${list}</details>`;
}

function recipes(): readonly Html[] {
  return COOKBOOK.map(({ title, query }) => idea(title, query, true));
}

function metrics(names: readonly string[]): readonly Html[] {
  return names.slice(0, MOST_METRICS).map((name) => idea(undefined, printMetricSelector(name), false));
}

function idea(title: string | undefined, query: string, graph: boolean): Html {
  const table = pageUrl([{ ...EMPTY_PANEL, expr: query }]);
  const also = graph
    ? html`<a class="also" href="${pageUrl([{ ...EMPTY_PANEL, expr: query, tab: 'graph' }])}" aria-label="${title ?? query} as a graph">graph</a>`
    : undefined;
  if (title === undefined) return html`<li><a class="name" href="${table}"><code>${query}</code></a></li>`;
  return html`<li><a class="name" href="${table}">${title}</a>${also}<code>${query}</code></li>`;
}
