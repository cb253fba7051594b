import type { MetricFamily, SampleColumns } from '../exposition/write.ts';
import { labelsOf } from '../model/labels.ts';
import type { Scenario } from '../model/scenario.ts';
import { appSeries } from './layout.ts';
import { hashUnit } from './random.ts';
import { JOB, METRICS, type MetricKey } from './schema.ts';
import { type InstancePast, samplesIn, simulate } from './simulate.ts';
import { scrapeTimes } from './story.ts';
import { ABSENT } from './tally.ts';

/** Everything that Prometheus would hold at T0, family by family: the metrics of both instances, `up` and `scrape_*`. */
export function history(scenario: Scenario): readonly MetricFamily[] {
  return historyOf(scenario, simulate(scenario));
}

/** The same, from a scenario that was lived through already. */
export function historyOf(scenario: Scenario, pasts: readonly InstancePast[]): readonly MetricFamily[] {
  const ofInstances = pasts.map(seriesByMetric);
  const appFamilies = (Object.keys(METRICS) as MetricKey[]).map((key): MetricFamily => {
    const { name, type, help } = METRICS[key];
    return {
      name: type === 'counter' ? name.replace(/_total$/, '') : name,
      type,
      help,
      series: ofInstances.flatMap((series) => series.get(key) ?? []),
    };
  });
  return [...appFamilies, ...scrapeFamilies(scenario, pasts)];
}

/** The columns of one instance, metric by metric; rows where the series is absent are left out. */
function seriesByMetric(past: InstancePast): ReadonlyMap<MetricKey, readonly SampleColumns[]> {
  const answered = past.rows.flatMap((row, i) => (row === undefined ? [] : [{ row, ms: past.timesMs[i] as number }]));
  const timesMs = Float64Array.from(answered, ({ ms }) => ms);
  const byMetric = new Map<MetricKey, SampleColumns[]>();
  for (const [index, { metric, name, labels }] of appSeries(past.version).entries()) {
    // A loop: `Float64Array.from` goes through an iterator, which costs a tenth of a second over all columns.
    const values = new Float64Array(answered.length);
    for (let i = 0; i < values.length; i++) values[i] = answered[i]?.row[index] as number;
    const column: SampleColumns = {
      name,
      labels: { ...labels, instance: past.instance, job: JOB },
      ...(values.includes(ABSENT) ? presentOnly(timesMs, values) : { timesMs, values }),
    };
    if (column.values.length > 0) byMetric.set(metric, [...(byMetric.get(metric) ?? []), column]);
  }
  return byMetric;
}

function presentOnly(timesMs: Float64Array, values: Float64Array): Pick<SampleColumns, 'timesMs' | 'values'> {
  return {
    timesMs: timesMs.filter((_, i) => values[i] !== ABSENT),
    values: values.filter((value) => value !== ABSENT),
  };
}

/** One target's scrapes: how many samples each brought, undefined when it failed. */
type Scrapes = {
  readonly labels: SampleColumns['labels'];
  readonly timesMs: Float64Array;
  readonly samples: readonly (number | undefined)[];
};

/** What Prometheus itself records about every scrape. https://prometheus.io/docs/concepts/jobs_instances/ */
function scrapeFamilies(scenario: Scenario, pasts: readonly InstancePast[]): readonly MetricFamily[] {
  const selfTimes = scrapeTimes(scenario, 'self');
  const targets: readonly Scrapes[] = [
    ...pasts.map(({ instance, timesMs, rows }) => ({
      labels: labelsOf([
        ['instance', instance],
        ['job', JOB],
      ]),
      timesMs,
      samples: rows.map((row) => (row === undefined ? undefined : samplesIn(row))),
    })),
    {
      labels: { instance: 'localhost:9090', job: 'prometheus' },
      timesMs: selfTimes,
      samples: Array.from(selfTimes, () => SAMPLES_OF_PROMETHEUS),
    },
  ];
  return SCRAPE_METRICS.map(({ name, help, values }) => ({
    name,
    type: 'gauge',
    help,
    series: targets.map((target) => ({ name, labels: target.labels, timesMs: target.timesMs, values: values(target) })),
  }));
}

/** About what a Prometheus 3.5 with this configuration tells about itself. */
const SAMPLES_OF_PROMETHEUS = 554;

const SCRAPE_METRICS: readonly {
  readonly name: string;
  readonly help: string;
  readonly values: (target: Scrapes) => Float64Array;
}[] = [
  {
    name: 'up',
    help: '1 when the target answered the scrape, 0 when it did not.',
    values: ({ samples }) => Float64Array.from(samples, (count) => (count === undefined ? 0 : 1)),
  },
  {
    name: 'scrape_duration_seconds',
    help: 'How long the scrape took.',
    values: ({ samples, timesMs }) =>
      Float64Array.from(samples, (count, i) => {
        const noise = hashUnit(timesMs[i] as number);
        const seconds = count === undefined ? 0.0004 + 0.001 * noise : 0.002 + count * 5e-6 + 0.004 * noise ** 2;
        return Number(seconds.toFixed(9));
      }),
  },
  {
    name: 'scrape_samples_scraped',
    help: 'Samples that the target exposed.',
    values: ({ samples }) => Float64Array.from(samples, (count) => count ?? 0),
  },
  {
    name: 'scrape_samples_post_metric_relabeling',
    help: 'Samples that remained after metric relabeling.',
    values: ({ samples }) => Float64Array.from(samples, (count) => count ?? 0),
  },
  {
    name: 'scrape_series_added',
    help: 'Series that this scrape brought for the first time.',
    values: ({ samples }) => {
      let known = 0;
      return Float64Array.from(samples, (count) => {
        const added = Math.max(0, (count ?? 0) - known);
        known = Math.max(known, count ?? 0);
        return added;
      });
    },
  },
];
