import type { Restart, RestartPicture } from '../advise/picture-restart.ts';
import { METRIC_NAME } from '../model/labels.ts';
import { renderChart } from './chart.ts';
import { formatNumber, formatTime } from './format.ts';
import { type Fact, renderFacts, sentence, seriesLines, signs } from './picture-words.ts';
import type { Style } from './style.ts';
import { counted } from './text.ts';

/** A counter with its restarts, as it was scraped and as rate() and increase() mend it. */
export function renderRestart(picture: RestartPicture, style: Style): string {
  const { labels, others, raw, repaired, startMs, endMs } = picture;
  const [first, last] = [raw[0], raw.at(-1)];
  if (labels === undefined || first === undefined || last === undefined) {
    return sentence('The window holds no sample, so there is no row.', style, 'warn').join('\n');
  }
  const stepMs = interval(raw.map(({ ms }) => ms)) ?? endMs - startMs;
  const from = picture.restarts[0]?.beforeMs;
  const mended = from === undefined ? [] : repaired.filter(({ ms }) => ms >= from);
  const lines = [['scraped', raw] as const, ...(mended.length === 0 ? [] : [['mended', mended] as const])];
  const series = lines.map(([name, samples]) => ({ labels: { [METRIC_NAME]: name }, samples }));
  const chart = renderChart(series, style, { startMs: first.ms, endMs: last.ms, stepMs, height: 9 });
  return [...seriesLines(labels, others, style), chart, ...renderFacts(factsOf(picture, style), style)].join('\n');
}

function factsOf(picture: RestartPicture, style: Style): readonly Fact[] {
  const { raw, restarts, repaired, estimate, range, isCounter } = picture;
  const { minus, plus, is } = signs(style);
  const number = formatNumber;
  const [first, last] = [raw[0]?.value ?? 0, raw.at(-1)?.value ?? 0];
  const mended = (repaired.at(-1)?.value ?? 0) - first;
  if (restarts.length === 0)
    return [['restarts', `none in these ${counted(raw.length, 'sample')}: the value never falls`]];
  const lost = restarts.map(({ before }) => ` ${plus} ${number(before)}`).join('');
  const sum = `${number(last)}${lost} ${minus} ${number(first)} ${is} ${number(mended)}`;
  return [
    ...restarts.slice(0, MOST_RESTARTS).map((restart) => fallFact(restart, isCounter, style)),
    ...(restarts.length > MOST_RESTARTS
      ? [['and', `${counted(restarts.length - MOST_RESTARTS, 'more fall')}`] as const]
      : []),
    [
      `last ${minus} first`,
      `${number(last)} ${minus} ${number(first)} ${is} ${number(last - first)}${isCounter ? ': nonsense across a restart' : ': how much it really changed'}`,
    ],
    ['mended', isCounter ? sum : `${sum}: nonsense, for a gauge may fall`],
    ...(estimate === undefined
      ? []
      : [['increase', `${number(estimate.increase)}, with the edges of [${range}] added`] as const]),
  ];
}

const MOST_RESTARTS = 3;

function fallFact({ before, beforeMs, after, afterMs }: Restart, isCounter: boolean, style: Style): Fact {
  const seen = `${formatNumber(before)} at ${formatTime(beforeMs, style, 'second')}, then ${formatNumber(after)} at ${formatTime(afterMs, style, 'second')}`;
  return isCounter
    ? ['restart', `${seen}: a counter never falls, so it began again at 0`]
    : ['fall', `${seen}: increase() takes it for a restart from 0`];
}

/** The usual distance between samples. */
function interval(times: readonly number[]): number | undefined {
  const gaps = times.slice(1).map((ms, index) => ms - (times[index] ?? ms));
  return gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)];
}
