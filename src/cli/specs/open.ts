import type { CommandSpec } from '../spec.ts';
import { SET_OPTION } from './named-options.ts';
import { SERVER_OPTIONS } from './server-options.ts';

export const openSpec = {
  name: 'open',
  args: '[promql...]',
  summary: 'open the web page of Prometheus, with a query if you like',
  group: 'Ask',
  options: [
    { key: 'graph', flags: '--graph', help: 'show the query as a graph of the last hour' },
    { key: 'print', flags: '--print', help: 'print the address and open nothing' },
    SERVER_OPTIONS[0],
    SET_OPTION,
  ],
  examples: [
    'prom-tutor open',
    "prom-tutor open 'rate(sse_requests_total[5m])' --graph",
    'prom-tutor open up --print -s https://prometheus.example.org',
  ],
} as const satisfies CommandSpec;
