import { readdir, rm } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Removed, StopOptions } from './backend.ts';
import { BackendUnavailable } from './backend-unavailable.ts';
import { findProcesses, isRunning, stopProcesses } from './processes.ts';
import { PARTS } from './stack-folder.ts';
import type { ProcessRecord, StackState } from './state.ts';
import type { World } from './world.ts';

/** Time the processes get to end by themselves; Prometheus closes its files in it. */
const GRACE_MS = 5_000;

/** Ends every process of ours, known or lost, and removes their folders but the one to keep. */
export async function stopBinary(
  world: World,
  state: StackState | undefined,
  { keepId }: Pick<StopOptions, 'keepId'>,
): Promise<Removed> {
  const recorded = state?.processes ?? [];
  const alive = await Promise.all(recorded.map((record) => isRunning(world, record)));
  const all = [...recorded.filter((_, index) => alive[index]), ...(await lostProcesses(world, recorded))];
  await end(world, all);
  const folders = await foldersOf(world);
  for (const id of folders) if (id !== keepId) await rm(join(binaryRoot(world), id), { recursive: true, force: true });
  if (keepId === undefined) await rm(binaryRoot(world), { recursive: true, force: true });
  const counts = [
    [all.length, 'process', 'processes'],
    [folders.filter((id) => id !== keepId).length, 'data folder', 'data folders'],
  ] as const;
  return counts.filter(([n]) => n > 0).map(([n, one, many]) => `${n} ${n === 1 ? one : many}`);
}

/** Ends processes of ours that the records do not know; they would hold the ports of those that replace them. */
export async function endLostProcesses(world: World, known: readonly ProcessRecord[]): Promise<void> {
  await end(world, await lostProcesses(world, known));
}

async function lostProcesses(world: World, known: readonly ProcessRecord[]): Promise<readonly ProcessRecord[]> {
  const found = await findProcesses(world, (args) => isOurs(binaryRoot(world), args));
  return found
    .filter(({ pid }) => !known.some((record) => record.pid === pid))
    .map(({ pid, startedAt }) => ({ name: `process ${pid}`, pid, startedAt }));
}

async function end(world: World, records: readonly ProcessRecord[]): Promise<void> {
  const stubborn = await stopProcesses(world, records, GRACE_MS);
  if (stubborn.length > 0) throw new BackendUnavailable(`${stubborn.join(', ')} cannot be stopped`);
}

/** The folder under which every stack of this backend has its own. */
export function binaryRoot(world: World): string {
  return join(world.stateDir, 'binary');
}

async function foldersOf(world: World): Promise<readonly string[]> {
  return (await readdir(binaryRoot(world)).catch(() => [])).filter((name) => /^[0-9a-f]{16}$/.test(name));
}

/** Our own programs, by files in our folder that nobody else would start: the service, Prometheus, and promtool on the history. */
export function isOurs(rootDir: string, args: readonly string[]): boolean {
  const [, second = '', third = ''] = args;
  const inside = `${rootDir}${sep}`;
  if (args.length > 1) {
    if (second.startsWith(inside) && second.endsWith(`${sep}${PARTS.app}`)) return /^(serve|load|history)$/.test(third);
    if (args.some((word) => word.startsWith(`--config.file=${inside}`))) return true;
    return third === 'create-blocks-from' && args.some((word) => word.startsWith(inside));
  }
  // Where the system gives one line, spaces in paths are lost in it; the ends of our commands still tell.
  const line = args[0] ?? '';
  if (!line.includes(inside)) return false;
  return (
    /app\.mjs"? (serve|load|history)$/.test(line) ||
    line.includes(`--config.file=${inside}`) ||
    /create-blocks-from/.test(line)
  );
}
