import type { StartOutcome } from '../backends/start-stack.ts';
import type { StackState } from '../backends/state.ts';
import { isEmptyResult, type QueryResult, type Series } from '../model/query-result.ts';
import { renderChart } from '../render/chart.ts';
import { formatNumber } from '../render/format.ts';
import { prose } from '../render/prose.ts';
import { renderResult } from '../render/result.ts';
import { safe } from '../render/safe.ts';
import { paint } from '../render/style.ts';
import type { Source } from '../source/source.ts';
import { chosenServer } from './config/chosen-server.ts';
import type { Context } from './context.ts';

const HOUR_MS = 3_600_000;
const CHART_QUERY = 'sum by (provider) (rate(sse_requests_total[5m]))';

/** What the end of `start` shows: who is up, the last hour, and where to go on. */
export type Taste = { readonly up: QueryResult; readonly hour: readonly Series[]; readonly endMs: number };

/** Asks Prometheus for it. Throws what the source throws. */
export async function takeTaste(source: Source, nowMs: number, signal: AbortSignal): Promise<Taste> {
  const [up, hour] = await Promise.all([
    source.instant('up', { timeMs: nowMs, signal }),
    source.range(CHART_QUERY, { startMs: nowMs - HOUR_MS, endMs: nowMs, stepMs: STEP_MS, signal }),
  ]);
  return { up, hour: hour.data.kind === 'matrix' ? hour.data.series : [], endMs: nowMs };
}

const STEP_MS = 60_000;

/** The taste as text, each part under the command that shows it again. */
export function renderTaste({ up, hour, endMs }: Taste, context: Context, { kind, state }: StartOutcome): string {
  const { style } = context;
  const flag = serverFlag(context, state);
  const typed = (command: string) => paint(style, 'query', `$ prom-tutor ${command}`);
  const chart = renderChart(hour, style, {
    startMs: endMs - HOUR_MS,
    endMs,
    stepMs: STEP_MS,
    height: 8,
    unit: 'requests/s',
  });
  return [
    typed(`query up${flag}`),
    isEmptyResult(up.data)
      ? prose('Nothing was scraped in the last five minutes; the first scrape is on its way.', style)
      : renderResult(up, style),
    '',
    typed(`query '${CHART_QUERY}' --range 1h -o graph${flag}`),
    chart,
    '',
    prose(sentence(up, hour, kind), style),
    '',
    `${paint(style, 'title', 'Next:')} ${paint(style, 'query', 'prom-tutor lesson')}`,
  ].join('\n');
}

/** One or two sentences that say what is to be seen; every number in them is from the data. */
function sentence(up: QueryResult, hour: readonly Series[], kind: StartOutcome['kind']): string {
  const samples = up.data.kind === 'vector' ? up.data.samples : [];
  const alive = samples.filter(({ value }) => value === 1).length;
  const targets =
    samples.length === 0
      ? ''
      : alive === samples.length
        ? `All ${samples.length} targets are up. `
        : `${alive} of ${samples.length} targets are up${kind === 'found' ? '' : ', says the last scrape; the next one comes within 15 s'}. `;
  const last = hour.flatMap(({ labels, samples: points }) => {
    const value = points.at(-1)?.value;
    return typeof value === 'number' ? [{ provider: labels.provider ?? '', value }] : [];
  });
  const busiest = last.sort((a, b) => b.value - a.value)[0];
  if (busiest === undefined) return `${targets}The chart has no data yet.`;
  const rate = formatNumber(busiest.value);
  return `${targets}The chart shows how many requests per second each provider gets; the busiest is ${safe(busiest.provider)}, with ${rate} just now.`;
}

/** What the printed commands need so that they ask this stack, although environment or settings name another server. */
export function serverFlag(context: Pick<Context, 'io' | 'config'>, state: StackState): string {
  const { url, origin } = chosenServer(context, {});
  return origin === 'default' || url === state.urls.prometheus ? '' : ` -s ${state.urls.prometheus}`;
}
