import type { CommandSpec } from '../spec.ts';
import { DATA_OPTION, FEATURES_OPTION } from './dump-options.ts';
import { SERVER_OPTIONS } from './server-options.ts';

export const exploreSpec = {
  name: 'explore',
  args: '',
  summary: 'a prompt for PromQL: ask, look around, draw, mend',
  group: 'Ask',
  options: [
    { key: 'time', flags: '--time <time>', help: 'begin at this moment, such as 1h (ago) or the checkpoint incident' },
    DATA_OPTION,
    FEATURES_OPTION,
    ...SERVER_OPTIONS,
  ],
  examples: [
    'prom-tutor explore',
    'prom-tutor explore -s http://prometheus.example:9090',
    'prom-tutor explore --data metrics.om.gz',
    'prom-tutor explore < queries.promql',
  ],
} as const satisfies CommandSpec;
