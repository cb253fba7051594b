import type { CommandSpec } from '../spec.ts';
import { SET_OPTION } from './named-options.ts';

export const queriesSpec = {
  name: 'queries',
  args: '[action] [words...]',
  summary: 'queries with a name: list them, show, save, rm, edit; run one with: query @NAME',
  group: 'Ask',
  options: [
    { key: 'all', flags: '--all', help: 'list those of the cookbook and of the lessons, too' },
    { key: 'note', flags: '--note <text>', help: 'what the saved query is for' },
    { key: 'server', flags: '-s, --server <name>', help: 'the server that the saved query is for' },
    { ...SET_OPTION, help: 'a variable of the saved query with its usual value, such as window=5m' },
    { key: 'replace', flags: '--replace', help: 'save over a query that has the name already' },
  ],
  examples: [
    "prom-tutor queries save errors 'sum(rate(sse_errors_total[5m]))' --note 'errors per second'",
    'prom-tutor query @errors',
    `prom-tutor queries save slow 'sum(rate(sse_requests_total{provider="$provider"}[$window]))' --set provider=openai --set window=5m`,
    'prom-tutor query @slow --set provider=anthropic',
    'prom-tutor queries',
    'prom-tutor queries show cookbook/error-percentage',
    'prom-tutor queries rm errors',
  ],
} as const satisfies CommandSpec;
