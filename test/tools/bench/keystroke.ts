import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTerminal, type Terminal } from '../../helpers/terminal.ts';
import { middle } from './measure.ts';
import type { BenchOptions } from './options.ts';
import { ms, type Table } from './report.ts';

const NAMES = 10_000;
const SLOW_MS = 2_000;

export async function benchKeystroke(options: BenchOptions): Promise<readonly Table[]> {
  const { waiting, known } = await keystrokes(options);
  const row = (name: string, times: readonly number[]) => [name, String(times.length), ...figures(times)];
  return [
    {
      title: `From a key to its answer in explore, milliseconds; ${NAMES} metric names, a server that takes ${SLOW_MS / 1000} s`,
      columns: ['', 'keys', 'median', '99 %', 'at most'],
      rows: [row('while the server is silent', waiting), row('with its names known', known)],
      notes: ['The goal is 16 ms in the middle.'],
    },
  ];
}

type Keystrokes = { readonly waiting: readonly number[]; readonly known: readonly number[] };

/**
 * How long a person waits for the answer to each key in `explore`: from the byte written to a pseudo-terminal to the first
 * byte that comes back, on a server with many names that takes seconds to tell them; milliseconds.
 */
export async function keystrokes({ runs, bin, progress }: BenchOptions): Promise<Keystrokes> {
  const server = await slowServer();
  const waiting: number[] = [];
  const known: number[] = [];
  try {
    for (let run = 0; run < runs; run++) {
      progress(`keys, ${run + 1} of ${runs}`);
      const home = mkdtempSync(join(tmpdir(), 'prom-tutor-keys-'));
      await using terminal = startTerminal(process.execPath, [bin, 'explore', '-s', server.url], {
        env: { XDG_STATE_HOME: home, XDG_CONFIG_HOME: home, HOME: home },
        columns: 120,
        rows: 40,
        timeoutMs: 30_000,
      });
      await terminal.waitFor('promql> ');
      waiting.push(...(await timesOf(terminal, 'sum by (job) (rate(metric_of_the_bench_12')));
      await new Promise((resolve) => setTimeout(resolve, 3 * SLOW_MS));
      known.push(...(await timesOf(terminal, '\x7f\x7f345_total[5m]))')));
      known.push(...(await timesOf(terminal, ' / ignoring (instance) group_left () bench_123')));
      known.push(...(await timesOf(terminal, '\x7f\x7f\x7f\x7f\x7f\x7fof_the_bench_of_the_77')));
      rmSync(home, { recursive: true, force: true });
    }
  } finally {
    await server.close();
  }
  return { waiting, known };
}

function figures(times: readonly number[]): readonly string[] {
  const sorted = [...times].sort((a, b) => a - b);
  return [ms(middle(sorted)), ms(sorted[Math.floor(sorted.length * 0.99)]), ms(sorted.at(-1))];
}

/** One key after the other, with the pauses of a quick typist. */
async function timesOf(terminal: Terminal, keys: string): Promise<readonly number[]> {
  const times: number[] = [];
  for (const key of keys) {
    await new Promise((resolve) => setTimeout(resolve, 30));
    const answered = terminal.changed();
    const began = performance.now();
    terminal.type(key);
    await answered;
    times.push(performance.now() - began);
  }
  return times;
}

/** Just enough of the API for `explore` and completion, every answer late. */
async function slowServer(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const names = Array.from(
    { length: NAMES },
    (_, index) => `metric_of_the_bench_${String(index).padStart(5, '0')}_total`,
  );
  const metadata = Object.fromEntries(
    names.map((name) => [name, [{ type: 'counter', help: `Counts ${name}.`, unit: '' }]]),
  );
  const answers: readonly (readonly [RegExp, unknown])[] = [
    [/\/label\/__name__\/values/, names],
    [/\/label\//, ['a', 'b', 'c']],
    [/\/labels/, ['__name__', 'instance', 'job']],
    [/\/metadata/, metadata],
    [/\/series/, []],
    [/\/buildinfo/, { version: '3.5.0' }],
    [/./, { resultType: 'vector', result: [] }],
  ];
  const server = createServer((request, response) => {
    request.resume();
    const data = answers.find(([path]) => path.test(request.url ?? ''))?.[1];
    setTimeout(() => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ status: 'success', data }));
    }, SLOW_MS);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
