import { beforeAll, describe, expect, it } from 'vitest';
import { history } from '../../src/app/history.ts';
import { METRICS } from '../../src/app/schema.ts';
import { type MetricFamily, type SampleColumns, writeOpenMetrics } from '../../src/exposition/write.ts';
import { CHECKPOINT_MINUTES, type CheckpointName, checkpointMs, SCRAPE_INTERVAL_MS } from '../../src/model/scenario.ts';
import { scenario, T0_MS } from './helpers.ts';

const MINUTE = 60_000;
const TWO = 'sse-app-2:8000';
const ONE = 'sse-app:8000';
const FIVE_MINUTES = 5 * MINUTE;

/** Looks into a written history as a query would. */
function over(families: readonly MetricFamily[]) {
  const all = families.flatMap(({ series }) => series);
  const find = (name: string, labels: Record<string, string> = {}): SampleColumns[] =>
    all.filter(
      (series) => series.name === name && Object.entries(labels).every(([key, value]) => series.labels[key] === value),
    );
  const samples = (name: string, labels: Record<string, string>) =>
    find(name, labels).flatMap(({ timesMs, values }) =>
      [...values].map((value, i) => ({ value, minute: ((timesMs[i] as number) - T0_MS) / MINUTE })),
    );
  /** The newest value within the lookback of five minutes. */
  const at = (minutesBefore: number, name: string, labels: Record<string, string>) =>
    samples(name, labels).findLast(({ minute }) => minute <= -minutesBefore && minute > -minutesBefore - 5)?.value;
  /** How much counters of all matching series grew between two moments, without restarts in between. */
  const grew = (fromMin: number, toMin: number, name: string, labels: Record<string, string>) =>
    find(name, labels).reduce(
      (sum, { labels: own }) => sum + ((at(toMin, name, own) ?? 0) - (at(fromMin, name, own) ?? 0)),
      0,
    );
  return { all, find, samples, at, grew };
}

let families: readonly MetricFamily[];
let past: ReturnType<typeof over>;
beforeAll(() => {
  families = history(scenario());
  past = over(families);
});

describe('the written past', () => {
  it('is the same for the same seed and another for another', () => {
    const text = (seed: number) => [...writeOpenMetrics(history(scenario(seed)))].join('');
    expect(text(3)).toBe(text(3));
    expect(text(4)).not.toBe(text(3));
  });

  it('holds every family once, with help, all series of both instances and what Prometheus records itself', () => {
    const names = families.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.sort()).toEqual(
      [
        ...Object.values(METRICS).map(({ name }) => name.replace(/_total$/, '')),
        'up',
        'scrape_duration_seconds',
        'scrape_samples_scraped',
        'scrape_samples_post_metric_relabeling',
        'scrape_series_added',
      ].sort(),
    );
    expect(families.filter(({ help }) => help === '')).toEqual([]);
    const ofJobs = past.find('up').map(({ labels }) => `${labels.job} ${labels.instance}`);
    expect(ofJobs).toEqual([`sse-streaming ${ONE}`, `sse-streaming ${TWO}`, 'prometheus localhost:9090']);
  });

  it('has samples every 15 s at one moment of the interval per target, up to T0', () => {
    for (const { timesMs } of past.find('up')) {
      const steps = new Set([...timesMs].slice(1).map((ms, i) => ms - (timesMs[i] as number)));
      expect(steps).toEqual(new Set([SCRAPE_INTERVAL_MS]));
      expect(timesMs.length).toBe((3 * 3600) / 15);
      expect(timesMs.at(-1)).toBeLessThanOrEqual(T0_MS);
      expect(timesMs.at(-1)).toBeGreaterThan(T0_MS - SCRAPE_INTERVAL_MS);
    }
    const phases = past.find('up').map(({ timesMs }) => (timesMs[0] as number) % SCRAPE_INTERVAL_MS);
    expect(new Set(phases).size).toBe(3);
    expect(phases).not.toContain(0);
  });

  it('has no sample on the edge of a five-minute window of a checkpoint', () => {
    const edges = (Object.keys(CHECKPOINT_MINUTES) as CheckpointName[]).flatMap((name) => {
      const ms = checkpointMs({ t0Ms: T0_MS }, name);
      return [ms, ms - FIVE_MINUTES];
    });
    for (const { timesMs } of past.find('up')) for (const edge of edges) expect(timesMs).not.toContain(edge);
  });

  it('writes le and quantile as Prometheus 3 stores them', () => {
    const values = (label: string) => [...new Set(past.all.flatMap(({ labels }) => labels[label] ?? []))];
    expect(values('le')).toEqual(['0.1', '0.25', '0.5', '1.0', '2.5', '5.0', '10.0', '+Inf']);
    expect(values('quantile')).toEqual(['0.5', '0.9', '0.99']);
  });

  it('adds up: buckets are cumulative and end in the count, errors of all types are the failed requests', () => {
    for (const instance of [ONE, TWO]) {
      for (const provider of ['openai', 'anthropic', 'mistral']) {
        const own = { instance, provider };
        const buckets = past
          .find('sse_request_duration_seconds_bucket', own)
          .map(({ values }) => values.at(-1) as number);
        expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
        expect(buckets.at(-1)).toBe(past.at(0, 'sse_request_duration_seconds_count', own));
        const failed = past.at(0, 'sse_requests_total', { ...own, status: 'error' }) as number;
        const errors = past.find('sse_errors_total', own).map(({ values }) => values.at(-1) as number);
        expect(errors.reduce((sum, value) => sum + value, 0)).toBe(failed);
        const refused = past.at(0, 'sse_errors_total', { ...own, type: 'circuit_open' }) ?? 0;
        const succeeded = past.at(0, 'sse_requests_total', { ...own, status: 'success' }) as number;
        expect(buckets.at(-1)).toBe(succeeded + failed - refused);
      }
    }
  });

  it('tells how many samples each scrape brought', () => {
    for (const instance of [ONE, TWO]) {
      const shown = past.all.filter(
        ({ name, labels }) => labels.instance === instance && !/^(up|scrape_.*)$/.test(name),
      );
      const lastMs = past.find('up', { instance })[0]?.timesMs.at(-1);
      const alive = shown.filter(({ timesMs }) => timesMs.at(-1) === lastMs).length;
      expect(past.at(0, 'scrape_samples_scraped', { instance })).toBe(alive);
      const added = past.samples('scrape_series_added', { instance }).map(({ value }) => value);
      expect(added[0]).toBeGreaterThan(60);
      expect(added.reduce((sum, value) => sum + value, 0)).toBe(alive);
    }
  });
});

describe('what happens in the written past', () => {
  it('carries about 8 requests a second, three of four to the first instance', () => {
    const ofHour = (labels: Record<string, string>) => past.grew(150, 90, 'sse_requests_total', labels);
    expect(ofHour({}) / 3600).toBeGreaterThan(6.5);
    expect(ofHour({}) / 3600).toBeLessThan(9.5);
    expect(ofHour({ instance: ONE }) / ofHour({})).toBeCloseTo(0.75, 1);
    expect(ofHour({ provider: 'openai' })).toBeGreaterThan(ofHour({ provider: 'anthropic' }));
  });

  it('restarts instance 2 without a missed scrape: its counters fall to almost nothing', () => {
    const own = { instance: TWO, provider: 'openai', status: 'success' };
    expect(past.at(65.1, 'sse_requests_total', own)).toBeGreaterThan(3_000);
    expect(past.at(64.6, 'sse_requests_total', own)).toBeLessThan(60);
    const start = past.at(64.6, 'process_start_time_seconds', { instance: TWO }) as number;
    expect((start * 1000 - T0_MS) / MINUTE).toBeCloseTo(-65, 0);
    const alive = past.samples('up', { instance: TWO }).filter(({ minute }) => minute > -67 && minute < -63);
    expect(alive.every(({ value }) => value === 1)).toBe(true);
  });

  it('stops instance 2 for eight minutes: up is 0 then and only then, and it shows nothing', () => {
    const zeros = past.all
      .filter(({ name }) => name === 'up')
      .flatMap(({ labels, timesMs, values }) =>
        [...values].flatMap((value, i) =>
          value === 0 ? [{ instance: labels.instance, minute: ((timesMs[i] as number) - T0_MS) / MINUTE }] : [],
        ),
      );
    expect(new Set(zeros.map(({ instance }) => instance))).toEqual(new Set([TWO]));
    expect(zeros.length).toBe(8 * 4);
    expect(zeros[0]?.minute).toBeGreaterThanOrEqual(-36);
    expect(zeros.at(-1)?.minute).toBeLessThan(-28);
    const own = { instance: TWO, provider: 'openai', status: 'success' };
    expect(past.samples('sse_requests_total', own).filter(({ minute }) => minute > -36 && minute < -28)).toEqual([]);
    expect(past.at(CHECKPOINT_MINUTES['target-down'], 'sse_requests_total', own)).toBeUndefined();
    expect(past.at(27.5, 'sse_requests_total', own)).toBeLessThan(150);
    const all = past.grew(35, 29, 'sse_requests_total', { instance: ONE });
    expect(all / 360).toBeGreaterThan(6);
  });

  it('lets mistral be asked for ten minutes without an error, and never otherwise', () => {
    const asked = (from: number, to: number) =>
      past.grew(from, to, 'sse_requests_total', { provider: 'mistral', instance: ONE });
    expect(asked(179, 50.1)).toBe(0);
    expect(asked(50, 39.5)).toBeGreaterThan(80);
    expect(asked(39.5, 0)).toBe(0);
    expect(past.find('sse_errors_total', { provider: 'mistral' })).toEqual([]);
    expect(past.at(0, 'sse_requests_total', { provider: 'mistral', instance: ONE, status: 'error' })).toBe(0);
  });

  it('has one error series that is born with the value 1 and stays there, outside of every window of a checkpoint', () => {
    const late = past.find('sse_errors_total', { provider: 'openai', type: 'upstream_5xx' });
    expect(late.map(({ labels }) => labels.instance)).toEqual([ONE]);
    const [series] = late;
    expect(new Set(series?.values)).toEqual(new Set([1]));
    const born = (T0_MS - (series?.timesMs[0] as number)) / MINUTE;
    expect(born).toBeLessThan(24);
    expect(born).toBeGreaterThan(23.5);
    for (const minute of Object.values(CHECKPOINT_MINUTES)) expect(born < minute || born > minute + 5).toBe(true);
  });

  it('fails about 1.5 % on an ordinary hour and clearly more in the incident', () => {
    const ratio = (from: number, to: number) =>
      past.grew(from, to, 'sse_requests_total', { status: 'error' }) / past.grew(from, to, 'sse_requests_total', {});
    expect(ratio(150, 90)).toBeGreaterThan(0.012);
    expect(ratio(150, 90)).toBeLessThan(0.018);
    expect(ratio(18.9, 13.9)).toBeGreaterThan(0.25);
  });

  it('refuses in the incident what the open breaker stops, and does not measure it', () => {
    const refused = past.grew(17, 13, 'sse_errors_total', { provider: 'anthropic', type: 'circuit_open' });
    expect(refused).toBe(past.grew(17, 13, 'sse_requests_total', { provider: 'anthropic' }));
    expect(refused).toBeGreaterThan(400);
    expect(past.grew(17, 13, 'sse_request_duration_seconds_count', { provider: 'anthropic' })).toBe(0);
    expect(past.at(14, 'sse_active_connections', { provider: 'anthropic', instance: ONE })).toBe(0);
  });
});

describe('whatever the seed and the second', () => {
  const states = (instance: string, own: ReturnType<typeof over>, provider: string) =>
    own.samples('sse_circuit_breaker_state', { instance, provider });

  it.each([1, 2, 3, 5, 8, 13, 21, 34, 55, 89])(
    'seed %i opens, half-opens and closes the breaker of anthropic about when the lessons say',
    (seed) => {
      const t0Ms = T0_MS + (seed % 4) * SCRAPE_INTERVAL_MS;
      const own = over(history({ ...scenario(seed), t0Ms }));
      const shiftMin = (t0Ms - T0_MS) / MINUTE;
      for (const instance of [ONE, TWO]) {
        const seen = states(instance, own, 'anthropic');
        const changes = seen.flatMap(({ value, minute }, i) =>
          i > 0 && value !== seen[i - 1]?.value ? [[value, minute - shiftMin] as const] : [],
        );
        expect(changes.map(([value]) => value)).toEqual([2, 1, 0]);
        const [opened, halfOpened, closed] = changes.map(([, minute]) => minute) as [number, number, number];
        expect(opened).toBeGreaterThan(-18.6);
        expect(opened).toBeLessThan(-17.4);
        expect(halfOpened - opened).toBeCloseTo(6, 0);
        expect(closed - halfOpened).toBeCloseTo(2, 0);
        for (const provider of ['openai', 'mistral'])
          expect(states(instance, own, provider).every(({ value }) => value === 0)).toBe(true);
      }
    },
  );
});
