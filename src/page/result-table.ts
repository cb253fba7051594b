import {
  type InstantSample,
  isHistogram,
  type QueryData,
  type Sample,
  type SampleValue,
  type Series,
} from '../model/query-result.ts';
import { formatNumber, formatTime } from '../render/format.ts';
import { type Html, html, lines } from '../render/html.ts';
import { commonLabels, renderLabels } from '../render/labels.ts';
import { safeLines } from '../render/safe.ts';
import { formatValue, renderBuckets } from '../render/value.ts';

/** More rows than this nobody reads; the API gives all of them. */
const MOST_ROWS = 500;
/** The most samples of one series that are listed. */
const MOST_SAMPLES = 200;

const UTC = { timeZone: 'UTC' } as const;
const PLAIN = { timeZone: 'UTC', width: 72, colour: false, ascii: false, accessible: false } as const;

/** An answer as a table: a row a series. */
export function resultTable(data: QueryData): Html {
  return (TABLES[data.kind] as (data: QueryData) => Html)(data);
}

const TABLES: { readonly [K in QueryData['kind']]: (data: Extract<QueryData, { kind: K }>) => Html } = {
  vector: ({ samples }) =>
    table(
      samples.length,
      samples
        .slice(0, MOST_ROWS)
        .map(({ labels, value }) => row(html`<code>${renderLabels(labels)}</code>`, valueCell(value))),
      common(samples),
    ),
  matrix: ({ series }) =>
    table(
      series.length,
      series
        .slice(0, MOST_ROWS)
        .map(({ labels, samples }) => row(html`<code>${renderLabels(labels)}</code>`, samplesCell(samples))),
      common(series),
    ),
  scalar: ({ value }) => table(1, [row(html`<span class="kind">scalar</span>`, valueCell(value))]),
  string: ({ value }) =>
    table(1, [row(html`<span class="kind">string</span>`, html`<pre>${lines(safeLines(value))}</pre>`)]),
};

function table(total: number, rows: readonly Html[], note?: Html): Html {
  if (total === 0) return html``;
  const hidden = total - rows.length;
  return html`<table class="result"><thead><tr><th scope="col">Series</th><th scope="col" class="number">Value</th></tr></thead>
<tbody>${rows}</tbody></table>
${note}${hidden === 0 ? undefined : html`<p class="note">The first ${MOST_ROWS} of ${formatNumber(total)} rows. The answer of the API below has all of them.</p>`}`;
}

function row(name: Html, value: Html): Html {
  return html`<tr><td class="series">${name}</td><td class="number">${value}</td></tr>
`;
}

function valueCell(value: SampleValue): Html {
  if (!isHistogram(value)) return html`${formatValue(value)}`;
  return html`<span>${formatValue(value)}</span><pre class="buckets">${lines(renderBuckets(value, PLAIN))}</pre>`;
}

function samplesCell(samples: readonly Sample[]): Html {
  const shown = samples.slice(-MOST_SAMPLES);
  const hidden = samples.length - shown.length;
  const listed = shown.map(
    ({ ms, value }) =>
      html`<li>${formatValue(value)} <span class="at">${formatTime(ms, UTC, 'millisecond').replace('.000', '')}</span></li>`,
  );
  return html`${hidden === 0 ? undefined : html`<p class="note">the last ${MOST_SAMPLES} of ${formatNumber(samples.length)}</p>`}<ul class="samples">${listed}</ul>`;
}

/** Says what all rows share, where there are many: the eye then looks for what differs. */
function common(rows: readonly (InstantSample | Series)[]): Html | undefined {
  const shared = rows.length < 4 ? [] : commonLabels(rows.map(({ labels }) => labels));
  if (shared.length === 0) return undefined;
  return html`<p class="common">All ${formatNumber(rows.length)} rows share <code>${renderLabels(Object.fromEntries(shared))}</code></p>`;
}
