import { type BucketSpan, CUSTOM_BUCKETS_SCHEMA, type FloatHistogram } from '../../src/model/float-histogram.ts';
import { type Labels, labelsKey, labelsOf } from '../../src/model/labels.ts';
import { parseGoFloat } from '../../src/promql/maths/go-math.ts';
import type { Point } from './promqltest-series.ts';

/** Buckets by their index on the grid of the histogram. */
type Buckets = ReadonlyMap<number, number>;

/** The sum of two histograms, or their difference with a sign of -1, on the coarser of their grids. */
export function addHistograms(a: FloatHistogram, b: FloatHistogram, sign: 1 | -1): FloatHistogram {
  const schema = Math.min(a.schema, b.schema);
  const positive = combine(coarser(a, schema, 'positive'), coarser(b, schema, 'positive'), sign);
  const negative = combine(coarser(a, schema, 'negative'), coarser(b, schema, 'negative'), sign);
  return {
    ...a,
    schema,
    count: a.count + sign * b.count,
    sum: a.sum + sign * b.sum,
    zeroCount: a.zeroCount + sign * b.zeroCount,
    zeroThreshold: Math.max(a.zeroThreshold, b.zeroThreshold),
    positiveSpans: positive.spans,
    positiveBuckets: positive.counts,
    negativeSpans: negative.spans,
    negativeBuckets: negative.counts,
  };
}

/** True when two histograms hold the same, give or take rounding; the hint counts only where it was asked for. */
export function sameHistogram(
  expected: FloatHistogram,
  actual: FloatHistogram,
  hintGiven: boolean,
  equal: (a: number, b: number) => boolean,
): boolean {
  const sides = (['positive', 'negative'] as const).every((side) => {
    const left = withoutEmpty(indexed(expected, side));
    const right = withoutEmpty(indexed(actual, side));
    return (
      left.size === right.size && [...left].every(([index, count]) => equal(count, right.get(index) ?? Number.NaN))
    );
  });
  return (
    sides &&
    expected.schema === actual.schema &&
    expected.zeroThreshold === actual.zeroThreshold &&
    expected.customValues.join() === actual.customValues.join() &&
    equal(expected.count, actual.count) &&
    equal(expected.sum, actual.sum) &&
    equal(expected.zeroCount, actual.zeroCount) &&
    (!hintGiven || expected.counterResetHint === actual.counterResetHint)
  );
}

type Line = { readonly labels: Labels; readonly points: readonly Point[] };

/** Native histograms with custom buckets made from the classic ones among the lines. */
export function customBucketLines(lines: readonly Line[]): readonly Line[] {
  const families = new Map<string, Family>();
  for (const { labels, points } of lines) {
    const name = labels.__name__ ?? '';
    const suffix = /_(bucket|count|sum)$/.exec(name);
    if (suffix === null) continue;
    const part = suffix[1] as 'bucket' | 'count' | 'sum';
    const upper = part === 'bucket' ? parseGoFloat(labels.le ?? '') : 0;
    if (upper === undefined || Number.isNaN(upper)) continue;
    const base = labelsOf(
      Object.entries(labels)
        .filter(([label]) => label !== 'le' || part !== 'bucket')
        .map(([label, value]) => [label, label === '__name__' ? name.slice(0, suffix.index) : value]),
    );
    const family = families.get(labelsKey(base)) ?? { labels: base, buckets: new Map(), count: [], sum: [] };
    families.set(labelsKey(base), family);
    if (part === 'bucket') family.buckets.set(upper, points);
    else family[part] = points;
  }
  return [...families.values()].map((family) => ({ labels: family.labels, points: familyPoints(family) }));
}

type Family = {
  readonly labels: Labels;
  readonly buckets: Map<number, readonly Point[]>;
  count: readonly Point[];
  sum: readonly Point[];
};

function familyPoints({ buckets, count, sum }: Family): readonly Point[] {
  const length = Math.max(count.length, sum.length, ...[...buckets.values()].map((points) => points.length));
  return Array.from({ length }, (_, i): Point => {
    const uppers = [...buckets].filter(([, points]) => points[i]?.kind === 'float').sort(([a], [b]) => a - b);
    if (uppers.length === 0 && floatAt(count, i) === undefined && floatAt(sum, i) === undefined) return { kind: 'gap' };
    const cumulative = uppers.map(([, points]) => floatAt(points, i) ?? 0);
    const total = floatAt(count, i) ?? cumulative.at(-1) ?? 0;
    const finite = uppers.map(([upper]) => upper).filter(Number.isFinite);
    const all = [
      ...cumulative.slice(0, finite.length),
      uppers.length > finite.length ? (cumulative.at(-1) ?? 0) : total,
    ];
    const counts = all.map((value, index) => value - (index === 0 ? 0 : (all[index - 1] ?? 0)));
    const { spans, counts: kept } = spansOf(withoutEmpty(new Map(counts.map((value, index) => [index, value]))));
    const histogram: FloatHistogram = {
      schema: CUSTOM_BUCKETS_SCHEMA,
      count: total,
      sum: floatAt(sum, i) ?? 0,
      zeroCount: 0,
      zeroThreshold: 0,
      positiveSpans: spans,
      positiveBuckets: kept,
      negativeSpans: [],
      negativeBuckets: [],
      customValues: finite,
      counterResetHint: 'unknown',
    };
    return { kind: 'histogram', histogram, hintGiven: false };
  });
}

function floatAt(points: readonly Point[], i: number): number | undefined {
  const point = points[i];
  return point?.kind === 'float' ? point.value : undefined;
}

function indexed(histogram: FloatHistogram, side: 'positive' | 'negative'): Buckets {
  const spans = side === 'positive' ? histogram.positiveSpans : histogram.negativeSpans;
  const counts = side === 'positive' ? histogram.positiveBuckets : histogram.negativeBuckets;
  const buckets = new Map<number, number>();
  let index = 0;
  let next = 0;
  for (const { offset, length } of spans) {
    index += offset;
    for (let i = 0; i < length; i++) buckets.set(index++, counts[next++] ?? 0);
  }
  return buckets;
}

function withoutEmpty(buckets: Buckets): Buckets {
  return new Map([...buckets].filter(([, count]) => count !== 0));
}

/** Buckets on a coarser grid: neighbours go together. */
function coarser(histogram: FloatHistogram, schema: number, side: 'positive' | 'negative'): Buckets {
  const buckets = indexed(histogram, side);
  const shift = histogram.schema - schema;
  if (shift <= 0) return buckets;
  const merged = new Map<number, number>();
  for (const [index, count] of buckets) {
    const target = ((index - 1) >> shift) + 1;
    merged.set(target, (merged.get(target) ?? 0) + count);
  }
  return merged;
}

function combine(a: Buckets, b: Buckets, sign: 1 | -1): ReturnType<typeof spansOf> {
  const sum = new Map(a);
  for (const [index, count] of b) sum.set(index, (sum.get(index) ?? 0) + sign * count);
  return spansOf(sum);
}

function spansOf(buckets: Buckets): { readonly spans: readonly BucketSpan[]; readonly counts: readonly number[] } {
  const spans: { offset: number; length: number }[] = [];
  const ordered = [...buckets].sort(([a], [b]) => a - b);
  let next = 0;
  for (const [index] of ordered) {
    const last = spans.at(-1);
    if (last !== undefined && index === next) last.length++;
    else spans.push({ offset: index - next, length: 1 });
    next = index + 1;
  }
  return { spans, counts: ordered.map(([, count]) => count) };
}
