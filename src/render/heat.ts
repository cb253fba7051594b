import { type Labels, labelsKey } from '../model/labels.ts';
import { isHistogram, type NativeBucket, type Series } from '../model/query-result.ts';
import type { Grid } from './chart-points.ts';

/** One row of a heatmap: what was observed above `lower` and up to `upper`, for each column; undefined without a sample. */
export type HeatRow = {
  readonly lower: number;
  readonly upper: number;
  readonly cells: readonly (number | undefined)[];
};

/** The buckets of one histogram over time, the lowest row first. */
export type Heat = {
  readonly labels: Labels;
  readonly rows: readonly HeatRow[];
  /** The most steps that share a column; 1 when none do. */
  readonly stepsPerColumn: number;
  /** The most buckets that share a row; 1 when none do. */
  readonly bucketsPerRow: number;
  /** Columns with a sample. */
  readonly columns: number;
  /** Samples that could not be used: NaN or an infinite count. */
  readonly unusable: number;
};

export type HeatRoom = { readonly columns: number; readonly rows: number };

/**
 * The histograms in a matrix: classic buckets by their labels without `le`, made into counts of each bucket alone, and
 * native ones. Where there are more steps than columns a cell is the mean of its steps; where there are more buckets than
 * rows, neighbours are added up.
 */
export function heatsOf(series: readonly Series[], grid: Grid, room: HeatRoom): readonly Heat[] {
  return [...classicHistograms(series, grid), ...nativeHistograms(series, grid)].map((one) => fitted(one, room));
}

type Histogram = {
  readonly labels: Labels;
  /** Per bucket a count for each step. */
  readonly rows: readonly HeatRow[];
  readonly unusable: number;
};

function stepCount({ startMs, endMs, stepMs }: Grid): number {
  return Math.max(1, Math.floor((endMs - startMs) / Math.max(1, stepMs)) + 1);
}

function stepOf(ms: number, grid: Grid): number {
  return Math.round((ms - grid.startMs) / Math.max(1, grid.stepMs));
}

function classicHistograms(series: readonly Series[], grid: Grid): readonly Histogram[] {
  const groups = new Map<string, { readonly labels: Labels; readonly bounds: Map<number, Series> }>();
  for (const one of series) {
    const bound = boundOf(one.labels);
    if (bound === undefined) continue;
    const { le: _, ...labels } = one.labels;
    const key = labelsKey(labels);
    const group = groups.get(key) ?? { labels, bounds: new Map() };
    group.bounds.set(bound, one);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ labels, bounds }) => {
    const steps = stepCount(grid);
    const sorted = [...bounds].sort(([a], [b]) => (a < b ? -1 : 1));
    const columns = sorted.map(([, one]) => cumulative(one, grid, steps));
    const first = sorted[0]?.[0] ?? 0;
    const rows = sorted.map(([upper], index) => ({
      lower: sorted[index - 1]?.[0] ?? (first > 0 ? 0 : Number.NEGATIVE_INFINITY),
      upper,
      cells: columns[index]?.map((count, step) => difference(count, columns.slice(0, index), step)) ?? [],
    }));
    const unusable = sorted
      .flatMap(([, { samples }]) => samples)
      .filter(({ value }) => isHistogram(value) || !Number.isFinite(value)).length;
    return { labels, rows, unusable };
  });
}

function boundOf({ le }: Labels): number | undefined {
  if (le === undefined || le.trim() === '') return undefined;
  const bound = /^[+-]?Inf$/i.test(le)
    ? le.startsWith('-')
      ? Number.NEGATIVE_INFINITY
      : Number.POSITIVE_INFINITY
    : Number(le);
  return Number.isNaN(bound) ? undefined : bound;
}

function cumulative({ samples }: Series, grid: Grid, steps: number): readonly (number | undefined)[] {
  const cells = Array.from({ length: steps }, (): number | undefined => undefined);
  for (const { ms, value } of samples) {
    const step = stepOf(ms, grid);
    if (step >= 0 && step < steps && !isHistogram(value) && Number.isFinite(value)) cells[step] = value;
  }
  return cells;
}

/** What came on top of the nearest lower bucket that has a sample; noise of floating point is not less than nothing. */
function difference(
  count: number | undefined,
  below: readonly (readonly (number | undefined)[])[],
  step: number,
): number | undefined {
  if (count === undefined) return undefined;
  const before = below.findLast((column) => column[step] !== undefined)?.[step] ?? 0;
  return Math.max(0, count - before);
}

function nativeHistograms(series: readonly Series[], grid: Grid): readonly Histogram[] {
  return series.flatMap(({ labels, samples }) => {
    const steps = stepCount(grid);
    const found = samples.flatMap(({ ms, value }) => {
      const step = stepOf(ms, grid);
      return isHistogram(value) && step >= 0 && step < steps ? [{ step, value }] : [];
    });
    if (found.length === 0) return [];
    const buckets = found.flatMap(({ value }) => value.buckets);
    const edges = commonEdges(buckets);
    const rows = edges.slice(1).map((upper, index) => ({
      lower: edges[index] ?? upper,
      upper,
      cells: Array.from({ length: steps }, (): number | undefined => undefined),
    }));
    let unusable = 0;
    for (const { step, value } of found) {
      for (const row of rows) row.cells[step] = 0;
      for (const { upper, count } of value.buckets) {
        const row = rows.find((each) => upper <= each.upper);
        if (row === undefined || !Number.isFinite(count)) unusable++;
        else row.cells[step] = (row.cells[step] ?? 0) + Math.max(0, count);
      }
    }
    return [{ labels, rows, unusable }];
  });
}

/** The bounds that no bucket crosses: when the resolution changed on the way, those of the coarser one. */
function commonEdges(buckets: readonly NativeBucket[]): readonly number[] {
  const ranges = [...new Map(buckets.map((bucket) => [`${bucket.lower} ${bucket.upper}`, bucket])).values()];
  const edges = [...new Set(ranges.flatMap(({ lower, upper }) => [lower, upper]))].sort((a, b) => (a < b ? -1 : 1));
  return edges.filter((edge) => !ranges.some(({ lower, upper }) => lower < edge && edge < upper));
}

function fitted({ labels, rows, unusable }: Histogram, room: HeatRoom): Heat {
  const bucketsPerRow = Math.max(1, Math.ceil(rows.length / Math.max(1, room.rows)));
  const steps = rows[0]?.cells.length ?? 0;
  const joined = Array.from({ length: Math.ceil(rows.length / bucketsPerRow) }, (_, index) => {
    const part = rows.slice(index * bucketsPerRow, (index + 1) * bucketsPerRow);
    const cells = Array.from({ length: steps }, (_, step) => sumOf(part.map((row) => row.cells[step])));
    return { lower: part[0]?.lower ?? 0, upper: part.at(-1)?.upper ?? 0, cells: merged(cells, room.columns) };
  });
  const filled = (column: number) => joined.some(({ cells }) => cells[column] !== undefined);
  const columns = Array.from({ length: joined[0]?.cells.length ?? 0 }, (_, at) => at).filter(filled).length;
  return {
    labels,
    rows: joined,
    stepsPerColumn: Math.max(1, Math.ceil(steps / Math.max(1, room.columns))),
    bucketsPerRow,
    columns,
    unusable,
  };
}

function sumOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0);
}

function merged(cells: readonly (number | undefined)[], columns: number): readonly (number | undefined)[] {
  if (cells.length <= columns) return cells;
  return Array.from({ length: columns }, (_, column) => {
    const from = Math.ceil((column * cells.length) / columns);
    const part = cells.slice(from, Math.ceil(((column + 1) * cells.length) / columns));
    const known = part.filter((value) => value !== undefined);
    const sum = sumOf(known);
    return sum === undefined ? undefined : sum / known.length;
  });
}
