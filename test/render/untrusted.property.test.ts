import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { EmptyAdvice } from '../../src/advise/diagnose.ts';
import { COOKBOOK } from '../../src/explorer/cookbook.ts';
import { METRIC_NAME } from '../../src/model/labels.ts';
import type { InstantSample, NativeHistogram, QueryData, SampleValue, Series } from '../../src/model/query-result.ts';
import { renderAnnotations } from '../../src/render/annotations.ts';
import { renderBarChart } from '../../src/render/bars.ts';
import { renderCaret } from '../../src/render/caret.ts';
import { renderChart } from '../../src/render/chart.ts';
import { renderCookbook } from '../../src/render/cookbook.ts';
import { renderEmpty } from '../../src/render/empty.ts';
import { formatDuration, formatNumber, formatTime } from '../../src/render/format.ts';
import { renderHeatmap } from '../../src/render/heatmap.ts';
import { highlightQuery } from '../../src/render/highlight.ts';
import { renderLabels } from '../../src/render/labels.ts';
import { MACHINE_FORMATS, machinePieces } from '../../src/render/machine.ts';
import { prose } from '../../src/render/prose.ts';
import { renderResult } from '../../src/render/result.ts';
import type { Style } from '../../src/render/style.ts';
import { renderTable } from '../../src/render/table.ts';
import { renderTimeline } from '../../src/render/timeline.ts';
import { renderTrendTable } from '../../src/render/trend-table.ts';
import {
  expectAscii,
  expectClean,
  expectWithin,
  hostileAscii,
  hostileText,
  SEEDED,
  sampleNumbers,
  styles,
} from '../helpers/hostile.ts';

/** A renderer fed with untrusted texts, and whether its lines keep to the width. */
type Row = {
  readonly name: string;
  readonly draw: (text: fc.Arbitrary<string>) => fc.Arbitrary<(style: Style) => string>;
  readonly width: 'kept' | 'free' | ((style: Style) => boolean);
};

const START = 1_763_820_000_000;
const times = fc.oneof(fc.integer({ min: START, max: START + 7_200_000 }), fc.double());

const RENDERERS: readonly Row[] = [
  {
    name: 'renderResult',
    draw: (text) =>
      fc
        .tuple(
          queryData(text),
          fc.record({
            wide: fc.boolean(),
            limit: fc.integer({ min: 0, max: 4 }),
            letters: fc.boolean(),
            headless: fc.boolean(),
            title: text,
            unit: text,
          }),
        )
        .map(
          ([data, options]) =>
            (style) =>
              renderResult({ data, warnings: [], infos: [] }, style, options),
        ),
    width: 'kept',
  },
  ...(['bars', 'heatmap', 'timeline', 'trends'] as const).map(
    (kind): Row => ({
      name: `the drawing of ${kind}`,
      draw: (text) =>
        fc
          .tuple(
            fc.array(
              series(
                text,
                fc.integer({ min: 0, max: 80 }).map((step) => START + step * 60_000),
              ),
              { minLength: 1, maxLength: 5 },
            ),
            fc.constantFrom('1', '+Inf', 'x'),
            text,
          )
          .map(
            ([all, le, unit]) =>
              (style) =>
                drawing(kind, all, le, unit, style),
          ),
      width: (style) => style.width >= 40,
    }),
  ),
  {
    name: 'renderChart',
    draw: (text) =>
      fc
        .tuple(
          fc.array(
            series(
              text,
              fc.integer({ min: 0, max: 80 }).map((step) => START + step * 60_000),
            ),
            { maxLength: 5 },
          ),
          fc.integer({ min: 0, max: 200 }),
          fc.record({
            height: fc.integer({ min: 0, max: 30 }),
            limit: fc.integer({ min: 0, max: 4 }),
            title: text,
            unit: text,
          }),
        )
        .map(
          ([all, steps, options]) =>
            (style) =>
              renderChart(all, style, { startMs: START, endMs: START + steps * 60_000, stepMs: 60_000, ...options }),
        ),
    width: 'kept',
  },
  {
    name: 'renderTable',
    draw: (text) =>
      fc
        .tuple(
          fc.array(fc.record({ head: text, align: fc.constantFrom('left' as const, 'right' as const) }), {
            minLength: 1,
            maxLength: 6,
          }),
          fc.array(fc.array(text, { minLength: 6, maxLength: 6 }), { maxLength: 5 }),
        )
        .map(
          ([columns, rows]) =>
            (style) =>
              renderTable(
                columns,
                rows.map((row) => row.slice(0, columns.length)),
                style,
              ),
        ),
    width: 'kept',
  },
  {
    name: 'renderLabels',
    draw: (text) => labels(text).map((set) => () => renderLabels(set)),
    width: 'free',
  },
  {
    name: 'renderCaret',
    draw: (text) =>
      fc
        .tuple(
          text,
          fc.oneof(
            fc.record({ line: fc.integer({ min: -1, max: 9 }), column: fc.integer({ min: -1, max: 300 }) }),
            fc.record({ start: fc.integer({ min: -1, max: 300 }), end: fc.integer({ min: -1, max: 300 }) }),
          ),
        )
        .map(
          ([query, where]) =>
            (style) =>
              renderCaret(query, where, style),
        ),
    width: (style) => !style.accessible,
  },
  {
    name: 'prose',
    draw: (text) => fc.array(text, { maxLength: 4 }).map((all) => (style) => prose(all.join('\n\n'), style)),
    width: 'free',
  },
  {
    name: 'highlightQuery',
    draw: (text) => text.map((query) => (style) => highlightQuery(query, style)),
    width: 'free',
  },
  {
    name: 'machinePieces',
    draw: (text) =>
      fc.tuple(queryData(text), fc.constantFrom(...MACHINE_FORMATS), text).map(
        ([data, format, warning]) =>
          () =>
            [...machinePieces({ data, warnings: [warning], infos: [] }, format)].join(''),
      ),
    width: 'free',
  },
  {
    name: 'renderAnnotations',
    draw: (text) =>
      fc.tuple(fc.array(text, { maxLength: 3 }), text, text).map(
        ([warnings, info, query]) =>
          (style) =>
            renderAnnotations({ warnings: warnings.map((each) => `${each} (1:3)`), infos: [info] }, query, style),
      ),
    width: (style) => !style.accessible,
  },
  {
    name: 'renderEmpty',
    draw: (text) =>
      emptyAdvice(text).map(
        (advice) => (style) => renderEmpty(advice, style, { more: advice.finding?.sentence ?? '' }),
      ),
    width: 'free',
  },
  {
    name: 'renderCookbook',
    draw: (text) =>
      fc.tuple(queryData(text), text).map(
        ([data, message]) =>
          (style) =>
            renderCookbook(
              COOKBOOK.map((recipe, index) => ({
                recipe,
                now:
                  index % 2 === 0
                    ? { kind: 'answered', result: { data, warnings: [], infos: [] } }
                    : { kind: 'failed', message },
              })),
              style,
            ),
      ),
    width: 'free',
  },
  {
    name: 'numbers, times and durations',
    draw: () =>
      fc.tuple(sampleNumbers, times).map(
        ([value, ms]) =>
          (style) =>
            [formatNumber(value, { unit: 'bytes' }), formatTime(ms, style), formatDuration(value)].join(' '),
      ),
    width: 'free',
  },
];

describe.each(RENDERERS)('$name', ({ draw }) => {
  it('lets no control byte through, whatever the data holds', () => {
    fc.assert(
      fc.property(draw(hostileText), styles, (drawn, style) => {
        expectClean(drawn(style), style);
      }),
      SEEDED,
    );
  });

  it('draws with ASCII alone in ASCII mode', () => {
    fc.assert(
      fc.property(draw(hostileAscii), styles, (drawn, style) => {
        expectAscii(drawn({ ...style, ascii: true }));
      }),
      SEEDED,
    );
  });
});

describe.each(RENDERERS.filter(({ width }) => width !== 'free'))('$name', ({ draw, width }) => {
  it('keeps to the width', () => {
    fc.assert(
      fc.property(draw(hostileText), styles, (drawn, style) => {
        if (typeof width === 'function' && !width(style)) return;
        expectWithin(drawn(style), style.width);
      }),
      SEEDED,
    );
  });
});

function drawing(
  kind: 'bars' | 'heatmap' | 'timeline' | 'trends',
  all: readonly Series[],
  le: string,
  unit: string,
  style: Style,
): string {
  const options = { startMs: START, endMs: START + 4_800_000, stepMs: 60_000, unit };
  switch (kind) {
    case 'bars':
      return renderBarChart(
        all.flatMap(({ labels, samples }) => samples.map((sample) => ({ labels, ...sample }))),
        style,
        options,
      );
    case 'heatmap':
      return renderHeatmap(
        all.map(({ labels, samples }) => ({ labels: { ...labels, le }, samples })),
        style,
        options,
      );
    case 'timeline':
      return (
        renderTimeline(
          all.map(({ labels, samples }) => ({ labels, samples: samples.map(({ ms }) => ({ ms, value: ms % 7 })) })),
          style,
          { ...options, names: { 1: unit, 2: unit } },
        ) ?? ''
      );
    case 'trends':
      return renderTrendTable(all, style, options);
  }
}

function labels(text: fc.Arbitrary<string>): fc.Arbitrary<Record<string, string>> {
  const names = fc.oneof(text, fc.constantFrom(METRIC_NAME, 'job', 'metric', 'instance', '__proto__', 'le', 'a.b'));
  return fc.array(fc.tuple(names, text), { maxLength: 5 }).map((pairs) => Object.fromEntries(pairs));
}

function emptyAdvice(text: fc.Arbitrary<string>): fc.Arbitrary<EmptyAdvice> {
  const span = { start: 0, end: 0 };
  const node = { kind: 'number', value: 0, duration: false, span } as const;
  const finding = fc
    .record({
      sentence: text,
      facts: fc.option(fc.array(text, { maxLength: 4 })),
      fix: fc.option(fc.record({ text, query: text })),
    })
    .map(({ sentence, facts, fix }) => ({
      ...{ id: 'M23' as const, voice: 'first' as const, sentence, evidence: [] },
      ...(facts === null ? {} : { facts }),
      ...(fix === null ? {} : { fix }),
    }));
  const culprit = fc
    .record({ sentence: text, near: fc.array(text, { maxLength: 2 }), beforeMs: fc.option(times) })
    .map(({ sentence, near, beforeMs }) => ({
      ...{ kind: 'metric' as const, node, sentence, evidence: [], near },
      ...(beforeMs === null ? {} : { seen: { beforeMs } }),
    }));
  return fc.oneof(fc.record({ finding, culprit }), fc.record({ finding }), fc.constant({}));
}

function histograms(): fc.Arbitrary<NativeHistogram> {
  const bucket = fc.record({
    boundaries: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const),
    lower: sampleNumbers,
    upper: sampleNumbers,
    count: sampleNumbers,
  });
  return fc.record({ count: sampleNumbers, sum: sampleNumbers, buckets: fc.array(bucket, { maxLength: 4 }) });
}

function sampleValues(): fc.Arbitrary<SampleValue> {
  return fc.oneof({ weight: 6, arbitrary: sampleNumbers }, histograms());
}

function series(text: fc.Arbitrary<string>, instants: fc.Arbitrary<number>): fc.Arbitrary<Series> {
  const sample = fc.record({ ms: instants, value: sampleValues() });
  return fc.record({
    labels: labels(text),
    samples: fc.array(sample, { maxLength: 40 }).map((all) => [...all].sort((a, b) => a.ms - b.ms)),
  });
}

function queryData(text: fc.Arbitrary<string>): fc.Arbitrary<QueryData> {
  const row: fc.Arbitrary<InstantSample> = fc.record({
    labels: labels(text),
    ms: fc.oneof(fc.constant(START), times),
    value: sampleValues(),
  });
  return fc.oneof(
    { weight: 3, arbitrary: fc.array(row, { maxLength: 6 }).map((samples) => ({ kind: 'vector' as const, samples })) },
    fc.array(series(text, times), { maxLength: 3 }).map((all) => ({ kind: 'matrix' as const, series: all })),
    fc.tuple(times, sampleNumbers).map(([ms, value]) => ({ kind: 'scalar' as const, ms, value })),
    fc.tuple(times, text).map(([ms, value]) => ({ kind: 'string' as const, ms, value })),
  );
}
