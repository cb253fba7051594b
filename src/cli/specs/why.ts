import type { CommandSpec } from '../spec.ts';
import { DATA_OPTION, FEATURES_OPTION } from './dump-options.ts';
import { SET_OPTION } from './named-options.ts';
import { SERVER_OPTIONS } from './server-options.ts';

export const whySpec = {
  name: 'why',
  args: '<promql...>',
  summary: 'why a result is empty, NaN, doubled, flat or not what you meant, with the evidence and a fix',
  group: 'Ask',
  options: [
    { key: 'time', flags: '--time <time>', help: 'ask about this moment, such as 1h (ago) or the checkpoint incident' },
    DATA_OPTION,
    FEATURES_OPTION,
    ...SERVER_OPTIONS,
    SET_OPTION,
  ],
  examples: [
    "prom-tutor why 'sum(rate(sse_errors_total[5m])) / rate(sse_requests_total[5m])'",
    "prom-tutor why 'histogram_quantile(0.99, rate(sse_request_duration_seconds_bucket[5m]))' --time incident",
  ],
} as const satisfies CommandSpec;
