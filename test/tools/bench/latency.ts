import { type ChildProcess, spawn } from 'node:child_process';
import { connect, instantPath, rangePath, seriesIn } from './client.ts';
import { END, queryData } from './data.ts';
import { middle } from './measure.ts';
import type { BenchOptions } from './options.ts';
import { ms, type Table } from './report.ts';
import { type BenchServer, hasPrometheus, startOurs, startTheirs } from './servers.ts';

const SMALL = instantPath('sum(rate(sse_requests_total[5m]))', END);
const RANGE = { start: END - 3600, end: END, step: 9 };
const LARGE: Readonly<Record<string, string>> = {
  'selector, 1,000 series × 400': rangePath('bench_level', RANGE),
  'rate 1h, 1,000 series × 400': rangePath('rate(bench_requests_total[1h])', RANGE),
  'quantile_over_time, 1,000 series × 400': rangePath('quantile_over_time(0.9, bench_level[30m])', RANGE),
  'topk, 1,000 series × 3,600': rangePath('topk(5, bench_level)', { ...RANGE, step: 1 }),
};

/** What a small query waits while large ones run on the same server, and whether scrapes go on meanwhile. */
export async function benchLatency(options: BenchOptions): Promise<readonly Table[]> {
  const data = queryData();
  const ours = await startOurs(options.bin, data.path);
  const theirs = hasPrometheus() ? await startTheirs(data.path) : undefined;
  try {
    const rows: string[][] = [['nothing', ...(await waits(ours, undefined)), ...(await waits(theirs, undefined))]];
    for (const [name, path] of Object.entries(LARGE)) {
      options.progress(name);
      rows.push([name, ...(await waits(ours, path)), ...(await waits(theirs, path))]);
    }
    const columns = ['beside it', 'ours', '99 %', 'at most', 'Prometheus', '99 %', 'at most'];
    return [
      { title: 'A small query while another client asks large ones, milliseconds: median and worst', columns, rows },
      await benchScrapes(options),
    ];
  } finally {
    await ours.close();
    await theirs?.close();
    data.remove();
  }
}

const SMALL_QUERIES = 200;

/** Asks the small query again and again while a second client asks the large one without a pause. */
async function waits(server: BenchServer | undefined, large: string | undefined): Promise<readonly string[]> {
  if (server === undefined) return ['–', '–', '–'];
  const [small, other] = [connect(server.url), connect(server.url)];
  let over = false;
  const busy = (async () => {
    while (!over && large !== undefined) seriesIn(await other.get(large));
  })();
  const times: number[] = [];
  for (let i = 0; i < SMALL_QUERIES; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const began = performance.now();
    seriesIn(await small.get(SMALL));
    times.push(performance.now() - began);
  }
  over = true;
  await busy;
  await Promise.all([small.close(), other.close()]);
  const sorted = times.sort((a, b) => a - b);
  return [ms(middle(sorted)), ms(sorted[Math.floor(sorted.length * 0.99)]), ms(sorted.at(-1))];
}

const SCRAPE_SECONDS = 20;

/** The demo service scraped every second, with large queries all the time: how many of its scrapes happened. */
async function benchScrapes({ bin, progress }: BenchOptions): Promise<Table> {
  progress('scrapes');
  const args = ['serve', '--listen', '127.0.0.1:0', '--scrape-interval', '1s', '--json'];
  const child = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const url = await urlOf(child);
    const [asking, busy] = [connect(url), connect(url)];
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const endAt = performance.now() + SCRAPE_SECONDS * 1000;
    let large = 0;
    while (performance.now() < endAt) {
      const now = Math.floor(Date.now() / 1000);
      const grid = { start: now - 3600, end: now, step: 1 };
      seriesIn(await busy.get(rangePath('last_over_time({__name__=~"sse_.+"}[5m])', grid)));
      large++;
    }
    const counted = await asking.get(instantPath(`count_over_time(up[${SCRAPE_SECONDS}s])`, Date.now() / 1000));
    const { data } = JSON.parse(counted.body.toString()) as {
      data: { result: { metric: { instance: string }; value: [number, string] }[] };
    };
    await Promise.all([asking.close(), busy.close()]);
    return {
      title: `Scrapes in ${SCRAPE_SECONDS} seconds at an interval of one, while ${large} queries for all series at 3,600 steps ran`,
      columns: ['target', 'scrapes'],
      rows: data.result.map(({ metric, value }) => [metric.instance, value[1]]),
    };
  } finally {
    child.kill('SIGINT');
    await new Promise((resolve) => child.once('exit', resolve));
  }
}

function urlOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (piece: Buffer) => {
      said += piece.toString();
      if (said.includes('\n')) resolve((JSON.parse(said) as { url: string }).url);
    });
    child.once('exit', () => reject(new Error('prom-tutor serve ended')));
  });
}
