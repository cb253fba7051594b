/** What a process can say about itself. */
export type Vitals = {
  readonly startSeconds: number;
  cpuSeconds(): number;
  residentBytes(): number;
  heapBytes(): number;
  eventLoopLagSeconds(): Promise<number>;
};

/** Readings of the running process, handed in at the edge. */
export type ProcessReadings = {
  /** When it started, in milliseconds since 1970. */
  readonly startMs: number;
  /** User and system time so far. */
  cpuSeconds(): number;
  memory(): { readonly residentBytes: number; readonly heapBytes: number };
};

/** An earlier life that this process continues: what it showed at its end. */
export type EarlierLife = { readonly startSeconds: number; readonly cpuSeconds: number };

/** The vitals of this process; with an earlier life, start time and processor time go on from there. */
export function createVitals(readings: ProcessReadings, earlier?: EarlierLife): Vitals {
  const cpuBefore = earlier === undefined ? 0 : earlier.cpuSeconds - readings.cpuSeconds();
  return {
    startSeconds: earlier?.startSeconds ?? readings.startMs / 1000,
    cpuSeconds: () => Math.max(earlier?.cpuSeconds ?? 0, cpuBefore + readings.cpuSeconds()),
    residentBytes: () => readings.memory().residentBytes,
    heapBytes: () => readings.memory().heapBytes,
    eventLoopLagSeconds,
  };
}

/** How long something that is due at once has to wait. */
async function eventLoopLagSeconds(): Promise<number> {
  const dueMs = performance.now();
  await new Promise((resolve) => setImmediate(resolve));
  return (performance.now() - dueMs) / 1000;
}
