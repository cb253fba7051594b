import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, it } from 'vitest';

export type RunningPrometheus = {
  readonly url: string;
  readonly port: number;
  readonly dir: string;
  close(): Promise<void>;
};

/**
 * A suite that needs programs on PATH, and perhaps more. Without them it is skipped and the reason is its name; where they are required
 * (PROM_TUTOR_REQUIRE_REAL=1, as in CI) their absence is a failure.
 */
export function realSuite(
  name: string,
  programs: readonly string[],
  suite: () => void,
  /** Asked when the programs are there: what else is in the way. */
  obstacle: () => string | undefined = () => undefined,
  /** A suite that has to be asked for: how. Where it was not, it is left out, required or not. */
  unasked?: string,
): void {
  if (unasked !== undefined) {
    it.skip(`left out, ${name}: ${unasked}`, () => undefined);
    return;
  }
  const missing = programs.filter((program) => !isOnPath(program));
  const inTheWay = missing.length > 0 ? `not on PATH: ${missing.join(', ')}` : obstacle();
  if (inTheWay === undefined) {
    describe(name, suite);
    return;
  }
  const reason = `${name}: ${inTheWay}`;
  if (process.env.PROM_TUTOR_REQUIRE_REAL === '1') {
    it(reason, () => {
      throw new Error(`${reason} (and PROM_TUTOR_REQUIRE_REAL is set)`);
    });
  } else {
    it.skip(`skipped, ${reason}`, () => undefined);
  }
}

function isOnPath(program: string): boolean {
  const extensions = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.some((folder) => extensions.some((extension) => existsSync(join(folder, `${program}${extension}`))));
}

/**
 * A real Prometheus on a free loopback port with a data folder of its own. `openMetrics` is loaded through promtool before
 * the start; `config` is added to a configuration that scrapes nothing.
 */
export async function startPrometheus(
  options: {
    readonly openMetrics?: string;
    readonly config?: string;
    readonly flags?: readonly string[];
    /** Other files beside the configuration, by name. */
    readonly files?: Readonly<Record<string, string>>;
  } = {},
): Promise<RunningPrometheus> {
  const dir = mkdtempSync(join(tmpdir(), 'prom-tutor-prometheus-'));
  writeFileSync(join(dir, 'prometheus.yml'), options.config ?? 'global:\n  scrape_interval: 15s\n');
  for (const [name, text] of Object.entries(options.files ?? {})) writeFileSync(join(dir, name), text);
  if (options.openMetrics !== undefined) {
    writeFileSync(join(dir, 'history.om'), options.openMetrics);
    const made = spawnSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', 'history.om', 'data'], {
      cwd: dir,
    });
    if (made.status !== 0) throw new Error(`promtool refused the samples: ${made.stderr.toString()}`);
  }
  const port = await freePort();
  const child = spawn(
    'prometheus',
    [
      '--config.file=prometheus.yml',
      '--storage.tsdb.path=data',
      '--storage.tsdb.retention.time=10y',
      `--web.listen-address=127.0.0.1:${port}`,
      ...(options.flags ?? []),
    ],
    { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url, child);
  return { url, port, dir, close: () => end(child, dir) };
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  let log = '';
  child.stderr?.on('data', (piece: Buffer) => {
    log = (log + piece.toString()).slice(-4000);
  });
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) throw new Error(`prometheus ended: ${log}`);
    const ready = await fetch(`${url}/-/ready`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill('SIGKILL');
  throw new Error(`prometheus does not get ready: ${log}`);
}

async function end(child: ChildProcess, dir: string): Promise<void> {
  if (child.exitCode === null) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }
  rmSync(dir, { recursive: true, force: true });
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
