import { OFFSET } from './layout.ts';
import { hashUnit } from './random.ts';

/**
 * Fills in the process metrics of a row as a small Node process would show them: processor time grows with the requests,
 * memory warms up and breathes with the garbage collector. The same numbers for the same instant.
 */
export function setVitals(row: Float64Array, startMs: number, nowMs: number): void {
  const uptime = (nowMs - startMs) / 1000;
  const requests = sum(row, OFFSET.requests, OFFSET.errors);
  const active = sum(row, OFFSET.active, OFFSET.duration);
  const noise = hashUnit(Math.floor(nowMs));
  row[OFFSET.cpu] = cpuSeconds(uptime, requests);
  row[OFFSET.start] = startMs / 1000;
  row[OFFSET.resident] = page(66e6 + 14e6 * (1 - Math.exp(-uptime / 1500)) + active * 45e3 + noise * 1.5e6);
  row[OFFSET.heap] = Math.round(13e6 + ((uptime * 52_000 + requests * 900) % 7.5e6) + active * 20e3);
  row[OFFSET.lag] = Number((0.0006 + 0.004 * noise ** 3).toFixed(6));
}

/** Processor time of a process that has been up for `uptime` seconds and has handled so many requests. */
export function cpuSeconds(uptime: number, requests: number): number {
  return Number((0.31 + uptime * 0.0011 + requests * 0.0023).toFixed(6));
}

function sum(row: Float64Array, from: number, to: number): number {
  let total = 0;
  for (let i = from; i < to; i++) total += row[i] as number;
  return total;
}

function page(bytes: number): number {
  return Math.round(bytes / 4096) * 4096;
}
