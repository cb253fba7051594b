/** Queries that are too long for one line, one for each way of breaking them. */
export const LONG_QUERIES: readonly string[] = [
  'sum by (instance,job) (rate(http_requests_total{job="x",instance=~"a.*"}[5m])) / on(instance) group_left(job) sum by (instance) (rate(http_requests_total[5m])) > bool 0.5 and up',
  'histogram_quantile(0.95, sum by (le, provider, instance, job) (rate(sse_request_duration_seconds_bucket{provider="openai"}[5m])))',
  'max_over_time(sum(rate(sse_requests_total{provider="openai",status="success",instance="sse-app:8000"}[5m]))[1h:1m] offset 5m)',
  '-(sum(rate(sse_requests_total{provider="openai",status="success",instance="sse-app:8000"}[5m])) + 1 + 2 + 3)',
  'topk(3, sum by (provider, status, instance, job) (rate(sse_requests_total{provider="openai",status="success"}[5m])))',
  'label_replace(rate(sse_requests_total{provider="openai",status="success"}[5m]), "dst_name", "$1-x", "src_name", "(.*)")',
  '(((sum(rate(sse_requests_total{provider="openai",status="success",instance="sse-app:8000"}[5m])) + 1)))',
  'sum without() (sse_requests_total{provider="openai",status="success",instance="sse-app:8000",job="sse-streaming"})',
  '(sum(rate(sse_requests_total{provider="openai",status="success",instance="sse-app:8000",job="a"}[5m])))[5m:1m]',
];
