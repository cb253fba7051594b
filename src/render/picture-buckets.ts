import type { Bucket, BucketsPicture, Cut } from '../advise/picture-buckets.ts';
import { formatNumber } from './format.ts';
import { type Fact, placed, renderFacts, sentence, seriesLines, signs } from './picture-words.ts';
import { paint, type Style } from './style.ts';
import { symbolsOf } from './symbols.ts';
import { columnsOf, padEnd, padStart } from './text.ts';

/** Cumulative buckets as bars, the line of the quantile through them, and the way through the bucket it meets. */
export function renderBucketsPicture(picture: BucketsPicture, style: Style): string {
  const { labels, others, cut, buckets } = picture;
  if (labels === undefined) return sentence('There is no bucket, so there is no row.', style, 'warn').join('\n');
  const head = Object.keys(labels).length === 0 && others === 0 ? [] : seriesLines(labels, others, style);
  const inside = cut.kind === 'inside' ? [...(style.accessible ? [] : ['', ...ruler(picture, cut, style)])] : [];
  return [
    ...head,
    ...(style.accessible ? spokenBuckets(picture, style) : bars(picture, style)),
    ...inside,
    ...(buckets.length === 0 ? [] : outcome(picture, style)),
  ].join('\n');
}

function spokenBuckets({ buckets, total, perSecond }: BucketsPicture, style: Style): readonly string[] {
  const rate = perSecond ? ' per second' : '';
  return buckets.flatMap(({ upper, count }, index) =>
    sentence(
      `Bucket ${index + 1} of ${buckets.length}: up to ${boundWords(upper)}, ${formatNumber(count)}${rate}, ${percent(count, total)}.`,
      style,
    ),
  );
}

function bars(picture: BucketsPicture, style: Style): readonly string[] {
  const { buckets, total, quantile, cut, perSecond } = picture;
  const { bar, axis } = symbolsOf(style);
  const bounds = ['le', ...buckets.map(({ upper }) => formatNumber(upper))];
  const counts = [perSecond ? 'per s' : 'count', ...buckets.map(({ count }) => formatNumber(count))];
  const shares = ['', ...buckets.map(({ count }) => percent(count, total))];
  const [boundWidth, countWidth, shareWidth] = [bounds, counts, shares].map((texts) =>
    Math.max(...texts.map(columnsOf)),
  );
  const lead = (boundWidth ?? 0) + (countWidth ?? 0) + (shareWidth ?? 0) + 8;
  const room = Math.max(8, Math.min(60, style.width - lead));
  const at = cut.kind === 'none' ? undefined : Math.max(1, Math.min(room - 2, Math.round(quantile * room)));
  const met = cut.kind === 'none' ? undefined : cut.index;
  return bounds.flatMap((bound, row) => {
    const bucket = buckets[row - 1];
    const text = `${met === row - 1 ? '>' : ' '} ${padStart(bound, boundWidth ?? 0)}  ${padStart(counts[row] ?? '', countWidth ?? 0)}  ${padStart(shares[row] ?? '', shareWidth ?? 0)}  `;
    if (bucket === undefined)
      return [
        paint(
          style,
          'dim',
          (
            text + (at === undefined ? '' : placed([{ at, text: quantileName(quantile), align: 'centre' }], room))
          ).trimEnd(),
        ),
      ];
    const length = barLength(picture, bucket, room, at);
    const full = padEnd(bar.repeat(length), room);
    const role = met === row - 1 ? 'ok' : 'label';
    const drawn =
      at === undefined
        ? paint(style, role, full.trimEnd())
        : paint(style, role, full.slice(0, at)) +
          paint(style, 'warn', axis) +
          paint(style, role, full.slice(at + 1).trimEnd());
    const line = met === row - 1 ? paint(style, 'ok', text) + drawn : text + drawn;
    return [drawn === '' ? text.trimEnd() : line];
  });
}

/** Columns of a bar. One that holds too little ends before the line, however little is missing. */
function barLength({ total, rank }: BucketsPicture, { count }: Bucket, room: number, at: number | undefined): number {
  const length = total > 0 ? Math.max(count > 0 ? 1 : 0, Math.round((count / total) * room)) : 0;
  if (at === undefined) return length;
  return count < rank ? Math.min(length, at - 1) : Math.max(length, at + 2);
}

/** The bucket that the line meets, from its lower to its upper bound, with counts below. */
function ruler({ rank }: BucketsPicture, cut: Extract<Cut, { kind: 'inside' }>, style: Style): readonly string[] {
  const width = Math.min(style.width, 72);
  const at = Math.min(width - 2, Math.max(1, Math.round(cut.share * (width - 1))));
  const { rule, dot } = symbolsOf(style);
  const [open, close] = style.ascii ? ['|', '|'] : ['├', '┤'];
  const line = `${open}${rule.repeat(at - 1)}${paint(style, 'number', dot)}${rule.repeat(width - 2 - at)}${close}`;
  const row = (low: string, middle: string, high: string) => threePlaced([low, middle, high], at, width);
  return [
    row(formatNumber(cut.lower), formatNumber(cut.value), formatNumber(cut.upper)),
    line,
    paint(style, 'dim', row(formatNumber(cut.below), formatNumber(rank), formatNumber(cut.upTo))),
  ];
}

/** Three texts on a line: left, at a column, right; the middle one moves so that it touches neither. */
function threePlaced([low, middle, high]: readonly [string, string, string], at: number, width: number): string {
  const most = width - columnsOf(high) - columnsOf(middle) - 2;
  const from = Math.max(columnsOf(low) + 2, Math.min(most, at - Math.floor(columnsOf(middle) / 2)));
  return padEnd(padEnd(low, from) + middle, width - columnsOf(high)) + high;
}

function outcome(picture: BucketsPicture, style: Style): readonly string[] {
  const { cut, quantile, total, rank, unit } = picture;
  const name = quantileName(quantile);
  const number = formatNumber;
  const { times, minus, plus, over, is } = signs(style);
  const inUnit = (value: number) => formatNumber(value, unit === undefined ? {} : { unit });
  const line: Fact = ['the line', `${number(quantile)} ${times} ${number(total)} ${is} ${number(rank)}`];
  switch (cut.kind) {
    case 'none':
      return sentence(NONE[cut.why](picture), style, 'warn');
    case 'beyond': {
      const before = picture.buckets.at(-2);
      const meets: Fact = ['it meets', `only the last bucket, le="+Inf", which has no upper end`];
      return renderFacts(
        [
          line,
          meets,
          [
            name,
            `${inUnit(cut.value)}, the highest bound there is: the true value lies above ${number(before?.upper ?? 0)}`,
          ],
        ],
        style,
      );
    }
    case 'inside': {
      const wanted = `${number(rank)} ${minus} ${number(cut.below)}`;
      const has = `${number(cut.upTo)} ${minus} ${number(cut.below)}`;
      return renderFacts(
        [
          line,
          [
            'it meets',
            `the bucket from ${number(cut.lower)} to ${number(cut.upper)}: the first that holds ${number(rank)} or more`,
          ],
          ['its share', `(${wanted}) ${over} (${has}) ${is} ${number(cut.share * 100)} % of the way through it`],
          [
            name,
            `${number(cut.lower)} ${plus} ${number(cut.share * 100)} % of ${number(cut.upper - cut.lower)} ${is} ${inUnit(cut.value)}`,
          ],
        ],
        style,
      );
    }
  }
}

const NONE: { readonly [K in Extract<Cut, { kind: 'none' }>['why']]: (picture: BucketsPicture) => string } = {
  empty: () => 'Nothing was observed: a quantile of nothing is NaN.',
  'no-inf': () => 'The bucket le="+Inf" is missing, and with it the total: the answer is NaN.',
  hollow: () => 'The line meets a bucket that holds nothing: 0 / 0 is NaN.',
  quantile: ({ quantile, cut }) =>
    `A quantile is a number from 0 to 1, and ${formatNumber(quantile)} is not: the answer is ${formatNumber(cut.kind === 'none' ? cut.value : Number.NaN)}.`,
};

function quantileName(quantile: number): string {
  return `p${formatNumber(quantile * 100)}`;
}

function percent(count: number, total: number): string {
  return total > 0 ? `${Math.round((count / total) * 1000) / 10} %` : '-';
}

function boundWords(upper: Bucket['upper']): string {
  return upper === Number.POSITIVE_INFINITY ? 'any value' : formatNumber(upper);
}
