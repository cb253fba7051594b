import type { CommandSpec } from '../spec.ts';
import { DATA_OPTION, FEATURES_OPTION } from './dump-options.ts';
import { SET_OPTION } from './named-options.ts';
import { SERVER_OPTIONS } from './server-options.ts';

export const explainSpec = {
  name: 'explain',
  args: '<promql...>',
  summary: 'what a query means: in a sentence, and part by part with what each part gives',
  group: 'Ask',
  options: [
    { key: 'time', flags: '--time <time>', help: 'ask about this moment, such as 1h (ago) or the checkpoint incident' },
    { key: 'step', flags: '--step', help: 'the parts in the order they are evaluated, each with its whole result' },
    DATA_OPTION,
    FEATURES_OPTION,
    ...SERVER_OPTIONS,
    SET_OPTION,
  ],
  examples: [
    "prom-tutor explain 'sum by (provider) (rate(sse_requests_total[5m]))'",
    "prom-tutor explain 'rate(sse_errors_total[5m]) / rate(sse_requests_total[5m])' --time incident",
  ],
} as const satisfies CommandSpec;
