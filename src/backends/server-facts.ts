import { hostname } from 'node:os';
import { stringify } from 'yaml';
import type { TargetConfig, TargetState } from '../scrape/target.ts';
import type { ServerFacts, TargetMetadata } from '../server/facts.ts';
import type { MetricMetadata } from '../source/source.ts';
import { cardinality } from '../tsdb/cardinality.ts';
import type { MemoryStorage } from '../tsdb/memory-storage.ts';

export type FactsOptions = {
  readonly storage: MemoryStorage;
  /** Milliseconds since 1970. */
  readonly startedMs: number;
  readonly cwd: string;
  /** Where it listens, `127.0.0.1:9090`. */
  readonly listen: string;
  /** How long samples are kept; undefined where nothing is ever dropped. */
  readonly retentionMs?: number;
  readonly targets?: () => readonly TargetState[];
  /** The parts of the configuration besides the scraping, such as `rule_files`. */
  readonly config?: Readonly<Record<string, unknown>>;
};

/** What the embedded Prometheus tells of itself, in the forms of the API. */
export function serverFacts(options: FactsOptions): ServerFacts {
  const { storage, startedMs, cwd, retentionMs, targets = () => [] } = options;
  return {
    startedMs,
    cwd,
    hostname: hostname(),
    ...(retentionMs === undefined ? {} : { retentionMs }),
    flags: {
      'query.lookback-delta': '5m',
      'query.max-samples': '50000000',
      'query.timeout': '2m',
      'web.enable-admin-api': 'false',
      'web.enable-lifecycle': 'false',
      'web.enable-remote-write-receiver': 'false',
      'web.listen-address': options.listen,
      'web.route-prefix': '/',
    },
    config: () =>
      configText(
        targets().map(({ config }) => config),
        options.config ?? {},
      ),
    cardinality: (limit) => cardinality(storage, limit),
    targetMetadata: () => targets().flatMap(metadataOf),
  };
}

function metadataOf({ config, metadata }: TargetState): readonly TargetMetadata[] {
  return [...(metadata as ReadonlyMap<string, MetricMetadata>)].map(([metric, { type, help, unit }]) => ({
    target: config.labels,
    metric,
    type,
    help,
    unit,
  }));
}

/** The scraping that really happens, written as prometheus.yml. */
function configText(configs: readonly TargetConfig[], rest: Readonly<Record<string, unknown>>): string {
  const [first] = configs;
  const times = (config: TargetConfig) => ({
    scrape_interval: `${config.intervalMs / 1000}s`,
    scrape_timeout: `${config.timeoutMs / 1000}s`,
  });
  const jobs = [...new Set(configs.map(({ job }) => job))].map((job) => {
    const ours = configs.filter((config) => config.job === job);
    return {
      job_name: job,
      ...(ours[0] === undefined ? {} : times(ours[0])),
      static_configs: ours.map(({ url, labels: { job: _, ...labels } }) => ({ targets: [new URL(url).host], labels })),
    };
  });
  const scraping = jobs.length === 0 ? {} : { scrape_configs: jobs };
  const global = first === undefined ? {} : { ...times(first), evaluation_interval: `${first.intervalMs / 1000}s` };
  return stringify({ global, ...rest, ...scraping });
}
