import { QueryError } from '../model/errors.ts';
import type { MetricMetadata, Source } from '../source/source.ts';
import { NameList } from './complete-rank.ts';

/** What is known of an answer at this moment, and what waits for it where it is still to come. Never rejects. */
export type Answer<T> =
  | { readonly state: 'known'; readonly value: T }
  | { readonly state: 'asking'; readonly settled: Promise<void> }
  | { readonly state: 'silent' | 'refused' };

/** What a server tells about the words of its queries. Nothing waits: each method gives what is known by now. */
export interface ServerWords {
  names(): Answer<NameList>;
  metadata(): Answer<ReadonlyMap<string, readonly MetricMetadata[]>>;
  /** Labels of the series that are selected, or of all. */
  labels(match: string | undefined): Answer<NameList>;
  values(label: string, match: string | undefined): Answer<NameList>;
  /** Milliseconds between two scrapes, 0 where the server does not tell. */
  intervalMs(): Answer<number>;
  close(): void;
}

/** How long an answer counts as new, and how long a server that failed is left alone; milliseconds. */
const KEPT_MS = 300_000;
const LEFT_ALONE_MS = 10_000;
/** The longest that a question may run in the background; milliseconds. */
const PATIENCE_MS = 20_000;
/** Series that were there within this time before now have their names offered; milliseconds. */
const RECENTLY_MS = 12 * 3_600_000;
/** More of a kind are not kept, whatever the server sends. */
const MOST_NAMES = 250_000;
const MOST_DESCRIBED = 20_000;
const LONGEST_NAME = 1_000;
const MOST_QUESTIONS = 200;
/** All lists together; the one that nobody has looked at for the longest time goes first. */
const MOST_KEPT_NAMES = 500_000;

/** Asks each question once while its answer is new. `nowMs` gives milliseconds since 1970: the moment queries are about. */
export function serverWords(source: Source, nowMs: () => number, clockMs: () => number): ServerWords {
  const closed = new AbortController();
  const kept = new Map<string, Kept>();

  function ask<T>(key: string, question: (signal: AbortSignal) => Promise<T>): Answer<T> {
    const found = kept.get(key);
    const age = clockMs() - (found?.atMs ?? 0);
    const old = found === undefined || (found.asking === undefined && age >= (found.failed ? LEFT_ALONE_MS : KEPT_MS));
    const entry: Kept = old ? begin(found, question) : found;
    kept.delete(key);
    kept.set(key, entry);
    if (entry.value !== undefined) return { state: 'known', value: entry.value.it as T };
    if (entry.asking !== undefined) return { state: 'asking', settled: entry.asking };
    return { state: entry.failed ?? 'silent' };
  }

  /** An old answer stays in use until the new one is there. */
  function begin<T>(before: Kept | undefined, question: (signal: AbortSignal) => Promise<T>): Kept {
    const entry: Kept = { atMs: clockMs(), value: before?.value, failed: undefined, asking: undefined };
    entry.asking = answered(question, closed.signal).then((outcome) => {
      entry.asking = undefined;
      entry.atMs = clockMs();
      if (outcome.kind === 'ok') entry.value = { it: outcome.value };
      else entry.failed = outcome.kind;
      shrink();
    });
    return entry;
  }

  /** The one that was looked at last always stays: a list alone is never too long. */
  function shrink(): void {
    let names = 0;
    let questions = 0;
    for (const [key, { value }] of [...kept].reverse()) {
      const length = value?.it instanceof NameList ? value.it.names.length : 0;
      names += length;
      questions++;
      if (questions > MOST_QUESTIONS || (length > 0 && names > MOST_KEPT_NAMES)) kept.delete(key);
    }
  }

  const asked = (match: string | undefined, signal: AbortSignal) => ({
    startMs: nowMs() - RECENTLY_MS,
    endMs: nowMs(),
    limit: MOST_NAMES,
    signal,
    ...(match === undefined ? {} : { match: [match] }),
  });
  const listed = async (answer: Promise<{ readonly items: readonly string[] }>) =>
    new NameList((await answer).items.slice(0, MOST_NAMES).filter(isOffered));

  return {
    names: () => ask('names', (signal) => listed(source.labelValues('__name__', asked(undefined, signal)))),
    metadata: () => ask('metadata', (signal) => source.metadata({ limit: MOST_DESCRIBED, signal })),
    labels: (match) => ask(`labels ${match ?? ''}`, (signal) => listed(source.labelNames(asked(match, signal)))),
    values: (label, match) =>
      ask(`values ${label} ${match ?? ''}`, (signal) => listed(source.labelValues(label, asked(match, signal)))),
    intervalMs: () => ask('interval', (signal) => intervalOf(source, nowMs(), signal)),
    close: () => closed.abort(),
  };
}

type Kept = {
  atMs: number;
  /** The last answer, in a box because an answer may be anything. */
  value: { readonly it: unknown } | undefined;
  failed: 'silent' | 'refused' | undefined;
  asking: Promise<void> | undefined;
};

type Outcome<T> = { readonly kind: 'ok'; readonly value: T } | { readonly kind: 'silent' | 'refused' };

async function answered<T>(question: (signal: AbortSignal) => Promise<T>, closed: AbortSignal): Promise<Outcome<T>> {
  const signal = AbortSignal.any([closed, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    const value = await Promise.race([question(signal), untilAborted(signal)]);
    return { kind: 'ok', value };
  } catch (error) {
    return { kind: error instanceof QueryError ? 'refused' : 'silent' };
  }
}

/** A source may keep us waiting although it was told to stop. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(signal.reason);
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}

/** A name that can be typed: not empty, not endless, and valid Unicode. */
function isOffered(name: string): boolean {
  return name !== '' && name.length <= LONGEST_NAME && !/[\ud800-\udfff]/u.test(name);
}

/** The most frequent interval of the targets; of `up` the distance of samples where no server tells of targets. */
async function intervalOf(source: Source, nowMs: number, signal: AbortSignal): Promise<number> {
  const targets = await source.targets({ signal }).catch(() => []);
  const told = mostFrequent(targets.map(({ scrapeIntervalMs }) => scrapeIntervalMs).filter((ms) => ms > 0));
  if (told !== undefined) return told;
  const { data } = await source.instant('up[10m]', { timeMs: nowMs, limit: 1, signal });
  if (data.kind !== 'matrix') return 0;
  const times = data.series[0]?.samples.map(({ ms }) => ms) ?? [];
  return mostFrequent(times.slice(1).map((ms, index) => ms - (times[index] ?? ms))) ?? 0;
}

function mostFrequent(numbers: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  return [...counts].sort(([a, often], [b, less]) => less - often || a - b)[0]?.[0];
}
