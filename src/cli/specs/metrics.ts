import type { CommandSpec } from '../spec.ts';
import { DATA_OPTION } from './dump-options.ts';
import { SERVER_OPTIONS } from './server-options.ts';

export const metricsSpec = {
  name: 'metrics',
  args: '[text...]',
  summary: 'the metrics there are: type, help, labels with their values, and the query to try next',
  group: 'Ask',
  options: [
    { key: 'raw', flags: '--raw', help: 'what an application exposes, explained; the text may be its address' },
    { key: 'time', flags: '--time <time>', help: 'look at this moment, such as 1h (ago) or the checkpoint incident' },
    DATA_OPTION,
    ...SERVER_OPTIONS,
  ],
  examples: [
    'prom-tutor metrics',
    'prom-tutor metrics duration',
    'prom-tutor metrics sse_requests_total',
    'prom-tutor metrics --raw sse_requests',
  ],
} as const satisfies CommandSpec;
