import { type ExpositionFormat, ExpositionParser } from '../exposition/parse.ts';
import { seriesLabels } from '../exposition/series.ts';
import { Turns } from '../lib/turns.ts';
import type { Columns } from '../tsdb/columns.ts';
import { MemoryStorage } from '../tsdb/memory-storage.ts';
import type { MetricMetadata } from './source.ts';

export type Dump = {
  readonly storage: MemoryStorage;
  readonly metadata: ReadonlyMap<string, readonly MetricMetadata[]>;
  /** The instants of the first and the last sample in milliseconds since 1970; undefined when there is none. */
  readonly firstMs: number | undefined;
  readonly lastMs: number | undefined;
  /** Samples that were left out because their series already had one at that instant or a later one. */
  readonly refused: number;
  /** Samples that carried no timestamp and got `atMs`. */
  readonly untimed: number;
};

/**
 * Reads a metrics dump, the text format or OpenMetrics (told by its `# EOF`), piece by piece. Samples without a timestamp
 * get `atMs`. Throws `ExpositionError` with the line that is not in the format.
 */
export async function loadDump(
  pieces: AsyncIterable<string> | Iterable<string>,
  options: { readonly atMs: number; readonly format: ExpositionFormat },
): Promise<Dump> {
  const storage = new MemoryStorage();
  const known = new Map<string, Columns>();
  let last: Columns | undefined;
  let lastSeries = '';
  const metadata = new Map<string, MetricMetadata>();
  let firstMs = Number.POSITIVE_INFINITY;
  let lastMs = Number.NEGATIVE_INFINITY;
  let refused = 0;
  let untimed = 0;
  const parser = new ExpositionParser(options.format, {
    sample(series, value, given, type, line) {
      if (series !== lastSeries || last === undefined) {
        last = known.get(series);
        if (last === undefined) {
          const own = copied(series);
          last = storage.columnsFor(seriesLabels(own, type, line));
          known.set(own, last);
        }
        lastSeries = series;
      }
      const ms = given ?? options.atMs;
      if (last.add(ms, value) !== 'ok') {
        refused++;
        return;
      }
      if (given === undefined) untimed++;
      if (ms < firstMs) firstMs = ms;
      if (ms > lastMs) lastMs = ms;
    },
    metadata(kind, family, text) {
      metadata.set(family, { ...(metadata.get(family) ?? { type: 'unknown', help: '', unit: '' }), [kind]: text });
    },
  });
  const turns = new Turns();
  for await (const piece of pieces) {
    parser.push(piece);
    if (turns.due()) await turns.next();
  }
  parser.end();
  const some = firstMs <= lastMs;
  return {
    storage,
    metadata: new Map([...metadata].map(([family, known]) => [family, [known]])),
    firstMs: some ? firstMs : undefined,
    lastMs: some ? lastMs : undefined,
    refused,
    untimed,
  };
}

/** Text of its own: a part of a larger text would keep all of that in memory. */
function copied(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
