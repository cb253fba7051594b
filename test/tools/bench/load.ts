import { connect, instantPath, rangePath, seriesIn } from './client.ts';
import { memoryOf, middle } from './measure.ts';
import type { BenchOptions } from './options.ts';
import { amount, megabytes, ms, type Table } from './report.ts';
import { hasPrometheus } from './servers.ts';
import { type BenchStack, startStack } from './stack.ts';

export type Load = {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly median: number;
  readonly p99: number;
  /** Scrapes of all targets in the time, and how many there should have been. */
  readonly scrapes: number;
  readonly wanted: number;
  /** Resident memory of the background process after it, in bytes. */
  readonly memory: number | undefined;
};

export const CLIENTS = 200;

/** Many clients at once, each asking for an hour of rates as soon as it has its answer, while the stack scrapes on. */
export async function benchLoad(options: BenchOptions): Promise<readonly Table[]> {
  const rows = [['embedded', ...figures(await loadOf(options, 'embedded'))]];
  if (hasPrometheus()) rows.push(['Prometheus', ...figures(await loadOf(options, 'binary'))]);
  return [
    {
      title: `${CLIENTS} range queries at once for ${SECONDS} seconds`,
      columns: ['server', 'answers/s', 'median ms', '99 % ms', 'scrapes', 'of', 'MB'],
      rows,
    },
  ];
}

const SECONDS = 60;
const SCRAPE_SECONDS = 15;

export async function loadOf({ bin, progress }: BenchOptions, backend: 'embedded' | 'binary'): Promise<Load> {
  progress(`load, ${backend}`);
  const stack = await startStack(bin, backend);
  try {
    const times = await askForAMinute(stack.state.urls.prometheus);
    const sorted = times.sort((a, b) => a - b);
    return {
      perSecond: times.length / SECONDS,
      median: middle(sorted),
      p99: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
      ...(await scrapesOf(stack)),
      memory: memoryOf(stack.state.processes[0]?.pid)?.now,
    };
  } finally {
    stack.stop();
  }
}

function figures({ perSecond, median, p99, scrapes, wanted, memory }: Load): readonly string[] {
  return [amount(perSecond), ms(median), ms(p99), String(scrapes), String(wanted), megabytes(memory)];
}

async function askForAMinute(url: string): Promise<number[]> {
  const times: number[] = [];
  const endAt = performance.now() + SECONDS * 1000;
  const clients = Array.from({ length: CLIENTS }, () => connect(url));
  const asking = clients.map(async (client) => {
    while (performance.now() < endAt) {
      const end = Math.floor(Date.now() / 1000);
      const began = performance.now();
      const answer = await client.get(
        rangePath('sum by (provider) (rate(sse_requests_total[5m]))', { start: end - 3600, end, step: 15 }),
      );
      times.push(performance.now() - began);
      if (seriesIn(answer) === 0) throw new Error('an answer without series');
    }
    await client.close();
  });
  await Promise.all(asking);
  return times;
}

/** The scrapes of the minute that is over: `up` has a sample for each, failed or not. */
async function scrapesOf(stack: BenchStack): Promise<Pick<Load, 'scrapes' | 'wanted'>> {
  const client = connect(stack.state.urls.prometheus);
  const answer = await client.get(instantPath(`count_over_time(up[${SECONDS}s])`, Date.now() / 1000));
  await client.close();
  const { data } = JSON.parse(answer.body.toString()) as { data: { result: { value: [number, string] }[] } };
  const scrapes = data.result.reduce((sum, { value }) => sum + Number(value[1]), 0);
  return { scrapes, wanted: (3 * SECONDS) / SCRAPE_SECONDS };
}
