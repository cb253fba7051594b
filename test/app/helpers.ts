import { setTimeout as pause } from 'node:timers/promises';
import { type AppOptions, type AppWorld, createApp, type RunningApp } from '../../src/app/app.ts';
import { seededRandom } from '../../src/app/random.ts';
import { ExpositionParser } from '../../src/exposition/parse.ts';
import { seriesLabels } from '../../src/exposition/series.ts';
import { labelsKey } from '../../src/model/labels.ts';
import type { Scenario } from '../../src/model/scenario.ts';

/** 2026-01-15T12:00:15Z: on the scrape grid, not on a whole minute. */
export const T0_MS = 1_768_478_415_000;

export const scenario = (seed = 1): Scenario => ({ t0Ms: T0_MS, seed, historyMs: 3 * 3_600_000 });

/** The real clock and seeded dice; readings of a process that stands still, so that they can be compared. */
export function testWorld(overrides: Partial<AppWorld> = {}): AppWorld & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    now: () => Date.now(),
    random: seededRandom('test'),
    readings: {
      startMs: Date.now(),
      cpuSeconds: () => 1.25,
      memory: () => ({ residentBytes: 50e6, heapBytes: 20e6 }),
    },
    log: (line) => lines.push(line),
    ...overrides,
    lines,
  };
}

/** Runs a test against a real app on a free port, which is closed whatever happens. */
export async function withApp(
  options: Partial<AppOptions>,
  run: (app: RunningApp, world: ReturnType<typeof testWorld>) => Promise<void>,
  overrides: Partial<AppWorld> = {},
): Promise<void> {
  const world = testWorld(overrides);
  const app = await createApp({ instance: 'sse-app:8000', port: 0, ...options }, world);
  try {
    await run(app, world);
  } finally {
    await app.close();
  }
}

/** Every sample of a text by its label set as a key; the last one counts. */
export function samplesOf(text: string, format: 'text' | 'openmetrics'): Map<string, number> {
  const samples = new Map<string, number>();
  const parser = new ExpositionParser(format, {
    sample: (series, value, _ms, type, line) => void samples.set(labelsKey(seriesLabels(series, type, line)), value),
  });
  parser.push(text);
  parser.end();
  return samples;
}

/** One value out of /metrics. */
export async function metric(app: RunningApp, name: string, labels: Record<string, string> = {}): Promise<number> {
  const text = await (await fetch(`${app.url}/metrics`)).text();
  const value = samplesOf(text, 'text').get(labelsKey({ __name__: name, ...labels }));
  if (value === undefined) throw new Error(`no series ${name} ${JSON.stringify(labels)}`);
  return value;
}

/** Waits until something holds; fails after a few seconds with what it last was. */
export async function until<T>(
  look: () => Promise<T> | T,
  holds: (value: T) => boolean,
  withinMs = 10_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const value = await look();
    if (holds(value)) return value;
    if (performance.now() > deadline) throw new Error(`still ${JSON.stringify(value)} after ${withinMs} ms`);
    await pause(20);
  }
}
