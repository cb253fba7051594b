import { UserError } from '../model/errors.ts';
import { rangeStep } from '../model/range-step.ts';
import { printMetricSelector } from '../promql/print.ts';
import { formatDuration } from '../render/format.ts';
import { field, type Html, html } from '../render/html.ts';
import { answer, type LinkTo } from './answer.ts';
import { type AskDeps, type Asked, ask } from './ask.ts';
import { spanOf } from './graph.ts';
import { EMPTY_PANEL, type Panel, pageUrl, panelFields, panelsOf, rangeText, timeField } from './params.ts';
import { suggestions } from './suggestions.ts';

/** The page on which queries are typed: a form, the answer as table or graph, and what there is to ask. */
export async function queryPage(params: URLSearchParams, deps: AskDeps): Promise<{ title: string; body: Html }> {
  const panels = panelsOf(params);
  const names = await metricNames(deps);
  const shown: Html[] = [];
  for (const [index, panel] of panels.entries()) {
    const asked = await ask(deps, panel);
    shown.push(panelHtml(panels, index, asked, exampleOf(names)));
  }
  const first = panels[0]?.expr.trim() ?? '';
  const untouched = panels.every(({ expr }) => expr.trim() === '');
  return {
    title: first === '' ? 'Query' : first.slice(0, 80),
    body: html`<h1 class="unseen">Ask Prometheus</h1>
${shown}
${untouched ? undefined : html`<p class="panels"><a href="${pageUrl([...panels, EMPTY_PANEL])}">Add a query below</a></p>`}
${untouched || panels.length === 1 ? suggestions(names, untouched) : undefined}
<datalist id="names">${names.map((name) => html`<option value="${field(name)}">`)}</datalist>`,
  };
}

/** Names for the suggestions and for the completion of the browser. */
const MOST_NAMES = 1_000;

async function metricNames({ source, signal }: AskDeps): Promise<readonly string[]> {
  try {
    // Not every server knows of limits.
    return (await source.labelValues('__name__', { limit: MOST_NAMES, signal })).items.slice(0, MOST_NAMES);
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

/** A query that has an answer here, where there is any. */
function exampleOf(names: readonly string[]): string {
  const [first = 'up'] = names;
  return names.includes('up') ? 'up' : printMetricSelector(first);
}

function panelHtml(panels: readonly Panel[], index: number, asked: Asked, example: string): Html {
  const panel = panels[index] ?? EMPTY_PANEL;
  const linkTo = (changed: Partial<Panel>) =>
    pageUrl(panels.map((one, at) => (at === index ? { ...one, ...changed } : one)));
  const remove =
    panels.length === 1
      ? undefined
      : html`<p class="meta"><a href="${pageUrl(panels.filter((_, at) => at !== index))}">Remove this query</a></p>`;
  return html`<section class="card" aria-label="${panels.length === 1 ? 'Query' : `Query ${index + 1} of ${panels.length}`}">
${form(panels, index, example)}
${panel.problems.map((problem) => html`<div class="told wrong" role="alert"><p><span class="word">not understood:</span> ${problem}</p></div>`)}
${tabs(panel, linkTo)}
${panel.tab === 'graph' ? moving(panel, asked, linkTo) : undefined}
${answer(panel, asked, linkTo, example)}
${remove}</section>`;
}

const RANGES = ['5m', '15m', '1h', '3h', '6h', '12h', '1d', '2d', '1w'] as const;
const RANGE_NAMES: Readonly<Record<string, string>> = {
  '5m': 'Last 5 minutes',
  '15m': 'Last 15 minutes',
  '1h': 'Last 1 hour',
  '3h': 'Last 3 hours',
  '6h': 'Last 6 hours',
  '12h': 'Last 12 hours',
  '1d': 'Last 1 day',
  '2d': 'Last 2 days',
  '1w': 'Last 1 week',
};

function form(panels: readonly Panel[], index: number, example: string): Html {
  const panel = panels[index] ?? EMPTY_PANEL;
  const id = (name: string) => `g${index}-${name}`;
  const others = panels.flatMap((one, at) => (at === index ? [] : panelFields(one, at)));
  const own = panelFields(panel, index).filter(([name]) => !SEEN[panel.tab].test(name));
  const hidden = [...others, ...own];
  // A text of several lines would lose its line ends in a field of one line.
  const query = panel.expr.includes('\n')
    ? html`<textarea class="query" id="${id('expr')}" name="g${index}.expr" rows="${Math.min(12, panel.expr.split('\n').length + 1)}" spellcheck="false" autocapitalize="off">
${field(panel.expr)}</textarea>`
    : html`<input class="query" type="text" id="${id('expr')}" name="g${index}.expr" value="${field(panel.expr)}" list="names" placeholder="${example}" autocomplete="off" autocapitalize="off" spellcheck="false"${panel.expr === '' && index === 0 ? html` autofocus` : undefined}>`;
  return html`<form class="ask" action="/graph" method="get">${hidden.map(([name, value]) => html`<input type="hidden" name="${name}" value="${field(value)}">`)}
<div><label for="${id('expr')}">PromQL query</label>${query}</div>
<div><button type="submit">Execute</button></div>
${timeFields(panel, index)}</form>`;
}

/** The fields of a panel that its form shows; the others are kept as they are. */
const SEEN: { readonly [K in Panel['tab']]: RegExp } = {
  table: /\.(expr|end_input)$/,
  graph: /\.(expr|end_input|range_input|step_input)$/,
};

/** A table shows one moment, a graph a stretch of time. */
function timeFields(panel: Panel, index: number): Html {
  const id = (name: string) => `g${index}-${name}`;
  const until = html`<div class="until"><label for="${id('end')}">${panel.tab === 'graph' ? 'Up to' : 'At'} (UTC; empty is now)</label><input type="datetime-local" step="1" id="${id('end')}" name="g${index}.end_input" value="${panel.endMs === undefined ? '' : timeField(panel.endMs)}"></div>`;
  if (panel.tab === 'table') return html`<div class="times one">${until}</div>`;
  const range = rangeText(panel.rangeMs);
  const ranges = (RANGES as readonly string[]).includes(range) ? RANGES : [range, ...RANGES];
  const options = ranges.map(
    (one) =>
      html`<option value="${one}"${one === range ? html` selected` : undefined}>${RANGE_NAMES[one] ?? `Last ${one}`}</option>`,
  );
  return html`<div class="times"><div><label for="${id('range')}">Time range</label><select id="${id('range')}" name="g${index}.range_input">${options}</select></div>
${until}
<div><label for="${id('step')}">Step</label><input type="text" id="${id('step')}" name="g${index}.step_input" value="${panel.stepMs === undefined ? '' : rangeText(panel.stepMs)}" placeholder="${formatDuration(rangeStep(panel.rangeMs, 241))}" autocomplete="off"></div></div>`;
}

function tabs(panel: Panel, linkTo: LinkTo): Html {
  const tab = (kind: Panel['tab'], name: string) =>
    html`<a href="${linkTo({ tab: kind })}"${panel.tab === kind ? html` aria-current="true"` : undefined}>${name}</a>`;
  return html`<nav class="tabs" aria-label="Form of the answer">${tab('table', 'Table')}${tab('graph', 'Graph')}</nav>`;
}

/** Which time the graph shows, and the ways to an earlier, later, shorter or longer one. */
function moving(panel: Panel, asked: Asked, linkTo: LinkTo): Html | undefined {
  if (asked.kind !== 'answer' || asked.grid === undefined) return undefined;
  const { endMs, stepMs } = asked.grid;
  const by = rangeText(panel.rangeMs);
  const later =
    panel.endMs === undefined
      ? undefined
      : html`<li><a href="${linkTo({ endMs: endMs + panel.rangeMs })}">${by} later</a></li><li><a href="${linkTo({ endMs: undefined })}">now</a></li>`;
  const quick = (['15m', '1h', '6h', '1d'] as const).map((range, at) => {
    const rangeMs = [900_000, 3_600_000, 21_600_000, 86_400_000][at] ?? panel.rangeMs;
    return html`<li>${rangeMs === panel.rangeMs ? html`<strong>${range}</strong>` : html`<a href="${linkTo({ rangeMs, stepMs: undefined })}">${range}</a>`}</li>`;
  });
  return html`<div class="move"><span class="span">${spanOf(asked.grid)}, step ${formatDuration(stepMs)}</span>
<ul aria-label="Move in time"><li><a href="${linkTo({ endMs: endMs - panel.rangeMs })}">${by} earlier</a></li>${later}</ul>
<ul aria-label="Other ranges">${quick}</ul></div>`;
}
