import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '../lib/paths.ts';
import { type ProcessRow, processRow, processRows } from './process-table.ts';
import type { ProcessRecord } from './state.ts';
import type { System } from './world.ts';

/** What to run in the background. Its output is appended to `logFile`. */
export type BackgroundProgram = {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly logFile: string;
};

/**
 * Starts a process that outlives us. It gets its own session and none of our descriptors, so that a reader of our
 * output (`start | cat`) is not kept waiting and a closed terminal does not end it. Rejects when it cannot be started.
 */
export async function spawnInBackground(system: System, program: BackgroundProgram): Promise<ProcessRecord> {
  await makeFolder(dirname(program.logFile));
  const log = await open(program.logFile, 'a', 0o600);
  try {
    const options: SpawnOptions = {
      cwd: program.cwd,
      env: { ...program.env },
      detached: true,
      windowsHide: true,
      stdio: ['ignore', log.fd, log.fd],
    };
    const child = spawn(program.file, [...program.args], options);
    await once(child, 'spawn');
    child.unref();
    // Without a listener an `error` of an already running child (a failed signal) would be thrown.
    child.on('error', () => undefined);
    const pid = child.pid;
    if (pid === undefined) throw new Error(`${program.file} was started without a pid`);
    const row = await processRow(system, pid);
    return { name: program.name, pid, startedAt: row?.startedAt ?? '' };
  } finally {
    await log.close();
  }
}

/** Whether the process that was recorded still runs: same pid and same start time, so a reused pid is not it. */
export async function isRunning(system: System, record: ProcessRecord): Promise<boolean> {
  const row = await processRow(system, record.pid);
  return row !== undefined && isSame(row, record);
}

/** Whether a process of that pid is the one that was recorded, as far as the system tells when it started. */
export function isSame(row: ProcessRow, record: ProcessRecord): boolean {
  return record.startedAt === '' || row.startedAt === '' || row.startedAt === record.startedAt;
}

/** Asks all to end, waits, then ends what is left by force. Gives the names of those that would not go. */
export async function stopProcesses(
  system: System,
  records: readonly ProcessRecord[],
  graceMs: number,
): Promise<readonly string[]> {
  let left = await running(system, records);
  for (const [signal, patienceMs] of [
    ['SIGTERM', graceMs],
    ['SIGKILL', 2_000],
  ] as const) {
    for (const record of left) signalQuietly(system, record.pid, signal);
    const giveUpAt = system.now() + patienceMs;
    while (left.length > 0 && system.now() < giveUpAt) {
      await system.sleep(40);
      left = await running(system, left);
    }
  }
  return left.map(({ name }) => name);
}

/** Processes whose command line `matches` accepts: to find ours after the record of them was lost. */
export async function findProcesses(
  system: System,
  matches: (args: readonly string[]) => boolean,
): Promise<readonly ProcessRow[]> {
  return (await processRows(system)).filter((row) => row.pid !== system.pid && matches(row.args));
}

async function running(system: System, records: readonly ProcessRecord[]): Promise<readonly ProcessRecord[]> {
  const alive = await Promise.all(records.map((record) => isRunning(system, record)));
  return records.filter((_, index) => alive[index]);
}

/** It may end between our look and our signal. */
function signalQuietly(system: System, pid: number, signal: NodeJS.Signals): void {
  try {
    system.kill(pid, signal);
  } catch {
    // Gone, or not ours to signal: the next look tells.
  }
}
