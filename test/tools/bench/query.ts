import { type BenchClient, connect, instantPath, rangePath, seriesIn } from './client.ts';
import { END, queryData } from './data.ts';
import { geometricMean, interleaved } from './measure.ts';
import type { BenchOptions } from './options.ts';
import { GUIDE, type Question, questions } from './questions.ts';
import { megabytes, ms, ratio, type Table } from './report.ts';
import { type BenchServer, hasPrometheus, startOurs, startTheirs } from './servers.ts';

/** 400 steps over one hour, so that every window of an hour is full. */
const RANGE = { start: END - 399 * 9, end: END, step: 9 };

/** Every query at one moment and at 400 steps, asked of both servers in turn. */
export async function benchQueries(options: BenchOptions): Promise<readonly Table[]> {
  const data = queryData();
  const ours = await startOurs(options.bin, data.path);
  const theirs = hasPrometheus() ? await startTheirs(data.path) : undefined;
  const clients = [ours, theirs].flatMap((server) => (server === undefined ? [] : [connect(server.url)]));
  try {
    const floor = await ask(clients, instantPath('vector(1) > 2', END), options);
    const asked = [...GUIDE, ...questions()].filter(
      ({ name }) => options.only === undefined || options.only.test(name),
    );
    const results: Result[] = [];
    for (const question of asked) {
      for (const steps of [1, 400] as const) {
        const path = steps === 1 ? instantPath(question.query, END) : rangePath(question.query, RANGE);
        results.push({ question, steps, ...(await ask(clients, path, options)) });
        options.progress(
          `${question.name} ${question.size ?? ''} ${steps}: ${row(results.at(-1) as Result).join(' ')}`,
        );
      }
    }
    return [detail(results), ...(theirs === undefined ? [] : [byKind(results)]), summary(results, floor, ours, theirs)];
  } finally {
    for (const client of clients) await client.close();
    await ours.close();
    await theirs?.close();
    data.remove();
  }
}

type Figures = {
  readonly ours: number;
  readonly theirs: number | undefined;
  readonly series: number;
  readonly bytes: number;
};

type Result = Figures & { readonly question: Question; readonly steps: 1 | 400 };

/** Asks all servers the same. Throws when they do not agree on how many series there are. */
async function ask(clients: readonly BenchClient[], path: string, { runs }: BenchOptions): Promise<Figures> {
  const answers = await Promise.all(clients.map((client) => client.get(path)));
  const counts = answers.map(seriesIn);
  if (new Set(counts).size > 1) throw new Error(`${counts.join(' and ')} series: ${decodeURIComponent(path)}`);
  const works = clients.map((client) => () => client.get(path));
  const [ours = Number.NaN, theirs] = await interleaved(works, { rounds: runs, enoughMs: 400 });
  return { ours, theirs, series: counts[0] ?? 0, bytes: answers[0]?.body.length ?? 0 };
}

function detail(results: readonly Result[]): Table {
  const rows = results.map((result) => [
    result.question.name,
    result.question.size === undefined ? '' : String(result.question.size),
    String(result.steps),
    ...row(result),
  ]);
  return {
    title: 'Queries, milliseconds from request to the last byte',
    columns: ['query', 'series', 'steps', 'prom-tutor', 'Prometheus', 'ratio'],
    rows,
  };
}

function row({ ours, theirs }: Figures): readonly string[] {
  return [ms(ours), ms(theirs), ratio(theirs === undefined ? undefined : ours / theirs)];
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

function ratioOf(result: Figures | undefined): number | undefined {
  return result?.theirs === undefined ? undefined : result.ours / result.theirs;
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
          `Above 1: ${compared.filter((one) => one > 1).length}, above 1.5: ${compared.filter((one) => one > 1.5).length}. ` +
            `Worst: ${ratio(ratioOf(worst))} (${worst?.question.name}, ${worst?.question.size ?? 'demo'} series, ${worst?.steps} steps)`,
        ];
  return {
    title: 'The floor and memory',
    columns: ['', 'prom-tutor', 'Prometheus'],
    rows: [
      ['an empty answer, ms', ms(floor.ours), ms(floor.theirs)],
      ['memory after all queries, MB', megabytes(ourMemory?.now), megabytes(theirMemory?.now)],
      ['memory at most, MB', megabytes(ourMemory?.peak), megabytes(theirMemory?.peak)],
    ],
    notes,
  };
}
