import type { EmptyFinding } from '../../src/advise/empty.ts';

/** Queries that find nothing in the history of the demo service at its quiet moment, and the first thing that is certain about why. */
export const EMPTY_CASES: readonly (readonly [query: string, finding: Partial<EmptyFinding> | undefined])[] = [
  ['sse_request_total', { kind: 'unknown-metric', metric: 'sse_request_total', near: ['sse_requests_total'] }],
  ['sum(rate(sse_requests_total{providor="openai"}[5m]))', { kind: 'unknown-label', label: 'providor' }],
  [
    'up{job="sse-streaming", instance="nope"}',
    { kind: 'no-such-value', label: 'instance', matcher: 'instance="nope"' },
  ],
  ['sse_requests_total{provider="OpenAI"}', { kind: 'no-such-value', near: ['openai'] }],
  ['sse_requests_total{provider="open.*"}', { kind: 'no-such-value', meant: 'provider=~"open.*"' }],
  ['sse_requests_total{provider=~"open"}', { kind: 'no-such-value', meant: 'provider=~".*open.*"' }],
  ['up{job="prometheus", instance="sse-app:8000"}', { kind: 'no-combination' }],
  ['rate(sse_requests_total[15s])', { kind: 'short-window', windowMs: 15_000, spacingMs: 15_000 }],
  ['sum(rate(sse_requests_total[5m])) > 1000', { kind: 'filtered' }],
  ['up == 2', { kind: 'filtered', low: 1, high: 1 }],
  ['rate(sse_errors_total[5m]) / rate(sse_requests_total[5m])', { kind: 'no-pairs', operator: '/' }],
  [
    'sum(rate(sse_errors_total[5m])) / sum by (job) (rate(sse_requests_total[5m]))',
    { kind: 'no-pairs', right: { job: 'sse-streaming' } },
  ],
  ['sse_active_connections and on (status) sse_requests_total{status="x"}', { kind: 'no-such-value', label: 'status' }],
  ['up offset 1d', { kind: 'other-time', selector: 'up' }],
  ['absent(up)', { kind: 'not-absent', call: 'absent(up)' }],
  ['up unless up', undefined],
];
