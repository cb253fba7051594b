import { isHistogram, type QueryResult, type SampleValue } from '../model/query-result.ts';
import { labelText } from './label-text.ts';

/**
 * The number of an answer that holds exactly one sample: a scalar, a vector of one row, or a matrix of one series with
 * one point. Undefined for everything else: no data, several series, a native histogram, a string. The number itself
 * may be NaN or infinite.
 */
export function extractScalarValue(result: QueryResult): number | undefined {
  const values = valuesOf(result);
  const [only] = values;
  return values.length === 1 && only !== undefined ? numberOf(only) : undefined;
}

/**
 * The number of every series by its labels as text, such as `{provider="openai"}`, in the order of the answer. Of a range
 * query it is the last point of each series. Native histograms are left out; a scalar has the key `{}`.
 */
export function extractVectorValues(result: QueryResult): Map<string, number> {
  const { data } = result;
  const rows =
    data.kind === 'vector'
      ? data.samples.map(({ labels, value }) => [labelText(labels), value] as const)
      : data.kind === 'matrix'
        ? data.series.map(({ labels, samples }) => [labelText(labels), samples.at(-1)?.value] as const)
        : data.kind === 'scalar'
          ? [['{}', data.value] as const]
          : [];
  return new Map(rows.flatMap(([key, value]): [string, number][] => (typeof value === 'number' ? [[key, value]] : [])));
}

function valuesOf({ data }: QueryResult): readonly SampleValue[] {
  switch (data.kind) {
    case 'scalar':
      return [data.value];
    case 'vector':
      return data.samples.map(({ value }) => value);
    case 'matrix':
      return data.series.flatMap(({ samples }) => samples.map(({ value }) => value));
    case 'string':
      return [];
  }
}

function numberOf(value: SampleValue): number | undefined {
  return isHistogram(value) ? undefined : value;
}
