import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/lib/nearest.ts';

const metrics = ['sse_active_connections', 'sse_errors_total', 'sse_requests_total', 'up'];

describe('nearest', () => {
  it.each([
    ['sse_requests', ['provider:sse_requests:rate5m', 'sse_requests_total'], 'sse_requests_total'],
    ['sse-app', ['sse-app-2:8000', 'sse-app:8000'], 'sse-app:8000'],
    ['requests_total', ['sse_requests_total_seconds', 'sse_requests_total'], 'sse_requests_total'],
  ])('%s of several that hold it', (word, candidates, found) => {
    expect(nearest(word, candidates, 1)).toEqual([found]);
  });

  it.each([
    ['sse_active_connection', ['sse_active_connections']],
    ['sse_request_total', ['sse_requests_total']],
    ['requests_total', ['sse_requests_total']],
    ['SSE_ERRORS_TOTAL', ['sse_errors_total']],
    ['upp', ['up']],
    ['pu', ['up']],
    ['sse_erorrs_total', ['sse_errors_total']],
    ['kubernetes_pods', []],
    ['', []],
  ])('%s', (word, found) => {
    expect(nearest(word, metrics)).toEqual(found);
  });
});
