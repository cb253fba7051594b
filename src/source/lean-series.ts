import { isHistogram, type Sample, type Series } from '../model/query-result.ts';

/**
 * Gives series back in a form that takes 16 bytes a sample, a fifth of what objects take: samples are made when somebody looks
 * at them, and only those of the series looked at last are kept. Series with native histograms stay as they are.
 */
export function leanSeries(): (series: Series) => Series {
  let kept: { readonly of: Float64Array; readonly samples: readonly Sample[] } | undefined;
  return ({ labels, samples }) => {
    const columns = columnsOf(samples);
    if (columns === undefined) return { labels, samples };
    return {
      labels,
      get samples() {
        if (kept?.of !== columns) kept = { of: columns, samples: samplesOf(columns) };
        return kept.samples;
      },
    };
  };
}

/** Instants in milliseconds, and behind them as many values. */
function columnsOf(samples: readonly Sample[]): Float64Array | undefined {
  const columns = new Float64Array(2 * samples.length);
  for (const [i, { ms, value }] of samples.entries()) {
    if (isHistogram(value)) return undefined;
    columns[i] = ms;
    columns[samples.length + i] = value;
  }
  return columns;
}

function samplesOf(columns: Float64Array): readonly Sample[] {
  const length = columns.length / 2;
  return Array.from({ length }, (_, i) => ({ ms: columns[i] ?? 0, value: columns[length + i] ?? 0 }));
}
