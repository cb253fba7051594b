import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DataFile, ingestData, manySeriesData } from './data.ts';
import { middle } from './measure.ts';
import type { BenchOptions } from './options.ts';
import { amount, megabytes, type Table } from './report.ts';
import { hasPrometheus, runPromtool, startOurs } from './servers.ts';

/** Reading a dump: ours until the API answers, theirs until promtool has made its blocks. */
export async function benchIngest(options: BenchOptions): Promise<readonly Table[]> {
  const kinds: readonly (readonly [string, () => DataFile])[] = [
    ['3,000 series of 480 samples', ingestData],
    ['500,000 series of 2 samples', () => manySeriesData(500_000)],
    ['1,000,000 series of 2 samples', () => manySeriesData(1_000_000)],
  ];
  const rows: string[][] = [];
  for (const [name, make] of kinds) {
    const data = make();
    options.progress(name);
    try {
      const ours = await several(options.runs, () => loadOurs(options.bin, data));
      const theirs = hasPrometheus() ? await several(options.runs, () => loadTheirs(data)) : undefined;
      rows.push([name, megabytes(data.bytes), ...figures(data, ours), ...figures(data, theirs)]);
    } finally {
      data.remove();
    }
  }
  const columns = ['dump', 'MB', 'ours s', 'samples/s', 'MB at most', 'promtool s', 'samples/s', 'MB at most'];
  return [{ title: 'Reading a dump', columns, rows }];
}

type Load = { readonly loadMs: number; readonly loadPeak: number | undefined };

async function several(runs: number, load: () => Promise<Load>): Promise<Load> {
  const loads: Load[] = [];
  for (let run = 0; run < Math.min(runs, 3); run++) loads.push(await load());
  const peaks = loads.flatMap(({ loadPeak }) => loadPeak ?? []);
  return {
    loadMs: middle(loads.map(({ loadMs }) => loadMs)),
    loadPeak: peaks.length === 0 ? undefined : Math.max(...peaks),
  };
}

async function loadOurs(bin: string, data: DataFile): Promise<Load> {
  const server = await startOurs(bin, data.path);
  await server.close();
  return server;
}

async function loadTheirs(data: DataFile): Promise<Load> {
  const dir = mkdtempSync(join(tmpdir(), 'prom-tutor-bench-'));
  try {
    return await runPromtool(data.path, join(dir, 'data'));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function figures({ samples }: DataFile, load: Load | undefined): readonly string[] {
  if (load === undefined) return ['–', '–', '–'];
  const seconds = load.loadMs / 1000;
  return [seconds.toFixed(1), amount(samples / seconds), megabytes(load.loadPeak)];
}
