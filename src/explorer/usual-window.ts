import { UserError } from '../model/errors.ts';
import type { Source } from '../source/source.ts';

const USUAL_WINDOW_MS = 300_000;

/** Five minutes, as everybody writes it, unless the targets are scraped so rarely that four scrapes need more. In milliseconds. */
export async function usualWindowMs(source: Source, signal: AbortSignal): Promise<number> {
  const targets = await source.targets({ signal }).catch((error: unknown) => {
    // Thanos, Mimir and dumps have none.
    if (error instanceof UserError) return [];
    throw error;
  });
  const slowest = Math.max(0, ...targets.map(({ scrapeIntervalMs }) => scrapeIntervalMs));
  return Math.max(USUAL_WINDOW_MS, Math.ceil((slowest * 4) / 60_000) * 60_000);
}
