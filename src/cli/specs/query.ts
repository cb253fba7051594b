import type { CommandSpec } from '../spec.ts';
import { DATA_OPTION, FEATURES_OPTION } from './dump-options.ts';
import { SET_OPTION } from './named-options.ts';
import { parseDuration, SERVER_OPTIONS } from './server-options.ts';
import { parseCount, parseInterval } from './values.ts';

export const querySpec = {
  name: 'query',
  args: '<promql...>',
  summary: 'ask Prometheus now, or over a range of time',
  group: 'Ask',
  options: [
    {
      key: 'output',
      flags: '-o, --output <format>',
      help: 'form of the answer: wide shows every label and sample; graph is lines, bars one moment, heatmap buckets, timeline states over time; promql is as promtool prints, raw is values only',
      choices: [
        'table',
        'wide',
        'graph',
        'bars',
        'heatmap',
        'timeline',
        'json',
        'jsonl',
        'csv',
        'tsv',
        'promql',
        'raw',
      ],
    },
    {
      key: 'time',
      flags: '--time <time>',
      help: 'ask about this moment: now-1h, 1h (ago), 14:05, 2026-01-31T12:00:00Z, unix seconds, or a checkpoint of the stack such as incident',
    },
    {
      key: 'range',
      flags: '--range <duration>',
      help: 'ask over the time up to now (or --time, or --end)',
      parse: parseDuration,
    },
    { key: 'start', flags: '--start <time>', help: 'first moment of a range' },
    { key: 'end', flags: '--end <time>', help: 'last moment of a range (default: now)' },
    {
      key: 'step',
      flags: '--step <duration>',
      help: 'distance of the points of a range (default: one a column)',
      parse: parseDuration,
    },
    {
      key: 'limit',
      flags: '--limit <n>',
      help: 'at most this many rows or series; 0 for all (default: 20 on a terminal)',
      parse: parseCount,
    },
    {
      key: 'svg',
      flags: '--svg <file>',
      help: 'write the chart as an SVG picture, too; - writes only it, to standard output',
    },
    { key: 'headers', flags: '--no-headers', help: 'leave the column names out' },
    { key: 'failOnEmpty', flags: '--fail-on-empty', help: 'exit code 4 when the result is empty' },
    {
      key: 'watch',
      flags: '--watch <interval>',
      help: 'ask again at this interval until Ctrl-C; JSON lines in a pipe',
      parse: parseInterval,
    },
    { key: 'stats', flags: '--stats', help: 'say on stderr how much the server had to read' },
    DATA_OPTION,
    FEATURES_OPTION,
    ...SERVER_OPTIONS,
    SET_OPTION,
  ],
  examples: [
    "prom-tutor query 'sum by (provider) (rate(sse_requests_total[5m]))'",
    "prom-tutor query 'sum by (provider) (rate(sse_requests_total[5m]))' --range 1h -o graph",
    'prom-tutor query up --time incident -o csv',
    "prom-tutor query 'sum by (le) (rate(sse_request_duration_seconds_bucket[5m]))' -o heatmap",
    "prom-tutor query 'max by (provider) (sse_circuit_breaker_state)' --range 3h -o timeline",
    'prom-tutor query sse_active_connections --watch 5s',
    'prom-tutor query sse_active_connections --range 6h --svg connections.svg',
    'prom-tutor query - --fail-on-empty < down.promql',
    "prom-tutor query 'rate(http_requests_total[5m])' --data metrics.om.gz",
    'prom-tutor query @cookbook/error-percentage',
  ],
} as const satisfies CommandSpec;
