import { type Labels, labelsOf, METRIC_NAME } from '../model/labels.ts';
import type { QueryData, SampleValue } from '../model/query-result.ts';

/** One row of a result without its metric name. A row of a range vector has as value what its last sample holds. */
export type Row = { readonly labels: Labels; readonly value: SampleValue | string };

/** Every row of a result, those of NaN included. */
export function rowsOfData(data: QueryData): readonly Row[] {
  switch (data.kind) {
    case 'vector':
      return data.samples.map(({ labels, value }) => ({ labels: nameless(labels), value }));
    case 'matrix':
      return data.series.map(({ labels, samples }) => ({
        labels: nameless(labels),
        value: samples.at(-1)?.value ?? Number.NaN,
      }));
    case 'scalar':
    case 'string':
      return [{ labels: {}, value: data.value }];
  }
}

export function nameless(labels: Labels): Labels {
  return labelsOf(Object.entries(labels).filter(([name]) => name !== METRIC_NAME));
}

/** The value of a row as a number; NaN for histograms and strings. */
export function numberOf(row: Row | undefined): number {
  return typeof row?.value === 'number' ? row.value : Number.NaN;
}

/** Every label name of some rows, sorted. */
export function labelNamesOf(rows: readonly Row[]): readonly string[] {
  return [...new Set(rows.flatMap(({ labels }) => Object.keys(labels)))].sort();
}

/** The values a label has in some rows, sorted; rows without it do not count. */
export function valuesOfLabel(rows: readonly Row[], name: string): readonly string[] {
  return [...new Set(rows.flatMap(({ labels }) => labels[name] ?? []))].sort();
}
