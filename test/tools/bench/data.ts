import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { history } from '../../../src/app/history.ts';
import { seededRandom } from '../../../src/app/random.ts';
import { type MetricFamily, type SampleColumns, writeOpenMetrics } from '../../../src/exposition/write.ts';

/** The end of all samples; a whole hour, so that every run and every machine has the same blocks. Seconds since 1970. */
export const END = Date.UTC(2026, 0, 15, 12) / 1000;

const INTERVAL = 15;

export type DataFile = {
  readonly path: string;
  readonly bytes: number;
  readonly series: number;
  readonly samples: number;
  remove(): void;
};

/** What the queries are asked of: three hours of the demo service, and two hours of 3,000 series more. */
export function queryData(): DataFile {
  const demo = history({ t0Ms: END * 1000, seed: 1, historyMs: 3 * 3_600_000 });
  return writeData([...demo, ...thousands(2 * 3600)]);
}

/** About 100 MB of text: the same 3,000 series for two hours, without the demo. */
export function ingestData(): DataFile {
  return writeData(thousands(2 * 3600));
}

/** Two samples of each of half a million series, as an exporter has them that puts ids into labels. */
export function manySeriesData(series: number): DataFile {
  const timesMs = Float64Array.of((END - INTERVAL) * 1000, END * 1000);
  const random = seededRandom('many');
  const made = Array.from({ length: series }, (_, n): SampleColumns => {
    const value = random();
    const labels = { instance: `host-${n % 100}:9100`, job: 'bench', id: `request-${n}` };
    return { name: 'bench_distinct', labels, timesMs, values: Float64Array.of(value, value + 1) };
  });
  return writeData([{ name: 'bench_distinct', type: 'gauge', help: 'A series per request.', series: made }]);
}

/** One counter with 10,000 series over 90 minutes; `tier` tells the first 10, 100, 1,000 and 10,000 of them apart. */
export function scaleData(): DataFile {
  const timesMs = grid(90 * 60, 30);
  const series = Array.from({ length: 10_000 }, (_, n): SampleColumns => {
    const tier = n < 10 ? '10' : n < 100 ? '100' : n < 1000 ? '1000' : '10000';
    const labels = { n: String(n), tier, group: `g${n % 10}` };
    return { name: 'scale_requests_total', labels, timesMs, values: counter(`scale ${n}`, timesMs.length) };
  });
  return writeData([{ name: 'scale_requests', type: 'counter', help: 'Requests.', series }]);
}

/** Writes families to a file in a folder of its own, piece by piece. */
function writeData(families: readonly MetricFamily[]): DataFile {
  const dir = mkdtempSync(join(tmpdir(), 'prom-tutor-bench-'));
  const path = join(dir, 'samples.om');
  const file = openSync(path, 'w');
  for (const piece of writeOpenMetrics(families)) writeSync(file, piece);
  closeSync(file);
  const all = families.flatMap(({ series }) => series);
  const samples = all.reduce((sum, { values }) => sum + values.length, 0);
  const remove = () => rmSync(dir, { recursive: true, force: true });
  return { path, bytes: statSync(path).size, series: all.length, samples, remove };
}

/**
 * 1,000 counters of whole numbers, 1,000 gauges of fractions, and 100 histograms of ten buckets. `hundred` takes 100 of
 * each 1,000, `n` one.
 */
function thousands(seconds: number): readonly MetricFamily[] {
  const timesMs = grid(seconds, INTERVAL);
  const length = timesMs.length;
  const labels = (n: number) => ({
    n: String(n),
    hundred: `h${Math.floor(n / 100)}`,
    group: `g${n % 10}`,
    half: n % 2 === 0 ? 'even' : 'odd',
  });
  const series = (name: string, make: (key: string, length: number) => Float64Array): readonly SampleColumns[] =>
    Array.from({ length: 1000 }, (_, n) => ({
      name,
      labels: labels(n),
      timesMs,
      values: make(`${name} ${n}`, length),
    }));
  return [
    { name: 'bench_requests', type: 'counter', help: 'Counters.', series: series('bench_requests_total', counter) },
    { name: 'bench_level', type: 'gauge', help: 'Gauges.', series: series('bench_level', walk) },
    { name: 'bench_seconds', type: 'histogram', help: 'Histograms.', series: histograms(timesMs) },
    { name: 'bench_info', type: 'gauge', help: 'What joins ask for.', series: infos(timesMs) },
  ];
}

const BOUNDS = ['0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1.0', '2.5', '5.0', '+Inf'];

function histograms(timesMs: Float64Array): readonly SampleColumns[] {
  const all: SampleColumns[] = [];
  for (let n = 0; n < 100; n++) {
    let below = new Float64Array(timesMs.length);
    for (const le of BOUNDS) {
      const own = counter(`bucket ${n} ${le}`, timesMs.length);
      const values = below.map((count, i) => count + (own[i] ?? 0));
      all.push({
        name: 'bench_seconds_bucket',
        labels: { n: String(n), ten: `t${Math.floor(n / 10)}`, le },
        timesMs,
        values,
      });
      below = values;
    }
  }
  return all;
}

function infos(timesMs: Float64Array): readonly SampleColumns[] {
  const values = new Float64Array(timesMs.length).fill(1);
  return Array.from({ length: 10 }, (_, i) => {
    return { name: 'bench_info', labels: { group: `g${i}`, team: `team-${i % 3}` }, timesMs, values };
  });
}

function grid(seconds: number, interval: number): Float64Array {
  const length = seconds / interval + 1;
  return Float64Array.from({ length }, (_, i) => (END - seconds + i * interval) * 1000);
}

function counter(key: string, length: number): Float64Array {
  const random = seededRandom(key);
  let value = Math.floor(random() * 100_000);
  const most = 1 + random() * 200;
  return new Float64Array(length).map(() => {
    value += Math.floor(random() * most);
    return value;
  });
}

function walk(key: string, length: number): Float64Array {
  const random = seededRandom(key);
  let value = random() * 100;
  return new Float64Array(length).map(() => {
    value += random() - 0.5;
    return value;
  });
}
