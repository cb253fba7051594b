import { readdir, readFile } from 'node:fs/promises';
import { execa } from 'execa';
import type { System } from './world.ts';

/** A process as the system tells it. `startedAt` and `args` are empty where the system does not tell. */
export type ProcessRow = {
  readonly pid: number;
  /** An opaque text that is different for the next process that gets this pid. */
  readonly startedAt: string;
  /** The words of its command line; one single word where the system only has a line. */
  readonly args: readonly string[];
};

/** The process with this pid, or undefined when there is none (one that has ended and waits for its parent counts as none). */
export async function processRow(system: System, pid: number): Promise<ProcessRow | undefined> {
  if (system.platform === 'linux') return linuxRow(pid);
  if (!isThere(system, pid)) return undefined;
  const rows = system.platform === 'win32' ? await windowsRows(system, pid) : await posixRows(system, pid);
  return rows.find((row) => row.pid === pid) ?? { pid, startedAt: '', args: [] };
}

/** All processes; those of other users without their words where the system keeps them to itself. */
export async function processRows(system: System): Promise<readonly ProcessRow[]> {
  if (system.platform === 'win32') return windowsRows(system);
  if (system.platform !== 'linux') return posixRows(system);
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const rows = await Promise.all(names.map((name) => linuxRow(Number(name))));
  return rows.filter((row) => row !== undefined);
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: field 2 may hold spaces and brackets; 3 is the state, 22 the start. */
async function linuxRow(pid: number): Promise<ProcessRow | undefined> {
  const [stat, line] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined),
    readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
  ]);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return { pid, startedAt: fields[19] ?? '', args: line.split('\0').slice(0, -1) };
}

async function posixRows(system: System, pid?: number): Promise<readonly ProcessRow[]> {
  const which = pid === undefined ? ['-ax'] : ['-p', String(pid)];
  const args = [...which, '-ww', '-o', 'pid=,stat=,lstart=,command='];
  const { stdout } = await execa('ps', args, { reject: false, timeout: 5_000, env: { ...system.env, LC_ALL: 'C' } });
  return rowsOfPs(stdout ?? '');
}

/** Lines such as `  42 Ss   Mon Jan  5 10:00:00 2026     /usr/bin/node app.mjs serve`; zombies are left out. */
export function rowsOfPs(text: string): readonly ProcessRow[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/.exec(line);
    if (match === null || match[2]?.startsWith('Z')) return [];
    return [{ pid: Number(match[1]), startedAt: (match[3] ?? '').replace(/\s+/g, ' '), args: [match[4] ?? ''] }];
  });
}

async function windowsRows(system: System, pid?: number): Promise<readonly ProcessRow[]> {
  const filter = pid === undefined ? '' : ` -Filter "ProcessId=${pid}"`;
  const script =
    `Get-CimInstance Win32_Process${filter} | ForEach-Object { ` +
    `"$($_.ProcessId)\`t$(if ($_.CreationDate) { $_.CreationDate.ToFileTimeUtc() })\`t$($_.CommandLine)" }`;
  const args = ['-NoProfile', '-NonInteractive', '-Command', script];
  const { stdout } = await execa('powershell', args, { reject: false, timeout: 15_000, env: { ...system.env } });
  return rowsOfPowershell(stdout ?? '');
}

/** Lines of pid, file time and command line, with tabs between. */
export function rowsOfPowershell(text: string): readonly ProcessRow[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [pid, startedAt = '', ...command] = line.split('\t');
    return /^\d+$/.test(pid ?? '') ? [{ pid: Number(pid), startedAt, args: [command.join('\t')] }] : [];
  });
}

function isThere(system: System, pid: number): boolean {
  try {
    system.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
