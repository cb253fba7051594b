import type { CommandSpec } from '../spec.ts';
import { DATA_OPTION } from './dump-options.ts';
import { SERVER_OPTIONS } from './server-options.ts';

export const cookbookSpec = {
  name: 'cookbook',
  args: '[query]',
  summary: 'ten ready-made queries, what they show and when they mislead',
  group: 'Ask',
  options: [
    { key: 'time', flags: '--time <time>', help: 'ask about this moment, such as 1h (ago) or the checkpoint incident' },
    DATA_OPTION,
    ...SERVER_OPTIONS,
  ],
  examples: ['prom-tutor cookbook', 'prom-tutor cookbook 3', 'prom-tutor cookbook circuit-breaker --time incident'],
} as const satisfies CommandSpec;
