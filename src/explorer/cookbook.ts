/** One of the ten ready-made queries of the guide. */
export type Recipe = {
  readonly number: number;
  readonly slug: string;
  readonly title: string;
  /** As the guide has it. */
  readonly query: string;
  readonly shows: string;
  /** When the number says something else than one thinks. */
  readonly misleads: string;
  /** The form to use instead, and what it does better. */
  readonly better: { readonly query: string; readonly why: string };
  readonly unit?: string;
  /** What values stand for, where they are states and not amounts. */
  readonly states?: Readonly<Record<number, string>>;
};

/** The guide's ten queries in its order; the texts about them are ours, its slips corrected. */
export const COOKBOOK = [
  {
    number: 1,
    slug: 'request-rate',
    title: 'Request rate',
    query: 'sum(rate(sse_requests_total[5m]))',
    shows:
      'How many requests a second the whole service handles, averaged over the last five minutes. Failed ones count too.',
    misleads: 'One sum hides who is missing: when an instance stops, the number only gets smaller.',
    better: {
      query: 'sum by (provider) (rate(sse_requests_total[5m]))',
      why: 'One row for each provider shows which of them has changed.',
    },
    unit: 'requests/s',
  },
  {
    number: 2,
    slug: 'error-rate',
    title: 'Error rate',
    query: 'sum(rate(sse_errors_total[5m]))',
    shows: 'How many errors a second occur in the whole service.',
    misleads:
      'One error a second is much at two requests a second and little at a thousand. Compare it with the request rate.',
    better: {
      query: 'sum by (provider, type) (rate(sse_errors_total[5m]))',
      why: 'The type tells a slow upstream (timeout) from requests that the circuit breaker refused (circuit_open).',
    },
    unit: 'errors/s',
  },
  {
    number: 3,
    slug: 'error-percentage',
    title: 'Error percentage',
    query: '(sum(rate(sse_errors_total[5m])) / sum(rate(sse_requests_total[5m]))) * 100',
    shows:
      'Which share of all requests fails, in percent. It is right because every error is also counted as a request.',
    misleads:
      'Without any traffic it is 0 divided by 0: NaN. And a provider that fails often disappears among two that work.',
    better: {
      query:
        '100 * sum by (provider) (rate(sse_errors_total[5m])) / (sum by (provider) (rate(sse_requests_total[5m])) > 0)',
      why: 'Each provider is compared with its own requests, and idle ones are left out instead of being NaN.',
    },
    unit: '%',
  },
  {
    number: 4,
    slug: 'p50',
    title: 'P50 latency, the median',
    query: 'histogram_quantile(0.50, rate(sse_request_duration_seconds_bucket[5m]))',
    shows: 'Half of the requests take this long or less.',
    misleads: 'It is one row for each provider and instance, and there is no way to make one median out of several.',
    better: {
      query: 'histogram_quantile(0.50, sum by (le) (rate(sse_request_duration_seconds_bucket[5m])))',
      why: 'The buckets are added up first, so there is one median of all requests. The label le has to stay.',
    },
    unit: 'seconds',
  },
  {
    number: 5,
    slug: 'p95',
    title: 'P95 latency',
    query: 'histogram_quantile(0.95, rate(sse_request_duration_seconds_bucket[5m]))',
    shows: '95 of 100 requests take this long or less.',
    misleads:
      'It is an estimate between two bucket bounds, one row for each provider and instance; a row without requests is NaN. Requests that the circuit breaker refuses are not in it, so latency may improve while more fails.',
    better: {
      query: 'histogram_quantile(0.95, sum by (le, provider) (rate(sse_request_duration_seconds_bucket[5m])))',
      why: 'One row for each provider, over all its instances.',
    },
    unit: 'seconds',
  },
  {
    number: 6,
    slug: 'p99',
    title: 'P99 latency',
    query: 'histogram_quantile(0.99, rate(sse_request_duration_seconds_bucket[5m]))',
    shows: '99 of 100 requests take this long or less.',
    misleads:
      'It is not the worst case: one request in a hundred takes longer. And 10 means "10 seconds or more", because the last bucket ends there.',
    better: {
      query: 'histogram_quantile(0.99, sum by (le, provider) (rate(sse_request_duration_seconds_bucket[5m])))',
      why: 'One row for each provider, over all its instances: with more requests in it, the estimate is steadier.',
    },
    unit: 'seconds',
  },
  {
    number: 7,
    slug: 'active-connections',
    title: 'Active connections',
    query: 'sum(sse_active_connections)',
    shows: 'How many streams are open at the moment of the last scrape, over all providers and instances.',
    misleads: 'Connections are not people, and what rises and falls between two scrapes is never seen.',
    better: {
      query: 'sum by (instance) (sse_active_connections)',
      why: 'One row for each instance shows whether the load is shared out, and which instance has vanished.',
    },
  },
  {
    number: 8,
    slug: 'circuit-breaker',
    title: 'Circuit breaker status',
    query: 'sse_circuit_breaker_state',
    shows: 'The state of the circuit breaker that each instance has for each provider: 0 closed, 1 half-open, 2 open.',
    misleads:
      'The number is a name, not an amount: an average of 1 means nothing. Closed is the good state, as in an electric circuit.',
    better: {
      query: 'max by (provider) (sse_circuit_breaker_state)',
      why: 'The worst state of each provider over all instances.',
    },
    states: { 0: 'closed', 1: 'half-open', 2: 'open' },
  },
  {
    number: 9,
    slug: 'openai-rate',
    title: 'OpenAI request rate',
    query: 'rate(sse_requests_total{provider="openai"}[5m])',
    shows: 'Requests a second that go to openai.',
    misleads:
      'Not one number: there is a row for each instance and status, so failed requests stand beside successful ones.',
    better: {
      query: 'sum(rate(sse_requests_total{provider="openai"}[5m]))',
      why: 'All instances and statuses together: the one number that the title promises.',
    },
    unit: 'requests/s',
  },
  {
    number: 10,
    slug: 'anthropic-errors',
    title: 'Anthropic error rate',
    query: 'rate(sse_errors_total{provider="anthropic"}[5m])',
    shows: 'Errors a second of requests to anthropic, for each instance and type of error.',
    misleads:
      'An empty result does not say that all is well: it is the same for a misspelt provider and for one that never failed.',
    better: {
      query: 'sum by (type) (rate(sse_errors_total{provider="anthropic"}[5m]))',
      why: 'One row for each type of error, over all instances.',
    },
    unit: 'errors/s',
  },
] as const satisfies readonly Recipe[];
