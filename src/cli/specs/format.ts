import type { CommandSpec } from '../spec.ts';
import { SET_OPTION } from './named-options.ts';

export const formatSpec = {
  name: 'format',
  args: '<promql...>',
  summary: 'a query in the usual form: long ones over several lines, comments kept; - reads standard input',
  group: 'Ask',
  options: [
    {
      key: 'check',
      flags: '--check',
      help: 'write nothing when the query has that form already; otherwise write it and exit with 1',
    },
    SET_OPTION,
  ],
  examples: [
    'prom-tutor format \'sum(rate(sse_requests_total{status="error"}[5m]))by(provider)\'',
    'prom-tutor format - < query.promql',
  ],
} as const satisfies CommandSpec;
