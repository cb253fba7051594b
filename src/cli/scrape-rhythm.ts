import { UserError } from '../model/errors.ts';
import type { Source } from '../source/source.ts';

/** How often targets are scraped, and when one was; milliseconds. */
export type ScrapeRhythm = { readonly intervalMs: number; readonly lastMs: number | undefined };

/** The rhythm of most targets; undefined where the server does not tell it, as Thanos, or a dump. Rejects when aborted. */
export async function scrapeRhythm(source: Source, signal: AbortSignal): Promise<ScrapeRhythm | undefined> {
  try {
    const targets = await source.targets({ signal });
    const counts = new Map<number, number>();
    for (const { scrapeIntervalMs } of targets) {
      if (scrapeIntervalMs > 0) counts.set(scrapeIntervalMs, (counts.get(scrapeIntervalMs) ?? 0) + 1);
    }
    const intervalMs = [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
    if (intervalMs === undefined) return undefined;
    const times = targets.flatMap((target) =>
      target.scrapeIntervalMs === intervalMs && target.lastScrapeMs !== undefined ? [target.lastScrapeMs] : [],
    );
    return { intervalMs, lastMs: times.length === 0 ? undefined : Math.max(...times) };
  } catch (error) {
    signal.throwIfAborted();
    // It is good to know, and queries are answered without it.
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** The first scrape after this moment; targets are scraped at a fixed distance. */
export function nextScrape({ intervalMs, lastMs }: ScrapeRhythm, nowMs: number): number | undefined {
  if (lastMs === undefined) return undefined;
  return lastMs + (Math.floor(Math.max(0, nowMs - lastMs) / intervalMs) + 1) * intervalMs;
}

/** A scrape takes a moment until its samples can be asked. */
const SCRAPE_MS = 500;

/**
 * When to ask next: an interval from now, and where that is a multiple of the scrape interval just behind a scrape, so
 * that every question finds samples that are new.
 */
export function nextQuestion(beganMs: number, everyMs: number, rhythm: ScrapeRhythm | undefined): number {
  const due = beganMs + everyMs;
  if (rhythm?.lastMs === undefined || everyMs % rhythm.intervalMs !== 0) return due;
  const phase = rhythm.lastMs + SCRAPE_MS;
  const aligned = phase + Math.round((due - phase) / rhythm.intervalMs) * rhythm.intervalMs;
  return aligned > beganMs ? aligned : aligned + rhythm.intervalMs;
}
