import { duplicateSeriesError } from './errors.ts';
import { keyOf, type LabelSet, withoutMetadata } from './label-set.ts';
import { copySample, emptySeries, type GridSeries, hasSamples } from './values.ts';

/**
 * Puts together rows of a result: samples with the same labels become one series, and two of them at the same step are
 * an error. `apart` keeps every row as it is; then duplicates show only at the end of the query.
 */
export class Collector {
  private readonly rows = new Map<string, GridSeries>();
  private readonly steps: number;
  private readonly apart: boolean;

  constructor(steps: number, options: { readonly apart: boolean } = { apart: false }) {
    this.steps = steps;
    this.apart = options.apart;
  }

  /** The row for labels, made when it is new. */
  row(labels: LabelSet, dropName: boolean): GridSeries {
    const key = this.apart ? `${this.rows.size}` : keyOf(labels);
    const known = this.rows.get(key);
    if (known !== undefined) return known;
    const made = emptySeries(labels, this.steps, dropName);
    this.rows.set(key, made);
    return made;
  }

  /** Adds all samples of a series under its own or other labels. */
  add(series: GridSeries, labels: LabelSet = series.labels, dropName: boolean = series.dropName): void {
    const key = this.apart ? `${this.rows.size}` : keyOf(labels);
    const known = this.rows.get(key);
    if (known === undefined) {
      this.rows.set(key, { ...series, labels, dropName });
      return;
    }
    const merged = this.own(key, known);
    for (let step = 0; step < this.steps; step++) {
      if (series.present[step] !== 1) continue;
      if (merged.present[step] === 1) throw duplicateSeriesError();
      copySample(series, merged, step);
    }
  }

  /** All rows that have a sample, in the order they were first seen. */
  get series(): readonly GridSeries[] {
    return [...this.rows.values()].filter(hasSamples);
  }

  /** The row with columns of its own, so that the series it came from stays as it was. */
  private own(key: string, row: GridSeries): GridSeries {
    if (this.owned.has(row)) return row;
    const copy: GridSeries = { ...row, values: row.values.slice(), present: row.present.slice() };
    if (row.histograms !== undefined) copy.histograms = [...row.histograms];
    this.rows.set(key, copy);
    this.owned.add(copy);
    return copy;
  }

  private readonly owned = new WeakSet<GridSeries>();
}

/** Series with the same labels made one, as far as they do not have samples at the same step. */
export function mergeSameLabels(series: readonly GridSeries[], steps: number): readonly GridSeries[] {
  if (series.length < 2 || new Set(series.map((one) => keyOf(one.labels))).size === series.length) return series;
  const collector = new Collector(steps);
  for (const one of series) collector.add(one);
  return collector.series;
}

/** Takes the metric names away that were marked for it; what has the same labels then becomes one. */
export function removeNames(series: readonly GridSeries[], steps: number): readonly GridSeries[] {
  const renamed = series.map((one) => (one.dropName ? { ...one, labels: withoutMetadata(one.labels) } : one));
  return mergeSameLabels(renamed, steps);
}
