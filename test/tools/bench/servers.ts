import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../helpers/prometheus.ts';
import { type BenchClient, connect, seriesIn } from './client.ts';
import { type Memory, memoryOf, processorTimeOf, type Work } from './measure.ts';

/** A server with samples from a file in it, in a process of its own. */
export type BenchServer = {
  readonly url: string;
  /** From the file to the first moment it can be asked, in milliseconds; for Prometheus what promtool takes. */
  readonly loadMs: number;
  /** The largest the loading process was, in bytes. */
  readonly loadPeak: number | undefined;
  memory(): Memory | undefined;
  /** Processor time used so far, in milliseconds. */
  processorMs(): number | undefined;
  close(): Promise<void>;
};

/** `prom-tutor serve --data FILE`, as a user starts it. */
export async function startOurs(bin: string, file: string): Promise<BenchServer> {
  const began = performance.now();
  const child = spawn(process.execPath, [bin, 'serve', '--data', file, '--listen', '127.0.0.1:0', '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    let complaints = '';
    child.stderr?.on('data', (piece: Buffer) => {
      complaints += piece.toString();
    });
    child.stdout?.on('data', (piece: Buffer) => {
      said += piece.toString();
      if (said.includes('\n')) resolve((JSON.parse(said) as { url: string }).url);
    });
    child.once('exit', () => reject(new Error(`prom-tutor serve ended: ${complaints}`)));
  });
  const loadMs = performance.now() - began;
  const memory = () => memoryOf(child.pid);
  return {
    url,
    loadMs,
    loadPeak: memory()?.peak,
    memory,
    processorMs: () => processorTimeOf(child.pid),
    close: () => end(child),
  };
}

/** True when the real Prometheus and its tool are on PATH. */
export function hasPrometheus(): boolean {
  return ['prometheus', 'promtool'].every((program) => spawnSync(program, ['--version']).error === undefined);
}

/** Blocks made by promtool, and Prometheus over them. */
export async function startTheirs(file: string): Promise<BenchServer> {
  const dir = mkdtempSync(join(tmpdir(), 'prom-tutor-bench-'));
  const { loadMs, loadPeak } = await runPromtool(file, join(dir, 'data'));
  const url = `http://127.0.0.1:${await freePort()}`;
  const args = [
    `--config.file=/dev/null`,
    `--storage.tsdb.path=${join(dir, 'data')}`,
    '--storage.tsdb.retention.time=10y',
    `--web.listen-address=${url.slice('http://'.length)}`,
  ];
  const child = spawn('prometheus', args, { stdio: 'ignore' });
  while (
    !(await fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null) throw new Error('prometheus ended before it was ready');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const close = async () => {
    await end(child);
    rmSync(dir, { recursive: true, force: true });
  };
  const { pid } = child;
  return { url, loadMs, loadPeak, memory: () => memoryOf(pid), processorMs: () => processorTimeOf(pid), close };
}

/** What `promtool tsdb create-blocks-from openmetrics` takes. Throws when it refuses the file. */
export async function runPromtool(
  file: string,
  dataDir: string,
): Promise<{ readonly loadMs: number; readonly loadPeak: number | undefined }> {
  const began = performance.now();
  const child = spawn('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', file, dataDir], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  child.stderr?.on('data', (piece: Buffer) => {
    complaints += piece.toString();
  });
  let loadPeak: number | undefined;
  const watch = setInterval(() => {
    loadPeak = memoryOf(child.pid)?.peak || loadPeak;
  }, 20);
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  clearInterval(watch);
  if (code !== 0 || readdirSync(dataDir).length === 0) throw new Error(`promtool refused ${file}: ${complaints}`);
  return { loadMs: performance.now() - began, loadPeak };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

/** A connection to a server, ready to be measured. */
export type Asker = { readonly client: BenchClient; readonly server: BenchServer };

export function askersOf(servers: readonly (BenchServer | undefined)[]): readonly Asker[] {
  return servers.flatMap((server) => (server === undefined ? [] : [{ client: connect(server.url), server }]));
}

export function askingFor(path: string): (asker: Asker) => Work {
  return ({ client, server }) => ({ run: () => client.get(path), processorMs: () => server.processorMs() });
}

/** Just-in-time compilers and caches get what they need before anything is measured, on both sides. */
export async function warmUp(askers: readonly Asker[], paths: readonly string[]): Promise<void> {
  for (let round = 0; round < WARM_UP_ROUNDS; round++) {
    for (const path of paths) for (const { client } of askers) seriesIn(await client.get(path));
  }
}

const WARM_UP_ROUNDS = 100;
