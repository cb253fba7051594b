import type { CommandSpec } from '../spec.ts';
import { DATA_OPTION, FEATURES_OPTION } from './dump-options.ts';
import { SET_OPTION } from './named-options.ts';
import { SERVER_OPTIONS } from './server-options.ts';

export const lintSpec = {
  name: 'lint',
  args: '<promql-or-file...>',
  summary: 'mistakes in a query, in rule files and in Grafana dashboards; - reads standard input',
  group: 'Ask',
  options: [
    { key: 'fix', flags: '--fix', help: 'apply the fixes that are certain or change no answer: files are rewritten' },
    {
      key: 'offline',
      flags: '--offline',
      help: 'ask no server (files: unless --server or --data is given)',
    },
    {
      key: 'output',
      flags: '-o, --output <format>',
      help: 'form of the findings',
      choices: ['text', 'json', 'sarif', 'github'],
    },
    { key: 'time', flags: '--time <time>', help: 'ask about this moment, such as 1h (ago) or the checkpoint incident' },
    DATA_OPTION,
    FEATURES_OPTION,
    ...SERVER_OPTIONS,
    SET_OPTION,
  ],
  examples: [
    "prom-tutor lint 'histogram_quantile(0.99, sum(rate(sse_request_duration_seconds_bucket[5m])))'",
    "prom-tutor lint 'sum(up) by job' --offline --fix",
    'prom-tutor lint stack/rules.yml -o github',
  ],
} as const satisfies CommandSpec;
