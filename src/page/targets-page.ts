import { formatDuration, formatTime } from '../render/format.ts';
import { type Html, html } from '../render/html.ts';
import { renderLabels } from '../render/labels.ts';
import type { Target, TargetHealth } from '../source/source.ts';
import { EMPTY_PANEL, pageUrl } from './params.ts';

const UTC = { timeZone: 'UTC' } as const;

const STATES: { readonly [K in TargetHealth]: string } = { up: 'ok', down: 'wrong', unknown: 'warn' };

/** What is watched, by job: whether it answers, when it was last asked, and what is wrong. */
export function targetsPage(targets: readonly Target[], now: number): Html {
  const pools = [...new Set(targets.map(({ scrapePool }) => scrapePool))].sort();
  const up = targets.filter(({ health }) => health === 'up').length;
  const lead =
    targets.length === 0
      ? 'This server watches nothing: it answers from samples it was given.'
      : `${up} of ${targets.length} answer. Prometheus asks each of them at its interval and keeps what it says.`;
  return html`<section class="card"><h1>Targets</h1><p class="lead">${lead}</p>
${pools.map((pool) =>
  poolHtml(
    pool,
    targets.filter(({ scrapePool }) => scrapePool === pool),
    now,
  ),
)}</section>`;
}

function poolHtml(pool: string, targets: readonly Target[], now: number): Html {
  return html`<section class="group"><h2>${pool}</h2><table class="stack"><thead><tr><th scope="col">Target</th><th scope="col">State</th><th scope="col">Labels</th><th scope="col">Last scrape</th></tr></thead>
<tbody>${targets.map((target) => targetRow(target, now))}</tbody></table></section>`;
}

function targetRow(target: Target, now: number): Html {
  const { health, labels, lastScrapeMs, lastScrapeDurationMs, scrapeUrl, lastError, scrapeIntervalMs } = target;
  const { job, instance } = labels;
  const query = `up${renderLabels({ ...(instance === undefined ? {} : { instance }), ...(job === undefined ? {} : { job }) })}`;
  const interval = scrapeIntervalMs > 0 ? `, every ${formatDuration(scrapeIntervalMs)}` : '';
  const last =
    lastScrapeMs === undefined
      ? 'never'
      : `${formatDuration(Math.max(0, Math.round((now - lastScrapeMs) / 1000)) * 1000)} ago, took ${formatDuration(lastScrapeDurationMs)}${interval}`;
  const error = lastError === '' ? undefined : html`<br><span class="state wrong">error:</span> ${lastError}`;
  return html`<tr><td class="series"><code>${scrapeUrl}</code>${error}</td><td data-name="state"><span class="state ${STATES[health]}">${health}</span></td>
<td data-name="labels"><a href="${pageUrl([{ ...EMPTY_PANEL, expr: query }])}"><code>${renderLabels(labels)}</code></a></td><td data-name="last scrape">${last}${lastScrapeMs === undefined ? undefined : html`<span class="unseen"> (${formatTime(lastScrapeMs, UTC)})</span>`}</td></tr>`;
}
