import type { RestartPicture } from '../advise/picture-restart.ts';
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

function factsOf({ raw, restarts, repaired, estimate, range }: RestartPicture, style: Style): readonly Fact[] {
  const { minus, plus, is } = signs(style);
  const number = formatNumber;
  const [first, last] = [raw[0]?.value ?? 0, raw.at(-1)?.value ?? 0];
  const mended = (repaired.at(-1)?.value ?? 0) - first;
  if (restarts.length === 0)
    return [['restarts', `none in these ${counted(raw.length, 'sample')}: the counter never falls`]];
  const falls = restarts.map(
    ({ before, beforeMs, after, afterMs }): Fact => [
      'restart',
      `${number(before)} at ${formatTime(beforeMs, style, 'second')}, then ${number(after)} at ${formatTime(afterMs, style, 'second')}: a counter never falls, so it began again at 0`,
    ],
  );
  const lost = restarts.map(({ before }) => ` ${plus} ${number(before)}`).join('');
  return [
    ...falls,
    [
      `last ${minus} first`,
      `${number(last)} ${minus} ${number(first)} ${is} ${number(last - first)}: nonsense across a restart`,
    ],
    ['mended', `${number(last)}${lost} ${minus} ${number(first)} ${is} ${number(mended)}`],
    ...(estimate === undefined
      ? []
      : [['increase', `${number(estimate.increase)}, with the edges of [${range}] added`] as const]),
  ];
}

/** The usual distance between samples. */
function interval(times: readonly number[]): number | undefined {
  const gaps = times.slice(1).map((ms, index) => ms - (times[index] ?? ms));
  return gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)];
}
