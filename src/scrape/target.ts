import { ExpositionParser, type MetricType } from '../exposition/parse.ts';
import { ExpositionError } from '../exposition/parse-error.ts';
import { seriesLabels } from '../exposition/series.ts';
import { type Labels, labelsOf, METRIC_NAME } from '../model/labels.ts';
import type { Columns } from '../tsdb/columns.ts';
import type { MemoryStorage } from '../tsdb/memory-storage.ts';
import type { Fetched, FetchOptions } from './fetch.ts';

/** One thing to scrape. `labels` are put on every series of it; `job` and `instance` are among them. */
export type TargetConfig = {
  readonly job: string;
  readonly url: string;
  readonly labels: Labels;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** More samples than this fail the scrape; 0 is no limit. */
  readonly sampleLimit: number;
  readonly bodySizeLimit: number;
};

export type TargetState = {
  readonly config: TargetConfig;
  health: 'up' | 'down' | 'unknown';
  /** Prometheus' own words; empty after a good scrape. */
  lastError: string;
  lastScrapeMs: number | undefined;
  lastDurationMs: number;
  /** What the target last said of its metrics, by family name. */
  metadata: Map<string, { type: string; help: string; unit: string }>;
};

/** The text of a series in the target's answer, and what it stands for here. */
type Known = { readonly labels: Labels; readonly series: Columns; readonly untracked: boolean };

/**
 * A target and what is known of its series between scrapes. `scrape` asks once and writes everything Prometheus would:
 * the samples, stale markers for what vanished, and `up` and the `scrape_*` series. Never throws.
 */
export class ScrapeTarget {
  readonly state: TargetState;
  readonly #storage: MemoryStorage;
  readonly #known = new Map<string, Known>();
  readonly #reports = new Map<string, Labels>();
  #previous = new Set<Columns>();

  constructor(config: TargetConfig, storage: MemoryStorage) {
    this.#storage = storage;
    this.state = {
      config,
      health: 'unknown',
      lastError: '',
      lastScrapeMs: undefined,
      lastDurationMs: 0,
      metadata: new Map(),
    };
  }

  /** `atMs` is the instant the samples get; `clock` measures how long the scrape takes. All in milliseconds. */
  async scrape(
    atMs: number,
    fetch: (options: FetchOptions) => Promise<Fetched>,
    clock: () => number,
    signal?: AbortSignal,
  ): Promise<void> {
    const { config } = this.state;
    const began = clock();
    const fetched = await fetch({
      url: config.url,
      timeoutMs: config.timeoutMs,
      bodySizeLimit: config.bodySizeLimit,
      ...(signal === undefined ? {} : { signal }),
    });
    if (signal?.aborted) return;
    const read = fetched.kind === 'ok' ? this.#read(fetched.text, fetched.format) : failure(fetched.message);
    const added = read.error === '' ? this.#store(read.samples, atMs) : 0;
    if (read.error !== '') this.#endAll(atMs);
    const durationMs = clock() - began;
    this.#report(atMs, { error: read.error, durationMs, scraped: read.scraped, added: read.error === '' ? added : 0 });
  }

  /** Marks everything of this target as ended: it is no longer scraped. */
  end(atMs: number): void {
    this.#endAll(atMs);
    for (const labels of this.#reports.values()) end(this.#storage.columnsFor(labels), atMs);
  }

  #read(text: string, format: 'text' | 'openmetrics'): ReadScrape {
    const samples: ReadSample[] = [];
    const metadata: TargetState['metadata'] = new Map();
    const parser = new ExpositionParser(format, {
      sample: (series, value, ms, type, line) => samples.push({ series, value, ms, type, line }),
      metadata: (kind, family, content) => {
        const known = metadata.get(family) ?? { type: 'unknown', help: '', unit: '' };
        metadata.set(family, { ...known, [kind]: content });
      },
    });
    try {
      parser.push(text);
      parser.end();
      for (const sample of samples) this.#lookUp(sample);
    } catch (error) {
      if (error instanceof ExpositionError) return { samples: [], scraped: samples.length, error: error.detail };
      throw error;
    }
    const { sampleLimit } = this.state.config;
    if (sampleLimit > 0 && samples.length > sampleLimit) {
      return { samples: [], scraped: samples.length, error: 'sample limit exceeded' };
    }
    this.state.metadata = metadata;
    return { samples, scraped: samples.length, error: '' };
  }

  /** The series a sample belongs to; its text is read only the first time it is seen. */
  #lookUp({ series, type, line, ms }: ReadSample): Known {
    const known = this.#known.get(series);
    // An empty series may have been dropped by retention since; then it has to be made anew.
    if (known !== undefined && known.series.sampleCount > 0) return known;
    const labels = known?.labels ?? withTargetLabels(seriesLabels(series, type, line), this.state.config.labels);
    const made = { labels, series: this.#storage.columnsFor(labels), untracked: ms !== undefined };
    this.#known.set(series, made);
    return made;
  }

  /** Gives the number of series that were not there at the last scrape. */
  #store(samples: readonly ReadSample[], atMs: number): number {
    const seen = new Set<Columns>();
    for (const sample of samples) {
      const { series, untracked } = this.#lookUp(sample);
      if (seen.has(series)) continue;
      series.append({ ms: sample.ms ?? atMs, value: sample.value });
      // A target that gives its own timestamps decides itself when a series is old; Prometheus marks none of them.
      if (!untracked) seen.add(series);
    }
    let added = 0;
    for (const series of seen) if (!this.#previous.has(series)) added++;
    for (const series of this.#previous) if (!seen.has(series)) end(series, atMs);
    this.#forgetUnseen(seen);
    this.#previous = seen;
    return added;
  }

  /** Texts that no longer come are forgotten, so that a target with ever new series does not fill the memory. */
  #forgetUnseen(seen: ReadonlySet<Columns>): void {
    if (this.#known.size <= seen.size * 2 + 100) return;
    for (const [text, { series, untracked }] of this.#known) {
      if (!untracked && !seen.has(series)) this.#known.delete(text);
    }
  }

  #endAll(atMs: number): void {
    for (const series of this.#previous) end(series, atMs);
    this.#previous = new Set();
  }

  #report(atMs: number, scrape: { error: string; durationMs: number; scraped: number; added: number }): void {
    const up = scrape.error === '';
    this.state.health = up ? 'up' : 'down';
    this.state.lastError = scrape.error;
    this.state.lastScrapeMs = atMs;
    this.state.lastDurationMs = scrape.durationMs;
    this.#write('up', atMs, up ? 1 : 0);
    this.#write('scrape_duration_seconds', atMs, scrape.durationMs / 1000);
    this.#write('scrape_samples_scraped', atMs, scrape.scraped);
    this.#write('scrape_samples_post_metric_relabeling', atMs, scrape.scraped);
    this.#write('scrape_series_added', atMs, scrape.added);
  }

  #write(name: string, atMs: number, value: number): void {
    const labels = this.#reports.get(name) ?? { [METRIC_NAME]: name, ...this.state.config.labels };
    this.#reports.set(name, labels);
    this.#storage.append(labels, { ms: atMs, value });
  }
}

type ReadSample = {
  readonly series: string;
  readonly value: number;
  readonly ms: number | undefined;
  readonly type: MetricType;
  readonly line: number;
};

type ReadScrape = { readonly samples: readonly ReadSample[]; readonly scraped: number; readonly error: string };

/** Says that the series has ended: instant selectors no longer find it from then on. */
function end(series: Columns, atMs: number): void {
  series.append({ ms: atMs, value: 0, stale: true });
}

function failure(error: string): ReadScrape {
  return { samples: [], scraped: 0, error };
}

/**
 * The target's own labels win; a scraped label of the same name is kept as `exported_NAME`.
 * https://prometheus.io/docs/prometheus/latest/configuration/configuration/#scrape_config (honor_labels)
 */
function withTargetLabels(scraped: Labels, target: Labels): Labels {
  const labels = new Map<string, string>();
  for (const [name, value] of Object.entries(scraped)) {
    let kept = name;
    while (kept in target || (kept !== name && kept in scraped)) kept = `exported_${kept}`;
    labels.set(kept, value);
  }
  for (const [name, value] of Object.entries(target)) labels.set(name, value);
  return labelsOf(labels);
}
