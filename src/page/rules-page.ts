import { printMetricSelector } from '../promql/print.ts';
import { formatDuration, formatNumber, formatTime } from '../render/format.ts';
import { type Html, html } from '../render/html.ts';
import { renderLabels } from '../render/labels.ts';
import { EMPTY_PANEL, pageUrl } from './params.ts';
import { type Alert, type Rule, type RuleGroup, ruleGroups } from './rules-shape.ts';

const UTC = { timeZone: 'UTC' } as const;

/** The alerting rules with their active alerts, the firing ones first. `data` is that of /api/v1/rules. */
export function alertsPage(data: unknown): Html {
  const rules = ruleGroups(data).flatMap((group) => group.rules.filter(({ kind }) => kind === 'alerting'));
  const order = [...rules].sort((a, b) => rank(b.state) - rank(a.state));
  const count = (state: string) => rules.filter((rule) => rule.state === state).length;
  const lead =
    rules.length === 0
      ? 'This server has no alerting rules.'
      : `${count('firing')} firing, ${count('pending')} pending, ${rules.length - count('firing') - count('pending')} inactive. A rule becomes pending when its query has a result, and firing when that lasts as long as it says.`;
  return html`<section class="card"><h1>Alerts</h1><p class="lead">${lead}</p>${order.map((rule) => alertingRule(rule, false))}</section>`;
}

/** Every rule by group, with its query and how its last evaluation went. `data` is that of /api/v1/rules. */
export function rulesPage(data: unknown): Html {
  const groups = ruleGroups(data);
  const lead =
    groups.length === 0
      ? 'This server has no rules.'
      : 'Recording rules store the result of a query under a new name; alerting rules tell when a query has a result.';
  return html`<section class="card"><h1>Rules</h1><p class="lead">${lead}</p>${groups.map(groupHtml)}</section>`;
}

function rank(state: string): number {
  return state === 'firing' ? 2 : state === 'pending' ? 1 : 0;
}

function groupHtml({ name, interval, rules }: RuleGroup): Html {
  return html`<section class="group"><h2>${name}</h2><p class="note">evaluated every ${formatDuration(interval * 1000)}</p>${rules.map((rule) => (rule.kind === 'alerting' ? alertingRule(rule, true) : recordingRule(rule)))}</section>`;
}

function recordingRule(rule: Rule): Html {
  return html`<div class="rule"><p class="head"><a class="name" href="${linkTo(printMetricSelector(rule.name))}">${rule.name}</a><span class="kind">recording</span>${health(rule)}</p>${query(rule)}${labels(rule)}${evaluated(rule)}</div>`;
}

const STATE_CLASS: Readonly<Record<string, string>> = { firing: 'wrong', pending: 'warn', inactive: 'ok' };

/** `templates` shows the texts of its alerts as they are written, with what is filled in for each of them. */
function alertingRule(rule: Rule, templates: boolean): Html {
  const { duration, keepFiringFor, state, annotations } = rule;
  const lasting = [
    ...(duration > 0 ? [`for ${formatDuration(duration * 1000)}`] : []),
    ...(keepFiringFor > 0 ? [`keeps firing for ${formatDuration(keepFiringFor * 1000)}`] : []),
  ].join(', ');
  return html`<div class="rule"><p class="head"><span class="name">${rule.name}</span><span class="state ${STATE_CLASS[state] ?? ''}">${state === '' ? 'unknown' : state}</span>${lasting === '' ? undefined : html`<span class="kind">${lasting}</span>`}${health(rule)}</p>${query(rule)}${labels(rule)}${templates ? texts(annotations) : undefined}
${rule.alerts.length === 0 ? undefined : active(rule.alerts)}${evaluated(rule)}</div>`;
}

function active(alerts: readonly Alert[]): Html {
  return html`<table class="stack"><thead><tr><th scope="col">Active alert</th><th scope="col">State</th><th scope="col">Since</th><th scope="col" class="number">Value</th></tr></thead>
<tbody>${alerts.map(activeRow)}</tbody></table>`;
}

function activeRow({ labels: set, annotations, state, activeAt, value }: Alert): Html {
  const since = Date.parse(activeAt);
  return html`<tr><td class="series"><code>${renderLabels(set)}</code>${texts(annotations)}</td>
<td data-name="state"><span class="state ${STATE_CLASS[state] ?? ''}">${state}</span></td><td data-name="since">${Number.isNaN(since) ? '' : formatTime(since, UTC)}</td><td data-name="value" class="number">${numberText(value)}</td></tr>`;
}

/** Values of alerts come with an exponent, as 1e+00. */
function numberText(value: string): string {
  const number =
    value === '+Inf' ? Number.POSITIVE_INFINITY : value === '-Inf' ? Number.NEGATIVE_INFINITY : Number(value);
  return value === '' ? '' : formatNumber(number);
}

function health({ health: state, lastError }: Rule): Html | undefined {
  if (state === 'ok' || state === '') return undefined;
  const error = lastError === '' ? undefined : html`: ${lastError}`;
  if (state !== 'err') return html`<span class="kind">not evaluated yet</span>`;
  return html`<span class="state wrong">failed${error}</span>`;
}

/** The texts of an alert, the summary first. */
function texts(annotations: Readonly<Record<string, string>>): readonly Html[] {
  const order = (name: string) => (name === 'summary' ? 0 : 1);
  return Object.entries(annotations)
    .sort(([a], [b]) => order(a) - order(b))
    .map(([name, text]) => html`<p class="facts">${name}: ${text}</p>`);
}

function query({ query: text }: Rule): Html {
  return html`<p class="facts"><a href="${linkTo(text)}"><code>${text}</code></a></p>`;
}

function labels({ labels: set }: Rule): Html | undefined {
  return Object.keys(set).length === 0
    ? undefined
    : html`<p class="facts">labels <code>${renderLabels(set)}</code></p>`;
}

function evaluated({ lastEvaluation }: Rule): Html | undefined {
  const ms = lastEvaluation.startsWith('0001-') ? Number.NaN : Date.parse(lastEvaluation);
  return Number.isNaN(ms) ? undefined : html`<p class="facts">last evaluated ${formatTime(ms, UTC)}</p>`;
}

function linkTo(expr: string): string {
  return pageUrl([{ ...EMPTY_PANEL, expr }]);
}
