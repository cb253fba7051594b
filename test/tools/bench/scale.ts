import { rangePath, seriesIn } from './client.ts';
import { END, scaleData } from './data.ts';
import { interleaved } from './measure.ts';
import type { BenchOptions } from './options.ts';
import { ms, ratio, type Table } from './report.ts';
import { type Asker, askersOf, askingFor, hasPrometheus, startOurs, startTheirs } from './servers.ts';

const SERIES = { 10: 'tier="10"', 100: 'tier=~"10|100"', 1000: 'tier=~"10|100|1000"', 10000: 'tier!=""' } as const;

const QUERIES: Readonly<Record<string, (selector: string) => string>> = {
  selector: (selector) => selector,
  'rate 5m': (selector) => `rate(${selector}[5m])`,
  'sum by of rate 5m': (selector) => `sum by (group) (rate(${selector}[5m]))`,
  topk: (selector) => `topk(5, ${selector})`,
};

/** How the time grows: ten times the series, and four times the steps. */
export async function benchScale(options: BenchOptions): Promise<readonly Table[]> {
  const data = scaleData();
  const ours = await startOurs(options.bin, data.path);
  const theirs = hasPrometheus() ? await startTheirs(data.path) : undefined;
  const askers = askersOf([ours, theirs]);
  try {
    const sizes = Object.keys(SERIES).map(Number) as (keyof typeof SERIES)[];
    const bySeries = await grow(
      options,
      askers,
      sizes.map((size) => ({ name: String(size), selector: SERIES[size], steps: 100 })),
    );
    const bySteps = await grow(
      options,
      askers,
      [100, 400, 1600, 6400].map((steps) => ({ name: String(steps), selector: SERIES[100], steps })),
    );
    return [
      { title: '100 steps over 10 to 10,000 series, milliseconds: ours, theirs, ratio', ...bySeries },
      { title: '100 series at 100 to 6,400 steps, milliseconds: ours, theirs, ratio', ...bySteps },
    ];
  } finally {
    for (const { client } of askers) await client.close();
    await ours.close();
    await theirs?.close();
    data.remove();
  }
}

type Point = { readonly name: string; readonly selector: string; readonly steps: number };

async function grow(
  { runs, progress }: BenchOptions,
  askers: readonly Asker[],
  points: readonly Point[],
): Promise<Pick<Table, 'columns' | 'rows'>> {
  const rows: string[][] = [];
  for (const [name, query] of Object.entries(QUERIES)) {
    const cells: string[] = [];
    for (const { selector, steps, name: point } of points) {
      const step = 3600 / steps;
      const grid = { start: END - (steps - 1) * step, end: END, step };
      const path = rangePath(query(`scale_requests_total{${selector}}`), grid);
      for (const { client } of askers) seriesIn(await client.get(path));
      const [ours, theirs] = await interleaved(askers.map(askingFor(path)), { rounds: runs, enoughMs: 300 });
      const times = ours === undefined || theirs === undefined ? undefined : ours.ms / theirs.ms;
      cells.push(`${ms(ours?.ms)} ${ms(theirs?.ms)} ${ratio(times)}`);
      progress(`${name} ${point}: ${cells.at(-1)}`);
    }
    rows.push([name, ...cells]);
  }
  return { columns: ['query', ...points.map(({ name }) => name)], rows };
}
