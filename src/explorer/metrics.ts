import type { MetricMetadata, Source } from '../source/source.ts';

/** What a metric is, as the application says it; `recorded` is made by a rule, `unknown` is told by nobody. */
export type MetricType =
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'gaugehistogram'
  | 'summary'
  | 'info'
  | 'stateset'
  | 'recorded'
  | 'unknown';

/** One metric family that has series. */
export type Metric = {
  /** Of the family: `x_seconds` for `x_seconds_bucket`, `x_seconds_sum` and `x_seconds_count`. */
  readonly name: string;
  readonly type: MetricType;
  /** Nobody said the type, so its name did. */
  readonly guessed: boolean;
  readonly help: string;
  readonly unit: string;
  /** The names its series have. */
  readonly names: readonly string[];
};

/** How far back a metric may have been seen last; milliseconds. */
const RECENTLY_MS = 3_600_000;

type AskOptions = { readonly timeMs: number; readonly signal: AbortSignal };

/** Every metric that had a sample in the hour before `timeMs` (milliseconds since 1970), in the order of names. */
export async function listMetrics(source: Source, { timeMs, signal }: AskOptions): Promise<readonly Metric[]> {
  const times = { startMs: timeMs - RECENTLY_MS, endMs: timeMs };
  const [names, metadata] = await Promise.all([
    source.labelValues('__name__', { ...times, signal }),
    source.metadata({ signal }),
  ]);
  return familiesOf(names.items, metadata);
}

/** Puts the names of series together to families; what the application does not describe is judged by its name. */
export function familiesOf(
  names: readonly string[],
  metadata: ReadonlyMap<string, readonly MetricMetadata[]>,
): readonly Metric[] {
  const present = new Set(names);
  const families = new Map<string, string[]>();
  for (const name of names) {
    const family = familyOf(name, present, metadata);
    families.set(family, [...(families.get(family) ?? []), name]);
  }
  return [...families]
    .map(([name, members]) => describe(name, members, metadata.get(name)?.[0]))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const PARTS = /_(bucket|sum|count)$/;

/** Which family a series belongs to: `_bucket`, `_sum` and `_count` to the histogram or summary they are parts of. */
function familyOf(
  name: string,
  present: ReadonlySet<string>,
  metadata: ReadonlyMap<string, readonly MetricMetadata[]>,
): string {
  if (metadata.has(name) || !PARTS.test(name)) return name;
  const family = name.replace(PARTS, '');
  const type = metadata.get(family)?.[0]?.type;
  if (type !== undefined) return /histogram|summary/.test(type) ? family : name;
  return present.has(`${family}_sum`) && present.has(`${family}_count`) ? family : name;
}

const TYPES: ReadonlySet<string> = new Set([
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
]);

function describe(name: string, names: readonly string[], told: MetricMetadata | undefined): Metric {
  const known = KNOWN[name];
  const said = told !== undefined && TYPES.has(told.type) ? (told.type as MetricType) : known?.type;
  return {
    name,
    type: said ?? typeByName(name, names),
    guessed: said === undefined && typeByName(name, names) !== 'unknown' && !name.includes(':'),
    help: told?.help || known?.help || '',
    unit: told?.unit || unitByName(name),
    names,
  };
}

/** https://prometheus.io/docs/practices/naming/ and, for a colon, https://prometheus.io/docs/practices/rules/ */
function typeByName(name: string, names: readonly string[]): MetricType {
  if (name.includes(':')) return 'recorded';
  if (names.includes(`${name}_bucket`)) return 'histogram';
  if (names.includes(`${name}_sum`) && names.includes(`${name}_count`)) return 'summary';
  if (name.endsWith('_total') || PARTS.test(name)) return 'counter';
  return name.endsWith('_info') ? 'info' : 'unknown';
}

function unitByName(name: string): string {
  return /_(seconds|bytes|celsius|ratio|volts|amperes|joules|grams|meters|percent)(?:_total)?$/.exec(name)?.[1] ?? '';
}

/**
 * What Prometheus writes itself has no metadata. https://prometheus.io/docs/concepts/jobs_instances/ and
 * https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
 */
const KNOWN: Readonly<Record<string, { readonly type: MetricType; readonly help: string }>> = {
  up: { type: 'gauge', help: 'Whether the last scrape of the target worked: 1, or 0.' },
  scrape_duration_seconds: { type: 'gauge', help: 'How long the last scrape of the target took.' },
  scrape_samples_scraped: { type: 'gauge', help: 'How many samples the target exposed at the last scrape.' },
  scrape_samples_post_metric_relabeling: {
    type: 'gauge',
    help: 'How many of those samples were left after metric relabelling.',
  },
  scrape_series_added: { type: 'gauge', help: 'About how many series the last scrape added.' },
  ALERTS: { type: 'gauge', help: 'An alert that is pending or firing, as its label alertstate says; always 1.' },
  ALERTS_FOR_STATE: { type: 'gauge', help: 'Since when an alert is pending or firing, in seconds since 1970.' },
};
