import { describe, expect, it } from 'vitest';
import type { AdviceQuestion } from '../../src/advise/context.ts';
import { DETECTORS } from '../../src/advise/detectors.ts';
import { type DiagnoseOptions, diagnose } from '../../src/advise/diagnose.ts';
import type { DetectorId, Finding, Task } from '../../src/advise/finding.ts';
import { type Row, rowsOfData } from '../../src/advise/rows.ts';
import { labelText, numberText } from '../../src/advise/words.ts';
import { COOKBOOK } from '../../src/explorer/cookbook.ts';
import { QueryError } from '../../src/model/errors.ts';
import { isEmptyResult } from '../../src/model/query-result.ts';
import { CHECKPOINT_NAMES, type CheckpointName } from '../../src/model/scenario.ts';
import { parse } from '../../src/promql/parse.ts';
import type { Source } from '../../src/source/source.ts';
import { answeredByQuery, exercisesOf } from '../../src/tutor/lesson.ts';
import { lessonsFolder, loadCourse } from '../../src/tutor/load-lessons.ts';
import {
  ADVISE_T0_MS,
  atCheckpoint,
  type MadeSeries,
  madeSource,
  scenarioSource,
  target,
} from '../helpers/advise-source.ts';

const scenario = await scenarioSource();

/** A query, and whatever else is known about it. */
type Case = {
  readonly query: string;
  readonly at?: CheckpointName;
  readonly source?: Source;
  /** What it was meant to be. */
  readonly reference?: string;
  readonly more?: Partial<AdviceQuestion>;
  /** Words of the sentence. */
  readonly says?: RegExp;
  /** What the fix is; `none` when there is to be none. */
  readonly fix?: string;
};

const HQ = 'sse_request_duration_seconds_bucket';
const RATIO =
  'sum by (provider) (rate(sse_requests_total{status="error"}[5m])) / sum by (provider) (rate(sse_requests_total[5m]))';

const counting = (name: string, from: number, step: number, count = 40): MadeSeries => ({
  labels: { __name__: name, job: 'app', instance: 'one:8000' },
  values: Array.from({ length: count }, (_, index) => from + index * step),
});
const upSeries = (value: number, instance = 'one:8000', stepMs = 15_000): MadeSeries => ({
  labels: { __name__: 'up', job: 'app', instance },
  values: Array.from({ length: 40 }, () => value),
  stepMs,
});
const users = madeSource(
  Array.from({ length: 150 }, (_, index) => ({
    labels: { __name__: 'logins', user_id: `u${index}`, job: 'app' },
    values: [index, index],
  })),
);

/** Queries that look like a mistake and are none. */
const SOUND: readonly string[] = [
  'count(sse_requests_total)',
  'sse_requests_total > 0',
  'resets(sse_requests_total[90m])',
  'time() - timestamp(sse_requests_total)',
  'absent(sse_requests_total{provider="gemini"})',
  'sum by (provider) (sse_requests_total) * 0',
  'sse_requests_total{provider="openai"}',
  'max by (provider) (histogram_quantile(0.99, sum by (provider, instance, le) (rate(sse_request_duration_seconds_bucket{provider!="mistral"}[5m]))))',
  'avg_over_time(sse_active_connections[5m])',
  'deriv(sse_active_connections[10m])',
  'sum(rate(sse_requests_total{status="success"}[5m])) / sum(rate(sse_requests_total[5m]))',
  'sum(rate(sse_requests_total[5m])) or vector(0)',
  'sum by (provider) (rate(sse_errors_total[5m])) or on () vector(0)',
  'rate(sse_requests_total{provider=~"openai|anthropic"}[1m])',
  'sum(rate(sse_request_duration_seconds_bucket{le=~"1|1.0"}[5m]))',
  'scalar(sum(up))',
  'max_over_time(sum(sse_active_connections)[30m:])',
  'irate(sse_requests_total[1m])',
  'sum without (instance) (sse_active_connections)',
  '1 - sum(rate(sse_errors_total[5m])) / sum(rate(sse_requests_total[5m]))',
  'rate(sse_requests_total[5m]) == 0',
  'sse_active_connections unless on (provider, instance) (sse_circuit_breaker_state == 2)',
];

const POSITIVE: { readonly [K in DetectorId]?: readonly Case[] } = {
  M01: [
    {
      query: 'sum by (provider) (sse_requests_total)',
      says: /is a counter/,
      fix: 'sum by (provider) (rate(sse_requests_total[5m]))',
    },
    { query: 'sse_errors_total > 10' },
    {
      query: 'sum(sse_errors_total) / sum(sse_requests_total) * 100',
      fix: 'sum(rate(sse_errors_total[5m])) / sum(rate(sse_requests_total[5m])) * 100',
    },
    { query: 'avg by (provider) (sse_request_duration_seconds_sum)' },
    { query: 'sse_requests_total', reference: 'rate(sse_requests_total[5m])' },
    { query: 'sum_over_time(sse_requests_total[5m])', says: /readings/, fix: 'increase(sse_requests_total[5m])' },
    { query: 'topk(1, sse_requests_total)' },
  ],
  M02: [
    { query: 'rate(sse_active_connections[10m])', says: /it is a gauge/, fix: 'deriv(sse_active_connections[10m])' },
    { query: 'increase(sse_active_connections[10m])', fix: 'delta(sse_active_connections[10m])' },
    {
      query: 'delta(sse_requests_total[5m])',
      at: 'restart',
      says: /here it says -/,
      fix: 'increase(sse_requests_total[5m])',
    },
    { query: 'deriv(sse_requests_total[5m])' },
    {
      query: 'rate(waves[5m])',
      source: madeSource([
        { labels: { __name__: 'waves' }, values: Array.from({ length: 100 }, (_, index) => 10 + (index % 2)) },
      ]),
      says: /goes up and down, as a gauge does/,
    },
  ],
  M03: [
    {
      query: 'rate(sum by (provider) (sse_requests_total)[5m])',
      fix: 'sum by (provider) (rate(sse_requests_total[5m]))',
    },
    {
      query: 'rate(sum(sse_requests_total)[5m:15s])',
      at: 'restart',
      says: /is made first/,
      fix: 'sum(rate(sse_requests_total[5m]))',
    },
    { query: 'increase((sse_requests_total + sse_requests_total)[5m:15s])', says: /is made first/ },
    {
      query: 'rate(job:app:sum[5m])',
      source: madeSource([counting('job:app:sum', 0, 5)], [], { 'job:app:sum': 'sum by (job) (app_total)' }),
      says: /is recorded as a sum/,
    },
    {
      query: 'rate(job:app:rate5m[5m])',
      source: madeSource([counting('job:app:rate5m', 0, 5)], [], {
        'job:app:rate5m': 'sum by (job) (rate(app_total[5m]))',
      }),
      says: /is a rate already/,
    },
  ],
  M04: [
    { query: 'rate(sse_requests_total)', fix: 'rate(sse_requests_total[5m])' },
    {
      query: 'sum(rate(sse_errors_total{provider="anthropic"}))',
      fix: 'sum(rate(sse_errors_total{provider="anthropic"}[5m]))',
    },
    {
      query: 'delta(sse_active_connections)',
      reference: 'delta(sse_active_connections[10m])',
      says: /\[10m\]/,
      fix: 'delta(sse_active_connections[10m])',
    },
    { query: 'avg_over_time(up{job="sse-streaming"})', fix: 'avg_over_time(up{job="sse-streaming"}[5m])' },
  ],
  M05: [
    { query: 'sum(sse_requests_total[5m])', fix: 'sum(rate(sse_requests_total[5m]))' },
    { query: 'sum(sse_active_connections[5m])', fix: 'sum(sse_active_connections)' },
    { query: 'sse_requests_total[5m] * 2', fix: 'rate(sse_requests_total[5m]) * 2' },
    {
      query: 'sse_active_connections[5m]',
      reference: 'sse_active_connections',
      says: /20 samples/,
      fix: 'sse_active_connections',
    },
  ],
  M06: [
    { query: 'rate(sse_requests_total[5])', says: /means seconds: 5 seconds/ },
    { query: 'rate(sse_requests_total[15s])', fix: 'rate(sse_requests_total[1m])' },
    { query: 'sum(rate(sse_requests_total[20s]))', says: /come and go/ },
  ],
  M07: [{ query: 'increase(sse_errors_total{provider="anthropic"}[5m])', at: 'incident', says: /estimate/ }],
  M08: [
    {
      query: 'increase(late_total[5m])',
      source: madeSource([counting('late_total', 7, 0, 8)]),
      says: /already stands at 7/,
    },
  ],
  M09: [
    {
      query: 'sse_requests_total - sse_requests_total offset 5m',
      at: 'restart',
      says: /here the difference is -/,
      fix: 'increase(sse_requests_total[5m])',
    },
    { query: 'sum(sse_requests_total - sse_requests_total offset 5m)', says: /in the last day/ },
  ],
  M10: [
    {
      query: 'irate(sse_requests_total[5m])',
      reference: 'rate(sse_requests_total[5m])',
      fix: 'rate(sse_requests_total[5m])',
    },
    { query: 'avg_over_time(sum(irate(sse_requests_total[1m]))[10m:15s])' },
    { query: 'sum(irate(sse_requests_total[5m])) > 1', more: { use: 'alert' } },
  ],
  M11: [
    {
      query: `histogram_quantile(0.99, sum by (provider) (rate(${HQ}[5m])))`,
      fix: `histogram_quantile(0.99, sum by (provider, le) (rate(${HQ}[5m])))`,
    },
    { query: `histogram_quantile(0.99, sum(rate(${HQ}[5m])))`, says: /`by \(le\)`/ },
    {
      query: `histogram_quantile(0.99, sum without (le) (rate(${HQ}[5m])))`,
      fix: `histogram_quantile(0.99, sum without () (rate(${HQ}[5m])))`,
    },
  ],
  M12: [
    { query: `histogram_quantile(0.99, ${HQ})`, says: /since the processes started/ },
    {
      query: `histogram_quantile(0.99, sum by (le) (${HQ}))`,
      fix: `histogram_quantile(0.99, sum by (le) (rate(${HQ}[5m])))`,
    },
    {
      query: `histogram_quantile(99, sum by (provider, le) (rate(${HQ}[5m])))`,
      fix: `histogram_quantile(0.99, sum by (provider, le) (rate(${HQ}[5m])))`,
    },
    {
      query: 'histogram_quantile(0.99, sum by (provider, le) (rate(sse_request_duration_seconds_count[5m])))',
      says: /has no buckets/,
    },
    {
      query: `histogram_quantile(sum by (le) (rate(${HQ}[5m])), 0.99)`,
      fix: `histogram_quantile(0.99, sum by (le) (rate(${HQ}[5m])))`,
    },
    { query: `quantile(0.95, ${HQ})`, says: /ranks series/ },
    { query: 'histogram_quantile(0.9, rate({__name__="sse_requests_total"}[5m]))', says: /needs the label `le`/ },
  ],
  M13: [{ query: `histogram_quantile(0.99, sum by (provider, le) (rate(${HQ}[5m])))`, says: /mistral.*NaN/ }],
  M14: [
    {
      query: `histogram_quantile(0.99, sum by (provider, le) (rate(${HQ}[5m])))`,
      at: 'incident',
      says: /^10 is the bound/,
    },
  ],
  M15: [
    {
      query: `avg(histogram_quantile(0.99, sum by (provider, le) (rate(${HQ}{provider!="mistral"}[5m]))))`,
      at: 'incident',
      says: /cannot be averaged/,
    },
    {
      query: `sum by (provider) (histogram_quantile(0.99, rate(${HQ}[5m])))`,
      says: /cannot be added/,
      fix: `histogram_quantile(0.99, sum by (provider, le) (rate(${HQ}[5m])))`,
    },
    { query: 'avg(sse_first_token_seconds{quantile="0.99"})', says: /no percentile/ },
    { query: `avg(${RATIO})`, says: /average of ratios/ },
    {
      query: `max(histogram_quantile(0.95, sum by (provider, le) (rate(${HQ}{provider!="mistral"}[5m]))))`,
      reference: `histogram_quantile(0.95, sum by (le) (rate(${HQ}[5m])))`,
    },
  ],
  M16: [
    {
      query: 'sum(rate(sse_errors_total[5m])) / sum by (provider) (rate(sse_requests_total[5m]))',
      fix: 'sum by (provider) (rate(sse_errors_total[5m])) / sum by (provider) (rate(sse_requests_total[5m]))',
    },
    {
      query: 'sum by (provider) (rate(sse_errors_total[5m])) / sum(rate(sse_requests_total[5m]))',
      fix: 'sum by (provider) (rate(sse_errors_total[5m])) / ignoring (provider) group_left sum(rate(sse_requests_total[5m]))',
    },
    {
      query: 'rate(sse_errors_total[5m]) / rate(sse_requests_total[5m])',
      says: /only the left side has `type`, only the right side has `status`/,
    },
    {
      query: 'rate(sse_errors_total[5m]) / sum without (status) (rate(sse_requests_total[5m]))',
      fix: 'rate(sse_errors_total[5m]) / ignoring (type) group_left sum without (status) (rate(sse_requests_total[5m]))',
    },
    { query: 'sum(rate(sse_errors_total[5m])) / sum by (provider) (rate(sse_requests_total[5m]))' },
    {
      query: 'sse_active_connections / on (instance, version) sse_app_info',
      says: /only the right side has `version`/,
    },
  ],
  M17: [
    {
      query: 'rate(sse_errors_total[5m]) / on (provider) group_left rate(sse_requests_total[5m])',
      says: /On the right/,
    },
    {
      query:
        'rate(sse_errors_total[5m]) / ignoring (type) group_right sum without (status) (rate(sse_requests_total[5m]))',
      fix: 'rate(sse_errors_total[5m]) / ignoring (type) group_left sum without (status) (rate(sse_requests_total[5m]))',
    },
    {
      query: 'sum by (provider) (rate(sse_requests_total[5m])) / on () sum(rate(sse_requests_total[5m]))',
      fix: 'sum by (provider) (rate(sse_requests_total[5m])) / on () group_left sum(rate(sse_requests_total[5m]))',
    },
  ],
  M18: [
    {
      query: 'rate(sse_requests_total{status="error"}[5m]) / rate(sse_requests_total[5m])',
      at: 'incident',
      says: /meets only itself/,
    },
    {
      query: 'sum(rate(sse_errors_total[5m])) / sum(rate(sse_requests_total{status="success"}[5m])) * 100',
      at: 'incident',
      reference: 'sum(rate(sse_errors_total[5m])) / sum(rate(sse_requests_total[5m])) * 100',
      says: /is filtered to `status="success"`/,
    },
  ],
  M19: [
    { query: `sum(${RATIO})`, says: /makes the whole `sum\(\)` NaN/ },
    { query: 'sse_active_connections / (sse_circuit_breaker_state * 0)', at: 'incident', says: /\+Inf|NaN/ },
  ],
  M20: [
    {
      query: 'sum by (provider) (rate(sse_errors_total[5m])) or vector(0)',
      says: /row `\{\}` of its own/,
      fix: 'sum by (provider) (rate(sse_errors_total[5m])) or on () vector(0)',
    },
    {
      query: 'count(sse_circuit_breaker_state == 2)',
      says: /the count of no rows/,
      fix: 'sum(sse_circuit_breaker_state == bool 2)',
    },
    { query: 'sum(sse_circuit_breaker_state == 2)', fix: 'sum(sse_circuit_breaker_state == bool 2)' },
    { query: 'up > 5', says: /No row passes/ },
  ],
  M21: [
    {
      query: 'absent(sum(sse_circuit_breaker_state{provider="gemini"}))',
      fix: 'absent(sse_circuit_breaker_state{provider="gemini"})',
    },
    { query: 'absent(up{job="sse-streaming"})', says: /2 series are/ },
    { query: 'sse_circuit_breaker_state{provider="gemini"} == 0', more: { use: 'alert' }, says: /never fires/ },
  ],
  M22: [
    {
      query: 'sse_requests_total{provider="openai|anthropic"}',
      fix: 'sse_requests_total{provider=~"openai|anthropic"}',
    },
    { query: 'sse_requests_total{provider=~"open"}', fix: 'sse_requests_total{provider=~".*open.*"}' },
    {
      query: 'sse_requests_total{provider=~"openai,anthropic"}',
      fix: 'sse_requests_total{provider=~"openai|anthropic"}',
    },
    {
      query: 'sse_requests_total{provider=~"open|anthropic"}',
      says: /only a part of "openai"/,
      fix: 'sse_requests_total{provider=~"openai|anthropic"}',
    },
    {
      query: 'sse_requests_total{provider="openai",provider="anthropic"}',
      fix: 'sse_requests_total{provider=~"openai|anthropic"}',
    },
    { query: 'rate(sse_requests_total{status="err.*"}[5m])', fix: 'rate(sse_requests_total{status=~"err.*"}[5m])' },
  ],
  M23: [
    { query: 'sse_active_connection', fix: 'sse_active_connections' },
    { query: 'sum(rate(sse_request_total[5m]))', fix: 'sum(rate(sse_requests_total[5m]))' },
    { query: 'sse_requests_total{provder="openai"}', fix: 'sse_requests_total{provider="openai"}' },
    { query: 'sse_requests_total{provider="opnai"}', fix: 'sse_requests_total{provider="openai"}' },
    {
      query: 'sse_requests_total{provider="OpenAI"}',
      says: /Capital letters/,
      fix: 'sse_requests_total{provider="openai"}',
    },
    { query: 'sse_request_duration_seconds', says: /is stored as/ },
    { query: 'sse_active_connections{circuit_breaker_state!="2"}', says: /keeps all 6 rows/ },
    { query: 'sum by (provder) (sse_active_connections)', fix: 'sum by (provider) (sse_active_connections)' },
    { query: 'sum by (version) (rate(sse_requests_total[5m]))', says: /No row inside has `version`/ },
    { query: '{job="sse"}', says: /matches nothing/ },
    { query: 'up{job="prometheus", instance="sse-app:8000"}', says: /finds rows when the other is left out/ },
  ],
  M24: [
    { query: 'up = 0', fix: 'up == 0' },
    { query: 'sse_requests_total{provider=openai}', fix: 'sse_requests_total{provider="openai"}' },
    { query: 'up && up', fix: 'up and up' },
    { query: 'sum(up) by job', fix: 'sum(up) by (job)' },
    { query: 'rates(sse_requests_total[5m])', fix: 'rate(sse_requests_total[5m])' },
    { query: 'topk(sse_active_connections, 1)', fix: 'topk(1, sse_active_connections)' },
    { query: 'SELECT * FROM up', fix: 'up' },
    { query: 'sum(up', fix: 'sum(up)' },
  ],
  M25: [
    { query: 'up == bool 0', reference: 'up == 0', at: 'target-down', says: /keeps every row/ },
    { query: 'sse_circuit_breaker_state == 2', reference: 'sse_circuit_breaker_state == bool 2', says: /is a filter/ },
    { query: `${RATIO} != NaN`, says: /NaN is equal to nothing/ },
    { query: 'sum(rate(sse_requests_total[5m])) == 5', says: /hardly ever equal/ },
    { query: RATIO, reference: `${RATIO} > 0.05`, says: /In an alert each of them fires/ },
  ],
  M26: [
    {
      query: '(sum by (provider) (sse_active_connections) >= 0) and sse_circuit_breaker_state',
      says: /no two have the same labels/,
      fix: '(sum by (provider) (sse_active_connections) >= 0) and on (provider) sse_circuit_breaker_state',
    },
    { query: 'up and on (colour) sse_app_info', says: /No row of either side has `colour`/ },
    {
      query: 'sse_circuit_breaker_state and on (provider) sum by (provider) (sse_active_connections)',
      reference: 'sum by (provider) (sse_active_connections) and on (provider) sse_circuit_breaker_state',
      says: /keeps rows of the LEFT side/,
    },
  ],
  M27: [
    { query: 'rate(sse_requests_total[1m]) offset 5m', fix: 'rate(sse_requests_total[1m] offset 5m)' },
    { query: 'rate(sse_requests_total offset 5m [1m])', fix: 'rate(sse_requests_total[1m] offset 5m)' },
    {
      query: 'sum(rate(sse_requests_total[5m])) / sum(rate(sse_requests_total[5m])) offset 30m',
      fix: 'sum(rate(sse_requests_total[5m])) / sum(rate(sse_requests_total[5m] offset 30m))',
    },
  ],
  M28: [
    {
      query: 'gone',
      source: madeSource([{ labels: { __name__: 'gone' }, values: Array.from({ length: 60 }, () => 1) }]),
      more: { timeMs: ADVISE_T0_MS + 600_000 },
      says: /its last one is 10 minutes old/,
    },
    {
      query: 'gone',
      source: madeSource([{ labels: { __name__: 'gone' }, values: [1, 1] }]),
      more: { timeMs: ADVISE_T0_MS + 120_000 },
      says: /for 120 seconds/,
    },
    { query: 'sse_active_connections', at: 'target-down', says: /`sse-app-2:8000` has no row/ },
  ],
  M29: [
    { query: 'rate(sse_requests_total[1m])', more: ranged(600_000), says: /10 % of the time/ },
    { query: 'sort_desc(sse_active_connections)', more: ranged(15_000), says: /no effect in a graph/ },
  ],
  M30: [
    {
      query: 'app_requests_total',
      source: madeSource(
        [upSeries(0)],
        [
          target({
            health: 'down',
            lastError: 'Get "http://one:8000/metrics": dial tcp 127.0.0.1:8000: connect: connection refused',
          }),
        ],
      ),
      more: { live: true },
      says: /`one:8000` is down.*itself/,
    },
  ],
  M31: [
    {
      query: 'up',
      source: madeSource([upSeries(1)]),
      more: { live: true, clockMs: ADVISE_T0_MS - 300_000 },
      says: /300 seconds ahead/,
    },
    {
      query: 'up',
      source: madeSource([upSeries(1)]),
      more: { live: true, clockMs: ADVISE_T0_MS + 200_000 },
      says: /200 seconds behind/,
    },
  ],
  M32: [
    { query: 'max(sse_active_connections[30m])', fix: 'max_over_time(sse_active_connections[30m])' },
    { query: 'avg(up{job="sse-streaming"}[1h])', fix: 'avg_over_time(up{job="sse-streaming"}[1h])' },
    { query: 'min(up)', reference: 'min_over_time(up[30m])', says: /across rows/ },
    {
      query: 'sum_over_time(sse_active_connections[5m])',
      reference: 'sum(sse_active_connections)',
      says: /along time/,
    },
  ],
  M33: [
    { query: 'sum(sse_active_connections) / scalar(up)', says: /there are 3/ },
    { query: 'sum(sse_active_connections) / scalar(nope)', says: /there is none/ },
  ],
  M34: [
    {
      query: 'increase(sse_requests_total[5m])',
      reference: 'rate(sse_requests_total[5m])',
      says: /300 times too large/,
    },
    {
      query: 'sum(rate(sse_errors_total[5m]))',
      reference: 'sum(rate(sse_errors_total[5m])) * 60',
      says: /60 times too small/,
    },
    { query: RATIO, reference: `100 * ${RATIO}`, says: /100 times too small/ },
  ],
  M35: [
    {
      query: 'rate(app_total[1m])',
      source: madeSource(
        [upSeries(1, 'one:8000', 60_000), { ...counting('app_total', 0, 5), stepMs: 60_000 }],
        [target({ scrapeIntervalMs: 60_000 })],
      ),
      more: { live: true, timeMs: ADVISE_T0_MS - 1000 },
      says: /once a minute/,
    },
  ],
  M36: [{ query: 'logins', source: users, says: /`user_id` has 150 values/ }],
  M37: [
    { query: `sum(rate(${HQ}{le="1"}[5m]))`, fix: `sum(rate(${HQ}{le="1.0"}[5m]))` },
    { query: `${HQ}{le="0.50"}`, fix: `${HQ}{le="0.5"}` },
    { query: `sum(rate(${HQ}{le=~"0.5|1"}[5m]))`, fix: `sum(rate(${HQ}{le=~"0.5|1.0"}[5m]))` },
  ],
  M38: [
    {
      query: 'sum(rate(sse_errors_total[5m])) / sum(rate(sse_requests_total[5m])) / 1 - 0.99',
      fix: 'sum(rate(sse_errors_total[5m])) / sum(rate(sse_requests_total[5m])) / (1 - 0.99)',
    },
    {
      query: '(1 - sum(rate(sse_errors_total[1h])) / sum(rate(sse_requests_total[1h]))) / 0.01',
      reference: '1 - sum(rate(sse_errors_total[1h])) / sum(rate(sse_requests_total[1h])) / 0.01',
      says: /brackets stand elsewhere/,
    },
  ],
  M39: [
    {
      query: 'max_over_time(sum(sse_active_connections)[30m])',
      fix: 'max_over_time(sum(sse_active_connections)[30m:15s])',
    },
    {
      query: 'max_over_time(sum(sse_active_connections[30m:15s]))',
      fix: 'max_over_time(sum(sse_active_connections)[30m:15s])',
    },
    {
      query: 'max_over_time(sum(sse_active_connections)[30m:])',
      reference: 'max_over_time(sum(sse_active_connections)[30m:15s])',
      says: /at the default step: 30 times/,
    },
  ],
  M40: [
    {
      query: 'app_requests_total',
      source: madeSource(
        [upSeries(0)],
        [target({ health: 'down', lastError: 'expected a valid start token, got "<" ("INVALID") while parsing: "<"' })],
      ),
      more: { live: true },
      says: /gives a web page/,
    },
  ],
};

function ranged(stepMs: number): Partial<AdviceQuestion> {
  return { use: 'graph', range: { startMs: ADVISE_T0_MS - 3_600_000, endMs: ADVISE_T0_MS, stepMs } };
}

async function find(id: DetectorId, one: Case, options: DiagnoseOptions = {}): Promise<Finding | undefined> {
  const question = await questionOf(one);
  const [finding] = await diagnose(question, { only: [id], voices: ['first', 'empty', 'asked'], ...options });
  return finding;
}

async function questionOf({
  query,
  at = 'quiet',
  source = scenario,
  reference,
  more = {},
}: Case): Promise<AdviceQuestion> {
  const timeMs = more.timeMs ?? (source === scenario ? atCheckpoint(at) : ADVISE_T0_MS);
  const task = reference === undefined ? {} : { task: await taskOf(query, reference, source) };
  return { query, source, timeMs, ...(more.live ? {} : { intervalMs: 15_000 }), ...task, ...more };
}

async function taskOf(query: string, reference: string, source: Source): Promise<Task> {
  const parsed = parse(reference);
  const expr = parsed.kind === 'ok' ? parsed.expr : undefined;
  if (parse(query).kind === 'error') return { reference, expr, compared: [] };
  const compared = await Promise.all(
    CHECKPOINT_NAMES.map(async (name) => {
      const timeMs = atCheckpoint(name);
      const [answer, wanted] = [await source.instant(query, { timeMs }), await source.instant(reference, { timeMs })];
      const [a, b] = [rowsOfData(answer.data), rowsOfData(wanted.data)];
      const keys = (rows: readonly Row[]) => rows.map(({ labels }) => labelText(labels)).join();
      const pairs =
        keys(a) === keys(b)
          ? a.map((row, index) => ({ answer: row.value, reference: b[index]?.value ?? 0 }))
          : undefined;
      return { timeMs, equal: false, answer: answer.data, reference: wanted.data, pairs };
    }),
  );
  return { reference, expr, compared };
}

const cases = (Object.entries(POSITIVE) as [DetectorId, readonly Case[]][]).flatMap(([id, list]) =>
  list.map((one) => [id, one.query, one] as const),
);

describe('a target that is down', () => {
  const refused = 'Get "http://one:8000/metrics": dial tcp 10.0.0.1:8000: connect: connection refused';
  const other = { __name__: 'go_goroutines', job: 'other', instance: 'two:9100' };
  const down = target({ health: 'down', lastError: refused });
  const source = madeSource([upSeries(0), { labels: other, values: [7, 7, 7] }], [down]);
  const heard = (query: string) =>
    diagnose({ query, source, timeMs: ADVISE_T0_MS, live: true }, { voices: ['first', 'empty', 'asked'] });

  it.each(['go_goroutines', 'rate(go_goroutines{job="other"}[5m])'])('is no matter of %s', async (query) => {
    const ids = (await heard(query)).map(({ id }) => id);
    expect(ids).not.toContain('M28');
    expect(ids).not.toContain('M30');
  });

  it('is no reason why a query is refused', async () => {
    const ids = (await heard('max(up, go_goroutines)')).map(({ id }) => id);
    expect(ids).not.toContain('M30');
  });
});

describe('the table', () => {
  it('has every mistake once, M01 and on without a gap, and a positive case for each', () => {
    const ids = Array.from({ length: DETECTORS.length }, (_, index) => `M${String(index + 1).padStart(2, '0')}`);
    expect(DETECTORS.map(({ id }) => id)).toEqual(ids);
    expect(Object.keys(POSITIVE)).toEqual(ids);
  });
});

describe('what each detector finds', () => {
  it.each(cases)('%s in %s', async (id, _query, one) => {
    const finding = await find(id, one);
    expect(finding?.id).toBe(id);
    if (one.says !== undefined) expect(finding?.sentence).toMatch(one.says);
    if (one.fix !== undefined) expect(finding?.fix?.query).toBe(one.fix);
  });

  it.each(cases)('%s: the evidence for %s is what anybody gets who asks', async (id, _query, one) => {
    const finding = await find(id, one);
    if (finding === undefined) throw new Error('nothing found');
    const source = one.source ?? scenario;
    const given: Row[] = [];
    for (const { query, timeMs, rows } of finding.evidence) {
      expect(rows.length, query).toBeGreaterThan(0);
      const again = rowsOfData((await source.instant(query, { timeMs })).data);
      for (const row of rows) expect(again, query).toContainEqual(row);
      given.push(...again);
    }
    // Refusals are proved by Prometheus' own words, ranges by their numbers, names by the lists they come from.
    const proved = finding.evidence.length > 0 || (finding.facts ?? []).length > 0;
    const refused = (await outcome(one)) === 'refused';
    const contradicts = /no row has two values/.test(finding.sentence);
    expect(proved || refused || contradicts).toBe(true);
    expect(unproved(finding, one, given)).toEqual([]);
  });

  it.each(cases)('%s: the fix for %s runs and mends it', async (id, _query, one) => {
    const finding = await find(id, one);
    if (finding?.fix === undefined) return;
    expect(parse(finding.fix.query).kind).toBe('ok');
    const question = await questionOf({ ...one, query: finding.fix.query });
    const { data } = await question.source.instant(finding.fix.query, { timeMs: question.timeMs });
    expect(isEmptyResult(data) && (await outcome(one)) === 'empty').toBe(false);
    const { task: _, ...bare } = question;
    expect((await diagnose(bare, { only: [id], voices: ['first', 'empty'] })).map(({ sentence }) => sentence)).toEqual(
      [],
    );
  });
});

/** Numbers of a sentence that neither the evidence nor the query nor the facts give. */
function unproved({ sentence, evidence, facts = [] }: Finding, one: Case, rows: readonly Row[]): readonly string[] {
  const words = sentence.replace(/`[^`]*`/g, '').replace(/"[^"]*"/g, '');
  const numbers = words.match(/(?<![\w.:/])[+-]?\d+(?:\.\d+)?(?:e[+-]\d+)?/g) ?? [];
  const values = rows.flatMap(({ value }) => (typeof value === 'number' ? [value] : []));
  const ages = values.map((value) => (evidence[0]?.timeMs ?? 0) / 1000 - value);
  const shown = [...values, ...ages, ...ages.map((age) => age / 60), ...values.map((value) => 300 / value)];
  const clock = (one.more?.clockMs ?? 0) / 1000;
  const known = new Set([
    ...shown.flatMap((value) => [numberText(value), numberText(Math.round(value))]),
    ...values.map((value) => numberText(Math.abs(Math.round(value - clock)))),
    ...[rows.length, ...evidence.map((item) => item.rows.length)].map(String),
    ...(one.query.match(/\d+(?:\.\d+)?/g) ?? []),
    ...(facts.join(' ').match(/\d+(?:\.\d+)?/g) ?? []),
    ...CONSTANTS,
  ]);
  return numbers.filter((number) => !known.has(number));
}

/** Numbers that belong to the wording: five minutes, 0 to 1, Prometheus 3, units, the interval and the limit that are known. */
const CONSTANTS = ['0', '1', '2', '3', '5', '15', '100', '300', '60', '0.99', '10'];

async function outcome(one: Case): Promise<'refused' | 'empty' | 'rows'> {
  const { reference: _, ...bare } = one;
  const question = await questionOf(bare);
  try {
    const { data } = await question.source.instant(one.query, { timeMs: question.timeMs });
    return isEmptyResult(data) ? 'empty' : 'rows';
  } catch (error) {
    if (error instanceof QueryError) return 'refused';
    throw error;
  }
}

/** Prometheus answers all of these without a word. */
describe('what Prometheus is silent about', () => {
  const empty: readonly [string, string, DetectorId][] = [
    ['a metric that does not exist', 'sse_request_total', 'M23'],
    ['a label that does not exist', 'sse_requests_total{providor="openai"}', 'M23'],
    ['a value that does not exist', 'sse_requests_total{provider="OpenAI"}', 'M23'],
    ['a pattern with =', 'sse_requests_total{provider="open.*"}', 'M22'],
    ['a pattern for a part', 'sse_requests_total{provider=~"open"}', 'M22'],
    ['a window of one sample', 'rate(sse_requests_total[15s])', 'M06'],
    ['other label sets', 'rate(sse_errors_total[5m]) / rate(sse_requests_total[5m])', 'M16'],
    ['a sum by a label', 'sum(sse_active_connections) / sum by (job) (sse_circuit_breaker_state)', 'M16'],
    ['divided by nothing', 'sum(sse_active_connections) / sum(missing)', 'M23'],
    ['no bucket metric', 'histogram_quantile(0.9, rate(sse_request_duration_seconds[5m]))', 'M12'],
    [
      'on a label that is gone',
      'sum(sse_active_connections) / on (provider) sum by (provider) (sse_circuit_breaker_state)',
      'M16',
    ],
    ['a comparison that nothing passes', 'sum(rate(sse_requests_total[5m])) > 1000', 'M20'],
  ];
  it.each(empty)('and empty: %s', async (_name, query, id) => {
    expect(await outcome({ query })).toBe('empty');
    const [finding] = await diagnose(await questionOf({ query }), { most: 1 });
    expect(finding?.id).toBe(id);
  });

  const plausible: readonly [string, Case, DetectorId][] = [
    ['a rate of a sum', { query: 'rate(sum(sse_requests_total)[1m:15s])' }, 'M03'],
    ['a percentile of all time', { query: `histogram_quantile(0.99, ${HQ})` }, 'M12'],
    ['an average of quantiles', { query: 'avg by (provider) (sse_first_token_seconds{quantile="0.99"})' }, 'M15'],
    ['a sum by a label that nobody has', { query: 'sum by (colour) (sse_active_connections)' }, 'M23'],
    ['delta of a counter', { query: 'delta(sse_requests_total[5m])' }, 'M02'],
    ['deriv of a counter', { query: 'deriv(sse_requests_total[5m])' }, 'M02'],
    ['and on a label that nobody has', { query: 'up and on (colour) sse_app_info' }, 'M26'],
    ['a raw counter', { query: 'sum(sse_requests_total)' }, 'M01'],
    ['sorted in a graph', { query: 'sort(sse_active_connections)', more: ranged(15_000) }, 'M29'],
    ['a rate of a gauge', { query: 'rate(sse_active_connections[5m])' }, 'M02'],
  ];
  it.each(plausible)('and full of numbers: %s', async (_name, one, id) => {
    expect(await outcome(one)).toBe('rows');
    const [finding] = await diagnose(await questionOf(one), { most: 1 });
    expect(finding?.id).toBe(id);
  });

  it('does not ask for a rate where the task reads the counter as it stands', async () => {
    const reference = 'sse_requests_total{provider="openai"}';
    const found = await diagnose(await questionOf({ query: `sum(${reference})`, reference }));
    expect(found.map(({ id }) => id)).not.toContain('M01');
  });

  it('says what is refused once', async () => {
    const query = 'rate(sse_errors_total[5m]) / on (provider) group_left rate(sse_requests_total[5m])';
    expect((await diagnose(await questionOf({ query }))).map(({ id }) => id)).toEqual(['M17']);
  });

  it('asks at most ten questions for each detector', async () => {
    let asked = 0;
    const counting: Source = {
      ...scenario,
      instant: (query, options) => {
        asked++;
        return scenario.instant(query, options);
      },
    };
    const query =
      'sum(rate(sse_errors_total{provider="nobody",type="x"}[5m])) / sum(rate(sse_requests_total{status="y"}[5m]))';
    for (const { id } of DETECTORS) {
      asked = 0;
      await diagnose(
        { ...(await questionOf({ query })), source: counting },
        { only: [id], voices: ['first', 'empty', 'asked'] },
      );
      // One for the query itself, and one to see whether the fix runs.
      expect([id, asked <= 12]).toEqual([id, true]);
    }
  });
});

describe('sound queries', () => {
  const course = loadCourse(lessonsFolder());
  const right = course.lessons
    .flatMap(exercisesOf)
    .filter(answeredByQuery)
    .flatMap(({ reference, accept }) => [reference, ...accept]);
  const queries = [...new Set([...right, ...COOKBOOK.map(({ better }) => better.query), ...SOUND])];

  it.each(queries)('%s raises no alarm', async (query) => {
    for (const at of CHECKPOINT_NAMES) {
      const findings = await diagnose(await questionOf({ query, at }), { voices: ['first'] });
      expect(findings.map(({ id, sentence }) => `${at}: ${id} ${sentence}`)).toEqual([]);
    }
  });
});
