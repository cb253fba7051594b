import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { execa } from 'execa';
import type { System } from './world.ts';

/** Who listens on a port, as far as the system lets us see. */
export type PortHolder =
  | { readonly kind: 'container'; readonly name: string }
  | { readonly kind: 'process'; readonly pid: number; readonly command: string }
  /** Another part of our own stack. */
  | { readonly kind: 'ours'; readonly name: string }
  /** Nobody: this account may not listen (ports below 1024 on many systems). */
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'unknown' };

/** Finds the holder of a TCP port. `published`: ports to the names of the containers that publish them. */
export async function portHolder(
  system: System,
  port: number,
  published: ReadonlyMap<number, string>,
): Promise<PortHolder> {
  const container = published.get(port);
  if (container !== undefined) return { kind: 'container', name: container };
  const found = await FINDERS[finderOf(system.platform)](system, port).catch(() => undefined);
  return found ?? { kind: 'unknown' };
}

/** As the end of "port 9090 cannot be used: …": a clause. */
export function describeHolder(holder: PortHolder): string {
  switch (holder.kind) {
    case 'container':
      return `container ${holder.name} listens`;
    case 'process':
      return `${holder.command} (process ${holder.pid}) listens`;
    case 'ours':
      return `${holder.name} of this same stack listens`;
    case 'forbidden':
      return 'this account may not listen';
    case 'unknown':
      return 'another program listens (which one, the system does not tell)';
  }
}

type Finder = (system: System, port: number) => Promise<PortHolder | undefined>;

function finderOf(platform: NodeJS.Platform): keyof typeof FINDERS {
  return platform === 'linux' || platform === 'win32' ? platform : 'posix';
}

const FINDERS = {
  linux: async (_system, port) => {
    const inodes = await listeningInodes(port);
    if (inodes.size === 0) return undefined;
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      if (!(await holdsSocket(pid, inodes))) continue;
      return { kind: 'process', pid: Number(pid), command: await linuxCommand(pid) };
    }
    return undefined;
  },
  posix: async (system, port) => {
    const args = ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'];
    const { stdout } = await execa('lsof', args, { reject: false, timeout: 3_000, env: { ...system.env } });
    return holderOfLsof(stdout ?? '');
  },
  win32: async (system, port) => {
    const script =
      `$c = Get-NetTCPConnection -State Listen -LocalPort ${port} | Select-Object -First 1; ` +
      `if ($c) { "$($c.OwningProcess)\`t$((Get-Process -Id $c.OwningProcess).ProcessName)" }`;
    const args = ['-NoProfile', '-NonInteractive', '-Command', script];
    const { stdout } = await execa('powershell', args, { reject: false, timeout: 10_000, env: { ...system.env } });
    const match = /^(\d+)\t(.+)$/m.exec(stdout ?? '');
    return match === null ? undefined : { kind: 'process', pid: Number(match[1]), command: match[2]?.trim() ?? '' };
  },
} as const satisfies Readonly<Record<string, Finder>>;

/** `lsof -F` writes one field a line: p and the pid, then c and the command. */
export function holderOfLsof(text: string): PortHolder | undefined {
  const pid = /^p(\d+)$/m.exec(text)?.[1];
  const command = /^c(.+)$/m.exec(text)?.[1];
  return pid === undefined ? undefined : { kind: 'process', pid: Number(pid), command: command ?? 'a program' };
}

/** https://docs.kernel.org/networking/proc_net_tcp.html: the local address ends in the port in hexadecimal, 0A is LISTEN. */
export function inodesOfProcNet(text: string, port: number): readonly string[] {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return text.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    return fields[1]?.endsWith(wanted) && fields[3] === '0A' && fields[9] !== undefined ? [fields[9]] : [];
  });
}

async function listeningInodes(port: number): Promise<ReadonlySet<string>> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  return new Set(tables.flatMap((text) => inodesOfProcNet(text, port)));
}

/** Only the descriptors of our own user's processes can be read; the others count as not holding it. */
async function holdsSocket(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const links = await Promise.all(descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
  return links.some((link) => link.startsWith('socket:[') && inodes.has(link.slice(8, -1)));
}

async function linuxCommand(pid: string): Promise<string> {
  const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
  const name = basename(words[0] ?? '') || (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim();
  return name || 'a program';
}
