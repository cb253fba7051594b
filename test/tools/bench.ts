import { cpus, loadavg } from 'node:os';
import { benchIngest } from './bench/ingest.ts';
import { benchKeystroke } from './bench/keystroke.ts';
import { benchLatency } from './bench/latency.ts';
import { benchLoad } from './bench/load.ts';
import { benchMemory } from './bench/memory.ts';
import { type BenchOptions, type Part, readOptions } from './bench/options.ts';
import { benchQueries } from './bench/query.ts';
import { render, type Table } from './bench/report.ts';
import { benchScale } from './bench/scale.ts';
import { benchStart } from './bench/start.ts';

/**
 * How long things take, beside a real Prometheus where one is on PATH. Nothing here passes or fails.
 * `npm run bench -- [start] [query] [scale] [ingest] [latency] [load] [memory] [keystroke] [RUNS] [--markdown] [--only PATTERN]`; all parts by default.
 */
const PARTS: Readonly<Record<Part, (options: BenchOptions) => Promise<readonly Table[]>>> = {
  start: benchStart,
  query: benchQueries,
  scale: benchScale,
  ingest: benchIngest,
  latency: benchLatency,
  keystroke: benchKeystroke,
  load: benchLoad,
  memory: benchMemory,
};

const options = readOptions(process.argv.slice(2), (line) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
  else if (line !== '') process.stderr.write(`${line}\n`);
});
const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, load ${loadavg()[0]?.toFixed(1)}, Node ${process.versions.node}`;
console.log(`${new Date().toISOString().slice(0, 10)}, ${machine}, at least ${options.runs} runs of everything`);
for (const part of options.parts) {
  for (const table of await PARTS[part](options)) console.log(render(table, options.form));
  options.progress('');
}
