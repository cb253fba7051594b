import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { memoryOf } from './measure.ts';
import type { BenchOptions } from './options.ts';
import { megabytes, type Table } from './report.ts';
import { startStack } from './stack.ts';

/** What the background process holds, and what a query with a huge answer takes. */
export async function benchMemory(options: BenchOptions): Promise<readonly Table[]> {
  const rows = [['background process, six hours of history', megabytes(await daemonMemory(options))]];
  for (const format of ['table', 'json', 'csv', 'graph'] as const) {
    const { peak } = await queryMemory(options, 50, format);
    rows.push([`query of a 50 MB answer, -o ${format}, at most`, megabytes(peak)]);
  }
  return [{ title: 'Resident memory', columns: ['', 'MB'], rows }];
}

/** Bytes, after a minute of queries like those of a lesson. */
export async function daemonMemory({ bin, progress }: BenchOptions): Promise<number | undefined> {
  progress('memory of the background process');
  const stack = await startStack(bin, 'embedded');
  try {
    for (let round = 0; round < 20; round++) {
      stack.tool('query', 'sum by (provider) (rate(sse_requests_total[5m]))', '--range', '6h', '-o', 'json');
    }
    return memoryOf(stack.state.processes[0]?.pid)?.now;
  } finally {
    stack.stop();
  }
}

export type QueryMemory = { readonly peak: number | undefined; readonly code: number | null; readonly stderr: string };

/** The largest the process was that asked a server with an answer of so many megabytes; its exit code and its words. */
export async function queryMemory(
  { bin, progress }: BenchOptions,
  megabytesOfAnswer: number,
  format: string,
): Promise<QueryMemory> {
  progress(`a query of ${megabytesOfAnswer} MB as ${format}`);
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      answer(megabytesOfAnswer * 1_000_000, (piece) => response.write(piece));
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const child = spawn(process.execPath, [bin, 'query', 'x', '--range', '1h', '-s', url, '-o', format], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let peak: number | undefined;
  let stderr = '';
  const watch = setInterval(() => {
    peak = memoryOf(child.pid)?.peak || peak;
  }, 10);
  child.stdout.resume();
  child.stderr.on('data', (piece: Buffer) => {
    stderr += piece.toString();
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(watch);
  server.close();
  return { peak, code, stderr };
}

/** A matrix of the API, 240 samples a series, until it has so many bytes. */
function answer(bytes: number, write: (piece: string) => void): void {
  const end = Math.floor(Date.now() / 15_000) * 15;
  const values = Array.from({ length: 240 }, (_, i) => `[${end - 3600 + i * 15},"${(i * 1.2345).toFixed(4)}"]`).join(
    ',',
  );
  write('{"status":"success","data":{"resultType":"matrix","result":[');
  let written = 0;
  for (let series = 0; written < bytes; series++) {
    const piece = `${series === 0 ? '' : ','}{"metric":{"__name__":"x","series":"${series}"},"values":[${values}]}`;
    write(piece);
    written += piece.length;
  }
  write(']}}');
}
