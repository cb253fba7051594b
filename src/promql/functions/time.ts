import { timeAt } from '../engine/grid.ts';
import { EMPTY_LABELS } from '../engine/label-set.ts';
import { evaluateSampleTimes } from '../engine/selectors.ts';
import { emptySeries, type GridSeries, type ScalarValue, type VectorValue } from '../engine/values.ts';
import { collected, nameless } from './result.ts';
import { type FunctionRow, type WholeCall, whole } from './row.ts';

/** Clock, calendar and the window of the query. */
export const timeFunctions: readonly FunctionRow[] = [
  whole(
    {
      name: 'time',
      args: [],
      variadic: 0,
      returns: 'scalar',
      experimental: false,
      doc: 'The moment the query is evaluated at, in seconds since 1970.',
    },
    async ({ context: { grid } }) => scalarOf(grid.steps, (step) => timeAt(grid, step) / 1000),
  ),
  whole(
    {
      name: 'timestamp',
      args: ['vector'],
      variadic: 0,
      returns: 'vector',
      experimental: false,
      doc: 'The time of every sample, in seconds since 1970.',
    },
    sampleTimes,
  ),
  whole(
    {
      name: 'start_timestamp',
      args: ['vector'],
      variadic: 0,
      returns: 'vector',
      experimental: true,
      doc: 'The moment every sample started counting, in seconds since 1970, where it is known.',
    },
    startTimes,
  ),
  whole(
    {
      name: 'minute',
      args: ['vector'],
      variadic: 1,
      returns: 'vector',
      experimental: false,
      doc: 'The minute of the hour in UTC, 0 to 59; of the evaluation time when there is no argument.',
    },
    calendar((date) => date.getUTCMinutes()),
  ),
  whole(
    {
      name: 'hour',
      args: ['vector'],
      variadic: 1,
      returns: 'vector',
      experimental: false,
      doc: 'The hour of the day in UTC, 0 to 23; of the evaluation time when there is no argument.',
    },
    calendar((date) => date.getUTCHours()),
  ),
  whole(
    {
      name: 'day_of_week',
      args: ['vector'],
      variadic: 1,
      returns: 'vector',
      experimental: false,
      doc: 'The day of the week in UTC, 0 for Sunday; of the evaluation time when there is no argument.',
    },
    calendar((date) => date.getUTCDay()),
  ),
  whole(
    {
      name: 'day_of_month',
      args: ['vector'],
      variadic: 1,
      returns: 'vector',
      experimental: false,
      doc: 'The day of the month in UTC, 1 to 31; of the evaluation time when there is no argument.',
    },
    calendar((date) => date.getUTCDate()),
  ),
  whole(
    {
      name: 'day_of_year',
      args: ['vector'],
      variadic: 1,
      returns: 'vector',
      experimental: false,
      doc: 'The day of the year in UTC, 1 to 366; of the evaluation time when there is no argument.',
    },
    calendar(dayOfYear),
  ),
  whole(
    {
      name: 'days_in_month',
      args: ['vector'],
      variadic: 1,
      returns: 'vector',
      experimental: false,
      doc: 'How many days the month has in UTC, 28 to 31; of the evaluation time when there is no argument.',
    },
    calendar((date) => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()),
  ),
  whole(
    {
      name: 'month',
      args: ['vector'],
      variadic: 1,
      returns: 'vector',
      experimental: false,
      doc: 'The month of the year in UTC, 1 to 12; of the evaluation time when there is no argument.',
    },
    calendar((date) => date.getUTCMonth() + 1),
  ),
  whole(
    {
      name: 'year',
      args: ['vector'],
      variadic: 1,
      returns: 'vector',
      experimental: false,
      doc: 'The year in UTC; of the evaluation time when there is no argument.',
    },
    calendar((date) => date.getUTCFullYear()),
  ),
  whole(
    {
      name: 'start',
      args: [],
      variadic: 0,
      returns: 'scalar',
      experimental: true,
      doc: 'The start of the query, in seconds since 1970; the evaluation time of an instant query.',
    },
    async ({ context: { grid, query } }) => scalarOf(grid.steps, () => query.startMs / 1000),
  ),
  whole(
    {
      name: 'end',
      args: [],
      variadic: 0,
      returns: 'scalar',
      experimental: true,
      doc: 'The end of the query, in seconds since 1970; the evaluation time of an instant query.',
    },
    async ({ context: { grid, query } }) => scalarOf(grid.steps, () => query.endMs / 1000),
  ),
  whole(
    {
      name: 'step',
      args: [],
      variadic: 0,
      returns: 'scalar',
      experimental: true,
      doc: 'The step of the query in seconds; 0 for an instant query.',
    },
    async ({ context: { grid, query } }) => scalarOf(grid.steps, () => query.stepMs / 1000),
  ),
  whole(
    {
      name: 'range',
      args: [],
      variadic: 0,
      returns: 'scalar',
      experimental: true,
      doc: 'The length of the query from start to end in seconds; 0 for an instant query.',
    },
    async ({ context: { grid, query } }) => scalarOf(grid.steps, () => (query.endMs - query.startMs) / 1000),
  ),
];

function scalarOf(steps: number, value: (step: number) => number): ScalarValue {
  return { kind: 'scalar', values: Float64Array.from({ length: steps }, (_, step) => value(step)) };
}

/** For a selector the times of its samples; for anything computed the time of the computation. */
async function sampleTimes(call: WholeCall): Promise<VectorValue> {
  const { context, args } = call;
  const [arg] = args;
  if (arg?.kind === 'vector') {
    const { series } = await evaluateSampleTimes(context, arg, 'times');
    return renamed(call, series);
  }
  const { series } = await call.vector(0);
  const times = Float64Array.from({ length: context.grid.steps }, (_, step) => timeAt(context.grid, step) / 1000);
  return renamed(
    call,
    series.map((row) => ({ ...row, values: times, histograms: undefined })),
  );
}

/** Only selectors have start timestamps, and only when they are switched on. */
async function startTimes(call: WholeCall): Promise<VectorValue> {
  const { context, args } = call;
  const [arg] = args;
  if (arg?.kind !== 'vector' || context.query.features.useStartTimestamps !== true) {
    await call.vector(0);
    return { kind: 'vector', series: [] };
  }
  const { series } = await evaluateSampleTimes(context, arg, 'starts');
  return renamed(call, series);
}

function renamed({ context }: WholeCall, series: readonly GridSeries[]): VectorValue {
  return collected(
    context,
    series.map((row) => ({ ...row, labels: nameless(context, row), dropName: true })),
  );
}

/** A part of the date that every value is, in seconds since 1970; of the evaluation time without an argument. */
function calendar(part: (date: Date) => number): (call: WholeCall) => Promise<VectorValue> {
  return async (call) => {
    const { context, args } = call;
    const { grid } = context;
    if (args.length === 0) {
      const row = emptySeries(EMPTY_LABELS, grid.steps, false);
      row.present.fill(1);
      for (let step = 0; step < grid.steps; step++)
        row.values[step] = part(dateOf(Math.floor(timeAt(grid, step) / 1000)));
      return { kind: 'vector', series: [row] };
    }
    const { series } = await call.vector(0);
    const rows = series.map((from) => {
      const row = emptySeries(nameless(context, from), grid.steps, true);
      for (let step = 0; step < grid.steps; step++) {
        if (from.present[step] !== 1 || from.histograms?.[step] !== undefined) continue;
        row.values[step] = part(dateOf(Math.trunc(from.values[step] ?? 0)));
        row.present[step] = 1;
      }
      return row;
    });
    return collected(context, rows);
  };
}

function dateOf(seconds: number): Date {
  return new Date(seconds * 1000);
}

function dayOfYear(date: Date): number {
  return Math.round(
    (Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()) - Date.UTC(date.getUTCFullYear(), 0, 0)) /
      86_400_000,
  );
}
