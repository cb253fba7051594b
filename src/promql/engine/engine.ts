import type { InstantSample, QueryData, QueryStats, Sample, SampleValue, Series } from '../../model/query-result.ts';
import { seriesOfColumns } from '../../model/series-columns.ts';
import type { Storage } from '../../model/storage.ts';
import type { Features } from '../features.ts';
import { parse, parseErrorText } from '../parse.ts';
import { TYPE_NAMES, typeOf } from '../types.ts';
import { Annotations } from './annotations.ts';
import { Budget } from './budget.ts';
import { removeNames } from './collector.ts';
import type { QueryContext } from './context.ts';
import { EngineError, type EngineErrorType } from './errors.ts';
import { evaluate } from './evaluate.ts';
import { type Grid, gridOf, timeAt, timesOf } from './grid.ts';
import { compareSets, EMPTY_LABELS, toLabels } from './label-set.ts';
import { toNativeHistogram } from './native-histogram.ts';
import { type GridSeries, hasSamples, type MatrixValue, type Value } from './values.ts';
import { windowSamples } from './window-samples.ts';

export type EngineOptions = {
  readonly features?: Features;
  /** How old the newest sample of a series may be. Default 5 minutes. */
  readonly lookbackMs?: number;
  /** The resolution of subqueries that give none: the evaluation interval of rules. Default 1 minute. */
  readonly subqueryStepMs?: number;
  /** Default 50 million. Every step of a series in memory counts as one. */
  readonly maxSamples?: number;
  /** Default 2 minutes. */
  readonly timeoutMs?: number;
  /** Points a range query may have per series. Default 11,000. */
  readonly maxPoints?: number;
  /** Milliseconds on a clock that only goes forward. */
  readonly now?: () => number;
};

export type InstantRequest = { readonly query: string; readonly ms: number; readonly signal?: AbortSignal };

/** All times in milliseconds; both ends belong to the query. */
export type RangeRequest = {
  readonly query: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
  readonly signal?: AbortSignal;
};

/** What became of a query. Annotations come with their `(line:column)` in the text. Errors have Prometheus' own words. */
export type EngineResult =
  | {
      readonly kind: 'ok';
      readonly data: QueryData;
      readonly stats: QueryStats;
      readonly warnings: readonly string[];
      readonly infos: readonly string[];
    }
  | {
      readonly kind: 'error';
      readonly errorType: EngineErrorType;
      readonly message: string;
      readonly warnings: readonly string[];
      readonly infos: readonly string[];
    };

/** Answers PromQL queries over a storage, as Prometheus 3.14 does. */
export class Engine {
  private readonly storage: Storage;
  private readonly options: EngineOptions;

  constructor(storage: Storage, options: EngineOptions = {}) {
    this.storage = storage;
    this.options = options;
  }

  /** Evaluates at one moment. */
  async instant({ query, ms, signal }: InstantRequest): Promise<EngineResult> {
    const grid = gridOf(ms, ms, 1);
    const window = { startMs: ms, endMs: ms, stepMs: 0, range: false };
    return this.run(query, grid, window, signal, async (value, budget) => instantData(value, ms, budget));
  }

  /** Evaluates at every step from start to end. */
  async range({ query, startMs, endMs, stepMs, signal }: RangeRequest): Promise<EngineResult> {
    const problem = rangeProblem(startMs, endMs, stepMs, this.options.maxPoints ?? 11_000);
    if (problem !== undefined) return failure(new EngineError('bad_data', problem), undefined, query);
    const grid = gridOf(startMs, endMs, stepMs);
    const window = { startMs, endMs, stepMs, range: true };
    return this.run(query, grid, window, signal, (value, budget) => rangeData(value, grid, budget));
  }

  private async run(
    query: string,
    grid: Grid,
    window: Pick<QueryContext, 'startMs' | 'endMs' | 'stepMs' | 'range'>,
    signal: AbortSignal | undefined,
    shape: (value: Value, budget: Budget) => Promise<QueryData>,
  ): Promise<EngineResult> {
    const features = this.options.features ?? {};
    const now = this.options.now ?? (() => performance.now());
    const beganMs = now();
    const parsed = parse(query, features);
    if (parsed.kind === 'error') {
      return failure(new EngineError('bad_data', parseErrorText(query, parsed.diagnostics)), undefined, query);
    }
    const annotations = new Annotations();
    try {
      const type = typeOf(parsed.expr);
      if (window.range && type !== 'scalar' && type !== 'vector') {
        const got = TYPE_NAMES[type];
        throw new EngineError(
          'bad_data',
          `invalid expression type "${got}" for range query, must be Scalar or instant Vector`,
        );
      }
      const context: QueryContext = {
        storage: this.storage,
        features,
        lookbackMs: this.options.lookbackMs ?? 5 * 60_000,
        subqueryStepMs: this.options.subqueryStepMs ?? 60_000,
        ...window,
        annotations,
        budget: new Budget({
          maxSamples: this.options.maxSamples ?? 50_000_000,
          timeoutMs: this.options.timeoutMs ?? 120_000,
          signal,
          now,
        }),
      };
      const preparedMs = now();
      const value = finished(await evaluate(context, parsed.expr, grid), context, grid);
      const evaluatedMs = now();
      const data = await shape(value, context.budget);
      const stats = statsOf(context.budget, { beganMs, preparedMs, evaluatedMs, endedMs: now() });
      return { kind: 'ok', data, stats, ...annotations.render(query) };
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      return failure(error, annotations, query);
    }
  }
}

/** No query waits for another here, so none has a time in a queue. What sorts the result also makes it. */
function statsOf(
  budget: Budget,
  at: {
    readonly beganMs: number;
    readonly preparedMs: number;
    readonly evaluatedMs: number;
    readonly endedMs: number;
  },
): QueryStats {
  const total = (at.endedMs - at.beganMs) / 1000;
  return {
    timings: {
      evalTotalTime: total,
      resultSortTime: (at.endedMs - at.evaluatedMs) / 1000,
      queryPreparationTime: (at.preparedMs - at.beganMs) / 1000,
      innerEvalTime: (at.evaluatedMs - at.preparedMs) / 1000,
      execQueueTime: 0,
      execTotalTime: total,
    },
    samples: { totalQueryableSamples: budget.readSamples, peakSamples: budget.peakSamples },
  };
}

/** Why a range cannot be asked for, in the words of Prometheus' API. */
function rangeProblem(startMs: number, endMs: number, stepMs: number, maxPoints: number): string | undefined {
  if (endMs < startMs) return 'end timestamp must not be before start time';
  if (!(stepMs > 0)) return 'zero or negative query resolution step widths are not accepted. Try a positive integer';
  if (Math.floor((endMs - startMs) / stepMs) <= maxPoints) return undefined;
  const points = maxPoints.toLocaleString('en-US');
  return `exceeded maximum resolution of ${points} points per timeseries. Try decreasing the query resolution (?step=XX)`;
}

function failure(error: EngineError, annotations: Annotations | undefined, query: string): EngineResult {
  const { errorType, message } = error;
  const said = annotations?.render(query) ?? { warnings: [], infos: [] };
  return { kind: 'error', errorType, message, ...said };
}

/** Takes the names away whose removal was put off. */
function finished(value: Value, { features }: QueryContext, grid: Grid): Value {
  if (features.delayedNameRemoval !== true || value.kind !== 'vector') return value;
  return { kind: 'vector', series: removeNames(value.series, grid.steps) };
}

function instantData(value: Value, ms: number, budget: Budget): QueryData {
  switch (value.kind) {
    case 'scalar':
      return { kind: 'scalar', ms, value: value.values[0] ?? Number.NaN };
    case 'string':
      return { kind: 'string', ms, value: value.value };
    case 'matrix':
      return { kind: 'matrix', series: windowSeries(value, budget) };
    case 'vector': {
      const samples = value.series.flatMap((row): InstantSample[] =>
        row.present[0] === 1 ? [{ labels: toLabels(row.labels), ms, value: sampleValue(row, 0) }] : [],
      );
      return { kind: 'vector', samples };
    }
  }
}

async function rangeData(value: Value, grid: Grid, budget: Budget): Promise<QueryData> {
  if (value.kind === 'scalar') {
    const samples = Array.from(value.values, (number, step): Sample => ({ ms: timeAt(grid, step), value: number }));
    return { kind: 'matrix', series: samples.length === 0 ? [] : [{ labels: toLabels(EMPTY_LABELS), samples }] };
  }
  if (value.kind !== 'vector') throw new Error(`a range query cannot give a ${value.kind}`);
  const rows = [...value.series].sort((a, b) => compareSets(a.labels, b.labels));
  const times = timesOf(grid);
  const series: Series[] = [];
  await budget.forEach(rows, (row) => {
    if (!hasSamples(row)) return;
    const { values, present, histograms } = row;
    const floats = { times, values, present };
    series.push(histograms === undefined ? seriesOfColumns(toLabels(row.labels), floats) : mixedSeries(row, times));
  });
  return { kind: 'matrix', series };
}

/** A series that has histograms among its samples. */
function mixedSeries(row: GridSeries, times: Float64Array): Series {
  const samples: Sample[] = [];
  for (let step = 0; step < times.length; step++) {
    if (row.present[step] === 1) samples.push({ ms: times[step] ?? 0, value: sampleValue(row, step) });
  }
  return { labels: toLabels(row.labels), samples };
}

/** The samples in the only window of a range selector or subquery. */
function windowSeries(matrix: MatrixValue, budget: Budget): readonly Series[] {
  const end = matrix.ends[0] ?? 0;
  const start = end - matrix.rangeMs;
  budget.read(matrix.innerRead ?? 0);
  const rows = matrix.series.map((series) => {
    const samples = windowSamples(series, matrix.extension, start, end);
    // What a subquery made is counted already.
    if (!matrix.copied) {
      budget.read(samples.length);
      budget.hold(samples.length);
    }
    return { labels: series.labels, samples };
  });
  return rows
    .filter((row) => row.samples.length > 0)
    .sort((a, b) => compareSets(a.labels, b.labels))
    .map((row) => ({ labels: toLabels(row.labels), samples: row.samples }));
}

function sampleValue(row: GridSeries, step: number): SampleValue {
  const histogram = row.histograms?.[step];
  return histogram === undefined ? (row.values[step] ?? Number.NaN) : toNativeHistogram(histogram);
}
