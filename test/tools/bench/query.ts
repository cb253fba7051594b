import { instantPath, rangePath, seriesIn } from './client.ts';
import { END, queryData } from './data.ts';
import { geometricMean, interleaved, type Taken } from './measure.ts';
import type { BenchOptions } from './options.ts';
import { GUIDE, type Question, questions } from './questions.ts';
import { megabytes, ms, ratio, type Table } from './report.ts';
import {
  type Asker,
  askersOf,
  askingFor,
  type BenchServer,
  hasPrometheus,
  startOurs,
  startTheirs,
  warmUp,
} from './servers.ts';

/** 400 steps over one hour, so that every window of an hour is full. */
const RANGE = { start: END - 399 * 9, end: END, step: 9 };

/** Every query at one moment and at 400 steps, asked of both servers in turn. */
export async function benchQueries(options: BenchOptions): Promise<readonly Table[]> {
  const data = queryData();
  const ours = await startOurs(options.bin, data.path);
  const theirs = hasPrometheus() ? await startTheirs(data.path) : undefined;
  const askers = askersOf([ours, theirs]);
  try {
    await warmUp(
      askers,
      GUIDE.flatMap(({ query }) => [instantPath(query, END), rangePath(query, RANGE)]),
    );
    const floor = await ask(askers, instantPath('vector(1) > 2', END), options);
    const asked = [...GUIDE, ...questions()].filter(
      ({ name }) => options.only === undefined || options.only.test(name),
    );
    const results: Result[] = [];
    for (const question of asked) {
      for (const steps of [1, 400] as const) {
        const path = steps === 1 ? instantPath(question.query, END) : rangePath(question.query, RANGE);
        results.push({ question, steps, ...(await ask(askers, path, options)) });
        options.progress(
          `${question.name} ${question.size ?? ''} ${steps}: ${row(results.at(-1) as Result).join(' ')}`,
        );
      }
    }
    return [detail(results), ...(theirs === undefined ? [] : [byKind(results)]), summary(results, floor, ours, theirs)];
  } finally {
    for (const { client } of askers) await client.close();
    await ours.close();
    await theirs?.close();
    data.remove();
  }
}

type Figures = {
  readonly ours: Taken;
  readonly theirs: Taken | undefined;
};

type Result = Figures & { readonly question: Question; readonly steps: 1 | 400 };

/** Asks all servers the same. Throws when they do not agree on how many series there are. */
async function ask(askers: readonly Asker[], path: string, { runs }: BenchOptions): Promise<Figures> {
  const counts: number[] = [];
  for (const { client } of askers) counts.push(seriesIn(await client.get(path)));
  if (new Set(counts).size > 1) throw new Error(`${counts.join(' and ')} series: ${decodeURIComponent(path)}`);
  const [ours = NOTHING, theirs] = await interleaved(askers.map(askingFor(path)), { rounds: runs, enoughMs: 300 });
  return { ours, theirs };
}

const NOTHING: Taken = { ms: Number.NaN, processorMs: undefined };

function detail(results: readonly Result[]): Table {
  const rows = results.map((result) => [
    result.question.name,
    result.question.size === undefined ? '' : String(result.question.size),
    String(result.steps),
    ...row(result),
  ]);
  return {
    title: 'Queries: milliseconds from request to the last byte, their ratio, and the ratio of processor time',
    columns: ['query', 'series', 'steps', 'prom-tutor', 'Prometheus', 'ratio', 'processor'],
    rows,
  };
}

function row(figures: Figures): readonly string[] {
  const { ours, theirs } = figures;
  return [ms(ours.ms), ms(theirs?.ms), ratio(ratioOf(figures)), ratio(processorRatioOf(figures))];
}

/** The ratios of each kind of query side by side. */
function byKind(results: readonly Result[]): Table {
  const names = [...new Set(results.filter(({ question }) => question.size !== undefined).map((r) => r.question.name))];
  const cells = ([1, 400] as const).flatMap((steps) => [1, 100, 1000].map((size) => ({ steps, size })));
  const rows = names.map((name) => [
    name,
    ...cells.map(({ steps, size }) =>
      ratio(ratioOf(results.find((r) => r.question.name === name && r.steps === steps && r.question.size === size))),
    ),
  ]);
  return {
    title: 'Ratios (our time / time of Prometheus) by series × steps',
    columns: ['query', ...cells.map(({ steps, size }) => `${size} × ${steps}`)],
    rows,
  };
}

function ratioOf(figures: Figures | undefined): number | undefined {
  return figures?.theirs === undefined ? undefined : figures.ours.ms / figures.theirs.ms;
}

/** The same of the processor time, which other programs on the machine change less. */
function processorRatioOf({ ours, theirs }: Figures): number | undefined {
  if (ours.processorMs === undefined || theirs?.processorMs === undefined) return undefined;
  return ours.processorMs / theirs.processorMs;
}

function summary(
  results: readonly Result[],
  floor: Figures,
  ours: BenchServer,
  theirs: BenchServer | undefined,
): Table {
  const compared = results.flatMap((result) => ratioOf(result) ?? []);
  const worst = [...results].sort((a, b) => (ratioOf(b) ?? 0) - (ratioOf(a) ?? 0))[0];
  const [ourMemory, theirMemory] = [ours.memory(), theirs?.memory()];
  const notes =
    theirs === undefined
      ? ['prometheus and promtool are not on PATH, so nothing is compared.']
      : [
          `Geometric mean of ${compared.length} ratios: ${ratio(geometricMean(compared))}`,
          `Geometric mean of the same ratios of processor time: ${ratio(geometricMean(results.flatMap((r) => processorRatioOf(r) ?? [])))}`,
          `Above 1: ${compared.filter((one) => one > 1).length}, above 1.5: ${compared.filter((one) => one > 1.5).length}. ` +
            `Worst: ${ratio(ratioOf(worst))} (${worst?.question.name}, ${worst?.question.size ?? 'demo'} series, ${worst?.steps} steps)`,
        ];
  return {
    title: 'The floor and memory',
    columns: ['', 'prom-tutor', 'Prometheus'],
    rows: [
      ['an empty answer, ms', ms(floor.ours.ms), ms(floor.theirs?.ms)],
      ['its processor time, ms', ms(floor.ours.processorMs), ms(floor.theirs?.processorMs)],
      ['memory after all queries, MB', megabytes(ourMemory?.now), megabytes(theirMemory?.now)],
      ['memory at most, MB', megabytes(ourMemory?.peak), megabytes(theirMemory?.peak)],
    ],
    notes,
  };
}
