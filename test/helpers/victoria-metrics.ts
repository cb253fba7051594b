import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MetricFamily, seriesText } from '../../src/exposition/write.ts';
import { freePort } from './prometheus.ts';

export type RunningVictoriaMetrics = { readonly url: string; close(): Promise<void> };

/**
 * A real VictoriaMetrics on a free loopback port with a data folder of its own and these samples in it, as they come through
 * its import of the text format. Everything else is as it is by default; samples of any age are kept.
 */
export async function startVictoriaMetrics(families: readonly MetricFamily[]): Promise<RunningVictoriaMetrics> {
  const dir = mkdtempSync(join(tmpdir(), 'prom-tutor-victoria-metrics-'));
  const port = await freePort();
  const child = spawn(
    'victoria-metrics',
    [
      `-storageDataPath=${join(dir, 'data')}`,
      `-httpListenAddr=127.0.0.1:${port}`,
      '-retentionPeriod=100y',
      '-memory.allowedBytes=256MB',
    ],
    { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const url = `http://127.0.0.1:${port}`;
  try {
    await untilHealthy(url, child);
    for (const text of importText(families)) await post(`${url}/api/v1/import/prometheus`, text);
    // What was imported is searchable at once, instead of within a few seconds.
    await post(`${url}/internal/force_flush`, '');
  } catch (error) {
    await end(child, dir);
    throw error;
  }
  return { url, close: () => end(child, dir) };
}

/** The text format with its timestamps, which are milliseconds there; one piece for each family. */
function* importText(families: readonly MetricFamily[]): Generator<string> {
  for (const { series } of families) {
    yield series
      .flatMap(({ name, labels, timesMs, values }) => {
        const lead = seriesText(name, labels);
        return Array.from(timesMs, (ms, index) => `${lead} ${valueText(values[index])} ${ms}\n`);
      })
      .join('');
  }
}

function valueText(value = Number.NaN): string {
  return Number.isFinite(value) || Number.isNaN(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
}

async function post(url: string, body: string): Promise<void> {
  const response = await fetch(url, { method: 'POST', body });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
}

async function untilHealthy(url: string, child: ChildProcess): Promise<void> {
  let log = '';
  child.stderr?.on('data', (piece: Buffer) => {
    log = (log + piece.toString()).slice(-4000);
  });
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) throw new Error(`victoria-metrics ended: ${log}`);
    const healthy = await fetch(`${url}/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (healthy) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`victoria-metrics does not get ready: ${log}`);
}

async function end(child: ChildProcess, dir: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }
  rmSync(dir, { recursive: true, force: true });
}
