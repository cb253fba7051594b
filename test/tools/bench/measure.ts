import { readFileSync } from 'node:fs';

/** The middle one of several figures. */
export function middle(figures: readonly number[]): number {
  return [...figures].sort((a, b) => a - b)[figures.length >> 1] ?? Number.NaN;
}

export function geometricMean(figures: readonly number[]): number {
  return Math.exp(figures.reduce((sum, figure) => sum + Math.log(figure), 0) / figures.length);
}

/** How long some work takes, in milliseconds. */
export async function timed(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

export async function medianOf(runs: number, work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) times.push(await timed(work));
  return middle(times);
}

/** Several works in turn, round after round, so that what else the machine does meets all of them; the median of each. */
export async function interleaved(
  works: readonly (() => Promise<unknown>)[],
  { rounds, enoughMs }: { readonly rounds: number; readonly enoughMs: number },
): Promise<readonly number[]> {
  for (const work of works) await work();
  const times = works.map((): number[] => []);
  const began = performance.now();
  for (let round = 0; round < rounds || (round < 10 * rounds && performance.now() - began < enoughMs); round++) {
    for (const [i, work] of works.entries()) times[i]?.push(await timed(work));
  }
  return times.map(middle);
}

export type Memory = { readonly now: number; readonly peak: number };

/** Resident memory of a process in bytes, now and at its largest; undefined where the system does not tell (not Linux). */
export function memoryOf(pid: number | undefined): Memory | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024;
    return { now: field('VmRSS'), peak: field('VmHWM') };
  } catch {
    return undefined;
  }
}
