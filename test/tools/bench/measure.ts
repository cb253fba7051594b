import { readdirSync, readFileSync } from 'node:fs';

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

/** How long one asking took, and the processor time of the server for it; in milliseconds. */
export type Taken = { readonly ms: number; readonly processorMs: number | undefined };

/** Something to do again and again, and a way to tell how much processor time that has used so far. */
export type Work = { run(): Promise<unknown>; processorMs(): number | undefined };

/**
 * Several works in turn, round after round, so that what else the machine does meets all of them: the median of the times
 * of each, and the mean of its processor time, garbage collection included.
 */
export async function interleaved(
  works: readonly Work[],
  { rounds, enoughMs }: { readonly rounds: number; readonly enoughMs: number },
): Promise<readonly Taken[]> {
  for (const { run } of works) await run();
  const times = works.map((): number[] => []);
  const before = works.map((work) => work.processorMs());
  const began = performance.now();
  for (let round = 0; round < rounds || (round < 100 * rounds && performance.now() - began < enoughMs); round++) {
    for (const [i, { run }] of works.entries()) times[i]?.push(await timed(run));
  }
  return works.map((work, i) => {
    const [from, to] = [before[i], work.processorMs()];
    const taken = times[i] ?? [];
    const processorMs = from === undefined || to === undefined ? undefined : (to - from) / taken.length;
    return { ms: middle(taken), processorMs };
  });
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

/** Processor time a process has used so far in milliseconds, all its threads; undefined where the system does not tell. */
export function processorTimeOf(pid: number | undefined): number | undefined {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const nanoseconds = threads.map((thread) =>
      Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
    );
    return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e6;
  } catch {
    return undefined;
  }
}
