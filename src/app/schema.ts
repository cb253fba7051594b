import type { ErrorType, Provider } from './providers.ts';

export type AppMetricType = 'counter' | 'gauge' | 'histogram' | 'summary';

type Metric = {
  readonly name: string;
  readonly type: AppMetricType;
  readonly help: string;
  readonly labels: readonly string[];
};

/** Every metric of the service, in the order of its /metrics. */
export const METRICS = {
  requests: {
    name: 'sse_requests_total',
    type: 'counter',
    help: 'Requests that ended, by provider and by whether they succeeded. Refused requests are errors.',
    labels: ['provider', 'status'],
  },
  errors: {
    name: 'sse_errors_total',
    type: 'counter',
    help: 'Requests that failed, by provider and by what went wrong.',
    labels: ['provider', 'type'],
  },
  active: {
    name: 'sse_active_connections',
    type: 'gauge',
    help: 'Streams that are open right now.',
    labels: ['provider'],
  },
  duration: {
    name: 'sse_request_duration_seconds',
    type: 'histogram',
    help: 'Time from the request to the end of its stream. Requests refused by the circuit breaker are not in it.',
    labels: ['provider'],
  },
  breaker: {
    name: 'sse_circuit_breaker_state',
    type: 'gauge',
    help: 'State of the circuit breaker: 0 closed, 1 half-open, 2 open.',
    labels: ['provider'],
  },
  firstToken: {
    name: 'sse_first_token_seconds',
    type: 'summary',
    help: 'Time from the request to the first token, over the last ten minutes.',
    labels: ['provider'],
  },
  info: {
    name: 'sse_app_info',
    type: 'gauge',
    help: 'Always 1; the label tells the version that runs.',
    labels: ['version'],
  },
  cpu: {
    name: 'process_cpu_seconds_total',
    type: 'counter',
    help: 'Processor time used by the process, user and system together.',
    labels: [],
  },
  start: {
    name: 'process_start_time_seconds',
    type: 'gauge',
    help: 'When the process started, in seconds since 1970.',
    labels: [],
  },
  resident: {
    name: 'process_resident_memory_bytes',
    type: 'gauge',
    help: 'Memory of the process that is in RAM.',
    labels: [],
  },
  heap: {
    name: 'nodejs_heap_size_used_bytes',
    type: 'gauge',
    help: 'Memory used by JavaScript objects.',
    labels: [],
  },
  lag: {
    name: 'nodejs_eventloop_lag_seconds',
    type: 'gauge',
    help: 'How late the event loop was when it was measured for this scrape.',
    labels: [],
  },
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricKey = keyof typeof METRICS;

export const STATUSES = ['success', 'error'] as const;
export type Status = (typeof STATUSES)[number];

/** Upper bounds in seconds; +Inf comes after them. */
export const DURATION_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

export const QUANTILES = [0.5, 0.9, 0.99] as const;

/**
 * The error series that exist from the start, at 0. openai has no `upstream_5xx` until it first happens, so that its
 * first error is missed by `increase`; mistral has no error series at all. Both are topics of lessons.
 */
export const KNOWN_ERRORS: { readonly [K in Provider]: readonly ErrorType[] } = {
  openai: ['timeout', 'rate_limit', 'circuit_open'],
  anthropic: ['timeout', 'rate_limit', 'upstream_5xx', 'circuit_open'],
  mistral: [],
};

/** The two instances. The second one is a canary: it runs a newer version and gets a quarter of the traffic. */
export const INSTANCES = [
  { name: 'sse-app:8000', version: '1.4.2', weight: 3 },
  { name: 'sse-app-2:8000', version: '1.5.0-canary.1', weight: 1 },
] as const;

export type InstanceName = (typeof INSTANCES)[number]['name'];

export const JOB = 'sse-streaming';
