import type { Labels } from './labels.ts';
import type { Sample, Series } from './query-result.ts';

/**
 * The floats of a series at the steps of a range query, as the engine has them. `times` are milliseconds since 1970, the
 * same array for every series of an answer; where `present` is 0 there is no sample.
 */
export type FloatColumns = {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly present: Uint8Array;
};

/**
 * A series from columns. Its samples are made when somebody looks at them: whoever asks for the columns instead, as the
 * HTTP API does, spares an object per sample.
 */
export function seriesOfColumns(labels: Labels, columns: FloatColumns): Series {
  let samples: readonly Sample[] | undefined;
  const series: Series = {
    labels,
    get samples() {
      samples ??= samplesOf(columns);
      return samples;
    },
  };
  COLUMNS.set(series, columns);
  return series;
}

/** The columns a series was made from; undefined when it came from elsewhere. */
export function columnsOf(series: Series): FloatColumns | undefined {
  return COLUMNS.get(series);
}

const COLUMNS = new WeakMap<Series, FloatColumns>();

function samplesOf({ times, values, present }: FloatColumns): readonly Sample[] {
  const samples: Sample[] = [];
  for (let step = 0; step < times.length; step++) {
    if (present[step] === 1) samples.push({ ms: times[step] ?? 0, value: values[step] ?? 0 });
  }
  return samples;
}
