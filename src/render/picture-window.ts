import type { Edge, Estimate, WindowPicture } from '../advise/picture-window.ts';
import { formatNumber, formatTime } from './format.ts';
import { type Fact, placed, renderFacts, sentence, seriesLines, signs, span } from './picture-words.ts';
import { paint, type Style } from './style.ts';
import { symbolsOf } from './symbols.ts';
import { columnsOf, counted } from './text.ts';

/** The samples of a window on a line of time, and the sum that rate() and its like do with them. */
export function renderWindow(picture: WindowPicture, style: Style): string {
  const { labels, others, estimate } = picture;
  if (labels === undefined) {
    return [
      ...windowSentence(picture, style),
      ...sentence('It holds no sample, so there is no row.', style, 'warn'),
    ].join('\n');
  }
  const drawn = style.accessible ? spokenSamples(picture, style) : timeline(picture, style);
  const facts = estimate === undefined ? [] : renderFacts(factsOf(picture, estimate, style), style);
  const lonely = `${counted(picture.samples.length, 'sample')} only: two are needed to measure a change, so the answer is empty.`;
  return [
    ...seriesLines(labels, others, style),
    ...drawn,
    ...(estimate === undefined ? sentence(lonely, style, 'warn') : facts),
  ].join('\n');
}

function windowSentence({ range, startMs, endMs }: WindowPicture, style: Style): readonly string[] {
  const [from, to] = [startMs, endMs].map((ms) => formatTime(ms, style, 'millisecond'));
  return sentence(`The window [${range}] is what is later than ${from}, up to ${to}.`, style);
}

function spokenSamples(picture: WindowPicture, style: Style): readonly string[] {
  const { samples } = picture;
  const said = samples.map(({ ms, value }) => `${formatNumber(value)} at ${formatTime(ms, style, 'second')}`);
  const shown = said.length <= MOST_SPOKEN ? said : [...said.slice(0, 2), '...', ...said.slice(-2)];
  return [
    ...windowSentence(picture, style),
    ...sentence(`It holds ${counted(samples.length, 'sample')}: ${shown.join(', ')}.`, style),
  ];
}

const MOST_SPOKEN = 6;
const MOST_COLUMNS = 84;

function timeline(picture: WindowPicture, style: Style): readonly string[] {
  const { samples, startMs, endMs, estimate } = picture;
  const width = Math.min(style.width, MOST_COLUMNS);
  const column = (ms: number) => 1 + Math.round(((ms - startMs) / (endMs - startMs)) * (width - 3));
  const [first, last] = [samples[0], samples.at(-1)];
  const edges = [startMs, endMs].map((ms) => formatTime(ms, style, 'millisecond'));
  const middle = `[${picture.range}]: ${counted(samples.length, 'sample')}`;
  const head = placed(
    [
      { at: 0, text: edges[0] ?? '', align: 'left' },
      { at: Math.floor(width / 2), text: middle, align: 'centre' },
      { at: width - 1, text: edges[1] ?? '', align: 'right' },
    ],
    width,
  );
  if (first === undefined || last === undefined) return [head];
  const back = column(first.ms - (estimate?.start.addedMs ?? 0));
  const on = column(last.ms + (estimate?.end.addedMs ?? 0));
  const [from, to] = [column(first.ms), column(last.ms)];
  const dots = new Set(samples.map(({ ms }) => column(ms)));
  const { dot, rule } = symbolsOf(style);
  const guess = style.ascii ? '.' : '┄';
  const line = Array.from({ length: width - 2 }, (_, index) => {
    const at = index + 1;
    if (dots.has(at)) return paint(style, 'number', dot);
    if (at > from && at < to) return rule;
    return estimate !== undefined && at >= back && at <= on ? paint(style, 'warn', guess) : ' ';
  });
  const values = samples.map(({ ms, value }) => ({
    at: column(ms),
    text: formatNumber(value),
    align: 'centre' as const,
  }));
  const fit = values.every(
    ({ at, text }, index) => index === 0 || at - (values[index - 1]?.at ?? 0) > columnsOf(text) + 1,
  );
  const ends = [values[0], values.at(-1)].flatMap((value, index) =>
    value === undefined || (index === 1 && values.length === 1) ? [] : [value],
  );
  return [
    paint(style, 'dim', head),
    `(${line.join('')}]`,
    placed(fit ? values : ends, width),
    ...(estimate === undefined ? [] : [paint(style, 'dim', lengths(estimate, { back, from, to, on }, width))]),
  ];
}

/** Under the line: how long each of its three parts is. */
function lengths(
  { sampledMs, start, end }: Estimate,
  { back, from, to, on }: { readonly back: number; readonly from: number; readonly to: number; readonly on: number },
  width: number,
): string {
  const middle = Math.floor((from + to) / 2);
  const measured = `${span(sampledMs)} measured`;
  const room = to - from - 2;
  return placed(
    [
      { at: Math.floor((back + from) / 2), text: `+${span(start.addedMs)}`, align: 'centre' },
      { at: middle, text: columnsOf(measured) <= room ? measured : span(sampledMs), align: 'centre' },
      { at: Math.floor((to + on) / 2), text: `+${span(end.addedMs)}`, align: 'centre' },
    ],
    width,
  );
}

function factsOf(picture: WindowPicture, estimate: Estimate, style: Style): readonly Fact[] {
  const { samples, startMs, endMs } = picture;
  const { times, over, minus, plus, is } = signs(style);
  const number = formatNumber;
  const [first, last] = [samples[0]?.value ?? 0, samples.at(-1)?.value ?? 0];
  const restarts = estimate.lost === 0 ? '' : ` ${plus} ${number(estimate.lost)} lost by restarts`;
  const covered = estimate.sampledMs + estimate.start.addedMs + estimate.end.addedMs;
  const total = `${number(estimate.change)} ${times} ${span(covered)} ${over} ${span(estimate.sampledMs)} ${is} ${number(estimate.increase)}`;
  const rate: Fact = [
    'rate',
    `${number(estimate.increase)} ${over} ${span(endMs - startMs)} ${is} ${number(estimate.perSecond)} per second`,
  ];
  const whole: Fact = [picture.function === 'delta' ? 'delta' : 'increase', total];
  return [
    [
      'change',
      `${number(last)} ${minus} ${number(first)}${restarts} ${is} ${number(estimate.change)} in ${span(estimate.sampledMs)}`,
    ],
    ...edgeFacts(estimate),
    whole,
    ...(picture.function === 'increase' || picture.function === 'delta' ? [] : [rate]),
  ];
}

function edgeFacts(estimate: Estimate): readonly Fact[] {
  const { start, end, averageMs } = estimate;
  const at = [`${span(start.gapMs)} before the first sample`, `${span(end.gapMs)} after the last`] as const;
  if (start.reason === 'near' && end.reason === 'near') {
    const both = `${at.join(' and ')}: no more than one interval (${span(averageMs)}), so the slope is drawn on to both`;
    return [['edges', both]];
  }
  return [
    ['start', `${at[0]}: ${EDGE_WORDS[start.reason](start, estimate)}`],
    ['end', `${at[1]}: ${EDGE_WORDS[end.reason](end, estimate)}`],
  ];
}

const EDGE_WORDS: { readonly [K in Edge['reason']]: (edge: Edge, estimate: Estimate) => string } = {
  near: () => 'no more than one interval, so the slope is drawn on to the edge',
  far: ({ addedMs }, { averageMs }) =>
    `more than one interval (${span(averageMs)}), so only half of one is drawn on, ${span(addedMs)}`,
  zero: ({ addedMs }) => `drawn back by ${span(addedMs)} only, to where the counter would be 0`,
};
