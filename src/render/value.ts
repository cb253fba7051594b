import { isHistogram, type NativeBucket, type NativeHistogram, type SampleValue } from '../model/query-result.ts';
import { formatNumber } from './format.ts';
import { paint, type Style } from './style.ts';
import { symbolsOf } from './symbols.ts';
import { columnsOf, padStart, wrapText } from './text.ts';

/** One sample's value in one line: the number, or what a native histogram holds in short. */
export function formatValue(
  value: SampleValue,
  options: { readonly unit?: string; readonly spoken?: boolean } = {},
): string {
  if (isHistogram(value)) {
    const mean = value.count > 0 ? `, mean ${formatNumber(value.sum / value.count)}` : '';
    return `histogram: count ${formatNumber(value.count)}, sum ${formatNumber(value.sum)}${mean}`;
  }
  const text = formatNumber(value, options.unit === undefined ? {} : { unit: options.unit });
  return options.spoken === true ? (SPOKEN[text] ?? text) : text;
}

const SPOKEN: Readonly<Record<string, string>> = {
  NaN: 'NaN, not a number',
  '+Inf': 'plus infinity',
  '-Inf': 'minus infinity',
};

/** The buckets of a native histogram, one a line, with a bar each; accessible: a sentence each. */
export function renderBuckets(histogram: NativeHistogram, style: Style): string {
  const { buckets } = histogram;
  if (buckets.length === 0) return wrapText('no buckets: nothing was observed', style.width).join('\n');
  if (style.accessible) {
    return buckets
      .flatMap((bucket, index) =>
        wrapText(
          `Bucket ${index + 1} of ${buckets.length}: ${formatNumber(bucket.count)} between ${spokenBounds(bucket)}`,
          Math.min(style.width, 72),
        ),
      )
      .join('\n');
  }
  const bounds = buckets.map(boundsOf);
  const counts = buckets.map(({ count }) => formatNumber(count));
  const boundsWidth = Math.max(...bounds.map(columnsOf));
  const countWidth = Math.max(...counts.map(columnsOf));
  const room = Math.min(40, style.width - boundsWidth - countWidth - 4);
  const most = Math.max(...buckets.map(({ count }) => (Number.isFinite(count) ? count : 0)));
  return buckets
    .map(({ count }, index) => {
      const share = most > 0 && Number.isFinite(count) ? Math.max(0, count / most) : 0;
      const length = count > 0 && room > 0 ? Math.max(1, Math.round(share * room)) : 0;
      const bar = length === 0 ? '' : `  ${paint(style, 'label', symbolsOf(style).bar.repeat(length))}`;
      const head = `${padStart(bounds[index] ?? '', boundsWidth)}  ${padStart(counts[index] ?? '', countWidth)}`;
      return columnsOf(head) + 2 + length > style.width ? wrapText(head.trim(), style.width).join('\n') : head + bar;
    })
    .join('\n');
}

/** Which ends belong to a bucket, by the API's number for it. */
const BRACKETS: { readonly [K in NativeBucket['boundaries']]: readonly [string, string] } = {
  0: ['(', ']'],
  1: ['[', ')'],
  2: ['(', ')'],
  3: ['[', ']'],
};

function boundsOf(bucket: NativeBucket): string {
  const [open, close] = BRACKETS[bucket.boundaries];
  return `${open}${formatNumber(bucket.lower)}, ${formatNumber(bucket.upper)}${close}`;
}

function spokenBounds(bucket: NativeBucket): string {
  const [open, close] = BRACKETS[bucket.boundaries];
  const lower = `${formatNumber(bucket.lower)} ${open === '[' ? 'included' : 'excluded'}`;
  return `${lower} and ${formatNumber(bucket.upper)} ${close === ']' ? 'included' : 'excluded'}`;
}
