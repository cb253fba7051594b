import { UsageError } from '../model/errors.ts';
import { rangeStep } from '../model/range-step.ts';
import { formatDuration } from '../render/format.ts';
import { MACHINE_FORMATS, type MachineFormat } from '../render/machine.ts';
import type { OptionsOf } from './spec.ts';
import type { querySpec } from './specs/query.ts';
import { type TimeGround, timeArgument } from './time-argument.ts';

export type QueryOptions = OptionsOf<typeof querySpec>;

export type OutputFormat = 'table' | 'wide' | 'graph' | 'bars' | 'heatmap' | 'timeline' | MachineFormat;

/** Which points in time are asked for. Milliseconds; an instant without a time is the server's own now. */
export type QueryTimes =
  | { readonly kind: 'instant'; readonly timeMs: number | undefined }
  | { readonly kind: 'range'; readonly startMs: number; readonly endMs: number; readonly stepMs: number };

/** How the output looks when nobody said: decided by where it goes. */
export type Surroundings = TimeGround & {
  /** Columns of the terminal, for one point a column. */
  readonly width: number;
  /** The data ends at `nowMs` and does not move on, so a range may end there whatever its step. */
  readonly settled?: boolean;
  /** How far back a drawing goes when nobody says how far; an hour without it. */
  readonly rangeMs?: number;
};

/** The most points a series may have. https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries */
const MOST_POINTS = 11_000;

/** Points of a range in forms that are no drawing: every scrape of an hour. */
const TABLE_POINTS = 241;

const DEFAULT_RANGE_MS = 3_600_000;

/** The form of the output: as asked for, else a chart for a range and a table for an instant. */
export function outputFormat(options: QueryOptions, json: boolean): OutputFormat {
  const { output } = options;
  if (json && output !== undefined && output !== 'json' && output !== 'jsonl') {
    throw new UsageError(`--json and -o ${output} exclude each other`, { hint: '--json is the same as -o json.' });
  }
  if (output !== undefined) return output;
  if (json) return 'json';
  return isRange(options) ? 'graph' : 'table';
}

export function isMachineFormat(format: OutputFormat): format is MachineFormat {
  return (MACHINE_FORMATS as readonly string[]).includes(format);
}

/** The times that the options ask for; throws `UsageError` when they contradict each other or ask for too many points. */
export function queryTimes(options: QueryOptions, format: OutputFormat, around: Surroundings): QueryTimes {
  const { time, range, start, end, step } = options;
  const at = (text: string, option: string) => timeArgument(text, option, around);
  if (format === 'bars' && (isRange(options) || step !== undefined)) {
    throw new UsageError('bars show one moment, not a range of time', {
      hint: 'Say which with --time, or draw the range with -o graph.',
    });
  }
  if (!isRange(options) && !isOverTime(format)) {
    if (step !== undefined) throw new UsageError('--step needs a range', { hint: 'Add --range 1h, or --start.' });
    return { kind: 'instant', timeMs: time === undefined ? undefined : at(time, '--time') };
  }
  if (time !== undefined && (start !== undefined || end !== undefined)) {
    throw new UsageError('--time goes with --range, not with --start and --end', {
      hint: `A range that ends there: --range 1h --time ${time}`,
    });
  }
  if (range !== undefined && start !== undefined && end !== undefined) {
    throw new UsageError('--range, --start and --end together say too much', { hint: 'Leave one of them out.' });
  }
  const length = range ?? around.rangeMs ?? DEFAULT_RANGE_MS;
  const endText = end ?? time;
  const startMs = start === undefined ? undefined : at(start, '--start');
  const endMs =
    endText !== undefined
      ? at(endText, end === undefined ? '--time' : '--end')
      : startMs !== undefined && range !== undefined
        ? startMs + range
        : around.nowMs;
  const first = startMs ?? endMs - length;
  if (first >= endMs) {
    throw new UsageError('the range ends before it starts', {
      hint: 'Give a --start that is earlier than --end (or now).',
    });
  }
  const stepMs = step ?? autoStep(endMs - first, format, around);
  refuseTooMany(endMs - first, stepMs);
  if (startMs !== undefined || endText !== undefined || around.settled === true)
    return { kind: 'range', startMs: first, endMs, stepMs };
  const aligned = alignedEnd(endMs, stepMs);
  return { kind: 'range', startMs: aligned - length, endMs: aligned, stepMs };
}

/** Drawings over time: they take the last hour when nobody said which time. */
function isOverTime(format: OutputFormat): boolean {
  return format === 'graph' || format === 'heatmap' || format === 'timeline';
}

function isRange(options: QueryOptions): boolean {
  return options.range !== undefined || options.start !== undefined || options.end !== undefined;
}

/** One point a column of the chart: of two points in one column only one could be seen. */
function autoStep(rangeMs: number, format: OutputFormat, around: Surroundings): number {
  return rangeStep(rangeMs, isOverTime(format) ? plotColumns(around.width) : TABLE_POINTS);
}

/** What value axis and margin leave of the width. */
function plotColumns(width: number): number {
  return Math.min(1_000, Math.max(10, width - 8));
}

function refuseTooMany(rangeMs: number, stepMs: number): void {
  if (rangeMs / stepMs <= MOST_POINTS) return;
  const least = Math.ceil(rangeMs / MOST_POINTS / 1000) * 1000;
  throw new UsageError(
    `${formatDuration(rangeMs)} at a step of ${formatDuration(stepMs)} are more than the 11,000 points that Prometheus gives for a series`,
    { hint: `Use --step ${formatDuration(least)} or more, or leave --step out.` },
  );
}

/**
 * A range up to now ends on a multiple of its step, so that asking again shows the same points and not the same curve
 * slightly shifted. Steps above a minute would cost too much of what is newest; there it is the last full minute.
 */
function alignedEnd(endMs: number, stepMs: number): number {
  const grid = Math.min(stepMs, 60_000);
  return Math.floor(endMs / grid) * grid;
}
