import { expect, it } from 'vitest';
import { unitOf } from '../../src/advise/unit.ts';

it.each([
  ['sum(rate(sse_requests_total[5m]))', 'requests/s'],
  ['increase(sse_errors_total[1h]) > 3', 'errors'],
  ['(sum(rate(sse_errors_total[5m])) / sum(rate(sse_requests_total[5m]))) * 100', '%'],
  ['100 * sum(rate(a_errors_total[5m])) / sum(rate(b_requests_total[5m]))', undefined],
  ['sum(rate(sse_errors_total[5m])) / sum(rate(sse_requests_total[5m]))', undefined],
  ['histogram_quantile(0.5, sum by (le) (rate(sse_request_duration_seconds_bucket[5m])))', 'seconds'],
  ['rate(x_seconds_sum[5m]) / rate(x_seconds_count[5m])', 'seconds'],
  ['process_resident_memory_bytes', 'bytes'],
  ['rate(process_cpu_seconds_total[5m])', 'seconds/s'],
  ['rate(x_bucket[5m])', 'per second'],
  ['max_over_time(x_celsius[1h])', 'celsius'],
  ['quantile_over_time(0.9, x_seconds[1h])', 'seconds'],
  ['topk(3, rate(a_requests_total[5m]))', 'requests/s'],
  ['-x_bytes + y_bytes', 'bytes'],
  ['x_bytes + y_seconds', undefined],
  ['x_bytes * 2', undefined],
  ['x_bytes > bool 5', undefined],
  ['rate(rate(x_bytes_total[5m])[5m:])', undefined],
  ['count(up)', undefined],
  ['stdvar(x_seconds)', undefined],
  ['sum(sse_active_connections)', undefined],
  ['time()', undefined],
  ['{__name__="x_bytes"}', undefined],
  ['rate(', undefined],
])('%s is measured in %s', (query, unit) => {
  expect(unitOf(query)).toBe(unit);
});
