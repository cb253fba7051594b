import { describe, expect, it } from 'vitest';
import type { Series } from '../../src/model/query-result.ts';
import { type ChartOptions, renderChart } from '../../src/render/chart.ts';
import type { Style } from '../../src/render/style.ts';
import { styleOf } from '../helpers/styles.ts';

const START = Date.UTC(2025, 10, 22, 13, 0, 0);
const MINUTE = 60_000;
const HOUR: ChartOptions = { startMs: START, endMs: START + 60 * MINUTE, stepMs: MINUTE, height: 4 };

/** A point a minute for an hour, none where `value` gives nothing. */
function series(labels: Record<string, string>, value: (minute: number) => number | undefined): Series {
  const samples = Array.from({ length: 61 }, (_, minute) => ({ ms: START + minute * MINUTE, value: value(minute) }));
  return { labels, samples: samples.flatMap(({ ms, value: one }) => (one === undefined ? [] : [{ ms, value: one }])) };
}

type Case = {
  readonly name: string;
  readonly series: readonly Series[];
  readonly style?: Partial<Style>;
  readonly options?: Partial<ChartOptions>;
  readonly lines: readonly string[];
};

const AXIS = [
  '  └┬─────────┬─────────┬─────────┬─────────┬─────────┬─────────┬',
  ' 13:00     13:10     13:20     13:30     13:40     13:50     14:00',
];
const SPAN = '2025-11-22 13:00 to 14:00 UTC, step 1m';

const CASES: readonly Case[] = [
  {
    name: 'draws a jump as a jump',
    series: [series({ job: 'a' }, (minute) => (minute >= 30 && minute < 40 ? 0 : 1))],
    lines: [
      SPAN,
      `1 ┤${'─'.repeat(30)}╮         ╭${'─'.repeat(20)}`,
      `  │${' '.repeat(30)}│         │`,
      `  │${' '.repeat(30)}│         │`,
      `  │${' '.repeat(30)}│         │`,
      `0 ┤${' '.repeat(30)}╰─────────╯`,
      ...AXIS,
      'A  {job="a"}: last 1, min 0, max 1',
    ],
  },
  {
    name: 'leaves a gap where there is no sample',
    series: [series({}, (minute) => (minute > 10 && minute < 20 ? undefined : 1))],
    lines: [
      SPAN,
      `1 ┤${'─'.repeat(11)}         ${'─'.repeat(41)}`,
      '  │',
      '  │',
      '  │',
      '0 ┤',
      ...AXIS,
      'A  {}: last 1, min 1, max 1; 1 gap',
    ],
  },
  {
    name: 'shows a single point',
    series: [series({}, (minute) => (minute === 30 ? 1 : undefined))],
    lines: [
      SPAN,
      `1 ┤${' '.repeat(30)}•`,
      '  │',
      '  │',
      '  │',
      '0 ┤',
      ...AXIS,
      'A  {}: last 1, min 1, max 1; ends at 13:30',
    ],
  },
  {
    name: 'draws no line for values that are no numbers, and says so',
    series: [series({}, () => Number.NaN)],
    lines: [SPAN, 'A  {}: no number to draw; 61 points are NaN and not drawn'],
  },
  {
    name: 'keeps infinities out of the axis',
    series: [series({}, (minute) => (minute === 5 ? Number.POSITIVE_INFINITY : 1))],
    lines: [
      SPAN,
      `1 ┤─────${' '}${'─'.repeat(55)}`,
      '  │',
      '  │',
      '  │',
      '0 ┤',
      ...AXIS,
      'A  {}: last 1, min 1, max 1; 1 point is +Inf and not drawn',
    ],
  },
  {
    name: 'draws with ASCII alone, unit above the axis',
    series: [series({}, (minute) => (minute < 30 ? 0 : 1))],
    style: { ascii: true },
    options: { unit: 'requests/s', title: 'Rate' },
    lines: [
      'Rate',
      SPAN,
      'requests/s',
      `1 +${' '.repeat(30)}.${'-'.repeat(30)}`,
      `  |${' '.repeat(30)}|`,
      `  |${' '.repeat(30)}|`,
      `  |${' '.repeat(30)}|`,
      `0 +${'-'.repeat(30)}'`,
      '  ++---------+---------+---------+---------+---------+---------+',
      AXIS[1] ?? '',
      'A  {}: last 1, min 0, max 1',
    ],
  },
  {
    name: 'tells series apart by letter, and says common labels once',
    series: [series({ job: 'j', provider: 'x' }, () => 1), series({ job: 'j', provider: 'y' }, () => 0)],
    lines: [
      SPAN,
      `1 ┤${letters('A', [0, 14, 28, 42, 56, 60])}`,
      '  │',
      '  │',
      '  │',
      `0 ┤${letters('B', [0, 7, 21, 35, 49, 60])}`,
      ...AXIS,
      'all series: job=j',
      'A  {provider="x"}: last 1, min 1, max 1',
      'B  {provider="y"}: last 0, min 0, max 0',
    ],
  },
  {
    name: 'says how many series it does not draw',
    series: Array.from({ length: 12 }, (_, index) => series({ n: String(index) }, () => Number.NaN)),
    options: { limit: 1 },
    lines: [
      SPAN,
      'A  {n="0"}: no number to draw; 61 points are NaN and not drawn',
      '+11 more series not drawn; --limit 0 draws all',
    ],
  },
  {
    name: 'says that there is nothing',
    series: [],
    lines: [SPAN, 'Nothing to draw: no series.'],
  },
  {
    name: 'tells the course in words',
    series: [
      series({ job: 'j', provider: 'x' }, (minute) =>
        minute <= 20 ? 5 + (minute * 7) / 20 : minute < 31 ? 12 - minute / 10 : 0,
      ),
      series({ job: 'j', provider: 'y' }, () => 2),
    ],
    style: { accessible: true },
    options: { unit: 'requests/s' },
    lines: [
      SPAN,
      'All series: job j',
      'Series A of 2, provider x: rises from 5 requests/s at 13:00 to 12',
      'requests/s at 13:20, falls to 0 requests/s at 13:31, stays there until',
      '14:00.',
      'Series B of 2, provider y: stays at 2 requests/s from 13:00 to 14:00.',
    ],
  },
  {
    name: 'puts more steps than columns together without losing a peak',
    series: [series({}, (minute) => (minute === 31 ? 1 : 0))],
    style: { width: 36 },
    lines: [
      '2025-11-22 13:00 to 14:00 UTC, step',
      '1m',
      '1 ┤                ╭╮',
      '  │                ││',
      '  │                ││',
      '  │                ││',
      '0 ┤────────────────╯╰───────────────',
      '  └┬────────┬───────┬───────┬──────┬',
    ].slice(0, 7),
  },
];

describe('renderChart', () => {
  it.each(CASES)('$name', ({ series: all, style, options, lines }) => {
    const drawn = renderChart(all, styleOf(style), { ...HOUR, ...options }).split('\n');
    expect(drawn.slice(0, lines.length)).toEqual(lines);
    if (style?.width === undefined) expect(drawn.length).toBe(lines.length);
  });

  it('survives the largest and the smallest numbers', () => {
    const extremes = series({}, (minute) => (minute % 2 === 0 ? -1.7e308 : 1.7e308));
    expect(renderChart([extremes], styleOf(), HOUR)).toContain('min -1.7e+308, max 1.7e+308');
    const tiny = series({}, (minute) => (minute % 2 === 0 ? 5e-324 : 0));
    expect(renderChart([tiny], styleOf(), HOUR)).toContain('max 5e-324');
  });

  it('shows a level far from zero with an axis around it', () => {
    const drawn = renderChart([series({}, (minute) => 100 + minute / 60)], styleOf(), HOUR);
    expect(drawn).toMatch(/^101 ┤/m);
    expect(drawn).toMatch(/^100 ┤/m);
    expect(drawn).not.toMatch(/^ *0 ┤/m);
  });

  it('writes times of the wanted zone under the axis', () => {
    const drawn = renderChart([series({}, () => 1)], styleOf({ timeZone: 'Asia/Kolkata' }), HOUR);
    expect(drawn).toContain('2025-11-22 18:30 to 19:30 GMT+5:30, step 1m');
    expect(drawn).toContain('18:40     18:50     19:00');
  });

  it('names days where the range has several', () => {
    const week = { startMs: START, endMs: START + 7 * 86_400_000, stepMs: 86_400_000 };
    const daily: Series = {
      labels: {},
      samples: Array.from({ length: 8 }, (_, day) => ({ ms: START + day * 86_400_000, value: day })),
    };
    const drawn = renderChart([daily], styleOf(), week);
    expect(drawn).toContain('2025-11-22 13:00 to 2025-11-29 13:00 UTC, step 1d');
    expect(drawn).toContain('2025-11-24');
  });

  it.each<[string, readonly ((minute: number) => number | undefined)[], readonly (string | undefined)[]]>([
    ['equal lines', [() => 1, () => 1, () => 1], [undefined, 'A', 'A']],
    ['lines of their own', [() => 1, () => 2], [undefined, undefined]],
    ['lines that part for a while', [() => 1, (minute) => (minute < 55 ? 1 : 2)], [undefined, undefined]],
    ['lines too near to be told apart', [() => 100, () => 100.001, () => 0], [undefined, 'A', undefined]],
    ['a piece of a longer line', [(minute) => (minute < 20 ? 1 : undefined), () => 1], ['B', undefined]],
    [
      'one point each',
      [(minute) => (minute < 1 ? 1 : undefined), (minute) => (minute < 1 ? 1 : undefined)],
      [undefined, 'A'],
    ],
    ['nothing to draw', [() => 1, () => Number.NaN], [undefined, undefined]],
  ])('says which lines lie on another: %s', (_name, values, expected) => {
    const all = values.map((value, index) => series({ job: String(index) }, value));
    const legend = renderChart(all, styleOf(), HOUR).split('\n').slice(-values.length);
    expect(legend.map((line) => /; lies on (\w)/.exec(line)?.[1])).toEqual(expected);
  });

  it('says that native histograms have no line', () => {
    const histogram: Series = { labels: {}, samples: [{ ms: START, value: { count: 1, sum: 1, buckets: [] } }] };
    expect(renderChart([histogram], styleOf(), HOUR)).toContain('Native histograms have no line');
  });
});

function letters(letter: string, columns: readonly number[]): string {
  return Array.from({ length: 61 }, (_, column) => (columns.includes(column) ? letter : '─')).join('');
}
