import type { Culprit } from '../../src/advise/culprit.ts';
import type { DetectorId } from '../../src/advise/finding.ts';

/** What is said of a query that gives nothing: the detector, what empties it, and words of the sentence or the whole fix. */
export type EmptyCase = {
  readonly id: DetectorId;
  readonly culprit?: Culprit['kind'];
  readonly says: string;
  readonly fix?: string;
};

/** Queries that find nothing in the history of the demo service at its quiet moment, and what is certain about why. */
export const EMPTY_CASES: readonly (readonly [query: string, found: EmptyCase])[] = [
  [
    'sse_request_total',
    { id: 'M23', culprit: 'metric', says: 'There is no metric `sse_request_total`', fix: 'sse_requests_total' },
  ],
  [
    'sum(rate(sse_requests_total{providor="openai"}[5m]))',
    {
      id: 'M23',
      culprit: 'label',
      says: 'has no label `providor`',
      fix: 'sum(rate(sse_requests_total{provider="openai"}[5m]))',
    },
  ],
  [
    'up{job="sse-streaming", instance="nope"}',
    { id: 'M23', culprit: 'value', says: '`instance="nope"` matches nothing' },
  ],
  [
    'sse_requests_total{provider="OpenAI"}',
    { id: 'M23', culprit: 'value', says: 'Capital letters count', fix: 'sse_requests_total{provider="openai"}' },
  ],
  [
    'sse_requests_total{provider="open.*"}',
    { id: 'M22', culprit: 'pattern', says: 'literally', fix: 'sse_requests_total{provider=~"open.*"}' },
  ],
  [
    'sse_requests_total{provider=~"open"}',
    { id: 'M22', culprit: 'pattern', says: 'the WHOLE value', fix: 'sse_requests_total{provider=~".*open.*"}' },
  ],
  [
    'up{job="prometheus", instance="sse-app:8000"}',
    { id: 'M23', culprit: 'combination', says: 'finds rows when the other is left out' },
  ],
  [
    'rate(sse_requests_total[15s])',
    { id: 'M06', culprit: 'window', says: 'it holds 1 sample of any row', fix: 'rate(sse_requests_total[1m])' },
  ],
  ['sum(rate(sse_requests_total[5m])) > 1000', { id: 'M20', culprit: 'filter', says: '`> 1000`: the value is ' }],
  ['up == 2', { id: 'M20', culprit: 'filter', says: 'the values are all 1' }],
  [
    'rate(sse_errors_total[5m]) / rate(sse_requests_total[5m])',
    { id: 'M16', culprit: 'pairs', says: 'only the left side has `type`, only the right side has `status`' },
  ],
  [
    'sum(rate(sse_errors_total[5m])) / sum by (job) (rate(sse_requests_total[5m]))',
    { id: 'M16', culprit: 'pairs', says: 'only the right side has `job`' },
  ],
  [
    'sse_active_connections and on (status) sse_requests_total{status="x"}',
    { id: 'M23', culprit: 'value', says: '`status="x"` matches nothing' },
  ],
  ['up offset 1d', { id: 'M28', culprit: 'elsewhen', says: 'no sample 1 day earlier, where `offset 1d` looks' }],
  ['absent(up)', { id: 'M21', culprit: 'present', says: 'answers only when nothing is there, and 3 series are' }],
  ['up unless up', { id: 'M26', culprit: 'removed', says: 'all 3 rows there have one' }],
  [
    'histogram_quantile(0.9, sum by (provider) (rate(sse_request_duration_seconds_bucket[5m])))',
    {
      id: 'M11',
      culprit: 'buckets',
      says: 'has dropped it',
      fix: 'histogram_quantile(0.9, sum by (provider, le) (rate(sse_request_duration_seconds_bucket[5m])))',
    },
  ],
];
