import type { PictureKind } from '../../src/advise/picture.ts';
import { storageWithHistory } from '../../src/backends/embedded-stack.ts';
import type { CheckpointName, Scenario } from '../../src/model/scenario.ts';
import { embeddedSource } from '../../src/source/embedded.ts';
import type { Source } from '../../src/source/source.ts';

/** The past of the demo service as lessons look at it, always the same. */
export const PICTURE_SCENARIO: Scenario = { t0Ms: Date.UTC(2026, 0, 5, 12), seed: 1, historyMs: 3 * 3_600_000 };

export function pictureSource(): Source {
  const storage = storageWithHistory(PICTURE_SCENARIO);
  return embeddedSource({ storage, name: 'embedded', now: () => PICTURE_SCENARIO.t0Ms });
}

export type PictureCase = {
  readonly name: string;
  readonly of: PictureKind;
  readonly at: CheckpointName;
  readonly query: string;
};

const OPENAI = 'instance="sse-app:8000",provider="openai",status="success"';
const RESTARTED = 'instance="sse-app-2:8000",provider="openai",status="success"';
const BUCKETS = 'sse_request_duration_seconds_bucket';

/** One of everything a picture can show. */
export const PICTURE_CASES: readonly PictureCase[] = [
  { name: 'window', of: 'window', at: 'quiet', query: `rate(sse_requests_total{${OPENAI}}[1m])` },
  { name: 'window-bare', of: 'window', at: 'warm', query: `sse_requests_total{${OPENAI}}[2m] offset 3m` },
  { name: 'window-restart', of: 'window', at: 'restart', query: `increase(sse_requests_total{${RESTARTED}}[5m])` },
  { name: 'window-one-sample', of: 'window', at: 'quiet', query: `rate(sse_requests_total{${OPENAI}}[10s])` },
  { name: 'window-none', of: 'window', at: 'quiet', query: 'rate(sse_requests_total{provider="gemini"}[5m])' },
  { name: 'window-far', of: 'window', at: 'target-down', query: `rate(sse_requests_total{${RESTARTED}}[10m])` },
  {
    name: 'window-zero',
    of: 'window',
    at: 'incident',
    query: 'rate(sse_errors_total{instance="sse-app:8000",provider="anthropic",type="circuit_open"}[10m])',
  },
  { name: 'window-gauge', of: 'window', at: 'quiet', query: 'delta(sse_active_connections{provider="openai"}[2m])' },
  {
    name: 'buckets',
    of: 'buckets',
    at: 'quiet',
    query: `histogram_quantile(0.95, sum by (le) (rate(${BUCKETS}{provider="openai"}[5m])))`,
  },
  {
    name: 'buckets-several',
    of: 'buckets',
    at: 'incident',
    query: `histogram_quantile(0.99, sum by (le, provider) (rate(${BUCKETS}[5m])))`,
  },
  {
    name: 'buckets-first',
    of: 'buckets',
    at: 'quiet',
    query: `histogram_quantile(0.001, sum by (le) (rate(${BUCKETS}[5m])))`,
  },
  {
    name: 'buckets-no-inf',
    of: 'buckets',
    at: 'quiet',
    query: `histogram_quantile(0.95, sum by (le) (rate(${BUCKETS}{le!="+Inf"}[5m])))`,
  },
  {
    name: 'buckets-beyond',
    of: 'buckets',
    at: 'quiet',
    query: `histogram_quantile(0.95, sum by (le) (rate(${BUCKETS}{le=~"0.1|0.25|[+]Inf"}[5m])))`,
  },
  {
    name: 'buckets-nothing',
    of: 'buckets',
    at: 'quiet',
    query: `histogram_quantile(0.95, sum by (le) (rate(${BUCKETS}{provider="mistral"}[5m])))`,
  },
  { name: 'restart', of: 'restart', at: 'restart', query: `increase(sse_requests_total{${RESTARTED}}[10m])` },
  {
    name: 'restart-gauge',
    of: 'restart',
    at: 'quiet',
    query: 'increase(sse_active_connections{provider="anthropic",instance="sse-app:8000"}[3m])',
  },
  { name: 'restart-none', of: 'restart', at: 'quiet', query: `increase(sse_requests_total{${OPENAI}}[10m])` },
  {
    name: 'matching',
    of: 'matching',
    at: 'incident',
    query:
      'rate(sse_errors_total[5m]) / ignoring (type) group_left sum without (status) (rate(sse_requests_total[5m]))',
  },
  {
    name: 'matching-empty',
    of: 'matching',
    at: 'incident',
    query: 'sum by (provider, type) (rate(sse_errors_total[5m])) / sum by (provider) (rate(sse_requests_total[5m]))',
  },
  {
    name: 'matching-many-left',
    of: 'matching',
    at: 'quiet',
    query: 'sum by (provider) (rate(sse_requests_total[5m])) / on () sum(rate(sse_requests_total[5m]))',
  },
  {
    name: 'matching-many-right',
    of: 'matching',
    at: 'quiet',
    query: 'rate(sse_errors_total[5m]) / on (provider) group_left rate(sse_requests_total[5m])',
  },
  {
    name: 'matching-info',
    of: 'matching',
    at: 'quiet',
    query: 'sum by (instance) (rate(sse_requests_total[5m])) * on (instance) group_left (version) sse_app_info',
  },
  {
    name: 'matching-info-right',
    of: 'matching',
    at: 'quiet',
    query: 'sse_app_info * on (instance) group_right (version) sum by (instance) (rate(sse_requests_total[5m]))',
  },
  {
    name: 'matching-filter',
    of: 'matching',
    at: 'incident',
    query: 'sse_active_connections > on (instance, provider) sse_circuit_breaker_state',
  },
  {
    name: 'matching-bool',
    of: 'matching',
    at: 'incident',
    query: 'sse_active_connections > bool on (instance, provider) sse_circuit_breaker_state',
  },
  { name: 'matching-and', of: 'matching', at: 'target-down', query: 'up and on (instance) sse_app_info' },
  { name: 'matching-unless', of: 'matching', at: 'target-down', query: 'up == 1 unless on (instance) sse_app_info' },
  { name: 'matching-or', of: 'matching', at: 'target-down', query: 'sse_app_info or on (instance) up' },
  {
    name: 'budget',
    of: 'budget',
    at: 'quiet',
    query: 'sum(rate(sse_requests_total{status="error"}[5m])) / sum(rate(sse_requests_total[5m])) / (1 - 0.99)',
  },
  {
    name: 'budget-kept',
    of: 'budget',
    at: 'warm',
    query: 'sum(increase(sse_requests_total{status="error"}[5m])) / sum(increase(sse_requests_total[5m])) / (1 - 0.9)',
  },
  {
    name: 'budget-none',
    of: 'budget',
    at: 'quiet',
    query: 'sum(rate(nothing_total{status="error"}[5m])) / sum(rate(nothing_total[5m])) / 0.01',
  },
];
